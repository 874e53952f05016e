"""
What happens when nobody on a rule's list can take a lead: the pools' own policies, the managers.

A pool states what follows out of hours and when it is full. Nothing waits without an end that
comes before its SLA.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from leads.decision import HoldKind, Method
from leads.keys import OwnerId, PoolName
from routing.attempt import Attempt
from routing.eligibility import Ask, Schedules, full, is_full, lack, off, starts_at
from routing.policy import (
    FollowTheSun,
    HoldFor,
    NextShift,
    OnCall,
    Owner,
    Strategy,
    Target,
    ToAccountOwner,
    ToOwner,
    ToPool,
)
from routing.roster import NO_WEIGHT, Roster, Seat
from routing.sla import due_on, kept_back
from routing.sla_terms import Sla, SlaClock
from routing.taking import taken
from routing.targets import (
    choose,
    each_problem,
    try_owner,
    try_pool,
)
from routing.wording import duration, moment

SAME_SHIFT = timedelta(hours=1)
"""Who starts so soon after the first shares the next shift: or the earliest bird had it all."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A pool holds the lead; see `leads.decision.Held`."""

    pool: PoolName
    kind: HoldKind
    clause: str
    since: datetime
    until: datetime
    wake: datetime
    sla_due: datetime


@dataclass(frozen=True, slots=True)
class _Need:
    """A pool nobody of which can take the lead; `fit` could, at another hour or with room."""

    roster: Roster
    fit: Sequence[Seat]
    sla: Sla
    ask: Ask

    @property
    def since(self) -> datetime:
        return self.ask.standing.held_since or self.ask.now

    def sla_due(self) -> datetime:
        if self.sla.clock is SlaClock.WALL:
            return self.since + self.sla.first_touch
        zones = self.ask.zones
        return min(due_on(self.sla, seat.schedule, self.since, zones) for seat in self.fit)

    def starts(self, seats: Sequence[Seat]) -> dict[OwnerId, datetime]:
        """Give when each is at work next, those left out that never are."""
        starts = ((seat.owner.id, starts_at(seat.schedule, self.ask)) for seat in seats)
        return {owner: start for owner, start in starts if start is not None}


class Relief:
    """Knows every pool and owner; asked only when nobody on the rule's list could take a lead."""

    def __init__(self, rosters: Mapping[PoolName, Roster], schedules: Schedules) -> None:
        self._rosters = rosters
        self._schedules = schedules
        self._has_managers = any(each.owner.manager for each in schedules.values())

    def of_pool(self, roster: Roster, sla: Sla, ask: Ask) -> Iterator[Attempt | Wait]:
        """Yield what the pool has for this case; most have nothing."""
        if roster.pool.out_of_hours is None and roster.pool.when_full is None:
            return
        need = self._need(roster, sla, ask)
        at_work = roster.on_shift(ask)
        if at_work:
            yield from _when_full(need, at_work)
        elif need.fit:
            found = self._out_of_hours(need)
            if found is not None:
                yield found

    def queue(self, roster: Roster, sla: Sla, ask: Ask) -> Attempt | Wait:
        """Let a lead wait in a pool that is taken from; or give it to whoever takes it."""
        taker = ask.standing.taker
        if taker is not None:
            return taken(roster, taker, ask)
        need = self._need(roster, sla, ask)
        if not need.fit:
            return Attempt(clause=f"nobody in pool {roster.name} may take it")
        if roster.pool.out_of_hours is not None and not roster.on_shift(ask):
            clause = f"nobody in pool {roster.name} is at work to take it"
            return Attempt(clause=clause)
        at_most = roster.pool.take_within or sla.first_touch + max(need.sla_due() - ask.now, _DAY)
        return _hold(HoldKind.TAKE, HoldFor(at_most=at_most), need)

    def after_returns(self, returned: Mapping[OwnerId, str], ask: Ask) -> Iterator[Attempt]:
        """Yield why it goes round no more, then an attempt for each manager of who returned it."""
        times = "once" if len(returned) == 1 else f"{len(returned)} times"
        yield Attempt(clause=f"it was handed back {times} and goes round no more")
        known = [self._schedules[who].owner for who in returned if who in self._schedules]
        yield from self._managers_of(known, ask, set())

    def managers(self, targets: Sequence[Target], ask: Ask) -> Iterator[Attempt]:
        """Yield an attempt for each manager of those on the list, once."""
        if not self._has_managers:
            return
        asked: set[OwnerId] = set()
        for target in targets:
            yield from self._managers_of(self._owners(target, ask), ask, asked)

    def _managers_of(
        self, owners: Iterable[Owner], ask: Ask, asked: set[OwnerId]
    ) -> Iterator[Attempt]:
        for owner in owners:
            manager = owner.manager
            if manager is not None and manager not in asked:
                asked.add(manager)
                name = self._schedules[manager].owner.name
                intro = f"{name} is the manager of {owner.name}"
                yield try_owner(manager, intro, Method.MANAGER, self._schedules, ask)

    def _owners(self, target: Target, ask: Ask) -> list[Owner]:
        match target:
            case ToPool(pool=pool):
                return [seat.owner for seat in self._rosters[pool].seats]
            case ToOwner(owner=owner):
                return [self._schedules[owner].owner]
            case ToAccountOwner():
                account = ask.standing.account
                schedule = self._schedules.get(account.owner) if account and account.owner else None
                return [] if schedule is None else [schedule.owner]

    def _need(self, roster: Roster, sla: Sla, ask: Ask) -> _Need:
        fit = [seat for seat in roster.seats if seat.weight > 0 and not lack(seat.owner, ask)]
        return _Need(roster, fit, sla, ask)

    def _out_of_hours(self, need: _Need) -> Attempt | Wait | None:
        roster, ask = need.roster, need.ask
        match roster.pool.out_of_hours:
            case NextShift():
                return None if ask.at_once else _next_shift(need, need.fit)
            case FollowTheSun(pool=pool):
                found = try_pool(self._rosters[pool], ask)
                return replace(found, clause=f"{found.clause} (pool {roster.name} follows the sun)")
            case OnCall(owner=owner):
                intro = f"{self._schedules[owner].owner.name} is on call for pool {roster.name}"
                return try_owner(owner, intro, Method.ON_CALL, self._schedules, ask)
            case HoldFor() as hold:
                return _hold(HoldKind.OUT_OF_HOURS, hold, need)
            case None:
                return None


