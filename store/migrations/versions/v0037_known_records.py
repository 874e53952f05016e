"""Which record of a CRM is the person's of a lead that is to be created there."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"

_WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("delivery", sa.Column("known_id", _WORDS))
