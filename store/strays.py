"""Writes that came to be carried out after somebody had decided otherwise: they are put right."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, select

from leads.delivery import Delivery
from leads.ownership import WriteOutcome, WriteStatus
from store import recalls
from store.rows import DeliveryState
from store.schema import delivery

COLUMNS = (
    *(delivery.c.id, delivery.c.state, delivery.c.attempts, delivery.c.attempt),
    *(delivery.c.record_id, delivery.c.reason, delivery.c.crm, delivery.c.seq),
)
"""Of a delivery as it was when an outcome of it came in."""

Settled = Row[tuple[str, str, int, int, str | None, str, str, int]]
_TAKEN_BACK = {DeliveryState.WITHDRAWN, DeliveryState.UNDONE}


def note(
    connection: Connection,
    results: Sequence[tuple[Delivery, WriteOutcome]],
    rows: Mapping[str, Settled],
    now: datetime,
) -> None:
    """Keep which records now show, or may come to show, an owner that somebody took back."""
    late = [(rows[e.id], outcome) for e, outcome in results if _is_late(connection, rows[e.id])]
    written = [row for row, outcome in late if outcome.status is WriteStatus.WRITTEN]
    recalls.add(connection, list(_named(written)), now, is_undo=False)
    for row, outcome in late:
        # Of one without an answer only the answer may have been lost.
        if outcome.status is WriteStatus.RETRYABLE and outcome.unguarded:
            recalls.watch(connection, row.id, row.crm, now)


def _named(rows: Sequence[Settled]) -> Iterator[tuple[str, str]]:
    yield from ((row.id, row.crm) for row in rows)


def _is_late(connection: Connection, row: Settled) -> bool:
    """
    Whether it was taken back, or the record was given on: nobody knew of this write then.

    A person whom it overwrote is found by a second look, where the CRM has a history.
    """
    if row.record_id is None or row.state in (DeliveryState.PENDING, DeliveryState.GONE):
        return False
    if row.state in _TAKEN_BACK or row.state == DeliveryState.CONFLICT:
        return True
    given_on = select(delivery.c.id).where(
        delivery.c.crm == row.crm,
        delivery.c.record_id == row.record_id,
        delivery.c.seq > row.seq,
        delivery.c.state != DeliveryState.WITHDRAWN,
    )
    return connection.execute(given_on.limit(1)).first() is not None
