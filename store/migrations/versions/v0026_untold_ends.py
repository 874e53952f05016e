"""An index for the alerts whose end is still to be told: they are looked for each minute."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

_UNTOLD = sa.text("told_at IS NOT NULL AND closed_at IS NOT NULL AND told_end_at IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_alert_end_untold",
        "alert",
        ["opened_at"],
        sqlite_where=_UNTOLD,
        postgresql_where=_UNTOLD,
    )
