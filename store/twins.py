"""Records that two CRMs keep as copies of each other: a pair is one lead, written on one side."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, bindparam, func, select, true, update

from leads.keys import CrmOwnerId, LeadKey, OwnerId
from leads.record import WorkItem
from leads.sighting import Sighting
from store.rows import DeliveryState, LeadState
from store.schema import delivery, lead, twin, work
from store.upsert import chunks, upsert

MIRRORED = "a copy of it, kept by the CRMs' own sync, so that only that one is written"
_UNDECIDED = (LeadState.WAITING.value, LeadState.HELD.value)
_DECIDED = (LeadState.DECIDED.value, LeadState.DUPLICATE.value)
_TAKEN = (DeliveryState.PENDING, DeliveryState.WRITTEN, DeliveryState.UNCHANGED)

_OF: BindParameter[str] = bindparam("of")
_IDS: BindParameter[str] = bindparam("ids", expanding=True)
_ONE_SIDE = select(twin).where(twin.c.crm == _OF, twin.c.record_id.in_(_IDS))
_OTHER_SIDE = select(twin).where(twin.c.other_crm == _OF, twin.c.other_id.in_(_IDS))
_STATES = select(lead.c.source, lead.c.source_id, lead.c.state, lead.c.reason).where(
    lead.c.source == _OF, lead.c.source_id.in_(_IDS)
)
_MADE = (
    select(delivery.c.source, delivery.c.source_id)
    .where(delivery.c.crm == bindparam("crm"), delivery.c.record_id == bindparam("record"))
    .where(delivery.c.state.in_([state.value for state in _TAKEN]))
    .limit(1)
)
_ONE, _TWO = work.alias("one"), work.alias("two")
_OPEN_ON_BOTH_SIDES = (
    select(_ONE.c.crm, _ONE.c.owner, _TWO.c.crm, _TWO.c.owner, func.count())
    .join(twin, (twin.c.crm == _ONE.c.crm) & (twin.c.record_id == _ONE.c.record_id))
    .join(_TWO, (_TWO.c.crm == twin.c.other_crm) & (_TWO.c.record_id == twin.c.other_id))
    .where(_ONE.c.is_open == true(), _TWO.c.is_open == true())
    .group_by(_ONE.c.crm, _ONE.c.owner, _TWO.c.crm, _TWO.c.owner)
)


@dataclass(frozen=True, slots=True)
class _Pair:
    leader: LeadKey
    follower: LeadKey


def save_seen(connection: Connection, shown: Iterable[Sighting]) -> None:
    """Keep which records are copies; then part those that are not decided yet."""
    keys = [each.key for each in shown]
    _save(connection, [(each.key, each.twin, each.twin_leads) for each in shown if each.twin])
    settle(connection, keys)


def save_worked(connection: Connection, changes: Iterable[WorkItem]) -> None:
    """The workload tells of copies too: of records older than the intake."""
    told = {LeadKey(each.crm, each.record_id): each.twin for each in changes if each.twin}
    known = {LeadKey(row.crm, row.record_id): row.other_leads for row in _rows(connection, told)}
    _save(connection, [(key, copy, known.get(key, True)) for key, copy in told.items()])


def settle(connection: Connection, keys: Collection[LeadKey]) -> None:
    """
    Of each pair of these, let one be the lead: the one decided already, else the side that leads.

    A leading record that nobody has seen takes nothing: its copy waits for it, or is decided.
    """
    pairs = {
        _Pair(other, first) if row.other_leads else _Pair(first, other)
        for row in _rows(connection, keys)
        for first, other in [
            (LeadKey(row.crm, row.record_id), LeadKey(row.other_crm, row.other_id))
        ]
    }
    states = _states(connection, {side for pair in pairs for side in (pair.leader, pair.follower)})
    for pair in pairs:
        sides = (pair.leader, pair.follower)
        if any(states.get(side) in _UNDECIDED for side in sides):
            _part(connection, pair, states)


def _part(connection: Connection, pair: _Pair, states: Mapping[LeadKey, str]) -> None:
    if kept := _taken_by(connection, pair.leader, states):
        _mark(connection, pair.follower, kept)
    elif kept := _taken_by(connection, pair.follower, states):
        _mark(connection, pair.leader, kept)
    elif pair.leader in states:
        _mark(connection, pair.follower, pair.leader)


def _taken_by(
    connection: Connection, record: LeadKey, states: Mapping[LeadKey, str]
) -> LeadKey | None:
    """Answer the lead that was decided for this record: itself, or one of an ad platform."""
    if states.get(record) in _DECIDED:
        return record
    found = connection.execute(_MADE, {"crm": record.source, "record": record.source_id}).first()
    return LeadKey(*found) if found else None


def _mark(connection: Connection, copy: LeadKey, kept: LeadKey) -> None:
    marked = (
        update(lead)
        .where(lead.c.source == copy.source, lead.c.source_id == copy.source_id)
        .where(lead.c.state.in_(_UNDECIDED))
    )
    connection.execute(
        marked.values(
            state=LeadState.DUPLICATE.value,
            reason=MIRRORED,
            until=None,
            duplicate_source=kept.source,
            duplicate_id=kept.source_id,
        )
    )


def await_twin(connection: Connection, key: LeadKey, until: datetime, reason: str) -> None:
    """Hold a lead that waits: its copy, decided on the other side, may still be told of."""
    connection.execute(
        update(lead)
        .where(lead.c.source == key.source, lead.c.source_id == key.source_id)
        .where(lead.c.state == LeadState.WAITING.value)
        .values(state=LeadState.HELD.value, until=until, reason=reason)
    )


def counted_twice(
    connection: Connection, whose: Mapping[tuple[str, CrmOwnerId], OwnerId]
) -> Iterator[tuple[OwnerId, int]]:
    """Answer how many open pairs each owner has on both sides: one lead each, and not two."""
    for crm, crm_id, other, other_id, count in connection.execute(_OPEN_ON_BOTH_SIDES):
        owner = whose.get((crm, crm_id))
        if owner is not None and owner == whose.get((other, other_id)):
            yield owner, count


def _save(connection: Connection, pairs: Iterable[tuple[LeadKey, LeadKey, bool]]) -> None:
    rows = {
        key: {
            "crm": key.source,
            "record_id": key.source_id,
            "other_crm": copy.source,
            "other_id": copy.source_id,
            "other_leads": other_leads,
        }
        for key, copy, other_leads in pairs
    }
    upsert(connection, twin, list(rows.values()))


def _rows(connection: Connection, keys: Collection[LeadKey]) -> Iterator[Row[Any]]:
    """Each side by its own index: one condition for both would read the whole table."""
    for source, ids in _by_source(keys):
        for side in (_ONE_SIDE, _OTHER_SIDE):
            yield from connection.execute(side, {"of": source, "ids": ids})


def _states(connection: Connection, keys: Collection[LeadKey]) -> dict[LeadKey, str]:
    found: dict[LeadKey, str] = {}
    for source, ids in _by_source(keys):
        for row in connection.execute(_STATES, {"of": source, "ids": ids}):
            # A copy was decided by nobody: what its pair came to is asked of the other side.
            state = MIRRORED if row.reason == MIRRORED else row.state
            found[LeadKey(row.source, row.source_id)] = state
    return found


def _by_source(keys: Collection[LeadKey]) -> Iterator[tuple[str, Sequence[str]]]:
    for source in sorted({key.source for key in keys}):
        for some in chunks(sorted(key.source_id for key in keys if key.source == source)):
            yield source, some
