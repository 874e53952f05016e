"""Tables of what came after an assignment: who was in touch when, and what came of the lead."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, Table

from store.columns import Instant, Words
from store.tables import key, metadata, of_lead, required

touch = Table(
    "touch",
    metadata,
    key("crm"),
    key("record_id"),
    # The activity's or the history row's id there: what is read again is the same row.
    key("evidence"),
    required("kind"),
    # Whoever did it; None where the CRM does not say.
    Column("crm_owner", Words),
    Column("at", Instant, nullable=False),
    # When the CRM came to know of it, by its clock.
    Column("recorded_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    # A TouchFlaw, or empty.
    required("flaw"),
    Index(None, "recorded_at"),
)

outcome = Table(
    "outcome",
    metadata,
    key("crm"),
    key("record_id"),
    key("evidence"),
    key("kind"),
    Column("crm_owner", Words),
    Column("at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    # A decimal number as text: neither database rounds it.
    Column("amount", Words),
    Column("currency", Words),
    Index(None, "recorded_at"),
)

sla_clock = Table(
    "sla_clock",
    metadata,
    # Of an assignment; `kind` says which of its clocks.
    key("delivery"),
    key("kind"),
    required("source"),
    required("source_id"),
    Column("attempt", Integer, nullable=False),
    required("crm"),
    Column("record_id", Words),
    required("owner"),
    required("crm_owner"),
    required("sla"),
    required("state"),
    Column("decided_at", Instant, nullable=False),
    Column("assigned_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("remind_at", Instant),
    # When there is something to do next; None: never.
    Column("next_at", Instant),
    Column("reminded_at", Instant),
    Column("ended_at", Instant),
    # The first touch by a person since the decision: when, whose, which activity, its flaw.
    Column("touched_at", Instant),
    Column("touched_by", Words),
    Column("touch_kind", Words),
    Column("evidence", Words),
    Column("touch_flaw", Words),
    Index(None, "crm", "record_id"),
    Index(None, "source", "source_id"),
    Index(None, "next_at"),
    Index(None, "state", "crm", "next_at"),
    Index(None, "state", "ended_at"),
    ForeignKeyConstraint(["delivery"], ["delivery.id"]),
    of_lead(),
)
