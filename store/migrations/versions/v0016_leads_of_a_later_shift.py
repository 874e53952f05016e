"""Leads given for a later shift count for the caps of that shift's day."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

_LATER = sa.text("worked_from IS NOT NULL")


def upgrade() -> None:
    op.add_column("decision", sa.Column("worked_from", sa.DateTime(timezone=True)))
    op.add_column("shadow_decision", sa.Column("worked_from", sa.DateTime(timezone=True)))
    op.create_index(
        "ix_decision_later",
        "decision",
        ["owner", "worked_from"],
        sqlite_where=_LATER,
        postgresql_where=_LATER,
    )
