"""Tables that mirror a CRM: who works on what, and who may own records there."""

from sqlalchemy import Boolean, Column, Index, Table

from store.columns import Instant, Words
from store.tables import key, metadata, required

work = Table(
    "work",
    metadata,
    key("crm"),
    key("record_id"),
    Column("owner", Words),
    Column("is_open", Boolean, nullable=False),
    # None: a lead, as what was mirrored before kinds were told apart.
    Column("kind", Words),
    Column("seen_at", Instant, nullable=False),
    # By the CRM's clock; None: not told.
    Column("changed_at", Instant),
    Index(None, "is_open", "crm", "owner"),
)

crm_owner = Table(
    "crm_owner",
    metadata,
    key("crm"),
    key("crm_id"),
    required("name"),
    Column("email", Words),
    Column("is_active", Boolean, nullable=False),
    Column("is_queue", Boolean, nullable=False),
    Column("seen_at", Instant, nullable=False),
)
