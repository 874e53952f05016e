"""Which share of a vendor's calls is left; unknown until the next poll."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.add_column("pace", sa.Column("share_left", sa.Float))
