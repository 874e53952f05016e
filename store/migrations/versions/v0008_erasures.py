"""Who was erased: an anonymous row each, and keyed hashes to know them again."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INSTANT = sa.DateTime(timezone=True)
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("erased_at", _INSTANT, nullable=False),
        sa.Column("asked_by", _WORDS, nullable=False),
        sa.Column("leads", sa.Text(), nullable=False),
        sa.Column("rows", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_erasure"),
    )
    op.create_table(
        "erasure_mark",
        sa.Column("hash", _WORDS, nullable=False),
        sa.Column("erasure", _NUMBER, nullable=False),
        sa.Column("erased_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["erasure"], ["erasure.id"], name="fk_erasure_mark_erasure"),
        sa.PrimaryKeyConstraint("hash", name="pk_erasure_mark"),
    )
    op.create_table(
        "erasure_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secret", _WORDS, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_erasure_key"),
    )
