"""A backfill's windows, which are read apart from one another, wherever there is room."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INSTANT = sa.DateTime(timezone=True)
_UNFINISHED = "SELECT id FROM backfill WHERE state = 'reading'"


def upgrade() -> None:
    op.create_table(
        "backfill_window",
        sa.Column("backfill", _WORDS, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("source", _WORDS, nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.Column("until", _INSTANT, nullable=False),
        sa.Column("position", _WORDS),
        sa.Column("is_read", sa.Boolean, nullable=False),
        sa.Column("passed", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("backfill", "number", name="pk_backfill_window"),
    )
    # One that is being read is asked for again; one that is planned is a single window.
    op.execute(f"DELETE FROM backfill_entry WHERE backfill IN ({_UNFINISHED})")  # noqa: S608 - ours
    op.execute("DELETE FROM backfill WHERE state = 'reading'")
    op.execute(
        "INSERT INTO backfill_window"
        " (backfill, number, source, since, until, is_read, passed)"
        " SELECT id, 0, source, since, until, true, '{}' FROM backfill"
    )
    op.drop_column("backfill", "window")
    op.drop_column("backfill", "position")