def _when_full(need: _Need, at_work: Sequence[Seat]) -> Iterator[Attempt | Wait]:
    """Yield what follows when those at work are at a cap: a wait, then the others' next shift."""
    policy = need.roster.pool
    if policy.strategy is Strategy.PULL:
        return
    if policy.when_full is not None:
        yield _hold(HoldKind.FULL, policy.when_full, need)
    if need.ask.at_once:
        return
    off_work = [seat for seat in need.fit if seat not in at_work]
    if off_work and isinstance(policy.out_of_hours, NextShift):
        yield _next_shift(need, off_work)


def _next_shift(need: _Need, seats: Sequence[Seat]) -> Attempt:
    """Give it to who of `seats` begins first and has room on that shift."""
    roster, ask = need.roster, need.ask
    starts = need.starts([s for s in seats if not is_full(s.schedule, ask, roster.name)])
    if not starts:
        intro = f"nobody in pool {roster.name} has room and a shift to come"
        failure = each_problem(intro, seats, ask, partial(_why_not, pool=roster.name))
        return Attempt(clause=failure.clause(), failure=failure)
    first = min(starts, key=lambda owner: starts[owner])
    latest = starts[first] + SAME_SHIFT
    on_shift = {owner for owner, start in starts.items() if start <= latest}
    able = [seat for seat in need.fit if seat.owner.id in on_shift]

    def why(seat: Seat, ask: Ask) -> str | None:
        return None if seat.owner.id in on_shift else _why_not(seat, ask, roster.name)

    found = choose(roster, ask, able, why)
    taker = found.owner if found.owner in starts else first  # who begins later says their hour
    zone = next(seat.owner.timezone for seat in need.fit if seat.owner.id == taker)
    shift = f"for the next shift, which begins {moment(starts[taker], zone)}"
    return replace(found, clause=f"{found.clause}, {shift}")


def _why_not(seat: Seat, ask: Ask, pool: PoolName) -> str:
    if seat.weight <= 0:
        return NO_WEIGHT
    problem = lack(seat.owner, ask) or full(seat.schedule, ask, pool) or off(seat.schedule, ask)
    assert problem is not None
    return problem


def _hold(kind: HoldKind, policy: HoldFor, need: _Need) -> Attempt | Wait:
    name, ask, since, sla_due = need.roster.name, need.ask, need.since, need.sla_due()
    until = min(since + policy.at_most, sla_due - kept_back(need.sla))
    if ask.now >= until or not ask.may_hold:
        waited = f" for {duration(ask.now - since)}" if ask.now > since else ""
        could = "took it" if kind is HoldKind.TAKE else "could take it"
        clause = f"pool {name} held it{waited} and nobody of it {could}"
        return Attempt(clause=clause, tells_wait=bool(waited))
    wanted = ", to be taken" if kind is HoldKind.TAKE else ""
    end = moment(until, need.fit[0].owner.timezone)
    return Wait(
        pool=name,
        kind=kind,
        clause=f"pool {name} holds it until {end} at most{wanted}",
        since=since,
        until=until,
        wake=_wake(kind, need, until),
        sla_due=sla_due,
    )


def _wake(kind: HoldKind, need: _Need, until: datetime) -> datetime:
    """Give when time alone makes a difference; what people do, nobody can foresee."""
    now = need.ask.now
    match kind:
        case HoldKind.OUT_OF_HOURS:
            notice = need.ask.seen_within or timedelta(0)
            times = [max(now, start - notice) for start in need.starts(need.fit).values()]
        case HoldKind.FULL:
            times = [gauge.span(now).end for seat in need.fit for gauge in seat.schedule.gauges]
        case HoldKind.TAKE:
            times = []
    return min([until, *times])
