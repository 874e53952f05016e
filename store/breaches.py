"""Breaches that were none: a person took the lead from its late owner before we could."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from store.activity_rows import ClockKind, ClockState
from store.schema import delivery, sla_clock
from store.upsert import chunks


def forgive(connection: Connection, taken: Sequence[str], now: datetime) -> None:
    """
    Let the owner before not count as late, of these deliveries in whose place a person's choice is.

    Somebody saw to the lead; it was neither left cold nor taken back by us.
    """
    for some in chunks(taken):
        wanted = select(delivery.c.source, delivery.c.source_id, delivery.c.attempt)
        for row in connection.execute(
            wanted.where(delivery.c.id.in_(some), delivery.c.attempt > 1)
        ):
            late = update(sla_clock).where(
                sla_clock.c.source == row.source,
                sla_clock.c.source_id == row.source_id,
                sla_clock.c.attempt == row.attempt - 1,
                sla_clock.c.kind == ClockKind.FIRST_TOUCH.value,
                sla_clock.c.state == ClockState.BREACHED.value,
            )
            connection.execute(late.values(state=ClockState.ENDED.value, ended_at=now))
