"""Backfills: what was asked for, and what would be given to whom."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "backfill",
        sa.Column("id", _WORDS, nullable=False),
        sa.Column("source", _WORDS, nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.Column("until", _INSTANT, nullable=False),
        sa.Column("options", sa.Text, nullable=False),
        sa.Column("state", _WORDS, nullable=False),
        sa.Column("window", sa.Integer, nullable=False),
        sa.Column("position", _WORDS),
        sa.Column("passed", sa.Text, nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_backfill"),
    )
    op.create_table(
        "backfill_entry",
        sa.Column("backfill", _WORDS, nullable=False),
        sa.Column("source", _WORDS, nullable=False),
        sa.Column("source_id", _WORDS, nullable=False),
        sa.Column("version", _WORDS, nullable=False),
        sa.Column("owner_seen", _WORDS),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("decision", sa.Text),
        sa.Column("duplicate_source", _WORDS),
        sa.Column("duplicate_id", _WORDS),
        sa.Column("state", _WORDS, nullable=False),
        sa.Column("reason", _WORDS, nullable=False),
        sa.PrimaryKeyConstraint("backfill", "source", "source_id", name="pk_backfill_entry"),
    )
    by_state = ["backfill", "state", "created_at"]
    op.create_index("ix_backfill_entry_backfill_state_created_at", "backfill_entry", by_state)
    by_lead = ["source", "source_id"]
    op.create_index("ix_backfill_entry_source_source_id", "backfill_entry", by_lead)
