"""How far behind a model's floor each owner of a pool is."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "arrears",
        sa.Column("pool", _WORDS, nullable=False),
        sa.Column("owner", _WORDS, nullable=False),
        sa.Column("leads", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("pool", "owner", name="pk_arrears"),
    )
