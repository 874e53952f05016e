"""Requests made to each source, by day: what asking it costs."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from store.running_rows import CallsRow
from store.schema import api_call
from store.upsert import Insert, kept

KEPT = timedelta(days=400)
"""A year's report, and a little more."""


def add(connection: Connection, made: Mapping[str, int], now: datetime) -> None:
    """Add to the day's counts (UTC); forget days that are long over."""
    more = kept(connection, api_call, ("source", "day", "calls"), _adding)
    day = _day(now)
    rows = [{"source": source, "day": day, "calls": made[source]} for source in sorted(made)]
    connection.execute(more, rows)
    connection.execute(delete(api_call).where(api_call.c.day < _day(now - KEPT)))


def since(connection: Connection, at: datetime) -> list[CallsRow]:
    """List them from the day of `at` on, by source and day."""
    wanted = select(api_call).where(api_call.c.day >= _day(at))
    return [
        CallsRow(source=row.source, day=row.day, calls=row.calls)
        for row in connection.execute(wanted.order_by(api_call.c.source, api_call.c.day))
    ]


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"


def _adding(insert: Insert) -> Insert:
    return insert.on_conflict_do_update(
        index_elements=["source", "day"],
        set_={"calls": api_call.c.calls + insert.excluded.calls},
    )
