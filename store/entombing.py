"""One erased lead, table by table: what is deleted, and what is emptied and counted on."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, delete, select, update

from leads.decision import Decision
from leads.delivery import Delivery
from leads.keys import LeadKey
from store import codec, merges, owed
from store.activity_rows import ClockState
from store.rows import DeliveryState, LeadState
from store.schema import (
    asked_back,
    backfill_entry,
    crm_person,
    decision,
    delivery,
    giving_back,
    hold,
    identity,
    lead,
    link,
    merged_record,
    notice,
    outcome,
    reject,
    reservation,
    returned,
    review,
    second_look,
    sighting,
    sla_clock,
    touch,
    twin,
    work,
)
from store.upsert import insert_missing

ERASED = "erased"
_OF_LEAD = (backfill_entry, reject, identity, link, hold, returned)
_OF_DELIVERY = (notice, second_look, giving_back)
_STOPPED = {"record_id": None, "evidence": None, "next_at": None, "state": ClockState.ENDED.value}
_OF_RECORD = (work, crm_person, asked_back, touch, outcome)


@dataclass(frozen=True, slots=True)
class Tomb:
    """Where an erased lead is counted on: the same source, and no name of anybody's."""

    key: LeadKey
    at: datetime


@dataclass(frozen=True, slots=True)
class Entombed:
    """How many rows were emptied or deleted, by table; what a CRM may have, in words."""

    rows: Counter[str]
    owed: list[tuple[str, str]]


def entomb(connection: Connection, key: LeadKey, tomb: Tomb) -> Entombed:
    """
    Take all that is personal out of what is stored of a lead.

    Sightings, decisions and deliveries stay, without words: runs past must still add up, and who
    had how many is nobody's secret. A lead that was never seen gets its tomb all the same.
    """
    insert_missing(connection, lead, [_tomb_row(tomb)])
    rows = Counter[str]()
    deliveries = select(delivery.c.id).where(_is(delivery, key))
    for table in _OF_DELIVERY:
        _delete(connection, table, table.c.delivery.in_(deliveries), rows)
    _end_reservations(connection, reservation.c.delivery.in_(deliveries), tomb, rows)
    for table in _OF_LEAD:
        _delete(connection, table, _is(table, key), rows)
    for table in _OF_RECORD:
        of_record = (table.c.crm == key.source) & (table.c.record_id == key.source_id)
        _delete(connection, table, of_record, rows)
    on_its_way = owed.owe_what_is_on_its_way(connection, key, tomb.at)
    _empty_deliveries(connection, key, tomb, rows)
    _forget_twins(connection, key, rows)
    rows[merged_record.name] += merges.forget(connection, key)
    _empty_decisions(connection, key, tomb, rows)
    _move(connection, sighting, key, tomb, rows, reason="")
    _move(connection, review, key, tomb, rows, reason="")
    _move(connection, sla_clock, key, tomb, rows, **_STOPPED)
    _point_at(connection, key, tomb)
    _delete(connection, lead, _is(lead, key), rows)
    return Entombed(rows, on_its_way)


def _tomb_row(tomb: Tomb) -> dict[str, object]:
    return {
        "source": tomb.key.source,
        "source_id": tomb.key.source_id,
        "version": "",
        "state": LeadState.ERASED.value,
        "reason": f"erased on {tomb.at:%Y-%m-%d}",
        "attempt": 1,
        "first_seen": tomb.at,
        "last_seen": tomb.at,
    }


def _is(table: Table, key: LeadKey) -> ColumnElement[bool]:
    return (table.c.source == key.source) & (table.c.source_id == key.source_id)


def _delete(
    connection: Connection, table: Table, which: ColumnElement[bool], rows: Counter[str]
) -> None:
    rows[table.name] += connection.execute(delete(table).where(which)).rowcount


def _move(
    connection: Connection,
    table: Table,
    key: LeadKey,
    tomb: Tomb,
    rows: Counter[str],
    **emptied: object,
) -> None:
    moved = update(table).where(_is(table, key))
    values = {"source_id": tomb.key.source_id, **emptied}
    rows[table.name] += connection.execute(moved.values(**values)).rowcount


def _forget_twins(connection: Connection, key: LeadKey, rows: Counter[str]) -> None:
    first = (twin.c.crm == key.source) & (twin.c.record_id == key.source_id)
    other = (twin.c.other_crm == key.source) & (twin.c.other_id == key.source_id)
    _delete(connection, twin, first | other, rows)


def _end_reservations(
    connection: Connection, which: ColumnElement[bool], tomb: Tomb, rows: Counter[str]
) -> None:
    emptied = update(reservation).where(which).values(record_id=None)
    rows[reservation.name] += connection.execute(emptied).rowcount
    ended = update(reservation).where(which, reservation.c.ended_at.is_(None))
    connection.execute(ended.values(ended_at=tomb.at, ending=ERASED))


def _empty_decisions(connection: Connection, key: LeadKey, tomb: Tomb, rows: Counter[str]) -> None:
    """Who got it, by which rule, and whose turn it was: what is said of the lead itself goes."""
    kept = select(decision.c.id, decision.c.document).where(_is(decision, key))
    for number, document in connection.execute(kept).all():
        made = codec.loads(document, Decision)
        bare = replace(made, lead=tomb.key, reason=ERASED, rules=(), candidates=(), saw=None)
        change = update(decision).where(decision.c.id == number)
        connection.execute(change.values(document=codec.dumps(bare), inputs=None))
    _move(connection, decision, key, tomb, rows, reason=ERASED)


def _empty_deliveries(connection: Connection, key: LeadKey, tomb: Tomb, rows: Counter[str]) -> None:
    """What was not written yet never will be; whoever is writing it right now settles nothing."""
    unwritten = update(delivery).where(
        _is(delivery, key), delivery.c.state == DeliveryState.PENDING.value
    )
    connection.execute(
        unwritten.values(
            state=DeliveryState.GONE.value,
            settled_at=tomb.at,
            lease_holder=None,
            lease_until=None,
        )
    )
    kept = select(delivery.c.seq, delivery.c.document).where(_is(delivery, key))
    for seq, document in connection.execute(kept).all():
        written = codec.loads(document, Delivery)
        emptied = replace(written, lead=tomb.key, record_id=None, known=None, values={}, notes={})
        change = update(delivery).where(delivery.c.seq == seq)
        connection.execute(change.values(document=codec.dumps(emptied)))
    _move(connection, delivery, key, tomb, rows, record_id=None, known_id=None, reason=ERASED)


def _point_at(connection: Connection, key: LeadKey, tomb: Tomb) -> None:
    """A lead of somebody else that was decided as this one still says as which."""
    same = (lead.c.duplicate_source == key.source) & (lead.c.duplicate_id == key.source_id)
    connection.execute(update(lead).where(same).values(duplicate_id=tomb.key.source_id))
