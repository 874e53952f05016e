"""How often sources are polled, and when next, so that a vendor's allowance lasts."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, bindparam, select

from store.running_rows import PaceRow
from store.schema import pace
from store.upsert import upsert

_ALL = select(pace).order_by(pace.c.source, pace.c.part)
_OF_SOURCE = _ALL.where(pace.c.source == bindparam("of"))


def save(connection: Connection, rows: Sequence[PaceRow]) -> None:
    upsert(connection, pace, [asdict(row) for row in rows])


def read(connection: Connection, source: str | None) -> list[PaceRow]:
    if source is None:
        found = connection.execute(_ALL)
    else:
        found = connection.execute(_OF_SOURCE, {"of": source})
    return [PaceRow(**row) for row in found.mappings()]
