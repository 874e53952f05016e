"""Whose time is up: clocks that are due, what is done about each, and what is taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, select, update

from leads.keys import CrmOwnerId, LeadKey, OwnerId
from store import clocks, notices, reservations, switches
from store.activity_rows import Clock, ClockKind, ClockState
from store.outbox import PENDING, read_delivery
from store.rows import DeliveryState
from store.running_rows import NoticeKind
from store.schema import delivery, returned, sla_clock, work
from store.settling import void_decisions

IN_TIME = "its owner was in touch meanwhile"
_RUNNING = sla_clock.c.state == ClockState.RUNNING.value
_FIRST = sla_clock.c.kind == ClockKind.FIRST_TOUCH.value
_LOOKED_BACK = 100


def due(connection: Connection, crm: str, now: datetime, limit: int) -> list[Clock]:
    """List clocks of which something is to be done, the longest overdue first."""
    wanted = (
        select(sla_clock)
        .where(sla_clock.c.next_at <= now, sla_clock.c.crm == crm, _RUNNING)
        .order_by(sla_clock.c.next_at, sla_clock.c.delivery)
        .limit(limit)
    )
    return [clocks.read_clock(row) for row in connection.execute(wanted)]


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clocks at a desk: nobody else acts on them meanwhile."""

    connection: Connection
    now: datetime

    def running(self, clock: Clock) -> Clock | None:
        """Answer it as it is now, if it still runs."""
        row = self.connection.execute(select(sla_clock).where(_is(clock), _RUNNING)).first()
        return None if row is None else clocks.read_clock(row)

    def owner_there(self, clock: Clock) -> tuple[bool, CrmOwnerId | None]:
        """
        Say whether the record is still open in the mirrored CRM, and whose; None: unknown.

        What was seen before our own write shows whoever had it then.
        """
        is_told = work.c.changed_at.is_(None) | (work.c.changed_at >= clock.decided_at)
        row = self.connection.execute(
            select(work.c.is_open, work.c.owner)
            .where(work.c.crm == clock.crm, work.c.record_id == clock.record_id)
            .where(work.c.seen_at > clock.assigned_at, is_told)
        ).first()
        if row is None:
            return True, None
        return row.is_open, CrmOwnerId(row.owner) if row.owner else None

    def end(self, clock: Clock, state: ClockState) -> None:
        self._set(clock, state=state.value, next_at=None, ended_at=self.now)

    def try_again(self, clock: Clock, at: datetime) -> None:
        """Let one that was ended run on, until it is looked at again."""
        running = ClockState.RUNNING.value
        self._set(clock, state=running, next_at=at, ended_at=None)

    def note_reminded(self, clock: Clock) -> None:
        self._set(clock, reminded_at=self.now, next_at=clock.due_at)

    def tell(self, clock: Clock, kind: NoticeKind, whom: OwnerId, channels: Sequence[str]) -> None:
        """Let somebody be told of it by these channels, once each."""
        notices.add_about(self.connection, (clock.delivery, kind), whom, channels, self.now)

    def late_in_a_row(self, owner: OwnerId) -> int:
        """Count the assignments of which this owner was late, since the last one that was not."""
        over = (ClockState.TOUCHED.value, ClockState.BREACHED.value)
        wanted = (
            select(sla_clock.c.state)
            .where(sla_clock.c.owner == owner, sla_clock.c.state.in_(over), _FIRST)
            .order_by(sla_clock.c.ended_at.desc(), sla_clock.c.due_at.desc())
            .limit(_LOOKED_BACK)
        )
        states = list(self.connection.execute(wanted).scalars())
        in_time = (n for n, state in enumerate(states) if state == ClockState.TOUCHED.value)
        return next(in_time, len(states))

    def pause(self, owner: OwnerId, until: datetime) -> None:
        """Give this owner nothing more until then; whoever is away for longer stays away."""
        if switches.owners_away(self.connection, self.now).get(owner, self.now) < until:
            switches.set_away(self.connection, owner, until, self.now)

    def _set(self, clock: Clock, **values: object) -> None:
        which = {"of_delivery": clock.delivery, "of_kind": clock.kind.value}
        self.connection.execute(_SET, {**which, **values})


# Built once: of hundreds that are due in a minute, building it was half of what each took.
_SET = update(sla_clock).where(
    sla_clock.c.delivery == bindparam("of_delivery"), sla_clock.c.kind == bindparam("of_kind")
)


def _is(clock: Clock) -> ColumnElement[bool]:
    return and_(sla_clock.c.delivery == clock.delivery, sla_clock.c.kind == clock.kind.value)


def keep_touched(connection: Connection, crm: str, now: datetime) -> list[LeadKey]:
    """
    Take back what is not written yet of leads whose owner was in touch after all.

    Answers which. What somebody is writing at this moment is theirs to finish.
    """
    before = and_(
        sla_clock.c.source == delivery.c.source,
        sla_clock.c.source_id == delivery.c.source_id,
        sla_clock.c.attempt == delivery.c.attempt - 1,
        _FIRST,
        sla_clock.c.state == ClockState.BREACHED.value,
        sla_clock.c.touched_at.is_not(None),
    )
    free = delivery.c.lease_until.is_(None) | (delivery.c.lease_until <= now)
    found = connection.execute(
        select(delivery, sla_clock.c.delivery.label("had"), sla_clock.c.crm_owner.label("theirs"))
        .join(sla_clock, before)
        .where(delivery.c.crm == crm, PENDING, delivery.c.attempt > 1, free)
        # Claims are not made one after another, as decisions are: what is being claimed now is
        # passed over, and nobody claims what is taken back here.
        .with_for_update(of=delivery, skip_locked=True)
    ).all()
    for row in found:
        gone = update(delivery).where(delivery.c.id == row.id)
        withdrawn = {"state": DeliveryState.WITHDRAWN.value, "reason": IN_TIME, "settled_at": now}
        connection.execute(gone.values(**withdrawn))
        reservations.release(connection, [row.id], now)
        void_decisions(connection, {(read_delivery(row).lead, row.attempt)}, now)
        _give_again(connection, row.source, row.source_id, row.attempt - 1)
        stopped = update(sla_clock).where(sla_clock.c.delivery == row.had, _FIRST)
        connection.execute(stopped.values(state=ClockState.TOUCHED.value, next_at=now))
        theirs = update(work).where(work.c.crm == crm, work.c.record_id == row.record_id)
        connection.execute(theirs.where(work.c.owner.is_(None)).values(owner=row.theirs))
    return [LeadKey(row.source, row.source_id) for row in found]


def _give_again(connection: Connection, source: str, source_id: str, attempt: int) -> None:
    """Let them have had it all along: that they were late is not held against them."""
    own = (returned.c.source == source) & (returned.c.source_id == source_id)
    connection.execute(delete(returned).where(own, returned.c.attempt == attempt))
