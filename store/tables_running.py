"""Tables of how it runs: runs, cursors, leases, what webhooks brought, what a person switched."""

from sqlalchemy import Column, Float, Index, Integer, Table, UniqueConstraint

from store.columns import Instant, Json, RowNumber, Words
from store.tables import key, metadata, required

lease = Table(
    "lease",
    metadata,
    key("name"),
    required("holder"),
    Column("until", Instant, nullable=False),
)

run = Table(
    "run",
    metadata,
    key("id"),
    required("kind"),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    required("error"),
)

pull_count = Table(
    "pull_count",
    metadata,
    key("run"),
    key("source"),
    Column("pulled", Integer, nullable=False),
)

cursor = Table(
    "cursor",
    metadata,
    key("source"),
    key("stream"),
    required("position"),
    Column("saved_at", Instant, nullable=False),
)

policy = Table(
    "policy",
    metadata,
    key("hash"),
    Column("document", Json, nullable=False),
    Column("first_seen", Instant, nullable=False),
)

policy_version = Table(
    "policy_version",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    required("hash"),
    Column("since", Instant, nullable=False),
    Column("document", Json, nullable=False),
    Column("files", Json, nullable=False),
)

pause = Table("pause", metadata, key("source"), Column("since", Instant, nullable=False))

away = Table(
    "away",
    metadata,
    key("owner"),
    Column("until", Instant, nullable=False),
    Column("set_at", Instant, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", RowNumber, primary_key=True),
    required("source"),
    # Of the body, or of what the sender calls this delivery: one that is sent again is one row.
    required("body_hash"),
    Column("received_at", Instant, nullable=False),
    Column("payload", Json, nullable=False),
    required("state"),
    Column("attempts", Integer, nullable=False),
    required("error"),
    Column("due_at", Instant, nullable=False),
    Column("lease_holder", Words),
    Column("lease_until", Instant),
    Column("settled_at", Instant),
    UniqueConstraint("source", "body_hash"),
    Index(None, "state", "source", "due_at"),
)

pace = Table(
    "pace",
    metadata,
    key("source"),
    key("part"),
    Column("cost", Float, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("next_at", Instant, nullable=False),
    required("reason"),
    Column("share_left", Float),
)

# Only a server's database gives out turns: a file's users have one machine, and a file for them.
turn = Table(
    "turn",
    metadata,
    Column("id", RowNumber, primary_key=True),
    required("pace"),
    Column("at", Float, nullable=False),
    Index(None, "pace", "at"),
)

turn_rest = Table("turn_rest", metadata, key("pace"), Column("until", Float, nullable=False))

api_call = Table(
    "api_call",
    metadata,
    key("source"),
    key("day"),
    Column("calls", Integer, nullable=False),
)

turned_away = Table(
    "turned_away",
    metadata,
    key("day"),
    key("door"),
    Column("status", Integer, primary_key=True),
    key("reason"),
    Column("count", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
)

breaker = Table(
    "breaker",
    metadata,
    key("source"),
    required("state"),
    Column("failures", Integer, nullable=False),
    Column("until", Instant),
    Column("changed_at", Instant, nullable=False),
    required("reason"),
)
