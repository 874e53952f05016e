"""Decided leads that wait for a decision again: what stands of the last one ends."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, select, update

from leads.decision import Decision
from leads.keys import LeadKey
from leads.lead import Lead
from store import codec, recalls, refusals, reservations
from store.outbox import PENDING
from store.people import forget_people
from store.rotation import undo_accruals
from store.rows import DeliveryState, LeadState
from store.schema import decision, delivery, lead, notice, second_look

_DAY = timedelta(days=1)
_DECIDED = (LeadState.DECIDED.value, LeadState.DUPLICATE.value)


def reopen(
    connection: Connection,
    leads: Mapping[LeadKey, Lead | None],
    *,
    reason: str,
    most_a_day: int,
    now: datetime,
    worker: str | None = None,
) -> list[LeadKey]:
    """
    Let these wait for their next decision; answer which do.

    Of each, the lead as it reads now, or None: as it was. Not one that was decided `most_a_day`
    times within 24 hours, and not one that is not decided. Nor one that somebody but `worker` has
    begun to write, or is to undo: theirs to finish, whatever became of them. Its last decision
    counts for nobody from now on: charge, accrual, reservation and what is not written yet.
    """
    open_to = reopenable(connection, leads, most_a_day=most_a_day, now=now)
    opened = [key for key in open_to if _is_nobodys(connection, key, worker)]
    undone = [made for key in opened for made in _end(connection, key, reason, now)]
    undo_accruals(connection, undone)
    forget_people(connection, opened)
    refusals.reopen(connection, opened)
    for key in opened:
        if (fresh := leads[key]) is not None:
            change = update(lead).where(_is(lead, key))
            connection.execute(change.values(document=codec.dumps(fresh)))
    return opened


def reopenable(
    connection: Connection, keys: Iterable[LeadKey], *, most_a_day: int, now: datetime
) -> list[LeadKey]:
    """Answer which were decided, and not yet so often within 24 hours; nothing is changed."""
    return [
        key
        for key in keys
        if _is_decided(connection, key) and _lately(connection, key, now) < most_a_day
    ]


def _is(table: Table, key: LeadKey) -> ColumnElement[bool]:
    return and_(table.c.source == key.source, table.c.source_id == key.source_id)


def _is_decided(connection: Connection, key: LeadKey) -> bool:
    wanted = select(lead.c.source_id).where(_is(lead, key), lead.c.state.in_(_DECIDED))
    return connection.execute(wanted).first() is not None


def _is_nobodys(connection: Connection, key: LeadKey, worker: str | None) -> bool:
    """
    Whether nobody has begun to write or undo it; then nobody begins before this is over.

    Claims are not made one after another, as decisions are: one that is made at this moment is
    waited for, and counts.
    """
    wanted = select(delivery.c.state, delivery.c.lease_holder, recalls.IS_MEANT.label("meant"))
    locked = wanted.where(_latest(key)).with_for_update()
    return not any(
        row.meant or (row.state == DeliveryState.PENDING and row.lease_holder not in (None, worker))
        for row in connection.execute(locked).all()
    )


def _latest(key: LeadKey) -> ColumnElement[bool]:
    attempt = select(lead.c.attempt).where(_is(lead, key)).scalar_subquery()
    return and_(_is(delivery, key), delivery.c.attempt == attempt)


def _lately(connection: Connection, key: LeadKey, now: datetime) -> int:
    lately = and_(_is(decision, key), decision.c.decided_at > now - _DAY)
    return connection.execute(select(func.count()).where(lately)).scalar_one()


def _end(connection: Connection, key: LeadKey, reason: str, now: datetime) -> list[Decision]:
    """End the latest decision and its deliveries; answer it, unless it counted for nobody."""
    latest = _latest(key)
    ids = list(connection.execute(select(delivery.c.id).where(latest)).scalars())
    reservations.release(connection, ids, now)
    connection.execute(delete(second_look).where(second_look.c.delivery.in_(ids)))
    untold = and_(notice.c.delivery.in_(ids), notice.c.state == "waiting")
    connection.execute(delete(notice).where(untold))
    unwritten = update(delivery).where(latest, PENDING)
    connection.execute(
        unwritten.values(
            state=DeliveryState.WITHDRAWN.value,
            reason=reason,
            settled_at=now,
            lease_holder=None,
            lease_until=None,
        )
    )
    attempt = select(lead.c.attempt).where(_is(lead, key)).scalar_subquery()
    made = and_(_is(decision, key), decision.c.attempt == attempt, decision.c.void_at.is_(None))
    voided = update(decision).where(made).values(void_at=now).returning(decision.c.document)
    return [codec.loads(each, Decision) for each in connection.execute(voided).scalars()]
