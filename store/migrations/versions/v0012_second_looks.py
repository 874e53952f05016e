"""Writes that no condition guarded, until the record's history tells whom they overwrote."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "second_look",
        sa.Column("delivery", _WORDS, nullable=False),
        sa.Column("crm", _WORDS, nullable=False),
        sa.Column("written_at", _INSTANT, nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("delivery", name="pk_second_look"),
        sa.ForeignKeyConstraint(
            ["delivery"], ["delivery.id"], name="fk_second_look_delivery_delivery"
        ),
    )
    op.create_index("ix_second_look_crm_due_at", "second_look", ["crm", "due_at"])
