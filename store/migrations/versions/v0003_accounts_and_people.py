"""Accounts, and people with an owner, as the CRMs have them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("crm", _WORDS, nullable=False),
        sa.Column("account_id", _WORDS, nullable=False),
        sa.Column("name", _WORDS, nullable=False),
        sa.Column("block", _WORDS, nullable=False),
        sa.Column("domain", _WORDS),
        sa.Column("owner", _WORDS),
        sa.Column("created_at", _INSTANT),
        sa.Column("seen_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("crm", "account_id", name="pk_account"),
    )
    op.create_index("ix_account_domain", "account", ["domain"])
    op.create_index("ix_account_block", "account", ["block"])
    op.create_table(
        "crm_person",
        sa.Column("key", _WORDS, nullable=False),
        sa.Column("crm", _WORDS, nullable=False),
        sa.Column("record_id", _WORDS, nullable=False),
        sa.Column("owner", _WORDS, nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("seen_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key", "crm", "record_id", name="pk_crm_person"),
    )
    op.create_index("ix_crm_person_crm_record_id", "crm_person", ["crm", "record_id"])
