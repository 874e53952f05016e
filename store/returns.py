"""Handing back: the turn undone, the hands emptied, the lead waiting for its next decision."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, and_, bindparam, insert, select, update

from leads.decision import NOT_IN_TOUCH
from leads.keys import CrmOwnerId, LeadKey, OwnerId
from store.activity_rows import ClockState
from store.people import forget_people
from store.refusals import reopen
from store.reservations import release
from store.return_rows import Back, HandBack, Holder
from store.rotation import undo_accruals
from store.rows import DeliveryState
from store.schema import delivery, returned, sla_clock, work
from store.settling import void
from store.upsert import chunks

_OURS = (DeliveryState.WRITTEN.value, DeliveryState.UNCHANGED.value)


def take_back(connection: Connection, back: HandBack, now: datetime, *, is_void: bool) -> None:
    """
    Let the lead wait for its next decision, the owner have one lead less, and no time run.

    With `is_void` the turn is undone for everybody who was due a share of it.
    """
    row = {name: getattr(back, name) for name in ("attempt", "owner", "by", "reason", "is_lead")}
    place = {"source": back.lead.source, "source_id": back.lead.source_id}
    connection.execute(insert(returned).values(**row, **place, at=now))
    _empty_hands(connection, back, now)
    _stop_clocks(connection, back.lead, now)
    if is_void:
        undo_accruals(connection, void(connection, back.lead, back.attempt, now))
    forget_people(connection, [back.lead])
    reopen(connection, [back.lead])


def _empty_hands(connection: Connection, back: HandBack, now: datetime) -> None:
    """Count it for the owner no more, though the CRM shows it as theirs until it is written."""
    given = connection.execute(
        select(delivery.c.id, delivery.c.crm, delivery.c.record_id).where(
            delivery.c.source == back.lead.source,
            delivery.c.source_id == back.lead.source_id,
            delivery.c.attempt == back.attempt,
        )
    ).all()
    release(connection, [each.id for each in given], now)
    nobodys = update(work).where(
        and_(work.c.crm == bindparam("at_crm"), work.c.record_id == bindparam("at_record"))
    )
    rows = [{"at_crm": each.crm, "at_record": each.record_id} for each in given if each.record_id]
    if rows:
        connection.execute(nobodys.values(owner=None), rows)


def _stop_clocks(connection: Connection, lead: LeadKey, now: datetime) -> None:
    """Ask nobody for a touch of what is theirs no more; what was late stays late."""
    running = update(sla_clock).where(
        sla_clock.c.source == lead.source,
        sla_clock.c.source_id == lead.source_id,
        sla_clock.c.state == ClockState.RUNNING.value,
    )
    ended = ClockState.ENDED.value
    connection.execute(running.values(state=ended, next_at=None, ended_at=now))


def backs(connection: Connection, keys: Sequence[LeadKey]) -> dict[LeadKey, Back]:
    """Answer, of those leads that were handed back, what their next decision must know."""
    found: dict[LeadKey, list[HandBack]] = {}
    # Source by source: SQLite looks no index up for pairs of values.
    for source in sorted({key.source for key in keys}):
        for some in chunks([key.source_id for key in keys if key.source == source]):
            wanted = select(returned).where(
                returned.c.source == source, returned.c.source_id.in_(some)
            )
            for row in connection.execute(wanted.order_by(returned.c.attempt)):
                each = _hand_back(row)
                found.setdefault(each.lead, []).append(each)
    return {
        lead: Back(
            returned={each.owner: each.reason for each in several},
            no_lead=not several[-1].is_lead,
            holder=_holder(connection, lead),
        )
        for lead, several in found.items()
    }


def _holder(connection: Connection, lead: LeadKey) -> Holder | None:
    latest = (
        select(delivery.c.crm, delivery.c.record_id, delivery.c.crm_owner)
        .where(
            delivery.c.source == lead.source,
            delivery.c.source_id == lead.source_id,
            delivery.c.state.in_(_OURS),
            delivery.c.record_id.is_not(None),
        )
        .order_by(delivery.c.seq.desc())
    )
    row = connection.execute(latest.limit(1)).first()
    if row is None:
        return None
    return Holder(crm=row.crm, record_id=row.record_id, crm_owner=CrmOwnerId(row.crm_owner))


def returns_of(connection: Connection, lead: LeadKey) -> list[HandBack]:
    """List them, the first one first."""
    wanted = select(returned).where(
        returned.c.source == lead.source, returned.c.source_id == lead.source_id
    )
    return [_hand_back(row) for row in connection.execute(wanted.order_by(returned.c.attempt))]


def returns_since(connection: Connection, at: datetime) -> list[HandBack]:
    """List what people handed back at or after `at`, oldest first: no breach of an SLA."""
    is_late = returned.c.reason.startswith(NOT_IN_TOUCH)
    wanted = select(returned).where(returned.c.at >= at, ~is_late)
    order = (returned.c.at, returned.c.source, returned.c.source_id, returned.c.attempt)
    return [_hand_back(row) for row in connection.execute(wanted.order_by(*order))]


def _hand_back(row: Row[tuple[object, ...]]) -> HandBack:
    return HandBack(
        lead=LeadKey(row.source, row.source_id),
        attempt=row.attempt,
        owner=OwnerId(row.owner),
        by=None if row.by is None else OwnerId(row.by),
        reason=row.reason,
        is_lead=row.is_lead,
        at=row.at,
    )
