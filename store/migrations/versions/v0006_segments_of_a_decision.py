"""Which segments a lead was of when it was given away: caps per segment count by them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("decision", sa.Column("segments", sa.Text()))
