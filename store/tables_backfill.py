"""Tables of backfills: what was asked for, and what would be given to whom."""

from sqlalchemy import Column, Index, Integer, Table, Text

from store.columns import Instant, Json, Words
from store.tables import key, metadata, required

backfill = Table(
    "backfill",
    metadata,
    key("id"),
    required("source"),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    # How many at most, whether leads with a human owner too.
    Column("options", Json, nullable=False),
    required("state"),
    # Of the windows that are read one after the other, the one at hand; and where in it.
    Column("window", Integer, nullable=False),
    Column("position", Words),
    # What was seen and is not to be assigned, by reason.
    Column("passed", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
)

backfill_entry = Table(
    "backfill_entry",
    metadata,
    key("backfill"),
    key("source"),
    key("source_id"),
    required("version"),
    Column("owner_seen", Words),
    Column("created_at", Instant, nullable=False),
    # The lead as it was read, and what was decided for it.
    Column("document", Text, nullable=False),
    Column("decision", Text),
    Column("duplicate_source", Words),
    Column("duplicate_id", Words),
    required("state"),
    required("reason"),
    Index(None, "backfill", "state", "created_at"),
    Index(None, "source", "source_id"),
)
