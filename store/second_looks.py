"""Writes that no condition guarded: looked at again until it is known whom they overwrote."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, select, update

from leads.delivery import Delivery
from leads.ownership import WriteOutcome, WriteStatus
from store.due import has_come
from store.outbox import read_delivery
from store.schema import delivery, notice, second_look
from store.upsert import chunks, upsert

_AGAIN = timedelta(minutes=1)
_GIVEN_UP = timedelta(minutes=10)
_NOBODY_IS_TOLD = timedelta(minutes=2)


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
    """List written deliveries to look at again, those that wait longest first."""
    wanted = (
        select(delivery)
        .join(second_look, second_look.c.delivery == delivery.c.id)
        .where(second_look.c.crm == crm, has_come(second_look.c.due_at, now), _is_seen(now))
        .order_by(second_look.c.due_at, delivery.c.seq)
        .limit(limit)
    )
    return [read_delivery(row) for row in connection.execute(wanted)]


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
        gone = delete(second_look).where(second_look.c.delivery.in_(some), _is_seen(now))
        ended.update(connection.execute(gone.returning(second_look.c.delivery)).scalars())
    return [
        (each, outcome)
        for number, (each, outcome) in known.items()
        if number in ended and outcome.status is WriteStatus.CONFLICT
    ]


def _is_seen(now: datetime) -> ColumnElement[bool]:
    """Whether a look at `now` sees the write; the same to find one and to end it."""
    return has_come(second_look.c.written_at, now)


def is_awaited(now: datetime) -> ColumnElement[bool]:
    """Of a notice: it is to be known soon whether the record is its owner's at all."""
    return exists().where(
        and_(
            second_look.c.delivery == notice.c.delivery,
            ~has_come(second_look.c.written_at, now - _NOBODY_IS_TOLD),
        )
    )


def _postpone(connection: Connection, unknown: Sequence[str], now: datetime) -> None:
    for some in chunks(unknown):
        of_these = second_look.c.delivery.in_(some)
        too_old = second_look.c.written_at <= now - _GIVEN_UP
        connection.execute(delete(second_look).where(of_these, too_old))
        connection.execute(update(second_look).where(of_these).values(due_at=now + _AGAIN))
