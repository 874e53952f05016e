"""The table of decisions that a person may look at before they are written."""

from sqlalchemy import Column, Index, Integer, Table

from store.columns import Instant, Words
from store.tables import key, metadata, of_lead, required

review = Table(
    "review",
    metadata,
    key("source"),
    key("source_id"),
    # Of the decision that is looked at.
    Column("attempt", Integer, primary_key=True),
    required("policy"),
    required("state"),
    Column("asked_at", Instant, nullable=False),
    # From here on the rules' decision is due: an answer comes too late.
    Column("deadline", Instant, nullable=False),
    Column("answered_at", Instant),
    Column("answered_by", Words),
    # Whom the person chose instead, if they did, and why.
    Column("chosen", Words),
    required("reason"),
    Index(None, "state", "deadline"),
    of_lead(),
)
