"""Tables that mirror whom and which companies a CRM knows, and who owns them there."""

from sqlalchemy import Column, Index, Table

from store.columns import Instant, Words
from store.tables import key, metadata, required

account = Table(
    "account",
    metadata,
    key("crm"),
    key("account_id"),
    required("name"),
    # The first letters of its name as names are compared: similar names are looked for there.
    required("block"),
    Column("domain", Words),
    Column("owner", Words),
    Column("created_at", Instant),
    Column("seen_at", Instant, nullable=False),
    Index(None, "domain"),
    Index(None, "block"),
)

crm_person = Table(
    "crm_person",
    metadata,
    # An identity key (an e-mail address, a number and surname, a name and company): personal.
    key("key"),
    key("crm"),
    key("record_id"),
    required("owner"),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Index(None, "crm", "record_id"),
)
