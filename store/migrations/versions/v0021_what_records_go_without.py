"""What a record that was written goes without."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("delivery", sa.Column("left_out", sa.Text()))
