"""Trained models, each version and how it stands; what trial and floor have counted."""

from sqlalchemy import Column, Float, Integer, Table, Text

from store.columns import Instant, Json
from store.tables import key, metadata, required

model = Table(
    "model",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("trained_at", Instant, nullable=False),
    # A ModelState, since when, by whom and why.
    required("state"),
    Column("state_at", Instant, nullable=False),
    required("state_by"),
    Column("why", Text, nullable=False),
    # How a lead becomes numbers, what they are worth with whom, and what owners' time costs.
    Column("recipe", Text, nullable=False),
    Column("likelihood", Text, nullable=False),
    Column("prices", Json, nullable=False),
    Column("priced_at", Instant, nullable=False),
    # Of the past it was trained on: the same past trains the same model.
    required("fingerprint"),
    Column("report", Json, nullable=False),
)

stratum = Table(
    "stratum",
    metadata,
    key("pool"),
    key("segment"),
    Column("leads", Integer, nullable=False),
)

arrears = Table(
    "arrears",
    metadata,
    key("pool"),
    key("owner"),
    Column("leads", Float, nullable=False),
)
