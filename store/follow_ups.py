"""Clocks that begin with a first touch: by when somebody must be in touch once more."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, tuple_, update

from store.activity_rows import Clock, ClockKind, ClockState
from store.clocks import read_clock, still_of
from store.schema import sla_clock
from store.stopping import match
from store.upsert import chunks, insert_missing

_FIRST = sla_clock.c.kind == ClockKind.FIRST_TOUCH.value
# Not by the index on states: nearly every clock there is was stopped by a touch.
_TOUCHED = func.coalesce(sla_clock.c.state, "") == ClockState.TOUCHED.value
_UNFOLLOWED = (
    select(sla_clock)
    .where(sla_clock.c.next_at <= bindparam("now"), _TOUCHED, _FIRST)
    .order_by(sla_clock.c.next_at, sla_clock.c.delivery)
    .limit(bindparam("limit"))
)


def unfollowed(connection: Connection, now: datetime, limit: int) -> list[Clock]:
    """List clocks that a touch stopped since the last look, the first one first."""
    found = connection.execute(_UNFOLLOWED, {"now": now, "limit": limit})
    return [read_clock(row) for row in found]


def begin(
    connection: Connection, looked_at: Sequence[Clock], started: Sequence[Clock], now: datetime
) -> None:
    """Start these clocks; those `looked_at` are done with. Safe to repeat."""
    theirs = still_of(connection, {each.delivery: each.lead for each in started})
    insert_missing(connection, sla_clock, [_row(e) for e in started if e.delivery in theirs])
    for some in chunks([each.delivery for each in looked_at]):
        own = tuple_(sla_clock.c.delivery, sla_clock.c.kind).in_(
            [(of, ClockKind.FIRST_TOUCH.value) for of in some]
        )
        connection.execute(update(sla_clock).where(own, _TOUCHED).values(next_at=None))
    for crm in sorted({each.crm for each in started}):
        records = [each.record_id for each in started if each.crm == crm and each.record_id]
        match(connection, crm, records, now)


def _row(clock: Clock) -> dict[str, object]:
    return {
        "delivery": clock.delivery,
        "kind": ClockKind.FOLLOW_UP.value,
        "source": clock.lead.source,
        "source_id": clock.lead.source_id,
        "attempt": clock.attempt,
        "crm": clock.crm,
        "record_id": clock.record_id,
        "owner": clock.owner,
        "crm_owner": clock.crm_owner,
        "sla": clock.sla,
        "state": ClockState.RUNNING.value,
        "decided_at": clock.decided_at,
        "assigned_at": clock.assigned_at,
        "due_at": clock.due_at,
        "remind_at": clock.remind_at,
        "next_at": min(clock.due_at, clock.remind_at or clock.due_at),
    }
