"""Windows of a backfill: each is read on from where it stands, by one process at a time."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, insert, select, update

from leads.errors import StoreError
from store.backfill_rows import WindowRow
from store.schema import backfill_window


def keep(connection: Connection, parts: Sequence[WindowRow]) -> None:
    rows: list[dict[str, object]] = [
        {
            "backfill": each.backfill,
            "number": each.number,
            "source": each.source,
            "since": each.since,
            "until": each.until,
            "position": each.position,
            "is_read": each.is_read,
            "passed": {},
        }
        for each in parts
    ]
    connection.execute(insert(backfill_window), rows)


def windows(connection: Connection, number: str) -> list[WindowRow]:
    """List them in the order they are read in one after the other."""
    wanted = select(backfill_window).where(backfill_window.c.backfill == number)
    return [
        WindowRow(
            backfill=row.backfill,
            number=row.number,
            source=row.source,
            since=row.since,
            until=row.until,
            position=row.position,
            is_read=row.is_read,
        )
        for row in connection.execute(wanted.order_by(backfill_window.c.number))
    ]


def passed(connection: Connection, number: str) -> Counter[str]:
    """Count what was seen and is not to be assigned, by reason."""
    wanted = select(backfill_window.c.passed).where(backfill_window.c.backfill == number)
    total = Counter[str]()
    for found in connection.execute(wanted).scalars():
        total.update(found)
    return total


def move(connection: Connection, window: WindowRow, more: Mapping[str, int]) -> None:
    """Note where to read on, and what was passed over on the way."""
    here = (backfill_window.c.backfill == window.backfill) & (
        backfill_window.c.number == window.number
    )
    found = connection.execute(select(backfill_window.c.passed).where(here)).scalar()
    if found is None:
        raise StoreError(f"reading for backfill {window.backfill}: it has no such window")
    moved = update(backfill_window).where(here)
    values = {"position": window.position, "is_read": window.is_read}
    connection.execute(moved.values(**values, passed=dict(Counter(found) + Counter(more))))
