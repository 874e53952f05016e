"""Writes that no condition guarded: looked at again until it is known whom they overwrote."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, bindparam, delete, exists, select, update

from leads.delivery import Delivery
from leads.keys import CrmOwnerId
from leads.ownership import WriteOutcome, WriteStatus
from store.due import as_of, has_come
from store.outbox import read_delivery
from store.rows import DeliveryState
from store.schema import delivery, notice, second_look
from store.upsert import chunks, upsert

_AGAIN = timedelta(minutes=1)
_GIVEN_UP = timedelta(minutes=10)
_NOBODY_IS_TOLD = timedelta(minutes=2)
_WAS_WRITTEN = (DeliveryState.WRITTEN, DeliveryState.UNCHANGED, DeliveryState.UNDONE)

_FOUND = (DeliveryState.UNCHANGED, DeliveryState.CONFLICT)
_TOLD_OF = "told_of"

IS_AWAITED = exists().where(
    second_look.c.delivery == notice.c.delivery,
    ~has_come(second_look.c.written_at, _TOLD_OF),
)
"""Of a notice: it is to be known soon whether the record is its owner's at all."""
# Whether a look at `now` sees the write; the same to find one and to end it.
_IS_SEEN = has_come(second_look.c.written_at)
_DUE = (
    select(delivery)
    .join(second_look, second_look.c.delivery == delivery.c.id)
    .where(second_look.c.crm == bindparam("crm"), has_come(second_look.c.due_at), _IS_SEEN)
    .where(delivery.c.state != DeliveryState.PENDING)
    .order_by(second_look.c.due_at, delivery.c.seq)
    .limit(bindparam("limit"))
)
_END = (
    delete(second_look)
    .where(second_look.c.delivery.in_(bindparam("ids", expanding=True)), _IS_SEEN)
    .returning(second_look.c.delivery)
)

_Row = Row[tuple[object, ...]]


def add(connection: Connection, written: Sequence[Delivery], now: datetime) -> None:
    """
    In the transaction that records what was written: a crash leaves both or neither.

    One that is to be looked at already was written to once more.
    """
    rows = {
        each.id: {"delivery": each.id, "crm": each.crm, "written_at": now, "due_at": now}
        for each in written
    }
    upsert(connection, second_look, list(rows.values()))


def due(connection: Connection, crm: str, limit: int, now: datetime) -> list[Delivery]:
    """
    List written deliveries to look at again, those that wait longest first.

    One that somebody is still at waits for what they find. One that was found as wanted, or as
    somebody else's, may have been so by an earlier delivery of ours to that record: whom that one
    replaced, and whom we had given it to before, is no person's choice against this.
    """
    rows = connection.execute(_DUE, {"crm": crm, "limit": limit, **as_of(now)}).all()
    found = [row for row in rows if row.state in _FOUND]
    ours = _earlier_owners(connection, crm, found)
    return [
        replace(entry, expected=entry.expected | ours.get(entry.id, frozenset()))
        for entry in map(read_delivery, rows)
    ]


def _earlier_owners(
    connection: Connection, crm: str, found: Sequence[_Row]
) -> Mapping[str, frozenset[CrmOwnerId | None]]:
    """Answer, by delivery, whose its record was by what we wrote before it was decided."""
    records = sorted({row.record_id for row in found if row.record_id is not None})
    written = [row for some in chunks(records) for row in _written_to(connection, crm, some)]
    return {
        row.id: frozenset().union(
            *(
                {each.crm_owner, *read_delivery(each).expected}
                for each in written
                if each.record_id == row.record_id and each.settled_at <= row.created_at
            )
        )
        for row in found
    }


def _written_to(connection: Connection, crm: str, records: Sequence[str]) -> Iterator[_Row]:
    is_written = delivery.c.state.in_(_WAS_WRITTEN)
    is_there = (delivery.c.crm == crm) & delivery.c.record_id.in_(records)
    yield from connection.execute(select(delivery).where(is_there, is_written))


def settle(
    connection: Connection, looked: Sequence[tuple[Delivery, WriteOutcome]], now: datetime
) -> list[tuple[Delivery, WriteOutcome]]:
    """
    End what is known now; answer the conflicts, each once whoever else looked at it meanwhile.

    `now` is a moment before the look: what was written to after it is still to be looked at.
    What the CRM cannot tell is asked again, and given up in the end: where it keeps no history it
    never will.
    """
    unknown = [each.id for each, outcome in looked if outcome.status is WriteStatus.RETRYABLE]
    _postpone(connection, unknown, now)
    known = {each.id: (each, outcome) for each, outcome in looked if each.id not in set(unknown)}
    ended: set[str] = set()
    for some in chunks(sorted(known)):
        ended.update(connection.execute(_END, {"ids": some, **as_of(now)}).scalars())
    return [
        (each, outcome)
        for number, (each, outcome) in known.items()
        if number in ended and outcome.status is WriteStatus.CONFLICT
    ]


def awaited_as_of(now: datetime) -> dict[str, object]:
    """Answer the parameters of IS_AWAITED."""
    return as_of(now - _NOBODY_IS_TOLD, _TOLD_OF)


def _postpone(connection: Connection, unknown: Sequence[str], now: datetime) -> None:
    for some in chunks(unknown):
        of_these = second_look.c.delivery.in_(some)
        too_old = second_look.c.written_at <= now - _GIVEN_UP
        connection.execute(delete(second_look).where(of_these, too_old))
        connection.execute(update(second_look).where(of_these).values(due_at=now + _AGAIN))
