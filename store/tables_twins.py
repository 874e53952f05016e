"""The table of records that two CRMs keep as copies of each other."""

from sqlalchemy import Boolean, Column, Index, Table

from store.tables import key, metadata, required

twin = Table(
    "twin",
    metadata,
    key("crm"),
    key("record_id"),
    required("other_crm"),
    required("other_id"),
    Column("other_leads", Boolean, nullable=False),
    Index(None, "other_crm", "other_id"),
)
