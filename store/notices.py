"""Who is still to be told of what has been written: one row a delivery and channel."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    Connection,
    Label,
    and_,
    bindparam,
    case,
    delete,
    func,
    select,
    tuple_,
    update,
)

from leads.decision import Decision
from leads.delivery import Delivery
from leads.keys import OwnerId
from leads.lead import Lead
from leads.tasks import CRM_TASK
from store import codec, second_looks
from store.activity_rows import ClockKind
from store.due import LONGEST, as_of, has_come, is_free
from store.outbox import read_delivery
from store.rows import DeliveryState
from store.running_rows import Notice, NoticeCount, NoticeKind
from store.schema import decision, delivery, lead, notice, sla_clock
from store.upsert import chunks, insert_missing

MOST_ATTEMPTS = 8
_OF = ": "
"""Between what is told and the channel; no channel's name has a colon."""

_FIRST_PAUSE = timedelta(seconds=15)


class NoticeState(StrEnum):
    """FAILED: given up after several tries, and said so."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


_WAITING = notice.c.state == NoticeState.WAITING.value
_IS_FREE = is_free(notice.c.lease_until)
_DUE = (
    select(notice.c.delivery, notice.c.channel)
    .where(_WAITING, has_come(notice.c.due_at), _IS_FREE, ~second_looks.IS_AWAITED)
    .order_by(notice.c.due_at, notice.c.delivery, notice.c.channel)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_IS_DUE = tuple_(notice.c.delivery, notice.c.channel).in_(select(_DUE.c.delivery, _DUE.c.channel))
_CLAIM = (
    update(notice)
    .where(_IS_DUE, _WAITING, _IS_FREE)
    .values(
        lease_holder=bindparam("worker"),
        lease_until=bindparam("until"),
        repeats=notice.c.repeats + case((notice.c.lease_until.is_(None), 0), else_=1),
    )
    .returning(
        *(notice.c.delivery, notice.c.channel, notice.c.attempts, notice.c.repeats),
        notice.c.owner,
    )
)


def add(connection: Connection, written: Sequence[Delivery], now: datetime) -> None:
    """In the transaction that records what was written: a crash leaves both or neither."""
    rows = [_row(each.id, channel, each.owner, now) for each in written for channel in each.notify]
    insert_missing(connection, notice, rows)


def add_about(
    connection: Connection,
    about: tuple[str, NoticeKind],
    whom: OwnerId,
    channels: Sequence[str],
    now: datetime,
) -> None:
    """Let `whom` be told something more of an assignment (its delivery), once by each channel."""
    of, kind = about
    rows = [_row(of, f"{kind}{_OF}{each}", whom, now) for each in channels]
    insert_missing(connection, notice, rows)


def _row(delivery_id: str, channel: str, whom: OwnerId, now: datetime) -> dict[str, object]:
    return {
        "delivery": delivery_id,
        "channel": channel,
        "owner": whom,
        "state": NoticeState.WAITING.value,
        "attempts": 0,
        "repeats": 0,
        "reason": "",
        "due_at": now,
        "created_at": now,
    }


def _kind(channel: str) -> tuple[NoticeKind, str]:
    """Part what is kept as the channel: what of an assignment is told, and by which channel."""
    kind, of, name = channel.partition(_OF)
    return (NoticeKind(kind), name) if of else (NoticeKind.ASSIGNED, channel)


def _kept_channel(each: Notice) -> str:
    is_first = each.kind is NoticeKind.ASSIGNED
    return each.channel if is_first else f"{each.kind}{_OF}{each.channel}"


def claim(
    connection: Connection, *, limit: int, worker: str, seconds: float, now: datetime
) -> list[Notice]:
    """Lease the oldest that are due; of one whose lease ran out, nobody knows if it was sent."""
    moments = {**as_of(now), **second_looks.awaited_as_of(now)}
    lease = {"worker": worker, "until": now + timedelta(seconds=seconds)}
    rows = connection.execute(_CLAIM, {"limit": limit, **lease, **moments}).all()
    deliveries = sorted({row.delivery for row in rows})
    told, due_at = _subjects(connection, deliveries), _due(connection, deliveries)
    return [
        Notice(
            delivery=told[row.delivery][0],
            channel=_kind(row.channel)[1],
            kind=_kind(row.channel)[0],
            to=OwnerId(row.owner),
            attempts=row.attempts,
            repeats=row.repeats,
            lead=told[row.delivery][1],
            decision=told[row.delivery][2],
            is_withdrawn=told[row.delivery][3],
            due_at=due_at.get((row.delivery, _timed_by(row.channel))),
        )
        for row in sorted(rows, key=lambda row: (row.delivery, row.channel))
    ]


def settle(
    connection: Connection,
    told: Sequence[tuple[Notice, str]],
    now: datetime,
    *,
    is_final: bool,
    not_before: datetime | None = None,
) -> None:
    """Record each as sent, or (with a reason) as to be tried again, until it is given up."""
    rows = [_settled(each, reason, now, not_before, is_final=is_final) for each, reason in told]
    if rows:
        change = update(notice).where(
            notice.c.delivery == bindparam("of"), notice.c.channel == bindparam("by"), _WAITING
        )
        connection.execute(change, rows)


def put_off(connection: Connection, each: Notice, reason: str, until: datetime) -> None:
    """Let it wait until then: it was not tried, so that nothing counts against it."""
    which = (notice.c.delivery == each.delivery.id) & (notice.c.channel == _kept_channel(each))
    free = {"lease_holder": None, "lease_until": None}
    connection.execute(
        update(notice).where(which, _WAITING).values(due_at=until, reason=reason, **free)
    )


def withdraw(connection: Connection, deliveries: Sequence[str], now: datetime) -> None:
    """Tell nobody who was not told yet; who was told by a message is told that it is not theirs."""
    for some in chunks(deliveries):
        theirs = notice.c.delivery.in_(some)
        connection.execute(delete(notice).where(theirs, _WAITING))
        told = update(notice).where(
            theirs,
            notice.c.state == NoticeState.SENT.value,
            notice.c.channel != CRM_TASK,
            notice.c.channel.not_like(f"%{_OF}%"),  # one message takes them all back
        )
        again = {"state": NoticeState.WAITING.value, "attempts": 0, "repeats": 0, "due_at": now}
        connection.execute(told.values(**again, settled_at=None))


def counts(connection: Connection) -> Mapping[str, NoticeCount]:
    def number(state: NoticeState) -> Label[int]:
        return func.sum(case((notice.c.state == state.value, 1), else_=0)).label(state.value)

    found = select(
        notice.c.channel,
        *(number(state) for state in NoticeState),
        func.sum(notice.c.repeats).label("repeats"),
    ).group_by(notice.c.channel)
    reasons = _last_reasons(connection, NoticeState.WAITING, NoticeState.FAILED)
    return {
        row.channel: NoticeCount(
            waiting=row.waiting,
            sent=row.sent,
            failed=row.failed,
            repeats=row.repeats,
            reason=reasons.get(row.channel, ""),
        )
        for row in connection.execute(found)
    }


def untold(connection: Connection) -> Mapping[str, NoticeCount]:
    """Count what waits by the channels that took none of it the last time, with why."""
    found = select(notice.c.channel, func.count()).where(_WAITING).group_by(notice.c.channel)
    reasons = _last_reasons(connection, NoticeState.WAITING)
    return {
        channel: NoticeCount(waiting=count, reason=reasons[channel])
        for channel, count in connection.execute(found.order_by(notice.c.channel)).tuples()
        if channel in reasons
    }


def _last_reasons(connection: Connection, *states: NoticeState) -> dict[str, str]:
    found = (
        select(notice.c.channel, notice.c.reason)
        .where(notice.c.state.in_([state.value for state in states]), notice.c.reason != "")
        .group_by(notice.c.channel, notice.c.reason)
        .order_by(func.max(notice.c.due_at), notice.c.reason)
    )
    return dict(connection.execute(found).tuples().all())


def is_given_up(attempts: int) -> bool:
    """Whether one more failure is the last."""
    return attempts + 1 >= MOST_ATTEMPTS


def _subjects(
    connection: Connection, ids: Sequence[str]
) -> dict[str, tuple[Delivery, Lead | None, Decision | None, bool]]:
    of_lead = and_(lead.c.source == delivery.c.source, lead.c.source_id == delivery.c.source_id)
    of_decision = and_(
        decision.c.source == delivery.c.source,
        decision.c.source_id == delivery.c.source_id,
        decision.c.attempt == delivery.c.attempt,
    )
    wanted = (
        select(
            delivery.c.id,
            delivery.c.document,
            delivery.c.attempts,
            delivery.c.record_id,
            delivery.c.state,
            lead.c.document.label("lead"),
            decision.c.document.label("decision"),
        )
        .join(lead, of_lead)
        .outerjoin(decision, of_decision)
        .where(delivery.c.id.in_(ids))
    )
    return {
        row.id: (
            read_delivery(row),
            codec.loads(row.lead, Lead) if row.lead else None,
            codec.loads(row.decision, Decision) if row.decision else None,
            row.state == DeliveryState.CONFLICT,
        )
        for row in connection.execute(wanted)
    }


def _timed_by(channel: str) -> str:
    """Name the clock that a notice is about."""
    is_second = _kind(channel)[0] in {NoticeKind.FOLLOW_UP, NoticeKind.COLD}
    return (ClockKind.FOLLOW_UP if is_second else ClockKind.FIRST_TOUCH).value


def _due(connection: Connection, ids: Sequence[str]) -> dict[tuple[str, str], datetime]:
    """Answer by when somebody must be in touch, by delivery and clock."""
    clock = sla_clock.c
    wanted = select(clock.delivery, clock.kind, clock.due_at).where(clock.delivery.in_(ids))
    return {(row.delivery, row.kind): row.due_at for row in connection.execute(wanted)}


def _settled(
    each: Notice, reason: str, now: datetime, not_before: datetime | None, *, is_final: bool
) -> dict[str, object]:
    state, due = NoticeState.SENT, now
    if reason:
        state = NoticeState.FAILED if is_final else NoticeState.WAITING
        due = now + min(_FIRST_PAUSE * 2 ** min(each.attempts, 16), LONGEST)
        due = max(due, not_before or due)
    return {
        "of": each.delivery.id,
        "by": _kept_channel(each),
        "state": state.value,
        "reason": reason,
        "attempts": each.attempts + 1,
        "due_at": due,
        "lease_holder": None,
        "lease_until": None,
        "settled_at": None if state is NoticeState.WAITING else now,
    }
