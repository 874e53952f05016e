"""Webhook requests that were turned away, counted."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "turned_away",
        sa.Column("day", _WORDS, nullable=False),
        sa.Column("door", _WORDS, nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("reason", _WORDS, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", "door", "status", "reason", name="pk_turned_away"),
    )
