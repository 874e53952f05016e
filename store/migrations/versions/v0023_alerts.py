"""Alerts: what went wrong, since when, and who has heard of it. Newest leads of a source."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INSTANT = sa.DateTime(timezone=True)
_OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), autoincrement=True),
        sa.Column("kind", _WORDS, nullable=False),
        sa.Column("source", _WORDS, nullable=False),
        sa.Column("subject", _WORDS, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("opened_at", _INSTANT, nullable=False),
        sa.Column("seen_at", _INSTANT, nullable=False),
        sa.Column("closed_at", _INSTANT),
        sa.Column("told_at", _INSTANT),
        sa.Column("told_end_at", _INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
    )
    op.create_index(
        "ix_alert_kind_source_subject",
        "alert",
        ["kind", "source", "subject"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index("ix_alert_opened_at", "alert", ["opened_at"])
    op.create_index("ix_alert_closed_at_told_end_at", "alert", ["closed_at", "told_end_at"])
    op.create_index("ix_lead_source_first_seen", "lead", ["source", "first_seen"])
    op.create_index("ix_decision_decided_at_method", "decision", ["decided_at", "method"])
