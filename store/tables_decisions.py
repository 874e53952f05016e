"""Tables of who was given what: decisions, and what is written to the CRMs because of them."""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from store.columns import Instant, Json, RowNumber, Words
from store.tables import key, metadata, of_lead, required

_LATER = text("worked_from IS NOT NULL")
_BY_MODEL = text("model IS NOT NULL")

decision = Table(
    "decision",
    metadata,
    Column("id", RowNumber, primary_key=True),
    required("source"),
    required("source_id"),
    Column("attempt", Integer, nullable=False),
    required("owner"),
    Column("pool", Words),
    Column("rule", Words),
    required("method"),
    required("reason"),
    required("policy"),
    Column("decided_at", Instant, nullable=False),
    Column("sla_due", Instant, nullable=False),
    # Set when no write of it took effect: it counts for nobody.
    Column("void_at", Instant),
    required("run"),
    Column("document", Text, nullable=False),
    # Of the lead, those that caps are stated for; None: of none.
    Column("segments", Json),
    # Whether its owner has one more in hand; None: by the method, as it was once told.
    Column("fills", Boolean),
    # When the shift begins that it was given for; None: when it was decided.
    Column("worked_from", Instant),
    # Which part of a trial it was in, and the version of the model that was asked; None: none.
    Column("arm", Words),
    Column("model", Integer),
    # Fingerprints of what it was made from (store/inputs.py); None: it is older than those.
    Column("inputs", Json),
    UniqueConstraint("source", "source_id", "attempt"),
    Index(None, "run"),
    Index(None, "owner", "decided_at"),
    Index(None, "decided_at", "method"),
    Index(
        "ix_decision_later",
        "owner",
        "worked_from",
        sqlite_where=_LATER,
        postgresql_where=_LATER,
    ),
    Index(None, "policy"),
    Index("ix_decision_model", "model", sqlite_where=_BY_MODEL, postgresql_where=_BY_MODEL),
    of_lead(),
)

delivery = Table(
    "delivery",
    metadata,
    Column("seq", RowNumber, primary_key=True),
    required("id"),
    required("source"),
    required("source_id"),
    # 0: not from a decision (a rejected record given to the data steward).
    Column("attempt", Integer, nullable=False),
    required("crm"),
    Column("record_id", Words),
    # Of a creation: the record that is the person's already, and is looked at, or written to.
    Column("known_id", Words),
    required("owner"),
    required("crm_owner"),
    Column("document", Text, nullable=False),
    required("state"),
    required("reason"),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("lease_holder", Words),
    Column("lease_until", Instant),
    required("run"),
    Column("created_at", Instant, nullable=False),
    Column("settled_run", Words),
    Column("settled_at", Instant),
    Column("owner_found", Words),
    # A WriteOutcome: what was written without, none of it personal.
    Column("left_out", Text),
    UniqueConstraint("id"),
    Index(None, "crm", "state", "seq"),
    Index(None, "crm", "record_id"),
    Index(None, "source", "source_id"),
    Index(None, "run"),
    Index(None, "settled_run"),
    of_lead(),
)

_ACTIVE = text("ended_at IS NULL")

reservation = Table(
    "reservation",
    metadata,
    key("delivery"),
    required("owner"),
    required("crm"),
    Column("record_id", Words),
    required("crm_owner"),
    Column("reserved_at", Instant, nullable=False),
    Column("written_at", Instant),
    Column("ended_at", Instant),
    required("ending"),
    Index("ix_reservation_active", "owner", sqlite_where=_ACTIVE, postgresql_where=_ACTIVE),
    ForeignKeyConstraint(["delivery"], ["delivery.id"]),
)

assignment = Table(
    "assignment",
    metadata,
    Column("id", RowNumber, primary_key=True),
    required("delivery"),
    Column("written_at", Instant, nullable=False),
    ForeignKeyConstraint(["delivery"], ["delivery.id"]),
    UniqueConstraint("delivery"),
    sqlite_autoincrement=True,  # a reader who remembers the last id must never see it again
)

notice = Table(
    "notice",
    metadata,
    key("delivery"),
    key("channel"),
    required("owner"),
    required("state"),
    Column("attempts", Integer, nullable=False),
    # How often it was sent again because nobody knows whether it had been sent.
    Column("repeats", Integer, nullable=False),
    required("reason"),
    Column("due_at", Instant, nullable=False),
    Column("lease_holder", Words),
    Column("lease_until", Instant),
    Column("created_at", Instant, nullable=False),
    Column("settled_at", Instant),
    Index(None, "state", "due_at"),
    ForeignKeyConstraint(["delivery"], ["delivery.id"]),
)

# Written without a condition, in the transaction that records it: was a person overwritten?
second_look = Table(
    "second_look",
    metadata,
    key("delivery"),
    required("crm"),
    Column("written_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Index(None, "crm", "due_at"),
    ForeignKeyConstraint(["delivery"], ["delivery.id"]),
)

# An owner of ours that is to be taken back in the CRM. `is_undo`: a person ordered it; else it was
# written, or may be `until` then, though it no longer was to be.
giving_back = Table(
    "giving_back",
    metadata,
    key("delivery"),
    required("crm"),
    Column("is_undo", Boolean, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("until", Instant),
    Index(None, "crm", "due_at"),
    ForeignKeyConstraint(["delivery"], ["delivery.id"]),
)

link = Table(
    "link",
    metadata,
    key("source"),
    key("source_id"),
    key("crm"),
    required("record_id"),
    Index(None, "crm", "record_id"),
    of_lead(),
)

rotation = Table(
    "rotation",
    metadata,
    key("pool"),
    key("owner"),
    Column("entitled", Float, nullable=False),
    Column("assigned", Integer, nullable=False),
)
