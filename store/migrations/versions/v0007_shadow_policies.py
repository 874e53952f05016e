"""What a second policy decides beside the one in force."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INSTANT = sa.DateTime(timezone=True)
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "shadow",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("hash", _WORDS, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.Column("until", _INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_shadow"),
    )
    op.create_table(
        "shadow_decision",
        sa.Column("shadow", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("decision", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("owner", _WORDS, nullable=False),
        sa.Column("pool", _WORDS),
        sa.Column("rule", _WORDS),
        sa.Column("method", _WORDS, nullable=False),
        sa.Column("decided_at", _INSTANT, nullable=False),
        sa.Column("sla_due", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["shadow"], ["shadow.id"], name="fk_shadow_decision_shadow"),
        sa.ForeignKeyConstraint(["decision"], ["decision.id"], name="fk_shadow_decision_decision"),
        sa.PrimaryKeyConstraint("shadow", "decision", name="pk_shadow_decision"),
    )
    op.create_index("ix_shadow_decision_decision", "shadow_decision", ["decision"])
    op.create_table(
        "shadow_rotation",
        sa.Column("shadow", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("pool", _WORDS, nullable=False),
        sa.Column("owner", _WORDS, nullable=False),
        sa.Column("entitled", sa.Float(), nullable=False),
        sa.Column("assigned", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["shadow"], ["shadow.id"], name="fk_shadow_rotation_shadow"),
        sa.PrimaryKeyConstraint("shadow", "pool", "owner", name="pk_shadow_rotation"),
    )
