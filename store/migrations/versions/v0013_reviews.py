"""Decisions that a person may look at before they are written."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "review",
        sa.Column("source", _WORDS, nullable=False),
        sa.Column("source_id", _WORDS, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("policy", _WORDS, nullable=False),
        sa.Column("state", _WORDS, nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("deadline", _INSTANT, nullable=False),
        sa.Column("answered_at", _INSTANT),
        sa.Column("answered_by", _WORDS),
        sa.Column("chosen", _WORDS),
        sa.Column("reason", _WORDS, nullable=False),
        sa.ForeignKeyConstraint(
            ["source", "source_id"], ["lead.source", "lead.source_id"], name="fk_review_lead"
        ),
        sa.PrimaryKeyConstraint("source", "source_id", "attempt", name="pk_review"),
    )
    op.create_index("ix_review_state_deadline", "review", ["state", "deadline"])
    # The first assignments of a policy are counted.
    op.create_index("ix_decision_policy", "decision", ["policy"])
