"""Whether what takes up an owner's time is a lead or an opportunity: they may count differently."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    words = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.add_column("work", sa.Column("kind", words))
    # Salesforce's ids say what a record is.
    opportunities = "crm = 'salesforce' AND record_id LIKE '006%'"
    op.execute(f"UPDATE work SET kind = 'opportunity' WHERE {opportunities}")  # noqa: S608 - ours
