"""Requests made to each source, counted by day."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "api_call",
        sa.Column("source", _WORDS, nullable=False),
        sa.Column("day", _WORDS, nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "day", name="pk_api_call"),
    )
