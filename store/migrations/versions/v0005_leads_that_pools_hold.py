"""Leads that a pool holds: out of hours, while everybody is full, until somebody takes them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "hold",
        sa.Column("source", _WORDS, nullable=False),
        sa.Column("source_id", _WORDS, nullable=False),
        sa.Column("pool", _WORDS, nullable=False),
        sa.Column("kind", _WORDS, nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.Column("sla_due", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["source", "source_id"], ["lead.source", "lead.source_id"], name="fk_hold_lead"
        ),
        sa.PrimaryKeyConstraint("source", "source_id", name="pk_hold"),
    )
