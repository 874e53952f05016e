"""What became of each write, and all that follows from it, in one transaction."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, insert, select, update

from leads.decision import Decision
from leads.delivery import Delivery, DeliveryKind
from leads.errors import StoreError
from leads.keys import LeadKey, RunId
from leads.ownership import WriteOutcome, WriteStatus
from store import breaches, codec, notices, owed, reservations, second_looks, strays
from store.due import LONGEST
from store.entombing import ERASED
from store.outbox import PENDING
from store.people import forget_people
from store.rotation import undo_accruals
from store.rows import DeliveryState
from store.schema import assignment, decision, delivery, link
from store.shortfalls import left_out_text
from store.strays import COLUMNS
from store.strays import Settled as _Row
from store.upsert import chunks, upsert

_FIRST_PAUSE = timedelta(seconds=2)
_DONE = {WriteStatus.WRITTEN, WriteStatus.UNCHANGED}
_FAILED = {WriteStatus.CONFLICT, WriteStatus.REFUSED, WriteStatus.GONE}
_TAKES_EFFECT = (DeliveryState.PENDING, DeliveryState.WRITTEN, DeliveryState.UNCHANGED)

_STORED = select(*COLUMNS).where(delivery.c.id.in_(bindparam("ids", expanding=True)))
_CHANGE = update(delivery).where(delivery.c.id == bindparam("at"))
_CHANGE_PENDING = _CHANGE.where(PENDING)
_ASSIGN = insert(assignment)
_IN_EFFECT = (
    select(delivery.c.seq)
    .where(delivery.c.source == bindparam("of"), delivery.c.source_id == bindparam("id"))
    .where(delivery.c.attempt == bindparam("attempt"), delivery.c.state.in_(_TAKES_EFFECT))
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class _Result:
    delivery: Delivery
    outcome: WriteOutcome
    attempt: int

    @property
    def record_id(self) -> str | None:
        return self.outcome.record_id or self.delivery.record_id


def settle(
    connection: Connection,
    results: Sequence[tuple[Delivery, WriteOutcome]],
    run: RunId,
    now: datetime,
) -> None:
    """
    Record outcomes. Of one that is settled already the first outcome stands.

    What its second worker wrote all the same, without a condition, is looked at (again). What was
    created for people who were erased meanwhile is an erasure that is owed: nothing else names it.
    """
    stored = _stored(connection, results)
    fresh = _still_pending(results, stored)
    done = [each for each in fresh if each.outcome.status in _DONE]
    failed = [each for each in fresh if each.outcome.status in _FAILED]
    again = [each for each in fresh if each.outcome.status is WriteStatus.RETRYABLE]
    _repeat_later(connection, again, now)
    _finish(connection, done + failed, run, now)
    _take_effect(connection, done, now)
    notices.add(connection, [each.delivery for each in done], now)
    blind = [each.delivery for each in done if _may_have_overwritten(each.delivery, each.outcome)]
    second_looks.add(connection, [*blind, *_late_writes(results, stored)], now)
    _keep_links(connection, done + failed)
    taken = [e.delivery.id for e in failed if e.outcome.status is WriteStatus.CONFLICT]
    breaches.forgive(connection, taken, now)
    reservations.release(connection, [each.delivery.id for each in failed], now)
    void_decisions(connection, {(each.delivery.lead, each.attempt) for each in failed}, now)
    owed.settle(connection, _of_the_erased(results, stored), now)
    strays.note(connection, results, stored, now)


def settle_second_looks(
    connection: Connection, looked: Sequence[tuple[Delivery, WriteOutcome]], now: datetime
) -> list[tuple[Delivery, WriteOutcome]]:
    """
    Record what a second look found, and answer the conflicts: writes that do not stand after all.

    They move from the delivered to the conflicts of the run that wrote them, so that it still adds
    up.
    """
    undone = second_looks.settle(connection, looked, now)
    if undone:
        undo_written(connection, undone, now)
    return undone


def undo_written(
    connection: Connection,
    undone: Sequence[tuple[Delivery, WriteOutcome]],
    now: datetime,
    state: DeliveryState | None = None,
) -> None:
    """Record what was written once and does not stand: in CONFLICT, GONE, or in `state`."""
    ids = [each.id for each, _ in undone]
    rows = [
        {
            "at": each.id,
            "state": state or outcome.status.value,
            "reason": outcome.reason,
            "owner_found": outcome.owner,
        }
        for each, outcome in undone
    ]
    connection.execute(_CHANGE, rows)
    taken = [each.id for each, outcome in undone if outcome.status is WriteStatus.CONFLICT]
    breaches.forgive(connection, taken if state is None else (), now)
    notices.withdraw(connection, ids, now)
    reservations.release(connection, ids, now)
    attempts: dict[str, int] = {}
    for some in chunks(ids):
        wanted = select(delivery.c.id, delivery.c.attempt).where(delivery.c.id.in_(some))
        attempts |= {row.id: row.attempt for row in connection.execute(wanted)}
    void_decisions(connection, {(each.lead, attempts[each.id]) for each, _ in undone}, now)


def _stored(
    connection: Connection, results: Sequence[tuple[Delivery, WriteOutcome]]
) -> Mapping[str, _Row]:
    rows: dict[str, _Row] = {}
    for some in chunks([each.id for each, _ in results]):
        rows |= {row.id: row for row in connection.execute(_STORED, {"ids": some})}
    for each, _ in results:
        if each.id not in rows:
            raise StoreError(f"settling {each.lead}: delivery {each.id} is not in the outbox")
    return rows


def _still_pending(
    results: Sequence[tuple[Delivery, WriteOutcome]], rows: Mapping[str, _Row]
) -> list[_Result]:
    fresh: dict[str, _Result] = {}
    for each, outcome in results:
        row = rows[each.id]
        if row.state == DeliveryState.PENDING and not _is_stale(each, outcome, rows):
            fresh.setdefault(each.id, _Result(each, outcome, row.attempt))
    return list(fresh.values())


def _is_stale(entry: Delivery, outcome: WriteOutcome, rows: Mapping[str, _Row]) -> bool:
    """Whether somebody who took over a lost lease is at it: our failure to write is not theirs."""
    is_failure = outcome.status is WriteStatus.RETRYABLE
    return is_failure and rows[entry.id].attempts != entry.attempts


def _may_have_overwritten(entry: Delivery, outcome: WriteOutcome) -> bool:
    """
    Tell whether it was written, without a condition, by this try or by one of which nothing came.

    What the first try found as wanted was so before it: there the history tells of other writes.
    """
    was_written = outcome.status is WriteStatus.WRITTEN or entry.attempts > 0
    return outcome.unguarded and was_written


def _late_writes(
    results: Sequence[tuple[Delivery, WriteOutcome]], rows: Mapping[str, _Row]
) -> list[Delivery]:
    """
    Pick what was written after another worker had settled it: maybe over a person's choice.

    A write whose answer was lost may have been carried out, too: nobody repeats it to find out.
    Neither does whoever took it over, if they find a person's choice before it is carried out.
    """
    return [
        each
        for each, outcome in results
        if outcome.unguarded
        and outcome.status in {WriteStatus.WRITTEN, WriteStatus.RETRYABLE}
        and (rows[each.id].state != DeliveryState.PENDING or _is_stale(each, outcome, rows))
        and rows[each.id].record_id is not None
    ]


def _of_the_erased(
    results: Sequence[tuple[Delivery, WriteOutcome]], rows: Mapping[str, _Row]
) -> list[tuple[Delivery, WriteOutcome]]:
    return [
        (each, outcome)
        for each, outcome in results
        if each.kind is DeliveryKind.CREATE
        and (rows[each.id].state, rows[each.id].reason) == (DeliveryState.GONE, ERASED)
    ]


def _repeat_later(connection: Connection, results: Sequence[_Result], now: datetime) -> None:
    rows = [
        {
            "at": each.delivery.id,
            "reason": each.outcome.reason,
            "attempts": each.delivery.attempts + 1,
            "due_at": now + _pause(each.delivery.attempts),
            "lease_holder": None,
            "lease_until": None,
        }
        for each in results
    ]
    _update_deliveries(connection, rows)


def _pause(attempts: int) -> timedelta:
    # The exponent is bounded too: 2 ** 1000 seconds is no timedelta.
    doublings = min(attempts, 16)
    return min(_FIRST_PAUSE * (1 << doublings), LONGEST)


def _finish(connection: Connection, results: Sequence[_Result], run: RunId, now: datetime) -> None:
    rows = [
        {
            "at": each.delivery.id,
            "state": each.outcome.status.value,
            "reason": each.outcome.reason,
            "record_id": each.record_id,
            "owner_found": each.outcome.owner,
            "left_out": left_out_text(each.outcome),
            "settled_run": run,
            "settled_at": now,
            "lease_holder": None,
            "lease_until": None,
        }
        for each in results
    ]
    _update_deliveries(connection, rows)


def _update_deliveries(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    if rows:
        connection.execute(_CHANGE_PENDING, rows)


def _take_effect(connection: Connection, done: Sequence[_Result], now: datetime) -> None:
    if done:
        rows = [{"delivery": each.delivery.id, "written_at": now} for each in done]
        connection.execute(_ASSIGN, rows)
        records = {each.delivery.id: each.record_id for each in done}
        reservations.mark_written(connection, records, now)


def _keep_links(connection: Connection, results: Sequence[_Result]) -> None:
    rows = [
        {
            "source": each.delivery.lead.source,
            "source_id": each.delivery.lead.source_id,
            "crm": each.delivery.crm,
            "record_id": each.record_id,
        }
        for each in results
        if each.delivery.kind is DeliveryKind.CREATE and each.record_id is not None
    ]
    upsert(connection, link, rows)


def void_decisions(
    connection: Connection, failed: AbstractSet[tuple[LeadKey, int]], now: datetime
) -> None:
    """
    Undo what these decisions did to rotation and matching, once no write of one can take effect.

    Each is named by its lead and its number.
    """
    undone: list[Decision] = []
    for lead, attempt in sorted(failed):
        if not _may_take_effect(connection, lead, attempt):
            undone += void(connection, lead, attempt, now)
    undo_accruals(connection, undone)
    forget_people(connection, [each.lead for each in undone])


def _may_take_effect(connection: Connection, lead: LeadKey, attempt: int) -> bool:
    asked = {"of": lead.source, "id": lead.source_id, "attempt": attempt}
    return connection.execute(_IN_EFFECT, asked).first() is not None


def void(connection: Connection, lead: LeadKey, attempt: int, now: datetime) -> list[Decision]:
    """Let a decision count for nobody; answer it, unless it did not before."""
    voided = (
        update(decision)
        .where(
            decision.c.source == lead.source,
            decision.c.source_id == lead.source_id,
            decision.c.attempt == attempt,
            decision.c.void_at.is_(None),
        )
        .values(void_at=now)
        .returning(decision.c.document)
    )
    found = connection.execute(voided).scalars()
    return [codec.loads(document, Decision) for document in found]
