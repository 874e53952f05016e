"""How often sources are polled, and when next, so that a vendor's allowance lasts."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, select

from store.running_rows import PaceRow
from store.schema import pace
from store.upsert import upsert


def save(connection: Connection, rows: Sequence[PaceRow]) -> None:
    upsert(connection, pace, [asdict(row) for row in rows])


def read(connection: Connection, source: str | None) -> list[PaceRow]:
    query = select(pace).order_by(pace.c.source, pace.c.part)
    if source is not None:
        query = query.where(pace.c.source == source)
    return [PaceRow(**row) for row in connection.execute(query).mappings()]
