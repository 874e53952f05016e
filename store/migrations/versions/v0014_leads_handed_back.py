"""Leads that were handed back: by whom and why, and what a CRM's status asks for."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "returned",
        sa.Column("source", _WORDS, nullable=False),
        sa.Column("source_id", _WORDS, nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner", _WORDS, nullable=False),
        sa.Column("by", _WORDS, nullable=True),
        sa.Column("reason", _WORDS, nullable=False),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["source", "source_id"],
            ["lead.source", "lead.source_id"],
            name="fk_returned_lead",
        ),
        sa.PrimaryKeyConstraint("source", "source_id", "attempt", name="pk_returned"),
    )
    op.create_index("ix_returned_at", "returned", ["at"])
    op.create_table(
        "asked_back",
        sa.Column("crm", _WORDS, nullable=False),
        sa.Column("record_id", _WORDS, nullable=False),
        sa.Column("status", _WORDS, nullable=False),
        sa.Column("owner_seen", _WORDS, nullable=True),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("answered_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("crm", "record_id", name="pk_asked_back"),
    )
