"""Clocks of assignments: started once each, stopped by the first touch since the decision."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, and_, bindparam, func, select, update

from leads.activity import TouchFlaw, TouchKind
from leads.decision import Decision
from leads.keys import CrmOwnerId, LeadKey, OwnerId
from store import codec
from store.activity_rows import Clock, ClockKind, ClockState, FirstTouch, Unclocked
from store.rows import LeadState
from store.schema import assignment, cursor, decision, delivery, lead, sla_clock, touch
from store.upsert import chunks, insert_missing, upsert

_PLACE = {"source": "", "stream": "clocks"}
_OF_LEAD = (lead.c.source == delivery.c.source) & (lead.c.source_id == delivery.c.source_id)
_NO_MEASURE = (TouchFlaw.NOBODY.value, TouchFlaw.FUTURE.value)


def unclocked(connection: Connection, limit: int) -> list[Unclocked]:
    """List assignments since the last one that has a clock, in the order they were written."""
    made = and_(
        decision.c.source == delivery.c.source,
        decision.c.source_id == delivery.c.source_id,
        decision.c.attempt == delivery.c.attempt,
    )
    wanted = (
        select(assignment.c.id.label("number"), assignment.c.written_at, delivery, decision)
        .join(delivery, delivery.c.id == assignment.c.delivery)
        .join(decision, made)
        .join(lead, _OF_LEAD)
        .where(assignment.c.id > _place(connection), delivery.c.record_id.is_not(None))
        .order_by(assignment.c.id)
        .limit(limit)
    )
    named = wanted.with_only_columns(
        assignment.c.id.label("number"),
        assignment.c.written_at,
        delivery.c.id,
        *(delivery.c.source, delivery.c.source_id, delivery.c.attempt, delivery.c.crm),
        *(delivery.c.record_id, delivery.c.owner, delivery.c.crm_owner),
        decision.c.document,
        lead.c.state.label("lead_state"),
    )
    return [_unclocked(row) for row in connection.execute(named)]


def _unclocked(row: Row[tuple[object, ...]]) -> Unclocked:
    made = codec.loads(row.document, Decision)
    held_since = made.saw.held_since if made.saw else None
    return Unclocked(
        number=row.number,
        delivery=row.id,
        lead=LeadKey(row.source, row.source_id),
        attempt=row.attempt,
        crm=row.crm,
        record_id=row.record_id,
        owner=OwnerId(row.owner),
        crm_owner=CrmOwnerId(row.crm_owner),
        sla=made.sla,
        decided_at=made.decided_at,
        begins_at=held_since or made.worked_from or made.decided_at,
        assigned_at=row.written_at,
        due_at=made.sla_due,
        is_duplicate=row.lead_state == LeadState.DUPLICATE.value,
    )


def _place(connection: Connection) -> int:
    wanted = select(cursor.c.position).where(
        *(cursor.c[name] == value for name, value in _PLACE.items())
    )
    return int(connection.execute(wanted).scalar() or 0)


def has_begun(connection: Connection) -> bool:
    wanted = select(func.count()).where(
        *(cursor.c[name] == value for name, value in _PLACE.items())
    )
    return connection.execute(wanted).scalar_one() > 0


def start(
    connection: Connection,
    started: Sequence[tuple[Unclocked, datetime | None]],
    now: datetime,
    *,
    is_running: bool,
) -> None:
    """Start a clock for each, with its reminder's time; one that was started stays as it is."""
    insert_missing(
        connection, sla_clock, [_row(each, at, is_running=is_running) for each, at in started]
    )
    last = max((each.number for each, _ in started), default=_place(connection))
    upsert(connection, cursor, [{**_PLACE, "position": str(last), "saved_at": now}])
    for crm in sorted({each.crm for each, _ in started}):
        match(connection, crm, [each.record_id for each, _ in started if each.crm == crm], now)


def _row(each: Unclocked, remind_at: datetime | None, *, is_running: bool) -> dict[str, object]:
    is_running = is_running and not each.is_duplicate
    state = ClockState.RUNNING if is_running else ClockState.KEPT
    soonest = min(each.due_at, remind_at or each.due_at)
    return {
        "delivery": each.delivery,
        "kind": ClockKind.FIRST_TOUCH.value,
        "source": each.lead.source,
        "source_id": each.lead.source_id,
        "attempt": each.attempt,
        "crm": each.crm,
        "record_id": each.record_id,
        "owner": each.owner,
        "crm_owner": each.crm_owner,
        "sla": each.sla,
        "state": state.value,
        "decided_at": each.decided_at,
        "assigned_at": each.assigned_at,
        "due_at": each.due_at,
        "remind_at": remind_at,
        "next_at": soonest if is_running else None,
    }


