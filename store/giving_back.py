"""Giving back, in a CRM, what is not to stand: what is due, to whom, and what became of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    delete,
    exists,
    or_,
    select,
    update,
)

from leads.delivery import Delivery, DeliveryKind
from leads.keys import CrmOwnerId
from leads.lead import Lead
from leads.ownership import WriteOutcome, WriteStatus
from store import codec, recalls, reservations
from store.due import as_of, has_come, is_free
from store.outbox import PENDING, read_delivery
from store.rows import DeliveryState, LeadState
from store.schema import decision, delivery, giving_back, lead, second_look
from store.settling import undo_written, void_decisions
from store.upsert import chunks

_DECIDED = (LeadState.DECIDED.value, LeadState.DUPLICATE.value)
_OURS = (DeliveryState.WRITTEN.value, DeliveryState.UNCHANGED.value)
_TAKEN_BACK = (DeliveryState.WITHDRAWN.value, DeliveryState.UNDONE.value)
_THERE = {WriteStatus.WRITTEN, WriteStatus.UNCHANGED}
_OF_LEAD = and_(lead.c.source == delivery.c.source, lead.c.source_id == delivery.c.source_id)
_Row = Row[tuple[object, ...]]

_IS_FREE = is_free(delivery.c.lease_until)
_DUE = (
    select(giving_back.c.delivery)
    .join(delivery, delivery.c.id == giving_back.c.delivery)
    .where(giving_back.c.crm == bindparam("crm"), has_come(giving_back.c.due_at))
    .where(or_(delivery.c.state != DeliveryState.PENDING, _IS_FREE))
    .order_by(giving_back.c.due_at, delivery.c.seq)
    .limit(bindparam("limit"))
    .with_for_update(of=giving_back, skip_locked=True)
)
_ANY = select(giving_back.c.delivery).where(giving_back.c.crm == bindparam("crm")).limit(1)
_HELD = select(delivery.c.id).where(delivery.c.id == bindparam("of"), PENDING, ~_IS_FREE)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivingBack:
    """
    The record of `delivery` is to be `to`'s (None: nobody's), where it shows that owner still.

    `was`: the state of the delivery when that was found. `notes` are of whoever has it by a later
    delivery; None: nobody has. `is_unsure`: nobody has looked yet whether it overwrote a person.
    """

    delivery: Delivery
    to: CrmOwnerId | None
    was: DeliveryState
    notes: Mapping[str, str] | None = None
    is_unsure: bool = False


def who_had(written: Delivery, read: Lead | None) -> tuple[bool, CrmOwnerId | None]:
    """Tell by the entry; its lead may have been read again since, or forgotten (False)."""
    if written.before is not None:
        return True, written.before or None
    return read is not None, read.current_owner if read else None


def ask(connection: Connection, ids: Sequence[str], now: datetime) -> set[str]:
    """Note what is to be undone; answer of which: not of what was decided again meanwhile."""
    given_on = exists().where(
        decision.c.source == delivery.c.source,
        decision.c.source_id == delivery.c.source_id,
        decision.c.attempt > delivery.c.attempt,
        decision.c.void_at.is_(None),
    )
    # A record set aside was given to the data steward by no decision.
    waits = exists().where(_OF_LEAD, delivery.c.attempt > 0, lead.c.state.not_in(_DECIDED))
    stands = ~given_on & ~waits
    is_written = delivery.c.state == DeliveryState.WRITTEN.value
    found: list[tuple[str, str]] = []
    for some in chunks(ids):
        wanted = select(delivery.c.id, delivery.c.crm).where(delivery.c.id.in_(some))
        found += [(row.id, row.crm) for row in connection.execute(wanted.where(is_written, stands))]
    recalls.add(connection, found, now + recalls.HELD, is_undo=True)
    return {number for number, _ in found}


def unlooked(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Answer of which of these nobody knows yet whether a person was overwritten."""
    found: set[str] = set()
    for some in chunks(ids):
        wanted = select(second_look.c.delivery).where(second_look.c.delivery.in_(some))
        found |= set(connection.execute(wanted).scalars())
    return found


def ask_begun(connection: Connection, pending: Sequence[_Row], now: datetime) -> None:
    """
    Note that what somebody has begun to write is to be undone, once it is known to be written.

    Whom a CRM is being told to create had no owner before, and is left to be created.
    """
    begun = [row for row in pending if read_delivery(row).kind is DeliveryKind.OWNER]
    recalls.add(connection, [(row.id, row.crm) for row in begun], now, is_undo=True)


def is_any(connection: Connection, crm: str) -> bool:
    return connection.execute(_ANY, {"crm": crm}).first() is not None


def claim(connection: Connection, crm: str, limit: int, now: datetime) -> list[GivingBack]:
    """
    Take what is due and nobody is at; what has come to nothing by itself is ended.

    What somebody is still writing waits until they say so, or their claim is over.
    """
    asked = {"crm": crm, "limit": limit, **as_of(now)}
    ids = list(connection.execute(_DUE, asked).scalars())
    held = update(giving_back).where(giving_back.c.delivery.in_(ids))
    connection.execute(held.values(due_at=now + recalls.HELD))
    return list(_weighed(connection, ids, now))


