"""First touches that did not come in time; and those that a person made none of."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from leads.keys import LeadKey
from store.activity_rows import ClockKind, ClockState, LateTouches
from store.schema import delivery, sla_clock
from store.upsert import chunks

_GRACE = timedelta(minutes=5)
"""Each minute's aging acts on a clock that has run out; it may be at work, or be late itself."""


def late_since(connection: Connection, at: datetime, now: datetime) -> list[LateTouches]:
    """
    Count what was acted on since then, and what nobody could act on yet, by SLA.

    The latter stays: nobody else is there to take it, its CRM is paused, or aging does not run.
    """
    rows = select(sla_clock.c.sla, sla_clock.c.owner, sla_clock.c.source, sla_clock.c.source_id)
    first = rows.where(sla_clock.c.kind == ClockKind.FIRST_TOUCH.value)
    acted_on = first.where(
        sla_clock.c.state == ClockState.BREACHED.value, sla_clock.c.ended_at >= at
    )
    overdue = first.where(
        sla_clock.c.state == ClockState.RUNNING.value, sla_clock.c.due_at <= now - _GRACE
    )
    late = defaultdict(list)
    for wanted in (acted_on, overdue):  # together no index would find either
        for row in connection.execute(wanted.order_by(sla_clock.c.due_at.desc())):
            late[row.sla].append(row)
    return [
        LateTouches(
            sla=sla,
            count=len(found),
            owners=len({row.owner for row in found}),
            example=LeadKey(found[0].source, found[0].source_id),
        )
        for sla, found in sorted(late.items())
    ]


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
