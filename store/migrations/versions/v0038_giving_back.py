"""Owners that are to be taken back in a CRM: noted before it is asked, and so not forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "giving_back",
        sa.Column("delivery", _WORDS, nullable=False),
        sa.Column("crm", _WORDS, nullable=False),
        sa.Column("is_undo", sa.Boolean(), nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("until", _INSTANT),
        sa.PrimaryKeyConstraint("delivery", name="pk_giving_back"),
        sa.ForeignKeyConstraint(
            ["delivery"], ["delivery.id"], name="fk_giving_back_delivery_delivery"
        ),
    )
    op.create_index("ix_giving_back_crm_due_at", "giving_back", ["crm", "due_at"])
