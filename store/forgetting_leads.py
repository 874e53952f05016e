"""Leads decided long ago, and records that were never ours: which may be forgotten, and how."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    delete,
    exists,
    select,
    tuple_,
    update,
)

from store.rows import DeliveryState, LeadState
from store.schema import (
    assignment,
    decision,
    delivery,
    giving_back,
    hold,
    identity,
    lead,
    link,
    notice,
    reject,
    reservation,
    returned,
    review,
    second_look,
    shadow_decision,
    sighting,
    sla_clock,
)

Pair = tuple[str, str]

FORGOTTEN = "decided long ago: before {}"
_DECIDED = (LeadState.DECIDED.value, LeadState.DUPLICATE.value)
OF_DELIVERY = (notice, second_look, giving_back, sla_clock, reservation, assignment)
OF_LEAD = (delivery, identity, returned, review)
_HOLD_A_RECORD = (decision, delivery, reject, identity, link, hold, returned, review)
_AT_A_TIME = 5_000


def find_decided(connection: Connection, before: datetime) -> Iterator[Pair]:
    """Yield leads that were decided before, oldest first; each once."""
    seen: set[Pair] = set()
    after = 0
    # By number, which grows with time, so that only old ones are read; there is no index by time.
    page = select(decision.c.id, decision.c.source, decision.c.source_id, decision.c.decided_at)
    while rows := connection.execute(
        page.where(decision.c.id > after).order_by(decision.c.id).limit(_AT_A_TIME)
    ).all():
        after = rows[-1].id
        old = [row for row in rows if row.decided_at < before]
        if not old:
            return
        for row in old:
            key = (row.source, row.source_id)
            if key not in seen:
                seen.add(key)
                yield key


def drop_decided(connection: Connection, keys: Sequence[Pair], before: datetime) -> Counter[str]:
    """
    Forget how and why, and keep that the lead was decided: so it never is a second time.

    Its key, its dates and which record it became stay. Who got how many is in the rotation.
    """
    done = [tuple(row) for row in connection.execute(_is_over(keys, before))]
    gone = Counter[str]()
    if not done:
        return gone
    deliveries = select(delivery.c.id).where(_is_one(delivery, done))
    for table in OF_DELIVERY:
        _delete(connection, table, table.c.delivery.in_(deliveries), gone)
    made = select(decision.c.id).where(_is_one(decision, done))
    _delete(connection, shadow_decision, shadow_decision.c.decision.in_(made), gone)
    for table in (*OF_LEAD, decision):
        _delete(connection, table, _is_one(table, done), gone)
    emptied = {
        "state": LeadState.FORGOTTEN.value,
        "reason": FORGOTTEN.format(f"{before:%Y-%m-%d}"),
        "email": None,
        "document": None,
        "owner_seen": None,
    }
    change = update(lead).where(_is_one(lead, done)).values(**emptied)
    gone[lead.name] += connection.execute(change).rowcount
    return gone


def _is_over(keys: Sequence[Pair], before: datetime) -> Select[tuple[str, str]]:
    """Of these leads, those of which nothing is newer, on its way, or to be looked at."""
    newer = exists().where(_same(decision), decision.c.decided_at >= before)
    made = exists().where(_same(decision))
    due = exists().where(_same(delivery), delivery.c.state == DeliveryState.PENDING.value)
    open_room = exists().where(
        _same(delivery), reservation.c.delivery == delivery.c.id, reservation.c.ended_at.is_(None)
    )
    looked_at = exists().where(_same(delivery), second_look.c.delivery == delivery.c.id)
    given_back = exists().where(_same(delivery), giving_back.c.delivery == delivery.c.id)
    return select(lead.c.source, lead.c.source_id).where(
        _is_one(lead, keys),
        lead.c.state.in_(_DECIDED),
        made,
        *(~each for each in (newer, due, open_room, looked_at, given_back)),
        ~exists().where(_same(hold)),
    )


def find_ignored(connection: Connection, before: datetime) -> Iterator[Pair]:
    """Yield records outside the intake that their source has not shown since."""
    old = select(lead.c.source, lead.c.source_id).where(_is_old(before))
    yield from (tuple(row) for row in connection.execute(old))


def drop_ignored(connection: Connection, keys: Sequence[Pair], before: datetime) -> Counter[str]:
    """
    Delete those that nothing else is kept of: shown again, they are judged as if never seen.

    That they were seen goes too: by now their runs are forgotten, or about to be.
    """
    kept = [exists().where(_same(table)) for table in _HOLD_A_RECORD]
    old = select(lead.c.source, lead.c.source_id).where(
        _is_one(lead, keys), _is_old(before), *(~each for each in kept)
    )
    done = [tuple(row) for row in connection.execute(old)]
    if done:
        connection.execute(delete(sighting).where(_is_one(sighting, done)))
        connection.execute(delete(lead).where(_is_one(lead, done)))
    return Counter({lead.name: len(done)})


def _is_old(before: datetime) -> ColumnElement[bool]:
    return and_(lead.c.state == LeadState.IGNORED.value, lead.c.last_seen < before)


def _same(table: Table) -> ColumnElement[bool]:
    return (table.c.source == lead.c.source) & (table.c.source_id == lead.c.source_id)


def _is_one(table: Table, keys: Sequence[Pair]) -> ColumnElement[bool]:
    return tuple_(table.c.source, table.c.source_id).in_(keys)


def _delete(
    connection: Connection, table: Table, which: ColumnElement[bool], gone: Counter[str]
) -> None:
    gone[table.name] += connection.execute(delete(table).where(which)).rowcount
