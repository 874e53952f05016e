"""What one run gave away, and taking it back."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select, update

from leads.delivery import Delivery, DeliveryKind
from leads.keys import CrmOwnerId, OwnerId, RunId
from leads.lead import Lead
from store import codec, giving_back, reservations
from store.outbox import PENDING, read_delivery
from store.rows import DeliveryState, LeadState
from store.schema import decision, delivery, lead, run
from store.settling import void_decisions

_OF_LEAD = (lead.c.source == delivery.c.source) & (lead.c.source_id == delivery.c.source_id)
_WRITTEN = delivery.c.state == DeliveryState.WRITTEN.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """
    An owner that a run wrote, and who had the record when it was read (None: nobody).

    `is_ours`: the record itself was created for the lead, so that nobody had it. Unless
    `is_known`, nothing is kept of who had it. `handed_to` has the lead by a later decision, which
    stands; `waits`: it was taken from its owner since, and waits for one.
    """

    delivery: Delivery
    before: CrmOwnerId | None
    is_ours: bool
    is_known: bool = True
    handed_to: OwnerId | None = None
    waits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSize:
    """A run that gave owners to records, and how many of those stand."""

    run: RunId
    kind: str
    started_at: datetime
    given: int


def given_by(connection: Connection, run_id: RunId) -> list[Given]:
    """List what a run decided and was written, the first first."""
    handed_to, waits = _handed_on(connection, run_id), _taken_back(connection, run_id)
    found = []
    for row in connection.execute(_of_run(run_id, _WRITTEN)):
        given = _read_given(row)
        is_waiting = row.id in waits
        found.append(replace(given, handed_to=handed_to.get(row.id), waits=is_waiting))
    return found


def _handed_on(connection: Connection, run_id: RunId) -> dict[str, OwnerId]:
    """Say to whom later decisions that stand gave what this run had given, by its entry."""
    is_later = (
        (decision.c.source == delivery.c.source)
        & (decision.c.source_id == delivery.c.source_id)
        & (decision.c.attempt > delivery.c.attempt)
        & decision.c.void_at.is_(None)
    )
    wanted = (
        select(delivery.c.id, decision.c.owner)
        .join(decision, is_later)
        .where(delivery.c.run == run_id, _WRITTEN)
        .order_by(decision.c.attempt)
    )
    return {row.id: OwnerId(row.owner) for row in connection.execute(wanted)}


def _taken_back(connection: Connection, run_id: RunId) -> set[str]:
    """Find what was taken from whom this run gave it, and has no decision yet."""
    is_open = (
        (lead.c.source == delivery.c.source)
        & (lead.c.source_id == delivery.c.source_id)
        & (lead.c.attempt > delivery.c.attempt)
        & lead.c.state.in_((LeadState.WAITING.value, LeadState.HELD.value))
    )
    wanted = select(delivery.c.id).join(lead, is_open).where(delivery.c.run == run_id, _WRITTEN)
    return set(connection.execute(wanted).scalars())


def _read_given(row: Row[tuple[object, ...]]) -> Given:
    written = read_delivery(row)
    if written.kind is DeliveryKind.CREATE:
        return Given(delivery=written, before=None, is_ours=True)
    read = codec.loads(row.read, Lead) if row.read else None
    is_known, before = giving_back.who_had(written, read)
    return Given(delivery=written, before=before, is_ours=False, is_known=is_known)


def withdraw_unwritten(connection: Connection, run_id: RunId, now: datetime) -> int:
    """
    Take back what a run decided and nobody has begun to write; answer how much.

    Of what somebody has, or died over, only the CRM knows whether it was: that is noted to be given
    back.
    """
    gone = (
        update(delivery)
        .where(delivery.c.run == run_id, PENDING, delivery.c.lease_until.is_(None))
        .values(state=DeliveryState.WITHDRAWN.value, settled_at=now)
        .returning(*delivery.c)
    )
    rows = connection.execute(gone).all()
    reservations.release(connection, [row.id for row in rows], now)
    decided = {(read_delivery(row).lead, row.attempt) for row in rows if row.attempt}
    void_decisions(connection, decided, now)
    begun = select(delivery).where(delivery.c.run == run_id, PENDING)
    giving_back.ask_begun(connection, connection.execute(begun).all(), now)
    return len(rows)


def begun_by(connection: Connection, run_id: RunId) -> list[Given]:
    """List, once the rest was withdrawn, what somebody has begun to write or to create."""
    return [_read_given(row) for row in connection.execute(_of_run(run_id, PENDING))]


def _of_run(run_id: RunId, state: ColumnElement[bool]) -> Select[Any]:
    """Ask for a run's deliveries of that state, with what was read of each lead."""
    return (
        select(delivery, lead.c.document.label("read"))
        .join(lead, _OF_LEAD)
        .where(delivery.c.run == run_id, state)
        .order_by(delivery.c.seq)
    )


def is_run(connection: Connection, run_id: RunId) -> bool:
    return connection.execute(select(run.c.id).where(run.c.id == run_id)).first() is not None


def sizes(connection: Connection, limit: int) -> list[RunSize]:
    """List the latest runs whose owners stand, newest first."""
    wanted = (
        select(run.c.id, run.c.kind, run.c.started_at, func.count())
        .join(delivery, (delivery.c.run == run.c.id) & _WRITTEN)
        .group_by(run.c.id, run.c.kind, run.c.started_at)
        .order_by(run.c.started_at.desc())
        .limit(limit)
    )
    return [
        RunSize(run=RunId(row[0]), kind=row[1], started_at=row[2], given=row[3])
        for row in connection.execute(wanted)
    ]
