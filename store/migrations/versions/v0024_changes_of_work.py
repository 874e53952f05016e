"""When the CRM says that a record of the workload changed."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.add_column("work", sa.Column("changed_at", sa.DateTime(timezone=True)))
