"""Clocks of assignments: started once each, and read."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, and_, bindparam, exists, null, select

from leads.activity import TouchFlaw, TouchKind
from leads.decision import Decision, Method
from leads.keys import CrmOwnerId, LeadKey, OwnerId
from leads.lead import Lead
from store import codec
from store.activity_rows import Clock, ClockKind, ClockState, FirstTouch, Unclocked, Uncounted
from store.rows import LeadState
from store.schema import assignment, cursor, decision, delivery, lead, sla_clock, touch
from store.stopping import match
from store.upsert import chunks, insert_missing, upsert

_PLACE = {"source": "", "stream": "clocks"}
_OF_LEAD = (lead.c.source == delivery.c.source) & (lead.c.source_id == delivery.c.source_id)
_MADE = and_(
    decision.c.source == delivery.c.source,
    decision.c.source_id == delivery.c.source_id,
    decision.c.attempt == delivery.c.attempt,
)
_POSITION = select(cursor.c.position).where(*(cursor.c[name] == bindparam(name) for name in _PLACE))
_ASSIGNED = (
    select(
        assignment.c.id.label("number"),
        assignment.c.written_at,
        delivery.c.id,
        *(delivery.c.source, delivery.c.source_id, delivery.c.attempt, delivery.c.crm),
        *(delivery.c.record_id, delivery.c.owner, delivery.c.crm_owner),
        decision.c.document,
        lead.c.state.label("lead_state"),
    )
    .join_from(assignment, delivery, delivery.c.id == assignment.c.delivery)
    .join(decision, _MADE)
    .join(lead, _OF_LEAD)
    .where(assignment.c.id > bindparam("last"), delivery.c.record_id.is_not(None))
    .order_by(assignment.c.id)
    .limit(bindparam("limit"))
)
_UNCLOCKED = _ASSIGNED.add_columns(null().label("read"))
_UNCLOCKED_WITH_LEADS = _ASSIGNED.add_columns(lead.c.document.label("read"))
_LEADS_OF = select(delivery.c.id, delivery.c.source, delivery.c.source_id).where(
    delivery.c.id.in_(bindparam("ids", expanding=True))
)
_WHERE_ONE_RUNS = (
    select(sla_clock.c.crm).where(sla_clock.c.state == ClockState.RUNNING.value).distinct()
)


def unclocked(connection: Connection, limit: int, *, with_leads: bool) -> list[Unclocked]:
    """List assignments since the last one that has a clock, in the order they were written."""
    wanted = _UNCLOCKED_WITH_LEADS if with_leads else _UNCLOCKED
    found = connection.execute(wanted, {"last": _place(connection), "limit": limit})
    return [_unclocked(row) for row in found]


def _unclocked(row: Row[tuple[object, ...]]) -> Unclocked:
    made = codec.loads(row.document, Decision)
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
        assigned_at=row.written_at,
        due_at=made.sla_due,
        worked_from=made.worked_from,
        at_any_hour=made.method is Method.ON_CALL,
        read=codec.loads(row.read, Lead) if row.read else None,
        is_duplicate=row.lead_state == LeadState.DUPLICATE.value,
        is_no_lead=made.method is Method.STEWARD,
    )


def _place(connection: Connection) -> int:
    return int(connection.execute(_POSITION, _PLACE).scalar() or 0)


def has_begun(connection: Connection) -> bool:
    return connection.execute(_POSITION, _PLACE).first() is not None


def start(
    connection: Connection,
    started: Sequence[Unclocked],
    now: datetime,
    *,
    is_running: bool,
) -> None:
    """Start a clock for each but what is no lead; one that was started stays as it is."""
    timed = [each for each in started if not each.is_no_lead]
    theirs = still_of(connection, {each.delivery: each.lead for each in timed})
    rows = [_row(each, is_running=is_running) for each in timed if each.delivery in theirs]
    insert_missing(connection, sla_clock, rows)
    last = max((each.number for each in started), default=_place(connection))
    upsert(connection, cursor, [{**_PLACE, "position": str(last), "saved_at": now}])
    for crm in sorted({each.crm for each in timed}):
        match(connection, crm, [each.record_id for each in timed if each.crm == crm], now)


def still_of(connection: Connection, leads: Mapping[str, LeadKey]) -> set[str]:
    """Answer which deliveries are still of these leads: one may be erased since they were read."""
    found: set[str] = set()
    for some in chunks(sorted(leads)):
        for row in connection.execute(_LEADS_OF, {"ids": some}):
            if leads[row.id] == LeadKey(row.source, row.source_id):
                found.add(row.id)
    return found


def _row(each: Unclocked, *, is_running: bool) -> dict[str, object]:
    is_running = is_running and not each.is_duplicate
    state = ClockState.RUNNING if is_running else ClockState.KEPT
    soonest = min(each.due_at, each.remind_at or each.due_at)
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
        "remind_at": each.remind_at,
        "next_at": soonest if is_running else None,
    }


def clocks_of(connection: Connection, key: LeadKey) -> list[Clock]:
    """List those of one lead, the first assignment first."""
    wanted = select(sla_clock).where(
        sla_clock.c.source == key.source, sla_clock.c.source_id == key.source_id
    )
    order = (sla_clock.c.attempt, sla_clock.c.kind)
    return [read_clock(row) for row in connection.execute(wanted.order_by(*order))]


def uncounted(connection: Connection, key: LeadKey) -> list[Uncounted]:
    """List what was done with a lead's records and is no measure, the oldest first."""
    of_lead = (sla_clock.c.source == key.source) & (sla_clock.c.source_id == key.source_id)
    of_record = (sla_clock.c.crm == touch.c.crm) & (sla_clock.c.record_id == touch.c.record_id)
    is_told = exists().where(of_lead, of_record, sla_clock.c.evidence == touch.c.evidence)
    wanted = (
        select(touch)
        .where(touch.c.flaw != "", exists().where(of_lead, of_record), ~is_told)
        .order_by(touch.c.at, touch.c.evidence)
    )
    return [_read_uncounted(row) for row in connection.execute(wanted)]


def _read_uncounted(row: Row[tuple[object, ...]]) -> Uncounted:
    made = FirstTouch(
        at=row.at,
        by=CrmOwnerId(row.crm_owner) if row.crm_owner else None,
        kind=TouchKind(row.kind),
        evidence=row.evidence,
        flaw=TouchFlaw(row.flaw),
    )
    return Uncounted(crm=row.crm, touch=made)


def running_in(connection: Connection) -> frozenset[str]:
    """Answer the CRMs in which somebody waits for a touch."""
    return frozenset(connection.execute(_WHERE_ONE_RUNS).scalars())


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
