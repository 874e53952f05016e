"""The table of records that a CRM no longer has by themselves: a person merged them into others."""

from sqlalchemy import Index, Table

from store.tables import key, metadata, required

merged_record = Table(
    "merged_record",
    metadata,
    key("crm"),
    key("record_id"),
    required("into_id"),
    Index(None, "crm", "into_id"),
)
