"""Touches and outcomes that the CRMs tell of, and a clock for each assignment."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "touch",
        sa.Column("crm", _WORDS, nullable=False),
        sa.Column("record_id", _WORDS, nullable=False),
        sa.Column("evidence", _WORDS, nullable=False),
        sa.Column("kind", _WORDS, nullable=False),
        sa.Column("crm_owner", _WORDS),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("recorded_at", _INSTANT, nullable=False),
        sa.Column("seen_at", _INSTANT, nullable=False),
        sa.Column("flaw", _WORDS, nullable=False),
        sa.PrimaryKeyConstraint("crm", "record_id", "evidence", name="pk_touch"),
    )
    op.create_index("ix_touch_recorded_at", "touch", ["recorded_at"])
    op.create_table(
        "outcome",
        sa.Column("crm", _WORDS, nullable=False),
        sa.Column("record_id", _WORDS, nullable=False),
        sa.Column("evidence", _WORDS, nullable=False),
        sa.Column("kind", _WORDS, nullable=False),
        sa.Column("crm_owner", _WORDS),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("recorded_at", _INSTANT, nullable=False),
        sa.Column("seen_at", _INSTANT, nullable=False),
        sa.Column("amount", _WORDS),
        sa.Column("currency", _WORDS),
        sa.PrimaryKeyConstraint("crm", "record_id", "evidence", "kind", name="pk_outcome"),
    )
    op.create_index("ix_outcome_recorded_at", "outcome", ["recorded_at"])
    _create_clocks()


def _create_clocks() -> None:
    op.create_table(
        "sla_clock",
        sa.Column("delivery", _WORDS, nullable=False),
        sa.Column("kind", _WORDS, nullable=False),
        sa.Column("source", _WORDS, nullable=False),
        sa.Column("source_id", _WORDS, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("crm", _WORDS, nullable=False),
        sa.Column("record_id", _WORDS),
        sa.Column("owner", _WORDS, nullable=False),
        sa.Column("crm_owner", _WORDS, nullable=False),
        sa.Column("sla", _WORDS, nullable=False),
        sa.Column("state", _WORDS, nullable=False),
        sa.Column("decided_at", _INSTANT, nullable=False),
        sa.Column("assigned_at", _INSTANT, nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("remind_at", _INSTANT),
        sa.Column("next_at", _INSTANT),
        sa.Column("reminded_at", _INSTANT),
        sa.Column("ended_at", _INSTANT),
        sa.Column("touched_at", _INSTANT),
        sa.Column("touched_by", _WORDS),
        sa.Column("touch_kind", _WORDS),
        sa.Column("evidence", _WORDS),
        sa.Column("touch_flaw", _WORDS),
        sa.PrimaryKeyConstraint("delivery", "kind", name="pk_sla_clock"),
        sa.ForeignKeyConstraint(["delivery"], ["delivery.id"], name="fk_sla_clock_delivery"),
        sa.ForeignKeyConstraint(
            ["source", "source_id"],
            ["lead.source", "lead.source_id"],
            name="fk_sla_clock_lead",
        ),
    )
    op.create_index("ix_sla_clock_crm_record_id", "sla_clock", ["crm", "record_id"])
    op.create_index("ix_sla_clock_source_source_id", "sla_clock", ["source", "source_id"])
    op.create_index("ix_sla_clock_next_at", "sla_clock", ["next_at"])
    op.create_index("ix_sla_clock_state_crm", "sla_clock", ["state", "crm"])
