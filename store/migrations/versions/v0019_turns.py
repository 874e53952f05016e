"""Turns at a vendor that all processes on one server's database take together."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "turn",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("pace", _WORDS, nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_turn"),
    )
    op.create_index("ix_turn_pace_at", "turn", ["pace", "at"])
    op.create_table(
        "turn_rest",
        sa.Column("pace", _WORDS, nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("pace", name="pk_turn_rest"),
    )
