"""Where a record stood among those it came with: the order of leads that were created at once."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.add_column("lead", sa.Column("place", sa.Integer))
