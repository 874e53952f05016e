"""The tables. A change here needs a migration beside it; a test compares the two."""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from store.columns import Instant, Json, RowNumber, Words

SCHEMA_VERSION = "0002"
"""The newest migration. Versions are numbers of equal length, so that they compare as text."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _required(name: str) -> Column[str]:
    return Column(name, Words, nullable=False)


def _key(name: str) -> Column[str]:
    return Column(name, Words, primary_key=True)


def _of_lead() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["source", "source_id"], ["lead.source", "lead.source_id"])


lease = Table(
    "lease",
    metadata,
    _key("name"),
    _required("holder"),
    Column("until", Instant, nullable=False),
)

run = Table(
    "run",
    metadata,
    _key("id"),
    _required("kind"),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    _required("error"),
)

pull_count = Table(
    "pull_count",
    metadata,
    _key("run"),
    _key("source"),
    Column("pulled", Integer, nullable=False),
)

cursor = Table(
    "cursor",
    metadata,
    _key("source"),
    _key("stream"),
    _required("position"),
    Column("saved_at", Instant, nullable=False),
)

lead = Table(
    "lead",
    metadata,
    _key("source"),
    _key("source_id"),
    _required("version"),
    _required("state"),
    _required("reason"),
    Column("until", Instant),
    Column("created_at", Instant),
    Column("owner_seen", Words),
    Column("email", Words),
    Column("document", Text),
    # The number of the decision that this lead would get now, or has.
    Column("attempt", Integer, nullable=False),
    Column("duplicate_source", Words),
    Column("duplicate_id", Words),
    Column("first_seen", Instant, nullable=False),
    Column("last_seen", Instant, nullable=False),
    Index(None, "state", "created_at", "source", "source_id"),
    Index(None, "state", "until"),
    Index(None, "source_id"),
    Index(None, "email"),
)

sighting = Table(
    "sighting",
    metadata,
    _key("run"),
    _key("source"),
    _key("source_id"),
    _required("verdict"),
    _required("reason"),
    Column("seen_at", Instant, nullable=False),
    Index(None, "source", "source_id"),
    _of_lead(),
)

reject = Table(
    "reject",
    metadata,
    Column("id", RowNumber, primary_key=True),
    _required("source"),
    _required("source_id"),
    _required("version"),
    _required("field"),
    _required("reason"),
    Column("body", Json, nullable=False),
    _required("state"),
    _required("run"),
    Column("seen_at", Instant, nullable=False),
    Column("closed_at", Instant),
    # When the data steward was made its owner (or it was seen that there was nothing to write).
    Column("owned_at", Instant),
    UniqueConstraint("source", "source_id"),
    Index(None, "state", "owned_at"),
    _of_lead(),
)

decision = Table(
    "decision",
    metadata,
    Column("id", RowNumber, primary_key=True),
    _required("source"),
    _required("source_id"),
    Column("attempt", Integer, nullable=False),
    _required("owner"),
    Column("pool", Words),
    Column("rule", Words),
    _required("method"),
    _required("reason"),
    _required("policy"),
    Column("decided_at", Instant, nullable=False),
    Column("sla_due", Instant, nullable=False),
    # Set when no write of it took effect: it counts for nobody.
    Column("void_at", Instant),
    _required("run"),
    Column("document", Text, nullable=False),
    UniqueConstraint("source", "source_id", "attempt"),
    Index(None, "run"),
    Index(None, "owner", "decided_at"),
    _of_lead(),
)

delivery = Table(
    "delivery",
    metadata,
    Column("seq", RowNumber, primary_key=True),
    _required("id"),
    _required("source"),
    _required("source_id"),
    # 0: not from a decision (a rejected record given to the data steward).
    Column("attempt", Integer, nullable=False),
    _required("crm"),
    Column("record_id", Words),
    _required("owner"),
    _required("crm_owner"),
    Column("document", Text, nullable=False),
    _required("state"),
    _required("reason"),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("lease_holder", Words),
    Column("lease_until", Instant),
    _required("run"),
    Column("created_at", Instant, nullable=False),
    Column("settled_run", Words),
    Column("settled_at", Instant),
    Column("owner_found", Words),
    UniqueConstraint("id"),
    Index(None, "crm", "state", "seq"),
    Index(None, "crm", "record_id"),
    Index(None, "source", "source_id"),
    Index(None, "run"),
    Index(None, "settled_run"),
    _of_lead(),
)

_ACTIVE = text("ended_at IS NULL")

reservation = Table(
    "reservation",
    metadata,
    _key("delivery"),
    _required("owner"),
    _required("crm"),
    Column("record_id", Words),
    _required("crm_owner"),
    Column("reserved_at", Instant, nullable=False),
    Column("written_at", Instant),
    Column("ended_at", Instant),
    _required("ending"),
    Index("ix_reservation_active", "owner", sqlite_where=_ACTIVE, postgresql_where=_ACTIVE),
    ForeignKeyConstraint(["delivery"], ["delivery.id"]),
)

assignment = Table(
    "assignment",
    metadata,
    Column("id", RowNumber, primary_key=True),
    _required("delivery"),
    Column("written_at", Instant, nullable=False),
    ForeignKeyConstraint(["delivery"], ["delivery.id"]),
    UniqueConstraint("delivery"),
    sqlite_autoincrement=True,  # a reader who remembers the last id must never see it again
)

link = Table(
    "link",
    metadata,
    _key("source"),
    _key("source_id"),
    _key("crm"),
    _required("record_id"),
    Index(None, "crm", "record_id"),
    _of_lead(),
)

rotation = Table(
    "rotation",
    metadata,
    _key("pool"),
    _key("owner"),
    Column("entitled", Float, nullable=False),
    Column("assigned", Integer, nullable=False),
)

identity = Table(
    "identity",
    metadata,
    _key("key"),
    _key("source"),
    _key("source_id"),
    _required("owner"),
    Column("decided_at", Instant, nullable=False),
    Index(None, "source", "source_id"),
    _of_lead(),
)

work = Table(
    "work",
    metadata,
    _key("crm"),
    _key("record_id"),
    Column("owner", Words),
    Column("is_open", Boolean, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Index(None, "is_open", "crm", "owner"),
)

crm_owner = Table(
    "crm_owner",
    metadata,
    _key("crm"),
    _key("crm_id"),
    _required("name"),
    Column("email", Words),
    Column("is_active", Boolean, nullable=False),
    Column("is_queue", Boolean, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

policy = Table(
    "policy",
    metadata,
    _key("hash"),
    Column("document", Json, nullable=False),
    Column("first_seen", Instant, nullable=False),
)

pause = Table("pause", metadata, _key("source"), Column("since", Instant, nullable=False))

away = Table(
    "away",
    metadata,
    _key("owner"),
    Column("until", Instant, nullable=False),
    Column("set_at", Instant, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", RowNumber, primary_key=True),
    _required("source"),
    # Of the body, or of what the sender calls this delivery: one that is sent again is one row.
    _required("body_hash"),
    Column("received_at", Instant, nullable=False),
    Column("payload", Json, nullable=False),
    _required("state"),
    Column("attempts", Integer, nullable=False),
    _required("error"),
    Column("due_at", Instant, nullable=False),
    Column("lease_holder", Words),
    Column("lease_until", Instant),
    Column("settled_at", Instant),
    UniqueConstraint("source", "body_hash"),
    Index(None, "state", "source", "due_at"),
)

notice = Table(
    "notice",
    metadata,
    _key("delivery"),
    _key("channel"),
    _required("owner"),
    _required("state"),
    Column("attempts", Integer, nullable=False),
    # How often it was sent again because nobody knows whether it had been sent.
    Column("repeats", Integer, nullable=False),
    _required("reason"),
    Column("due_at", Instant, nullable=False),
    Column("lease_holder", Words),
    Column("lease_until", Instant),
    Column("created_at", Instant, nullable=False),
    Column("settled_at", Instant),
    Index(None, "state", "due_at"),
    ForeignKeyConstraint(["delivery"], ["delivery.id"]),
)

breaker = Table(
    "breaker",
    metadata,
    _key("source"),
    _required("state"),
    Column("failures", Integer, nullable=False),
    Column("until", Instant),
    Column("changed_at", Instant, nullable=False),
    _required("reason"),
)
