"""Which records a CRM merged into which."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "merged_record",
        sa.Column("crm", _WORDS, nullable=False),
        sa.Column("record_id", _WORDS, nullable=False),
        sa.Column("into_id", _WORDS, nullable=False),
        sa.PrimaryKeyConstraint("crm", "record_id", name="pk_merged_record"),
    )
    op.create_index("ix_merged_record_crm_into_id", "merged_record", ["crm", "into_id"])
