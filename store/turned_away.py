"""Webhook requests that were turned away, counted by day, door and reason."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select

from store.running_rows import TurnedAwayRow
from store.schema import turned_away
from store.upsert import Insert, kept

KEPT = timedelta(days=30)


def add(connection: Connection, rows: Sequence[TurnedAwayRow], now: datetime) -> None:
    """Add to the day's counts; forget days that are long over."""
    if not rows:
        return
    new = [_row(each) for each in rows]
    connection.execute(kept(connection, turned_away, tuple(new[0]), _adding), new)
    connection.execute(delete(turned_away).where(turned_away.c.day < _day(now - KEPT)))


def since(connection: Connection, at: datetime) -> list[TurnedAwayRow]:
    """Add up the days from that of `at` on, the latest first."""
    kind = (turned_away.c.door, turned_away.c.status, turned_away.c.reason)
    last = func.max(turned_away.c.last_at)
    wanted = (
        select(*kind, func.sum(turned_away.c.count).label("total"), last.label("last_at"))
        .where(turned_away.c.day >= _day(at))
        .group_by(*kind)
        .order_by(last.desc(), *kind)
    )
    return [
        TurnedAwayRow(
            door=row.door,
            status=row.status,
            reason=row.reason,
            count=int(row.total),
            last_at=row.last_at,
        )
        for row in connection.execute(wanted)
    ]


def _row(each: TurnedAwayRow) -> dict[str, object]:
    return {
        "day": _day(each.last_at),
        "door": each.door,
        "status": each.status,
        "reason": each.reason,
        "count": each.count,
        "last_at": each.last_at,
    }


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"


def _adding(insert: Insert) -> Insert:
    new = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=[column.name for column in turned_away.primary_key],
        set_={"count": turned_away.c.count + new.count, "last_at": new.last_at},
    )
