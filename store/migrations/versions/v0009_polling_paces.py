"""When each source, or a part of it, is polled again."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "pace",
        sa.Column("source", _WORDS, nullable=False),
        sa.Column("part", _WORDS, nullable=False),
        sa.Column("cost", sa.Float(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("next_at", _INSTANT, nullable=False),
        sa.Column("reason", _WORDS, nullable=False),
        sa.PrimaryKeyConstraint("source", "part", name="pk_pace"),
    )
