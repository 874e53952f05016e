"""What webhooks bring, what is told to people, and which sources are left alone for a while."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INSTANT = sa.DateTime(timezone=True)
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _inbox()
    _notice()
    _breaker()


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("source", _WORDS, nullable=False),
        sa.Column("body_hash", _WORDS, nullable=False),
        sa.Column("received_at", _INSTANT, nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", _WORDS, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", _WORDS, nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("lease_holder", _WORDS),
        sa.Column("lease_until", _INSTANT),
        sa.Column("settled_at", _INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("source", "body_hash", name="uq_inbox_source_body_hash"),
    )
    op.create_index("ix_inbox_state_source_due_at", "inbox", ["state", "source", "due_at"])


def _notice() -> None:
    op.create_table(
        "notice",
        sa.Column("delivery", _WORDS, nullable=False),
        sa.Column("channel", _WORDS, nullable=False),
        sa.Column("owner", _WORDS, nullable=False),
        sa.Column("state", _WORDS, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("reason", _WORDS, nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("lease_holder", _WORDS),
        sa.Column("lease_until", _INSTANT),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("settled_at", _INSTANT),
        sa.ForeignKeyConstraint(["delivery"], ["delivery.id"], name="fk_notice_delivery"),
        sa.PrimaryKeyConstraint("delivery", "channel", name="pk_notice"),
    )
    op.create_index("ix_notice_state_due_at", "notice", ["state", "due_at"])


def _breaker() -> None:
    op.create_table(
        "breaker",
        sa.Column("source", _WORDS, nullable=False),
        sa.Column("state", _WORDS, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("until", _INSTANT),
        sa.Column("changed_at", _INSTANT, nullable=False),
        sa.Column("reason", _WORDS, nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_breaker"),
    )
