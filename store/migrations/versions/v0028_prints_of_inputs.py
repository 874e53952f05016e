"""Fingerprints of what each decision was made from; those made before have none."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.add_column("decision", sa.Column("inputs", sa.Text))