def match(connection: Connection, crm: str, records: Sequence[str], now: datetime) -> None:
    """
    Find each clock's first touch anew, from all that is stored of its record.

    A touch is of the assignment that stood when it happened: the last one decided before it. Made
    by another person than the owner it counts: somebody was in touch.
    """
    for some in chunks(sorted(set(records))):
        timed = (sla_clock.c.crm == crm) & sla_clock.c.record_id.in_(some)
        rows = connection.execute(select(sla_clock).where(timed).order_by(sla_clock.c.decided_at))
        by_record: dict[str, list[Clock]] = {}
        for row in rows:
            by_record.setdefault(row.record_id, []).append(read_clock(row))
        seen = (touch.c.crm == crm) & touch.c.record_id.in_(list(by_record))
        order = (touch.c.at, touch.c.evidence)
        touched: dict[str, FirstTouch] = {}
        early = []
        for row in connection.execute(select(touch).where(seen).order_by(*order)):
            flaw = _stops(by_record[row.record_id], row, touched)
            if flaw != row.flaw:
                early.append({"b_crm": crm, "b_id": row.record_id, "b_of": row.evidence, "f": flaw})
        _flag(connection, early)
        _stop(connection, touched, now)


def _stops(
    clocks: Sequence[Clock], row: Row[tuple[object, ...]], touched: dict[str, FirstTouch]
) -> str:
    """Note the clock that a touch stops, if it is its first; answer the touch's flaw."""
    if row.flaw in _NO_MEASURE:
        return str(row.flaw)
    stood = [each for each in clocks if each.decided_at <= row.at]
    flaw = "" if stood and stood[-1].assigned_at <= row.at else TouchFlaw.EARLY.value
    if stood:
        first = FirstTouch(
            at=row.at,
            by=CrmOwnerId(row.crm_owner) if row.crm_owner else None,
            kind=TouchKind(row.kind),
            evidence=row.evidence,
            flaw=TouchFlaw(flaw) if flaw else None,
        )
        touched.setdefault(stood[-1].delivery, first)
    return flaw


def _flag(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    if rows:
        own = and_(
            touch.c.crm == bindparam("b_crm"),
            touch.c.record_id == bindparam("b_id"),
            touch.c.evidence == bindparam("b_of"),
        )
        connection.execute(update(touch).where(own).values(flaw=bindparam("f")), rows)


def _stop(connection: Connection, touched: Mapping[str, FirstTouch], now: datetime) -> None:
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
    own = sla_clock.c.delivery == bindparam("at_delivery")
    first = sla_clock.c.kind == ClockKind.FIRST_TOUCH.value
    connection.execute(update(sla_clock).where(own, first), rows)
    running = sla_clock.c.state == ClockState.RUNNING.value
    over = update(sla_clock).where(own, first, running)
    values = {"state": ClockState.TOUCHED.value, "next_at": None, "ended_at": now}
    connection.execute(over.values(**values), [{"at_delivery": of} for of in touched])


def clocks_of(connection: Connection, key: LeadKey) -> list[Clock]:
    """List those of one lead, the first assignment first."""
    wanted = select(sla_clock).where(
        sla_clock.c.source == key.source, sla_clock.c.source_id == key.source_id
    )
    return [read_clock(row) for row in connection.execute(wanted.order_by(sla_clock.c.attempt))]


def running_in(connection: Connection) -> frozenset[str]:
    """Answer the CRMs in which somebody waits for a first touch."""
    wanted = select(sla_clock.c.crm).where(sla_clock.c.state == ClockState.RUNNING.value)
    return frozenset(connection.execute(wanted.distinct()).scalars())


def read_clock(row: Row[tuple[object, ...]]) -> Clock:
    touched = FirstTouch(
        at=row.touched_at,
        by=CrmOwnerId(row.touched_by) if row.touched_by else None,
        kind=TouchKind(row.touch_kind),
        evidence=row.evidence or "",
        flaw=TouchFlaw(row.touch_flaw) if row.touch_flaw else None,
    ) if row.touched_at else None  # fmt: skip
    return Clock(
        delivery=row.delivery,
        kind=ClockKind(row.kind),
        lead=LeadKey(row.source, row.source_id),
        attempt=row.attempt,
        crm=row.crm,
        record_id=row.record_id,
        owner=OwnerId(row.owner),
        crm_owner=CrmOwnerId(row.crm_owner),
        sla=row.sla,
        state=ClockState(row.state),
        decided_at=row.decided_at,
        assigned_at=row.assigned_at,
        due_at=row.due_at,
        remind_at=row.remind_at,
        reminded_at=row.reminded_at,
        ended_at=row.ended_at,
        first_touch=touched,
    )
