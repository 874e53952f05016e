"""Which rule a lead waits by in its pool: told when another one decides in the end."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("hold", sa.Column("rule", sa.Text()))
