"""Decisions that a person may look at before they are written: asked, answered, taken back."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    insert,
    select,
    update,
)

from leads.decision import Decision, Method
from leads.keys import LeadKey, OwnerId, PolicyHash
from leads.lead import Lead
from store import codec, refusals, reservations
from store.outbox import PENDING
from store.review_rows import OPEN, Proposal, ReviewCount, ReviewRow, ReviewState
from store.rows import DeliveryState
from store.schema import decision, delivery, lead, review
from store.settling import void_decisions

_OPEN = review.c.state.in_([state.value for state in OPEN])
_OF_LEAD = (lead.c.source == review.c.source) & (lead.c.source_id == review.c.source_id)
_REVIEWED = (
    (decision.c.source == review.c.source)
    & (decision.c.source_id == review.c.source_id)
    & (decision.c.attempt == review.c.attempt)
)
_IS_UNWRITTEN = exists().where(
    delivery.c.source == review.c.source,
    delivery.c.source_id == review.c.source_id,
    delivery.c.attempt == review.c.attempt,
    PENDING,
)
# What nobody has answered, the nearest deadline first.
_WAITING = (
    select(
        review,
        decision.c.document.label("made"),
        lead.c.document.label("read"),
        lead.c.duplicate_source,
        lead.c.duplicate_id,
    )
    .join(decision, _REVIEWED)
    .join(lead, _OF_LEAD)
    .where(_OPEN, decision.c.void_at.is_(None))
    # An erased lead has no document, and nothing of it is to be written.
    .where(lead.c.document.is_not(None))
    .order_by(review.c.deadline, decision.c.id)
)
_ANSWERABLE = _WAITING.where(review.c.deadline > bindparam("now"))
_LATE = _WAITING.where(
    review.c.deadline <= bindparam("now"), decision.c.model.is_not(None), _IS_UNWRITTEN
)
_BESIDE = _WAITING.where(lead.c.duplicate_id.is_not(None), _IS_UNWRITTEN)
_OLDEST = _WAITING.where(_IS_UNWRITTEN).order_by(None).order_by(decision.c.id)
_CLAIMS = (
    select(delivery.c.lease_until)
    .where(delivery.c.source == bindparam("of"), delivery.c.source_id == bindparam("id"))
    .where(delivery.c.attempt == bindparam("attempt"), PENDING)
    .with_for_update(skip_locked=True)
)


def asked_row(made: Decision, attempt: int, deadline: datetime, now: datetime) -> dict[str, object]:
    return {
        "source": made.lead.source,
        "source_id": made.lead.source_id,
        "attempt": attempt,
        "policy": made.policy,
        "state": ReviewState.WAITING.value,
        "asked_at": now,
        "deadline": deadline,
        "reason": "",
    }


def ask(connection: Connection, rows: Sequence[dict[str, object]]) -> None:
    if rows:
        connection.execute(insert(review), rows)


def assigned_first(connection: Connection, policy: PolicyHash, *, at_most: int) -> int:
    """
    Count the leads that were first decided under this policy; those taken by a rep are not.

    So is one that an earlier policy had only proposed, and that waited under this one, too.
    """
    waited = exists().where(
        review.c.source == decision.c.source,
        review.c.source_id == decision.c.source_id,
        review.c.attempt == decision.c.attempt,
    )
    some = (
        select(decision.c.id)
        .where(
            decision.c.policy == policy,
            (decision.c.attempt == 1) | waited,
            decision.c.method != Method.TAKE.value,
        )
        .limit(at_most)
    )
    return len(connection.execute(some).all())


def proposals(connection: Connection, now: datetime) -> list[Proposal]:
    """List what can still be answered, the nearest deadline first."""
    return [_proposal(row) for row in connection.execute(_ANSWERABLE, {"now": now})]


def unanswered(connection: Connection, now: datetime) -> list[Proposal]:
    """
    List a model's proposals whose time is over and that are not written yet, the oldest first.

    With them further records of those people, which wait beside them.
    """
    late = [_proposal(row) for row in connection.execute(_LATE, {"now": now})]
    found = nobody_writes(connection, late)
    keys = {each.review.lead for each in found}
    if not keys:
        return []
    beside = [_proposal(row) for row in connection.execute(_BESIDE)]
    records = nobody_writes(connection, beside)
    return [*found, *(each for each in records if each.duplicate_of in keys)]


def outdated(connection: Connection, policy: PolicyHash) -> list[Proposal]:
    """
    List what other policies than this one proposed and nobody has begun to write, oldest first.

    With them further records of those people, which wait beside them.
    """
    oldest = [_proposal(row) for row in connection.execute(_OLDEST)]
    found = nobody_writes(connection, oldest)
    keys = {each.review.lead for each in found if each.review.policy != policy}
    return [each for each in found if not keys.isdisjoint((each.review.lead, each.duplicate_of))]


def nobody_writes(connection: Connection, found: Sequence[Proposal]) -> list[Proposal]:
    """
    Leave out what somebody has begun to write; nobody begins with the others meanwhile.

    Claims are not made one after another, as decisions are: another worker may be claiming one.
    """
    free: list[Proposal] = []
    for each in found:
        key, attempt = each.review.lead, each.review.attempt
        its = {"of": key.source, "id": key.source_id, "attempt": attempt}
        locked = connection.execute(_CLAIMS, its).scalars().all()
        if locked and not any(locked):
            free.append(each)
    return free


def _proposal(row: Row[tuple[object, ...]]) -> Proposal:
    return Proposal(
        review=_review(row),
        decision=codec.loads(row.made, Decision),
        read=codec.loads(row.read, Lead),
        duplicate_of=LeadKey(row.duplicate_source, row.duplicate_id) if row.duplicate_id else None,
    )


def reviews_of(connection: Connection, key: LeadKey) -> list[ReviewRow]:
    """List those of one lead, the first one first."""
    wanted = _of(key).order_by(review.c.attempt)
    return [_review(row) for row in connection.execute(wanted)]


def _of(key: LeadKey) -> Select[tuple[object, ...]]:
    return select(review).where(review.c.source == key.source, review.c.source_id == key.source_id)


def _review(row: Row[tuple[object, ...]]) -> ReviewRow:
    return ReviewRow(
        lead=LeadKey(row.source, row.source_id),
        attempt=row.attempt,
        policy=PolicyHash(row.policy),
        state=ReviewState(row.state),
        asked_at=row.asked_at,
        deadline=row.deadline,
        answered_at=row.answered_at,
        by=row.answered_by,
        chosen=OwnerId(row.chosen) if row.chosen else None,
        reason=row.reason,
    )


def counts(connection: Connection, now: datetime) -> list[ReviewCount]:
    """Say of each policy how its first decisions fared, the latest policy last."""
    wanted = select(review.c.policy, review.c.state, review.c.deadline).order_by(review.c.asked_at)
    found: dict[str, Counter[str]] = {}
    for policy, state, deadline in connection.execute(wanted):
        is_left = state in OPEN and deadline <= now
        name = "left" if is_left else "waiting" if state in OPEN else state
        found.setdefault(policy, Counter())[name] += 1
    return [ReviewCount(policy=PolicyHash(at), **each) for at, each in found.items()]


def approve(connection: Connection, row: ReviewRow, now: datetime) -> None:
    """Let what waits be written now."""
    due = update(delivery).where(_unwritten(row)).values(due_at=now)
    connection.execute(due)


def withdraw(connection: Connection, row: ReviewRow, now: datetime) -> None:
    """
    Take a decision back that was not written: nobody keeps a turn, a place or the person by it.

    Its lead waits, and must be decided before the transaction ends.
    """
    gone = (
        update(delivery)
        .where(_unwritten(row))
        .values(state=DeliveryState.WITHDRAWN.value, settled_at=now)
        .returning(delivery.c.id)
    )
    withdrawn = list(connection.execute(gone).scalars())
    reservations.release(connection, withdrawn, now)
    void_decisions(connection, {(row.lead, row.attempt)}, now)
    refusals.reopen(connection, [row.lead])


def _unwritten(row: ReviewRow) -> ColumnElement[bool]:
    return and_(
        delivery.c.source == row.lead.source,
        delivery.c.source_id == row.lead.source_id,
        delivery.c.attempt == row.attempt,
        PENDING,
    )


def note_answer(connection: Connection, row: ReviewRow) -> None:
    """Keep what `row` says was answered."""
    answered = (
        update(review)
        .where(review.c.source == row.lead.source, review.c.source_id == row.lead.source_id)
        .where(review.c.attempt == row.attempt)
        .values(
            state=row.state.value,
            answered_at=row.answered_at,
            answered_by=row.by,
            chosen=row.chosen,
            reason=row.reason,
        )
    )
    connection.execute(answered)
