"""Records that two CRMs keep as copies of each other."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "twin",
        sa.Column("crm", _WORDS, nullable=False),
        sa.Column("record_id", _WORDS, nullable=False),
        sa.Column("other_crm", _WORDS, nullable=False),
        sa.Column("other_id", _WORDS, nullable=False),
        sa.Column("other_leads", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("crm", "record_id", name="pk_twin"),
    )
    op.create_index("ix_twin_other_crm_other_id", "twin", ["other_crm", "other_id"])
