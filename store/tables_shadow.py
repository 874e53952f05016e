"""Tables of a second policy that decides beside the one in force, and writes nothing."""

from sqlalchemy import Boolean, Column, Float, ForeignKeyConstraint, Index, Integer, Table

from store.columns import Instant, Json, RowNumber, Words
from store.tables import key, metadata, required

shadow = Table(
    "shadow",
    metadata,
    Column("id", RowNumber, primary_key=True),
    required("hash"),
    Column("document", Json, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
)

shadow_decision = Table(
    "shadow_decision",
    metadata,
    Column("shadow", RowNumber, primary_key=True, autoincrement=False),
    # The decision that was in force, which has the lead.
    Column("decision", RowNumber, primary_key=True, autoincrement=False),
    required("owner"),
    Column("pool", Words),
    Column("rule", Words),
    required("method"),
    Column("decided_at", Instant, nullable=False),
    Column("sla_due", Instant, nullable=False),
    # As of a decision in force: what caps count.
    Column("segments", Json),
    Column("fills", Boolean),
    Column("worked_from", Instant),
    ForeignKeyConstraint(["shadow"], ["shadow.id"]),
    ForeignKeyConstraint(["decision"], ["decision.id"]),
    Index(None, "decision"),
)

shadow_rotation = Table(
    "shadow_rotation",
    metadata,
    Column("shadow", RowNumber, primary_key=True, autoincrement=False),
    key("pool"),
    key("owner"),
    Column("entitled", Float, nullable=False),
    Column("assigned", Integer, nullable=False),
    ForeignKeyConstraint(["shadow"], ["shadow.id"]),
)
