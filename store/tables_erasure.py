"""Tables of who was erased: that it was done, and what this store knows them again by."""

from sqlalchemy import Column, ForeignKeyConstraint, Integer, Table

from store.columns import Instant, Json, RowNumber
from store.tables import key, metadata, required

erasure = Table(
    "erasure",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("erased_at", Instant, nullable=False),
    required("asked_by"),
    # Source to leads, and table to rows: counts only.
    Column("leads", Json, nullable=False),
    Column("rows", Json, nullable=False),
)

erasure_mark = Table(
    "erasure_mark",
    metadata,
    # Keyed hashes of a record's key or of what a person is known by.
    key("hash"),
    Column("erasure", RowNumber, nullable=False),
    Column("erased_at", Instant, nullable=False),
    ForeignKeyConstraint(["erasure"], ["erasure.id"]),
)

erasure_key = Table(
    "erasure_key",
    metadata,
    Column("id", Integer, primary_key=True),
    required("secret"),
)
