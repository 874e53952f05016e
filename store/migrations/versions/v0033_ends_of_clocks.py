"""Whose time was up lately: each minute's sync asks, so that a breach is an alert."""

from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.create_index("ix_sla_clock_state_ended_at", "sla_clock", ["state", "ended_at"])
