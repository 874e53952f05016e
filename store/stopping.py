"""What stops the clocks of an assignment: its first touch, and one on another occasion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, Connection, Row, and_, bindparam, select, update

from leads.activity import TouchFlaw, TouchKind
from leads.keys import CrmOwnerId
from store.activity_rows import ClockKind, ClockState, FirstTouch
from store.schema import sla_clock, touch
from store.upsert import chunks

ANOTHER_OCCASION = timedelta(hours=1)
"""A call and the status set after it are one: a follow-up comes so much later at least."""

_NO_MEASURE = (TouchFlaw.NOBODY.value, TouchFlaw.FUTURE.value)
_Row = Row[tuple[object, ...]]

_RECORDS: BindParameter[str] = bindparam("records", expanding=True)
_ASSIGNED = (
    select(
        *(sla_clock.c.delivery, sla_clock.c.record_id),
        *(sla_clock.c.decided_at, sla_clock.c.assigned_at),
    )
    .where(sla_clock.c.crm == bindparam("crm"), sla_clock.c.record_id.in_(_RECORDS))
    .where(sla_clock.c.kind == ClockKind.FIRST_TOUCH.value)
    .order_by(sla_clock.c.decided_at)
)
_TOUCHES = (
    select(touch)
    .where(touch.c.crm == bindparam("crm"), touch.c.record_id.in_(_RECORDS))
    .order_by(touch.c.at, touch.c.evidence)
)


@dataclass(frozen=True, slots=True)
class _Found:
    """By delivery: its first touch, and its first one on another occasion."""

    first: dict[str, FirstTouch] = field(default_factory=dict)
    again: dict[str, FirstTouch] = field(default_factory=dict)


def match(connection: Connection, crm: str, records: Sequence[str], now: datetime) -> None:
    """
    Find what stops each clock anew, from all that is stored of its record.

    A touch is of the assignment that stood when it happened: the last one decided before it. Made
    by another person than the owner it counts: somebody was in touch.
    """
    for some in chunks(sorted(set(records))):
        assigned = _assigned(connection, crm, some)
        found = _Found()
        flawed = []
        for row in connection.execute(_TOUCHES, {"crm": crm, "records": list(assigned)}):
            flaw = _stops(assigned[row.record_id], row, found)
            if flaw != row.flaw:
                flawed.append(
                    {"b_crm": crm, "b_id": row.record_id, "b_of": row.evidence, "f": flaw}
                )
        _flag(connection, flawed)
        # What is touched is looked at next: is it to be followed up?
        _stop(connection, ClockKind.FIRST_TOUCH, found.first, now, next_at=now)
        _stop(connection, ClockKind.FOLLOW_UP, found.again, now, next_at=None)


def _assigned(connection: Connection, crm: str, records: Sequence[str]) -> dict[str, list[_Row]]:
    """Answer each record's assignments, the first decided first."""
    found: dict[str, list[_Row]] = {}
    for row in connection.execute(_ASSIGNED, {"crm": crm, "records": records}):
        found.setdefault(row.record_id, []).append(row)
    return found


def _stops(assigned: Sequence[_Row], row: _Row, found: _Found) -> str:
    """Note the clock that a touch stops, if it does; answer the touch's flaw."""
    if row.flaw in _NO_MEASURE:
        return str(row.flaw)
    stood = [each for each in assigned if each.decided_at <= row.at]
    flaw = "" if stood and stood[-1].assigned_at <= row.at else TouchFlaw.EARLY.value
    if stood:
        made = FirstTouch(
            at=row.at,
            by=CrmOwnerId(row.crm_owner) if row.crm_owner else None,
            kind=TouchKind(row.kind),
            evidence=row.evidence,
            flaw=TouchFlaw(flaw) if flaw else None,
        )
        of = stood[-1].delivery
        if made.at >= found.first.setdefault(of, made).at + ANOTHER_OCCASION:
            found.again.setdefault(of, made)
    return flaw


def _flag(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    if rows:
        own = and_(
            touch.c.crm == bindparam("b_crm"),
            touch.c.record_id == bindparam("b_id"),
            touch.c.evidence == bindparam("b_of"),
        )
        connection.execute(update(touch).where(own).values(flaw=bindparam("f")), rows)


def _stop(
    connection: Connection,
    kind: ClockKind,
    touched: Mapping[str, FirstTouch],
    now: datetime,
    *,
    next_at: datetime | None,
) -> None:
    rows = [
        {
            "at_delivery": of,
            "touched_at": each.at,
            "touched_by": each.by,
            "touch_kind": each.kind.value,
            "evidence": each.evidence,
            "touch_flaw": each.flaw.value if each.flaw else "",
        }
        for of, each in touched.items()
    ]
    if not rows:
        return
    own = (sla_clock.c.delivery == bindparam("at_delivery")) & (sla_clock.c.kind == kind.value)
    connection.execute(update(sla_clock).where(own), rows)
    running = sla_clock.c.state == ClockState.RUNNING.value
    over = update(sla_clock).where(own, running)
    values = {"state": ClockState.TOUCHED.value, "next_at": next_at, "ended_at": now}
    connection.execute(over.values(**values), [{"at_delivery": of} for of in touched])
