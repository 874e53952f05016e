"""Where a backfill's record stood among those read: the order of leads created at one instant."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    op.add_column("backfill_entry", sa.Column("place", sa.Integer))
