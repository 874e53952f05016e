"""The table of what somebody is told went wrong, until it is right again."""

from sqlalchemy import Column, Index, Table, Text, text

from store.columns import Instant, RowNumber
from store.tables import metadata, required

_OPEN = text("closed_at IS NULL")
_END_UNTOLD = text("told_at IS NOT NULL AND closed_at IS NOT NULL AND told_end_at IS NULL")

alert = Table(
    "alert",
    metadata,
    Column("id", RowNumber, primary_key=True),
    required("kind"),
    # A source's name, or empty where it concerns all of them.
    required("source"),
    # What of it: a field, a CRM; empty where kind and source say all.
    required("subject"),
    Column("text", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("closed_at", Instant),
    # When people heard that it began, and that it ended.
    Column("told_at", Instant),
    Column("told_end_at", Instant),
    Index(
        None, "kind", "source", "subject", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
    ),
    Index(None, "opened_at"),
    Index(None, "closed_at", "told_end_at"),
    Index(
        "ix_alert_end_untold", "opened_at", sqlite_where=_END_UNTOLD, postgresql_where=_END_UNTOLD
    ),
)
