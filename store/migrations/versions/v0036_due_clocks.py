"""What is due of a CRM's clocks: found by its time, and not by reading all that run."""

from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    op.create_index("ix_sla_clock_state_crm_next_at", "sla_clock", ["state", "crm", "next_at"])
    op.drop_index("ix_sla_clock_state_crm", "sla_clock")
