"""Tables of leads that were handed back, by a command or by a status in the CRM."""

from sqlalchemy import Boolean, Column, Index, Integer, Table

from store.columns import Instant, Words
from store.tables import key, metadata, of_lead, required

returned = Table(
    "returned",
    metadata,
    key("source"),
    key("source_id"),
    # The number of the decision that was handed back: of two who do so at once, one does.
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    required("owner"),
    Column("by", Words),
    required("reason"),
    Column("is_lead", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "at"),
    of_lead(),
)

asked_back = Table(
    "asked_back",
    metadata,
    key("crm"),
    key("record_id"),
    required("status"),
    Column("owner_seen", Words),
    Column("asked_at", Instant, nullable=False),
    # The record keeps its status when it has its next owner, who has not handed it back.
    Column("answered_at", Instant),
)
