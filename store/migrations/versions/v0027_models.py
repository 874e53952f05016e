"""Versions of the model of who is likeliest to close, and which decisions went by it."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INSTANT = sa.DateTime(timezone=True)
_BY_MODEL = sa.text("model IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "model",
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("trained_at", _INSTANT, nullable=False),
        sa.Column("state", _WORDS, nullable=False),
        sa.Column("state_at", _INSTANT, nullable=False),
        sa.Column("state_by", _WORDS, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("recipe", sa.Text, nullable=False),
        sa.Column("likelihood", sa.Text, nullable=False),
        sa.Column("prices", sa.Text, nullable=False),
        sa.Column("priced_at", _INSTANT, nullable=False),
        sa.Column("fingerprint", _WORDS, nullable=False),
        sa.Column("report", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_model"),
    )
    op.add_column("decision", sa.Column("arm", _WORDS))
    op.add_column("decision", sa.Column("model", sa.Integer))
    op.create_index(
        "ix_decision_model",
        "decision",
        ["model"],
        sqlite_where=_BY_MODEL,
        postgresql_where=_BY_MODEL,
    )
