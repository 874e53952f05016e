"""Of how many leads of each pool and segment the arm of the trial was drawn."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "stratum",
        sa.Column("pool", _WORDS, nullable=False),
        sa.Column("segment", _WORDS, nullable=False),
        sa.Column("leads", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("pool", "segment", name="pk_stratum"),
    )
