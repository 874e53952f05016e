"""Tables of what sources showed: leads, what was set aside, what a person is known by."""

from sqlalchemy import Column, Index, Integer, Table, Text, UniqueConstraint

from store.columns import Instant, Json, RowNumber, Words
from store.tables import key, metadata, of_lead, required

lead = Table(
    "lead",
    metadata,
    key("source"),
    key("source_id"),
    required("version"),
    required("state"),
    required("reason"),
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
    # Among those it first came with; not known of those of before this column.
    Column("place", Integer),
    Index(None, "state", "created_at", "source", "source_id"),
    Index(None, "state", "until"),
    Index(None, "source_id"),
    Index(None, "source", "first_seen"),
    Index(None, "email"),
)

sighting = Table(
    "sighting",
    metadata,
    key("run"),
    key("source"),
    key("source_id"),
    required("verdict"),
    required("reason"),
    Column("seen_at", Instant, nullable=False),
    Index(None, "source", "source_id"),
    of_lead(),
)

reject = Table(
    "reject",
    metadata,
    Column("id", RowNumber, primary_key=True),
    required("source"),
    required("source_id"),
    required("version"),
    required("field"),
    required("reason"),
    Column("body", Json, nullable=False),
    required("state"),
    required("run"),
    Column("seen_at", Instant, nullable=False),
    Column("closed_at", Instant),
    # When the data steward was made its owner (or it was seen that there was nothing to write).
    Column("owned_at", Instant),
    UniqueConstraint("source", "source_id"),
    Index(None, "state", "owned_at"),
    of_lead(),
)

identity = Table(
    "identity",
    metadata,
    key("key"),
    key("source"),
    key("source_id"),
    required("owner"),
    Column("decided_at", Instant, nullable=False),
    Index(None, "source", "source_id"),
    of_lead(),
)

hold = Table(
    "hold",
    metadata,
    key("source"),
    key("source_id"),
    required("pool"),
    required("kind"),
    # None: by one that was not kept.
    Column("rule", Words),
    Column("since", Instant, nullable=False),
    Column("sla_due", Instant, nullable=False),
    of_lead(),
)
