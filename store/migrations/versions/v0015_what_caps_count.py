"""What caps count: records that fill somebody's hands, and a shadow's own decisions."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("decision", sa.Column("fills", sa.Boolean()))
    op.add_column("shadow_decision", sa.Column("segments", sa.Text()))
    op.add_column("shadow_decision", sa.Column("fills", sa.Boolean()))