def _weighed(connection: Connection, ids: Sequence[str], now: datetime) -> Iterator[GivingBack]:
    wanted = (
        select(delivery, giving_back.c.is_undo, lead.c.document.label("read"), _unlooked())
        .join(giving_back, giving_back.c.delivery == delivery.c.id)
        .outerjoin(lead, _OF_LEAD)
        .where(delivery.c.id.in_(ids))
        .order_by(delivery.c.seq)
    )
    for row in connection.execute(wanted).all():
        later = _later(connection, row)
        if later is not None and later.state == DeliveryState.PENDING:
            recalls.postpone(connection, row.id, now)  # it replaces what it finds of ours
        elif (found := _undo(row, later) if row.is_undo else _stray(row, later)) is not None:
            yield found
        else:
            if row.is_undo and row.state in (DeliveryState.PENDING, DeliveryState.REFUSED):
                _withdraw(connection, row, now)
            recalls.end(connection, row.id)


def _later(connection: Connection, row: _Row) -> _Row | None:
    """Answer what was, or is to be, written to the same record after it."""
    states = (*_OURS, DeliveryState.PENDING.value)
    wanted = (
        select(delivery)
        .where(delivery.c.crm == row.crm, delivery.c.record_id == row.record_id)
        .where(delivery.c.seq > row.seq, delivery.c.state.in_(states))
        .order_by(delivery.c.seq.desc())
    )
    return connection.execute(wanted.limit(1)).first()


def _undo(row: _Row, later: _Row | None) -> GivingBack | None:
    is_open = row.state in (DeliveryState.WRITTEN, DeliveryState.PENDING)
    return _back(row) if is_open and later is None else None


def _stray(row: _Row, later: _Row | None) -> GivingBack | None:
    if later is not None:
        if later.crm_owner == row.crm_owner:
            return None
        own = read_delivery(later)
        return _given(row, own.crm_owner, own.notes)
    if row.state == DeliveryState.CONFLICT and row.owner_found is not None:
        return _given(row, CrmOwnerId(row.owner_found), {})
    return _back(row) if row.state in _TAKEN_BACK else None


def _back(row: _Row) -> GivingBack | None:
    read = codec.loads(row.read, Lead) if row.read else None
    is_known, owner = who_had(read_delivery(row), read)
    return _given(row, owner, None) if is_known else None


def _given(row: _Row, to: CrmOwnerId | None, notes: Mapping[str, str] | None) -> GivingBack:
    state = DeliveryState(row.state)
    return GivingBack(
        delivery=read_delivery(row),
        to=to,
        was=state,
        notes=notes,
        is_unsure=row.unlooked or state is not DeliveryState.WRITTEN,
    )


def _unlooked() -> ColumnElement[bool]:
    return exists().where(second_look.c.delivery == delivery.c.id).label("unlooked")


def settle(
    connection: Connection, done: Sequence[tuple[GivingBack, WriteOutcome]], now: datetime
) -> set[str]:
    """
    Record what became of it; answer of which it was recorded that they have it back.

    Of one that became something else meanwhile nothing: it is looked at again.
    """
    return {
        each.delivery.id for each, outcome in done if _settle_one(connection, each, outcome, now)
    }


def _settle_one(
    connection: Connection, each: GivingBack, outcome: WriteOutcome, now: datetime
) -> bool:
    wanted = (
        select(delivery, giving_back.c.is_undo, giving_back.c.until)
        .join(giving_back, giving_back.c.delivery == delivery.c.id)
        .where(delivery.c.id == each.delivery.id)
    )
    row = connection.execute(wanted).first()
    if row is None:
        return False
    is_new = row.state != each.was
    if is_new or outcome.status is WriteStatus.RETRYABLE or not _is_over(connection, row, now):
        recalls.postpone(connection, row.id, now)
        return False
    if not row.is_undo:
        return _settle_stray(connection, row, outcome, now)
    return _settle_undo(connection, row, each, outcome, now)


def _is_over(connection: Connection, row: _Row, now: datetime) -> bool:
    """Whether nobody writes it: a claim may have been prolonged since."""
    return connection.execute(_HELD, {"of": row.id, **as_of(now)}).first() is None


def _settle_stray(connection: Connection, row: _Row, outcome: WriteOutcome, now: datetime) -> bool:
    is_awaited = row.until is not None and now < row.until <= now + recalls.WATCHED
    if outcome.status is WriteStatus.UNCHANGED and is_awaited:
        recalls.postpone(connection, row.id, now)
    else:
        recalls.end(connection, row.id)
    return outcome.status is WriteStatus.WRITTEN


def _settle_undo(
    connection: Connection, row: _Row, each: GivingBack, outcome: WriteOutcome, now: datetime
) -> bool:
    is_back = outcome.status in _THERE
    was_claimed = row.state == DeliveryState.PENDING
    if was_claimed:
        _withdraw(connection, row, now)
    elif is_back:
        undo_written(connection, [(each.delivery, outcome)], now, DeliveryState.UNDONE)
        connection.execute(delete(second_look).where(second_look.c.delivery == row.id))
    if is_back and (was_claimed or row.attempts > 0):
        recalls.watch(connection, row.id, row.crm, now)  # whoever had claimed it may yet write
    else:
        recalls.end(connection, row.id)
    return is_back


def _withdraw(connection: Connection, row: _Row, now: datetime) -> None:
    ended = {"lease_holder": None, "lease_until": None, "settled_at": now}
    gone = update(delivery).where(delivery.c.id == row.id)
    connection.execute(gone.values(state=DeliveryState.WITHDRAWN.value, **ended))
    reservations.release(connection, [row.id], now)
    if row.attempt:
        void_decisions(connection, {(read_delivery(row).lead, row.attempt)}, now)
