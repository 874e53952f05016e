"""Tables of backfills: what was asked for, and what would be given to whom."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text

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
    # What was read and is not in the plan all the same, by reason.
    Column("passed", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
)

backfill_window = Table(
    "backfill_window",
    metadata,
    key("backfill"),
    Column("number", Integer, primary_key=True),
    required("source"),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    # Where to read on, and whether there is more to read.
    Column("position", Words),
    Column("is_read", Boolean, nullable=False),
    # What was seen and is not to be assigned, by reason.
    Column("passed", Json, nullable=False),
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
    # Where it stood among those read of its source; None: it was read before that was kept.
    Column("place", Integer),
    Index(None, "backfill", "state", "created_at"),
    Index(None, "source", "source_id"),
)
