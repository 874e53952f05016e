"""Hours of the week, and days ahead, at which nobody on a rule's list is at work."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from leads.keys import OwnerId
from routing.availability import Schedule
from routing.lint.findings import Code, Finding, Severity
from routing.lint.value_words import few
from routing.lint.week import gaps, in_words, long, longest, monday, on_days, ordinary
from routing.local_day import Span
from routing.policy import (
    FollowTheSun,
    HoldFor,
    NextShift,
    OnCall,
    Owner,
    Period,
    Policy,
    Pool,
    Rule,
    Sla,
    SlaClock,
    Strategy,
    ToAccountOwner,
    ToOwner,
    ToPool,
)
from routing.span_words import days
from routing.wording import duration

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_AHEAD = 60
_AT_ONCE = timedelta(0)


@dataclass(frozen=True, slots=True)
class _Chain:
    """
    Everybody who may get a rule's leads before the fallback, on the days that it is `active`.

    `waits`: for the next shift. Who is `on_call` has them at any hour, but on days off. Members of
    the first pool that gives a lead for its `next_shift` are who a lead waits for.
    """

    targets: str
    active: Period | None
    owners: tuple[OwnerId, ...]
    within: timedelta
    waits: bool
    holds: bool
    on_call: frozenset[OwnerId]
    next_shift: tuple[OwnerId, ...] = ()

    def first(self, today: date) -> date:
        """Give the first day from today on that it is active."""
        first = self.active and self.active.first
        return max(first, today) if first else today

    def days(self, today: date) -> int:
        """Give how many days it is active from its first on, as far as we look ahead."""
        last = self.active and self.active.last
        return min((last - self.first(today)).days + 1, _AHEAD) if last else _AHEAD

    def weekdays(self, today: date) -> frozenset[int]:
        begin, count = self.first(today), min(self.days(today), _WEEK.days)
        return frozenset((begin + n * _DAY).weekday() for n in range(count))

    def people(self, policy: Policy) -> list[Owner]:
        """Give them with the hours at which they have these leads."""
        owners = [policy.owners[name] for name in self.owners]
        return [replace(o, calendar=None) if o.id in self.on_call else o for o in owners]


def hours(policy: Policy, today: date) -> Iterator[Finding]:
    """Look at an ordinary week, in the policy's time zone, and at the weeks ahead."""
    zone = ZoneInfo(policy.timezone)
    by_chain: dict[_Chain, list[Rule]] = defaultdict(list)
    for rule in policy.rules:
        chain = _chain(rule, policy)
        if chain.owners:
            by_chain[chain].append(rule)
    for chain, rules in by_chain.items():
        begin = monday(chain.first(today), zone)
        free = gaps(map(ordinary, chain.people(policy)), begin, begin + _WEEK)
        weekdays = chain.weekdays(today)
        free = free if len(weekdays) == _WEEK.days else on_days(free, begin, weekdays)
        yield from _uncovered(policy, chain, rules, _beyond(free, chain.within), begin)
        yield from _days_off(policy, chain, rules, today)
        yield from (late for rule in rules for late in _late(policy, chain, rule, free))


def _chain(rule: Rule, policy: Policy) -> _Chain:
    pools = [policy.pools[target.pool] for target in rule.assign if isinstance(target, ToPool)]
    owners = dict.fromkeys(_listed(rule, policy, pools))
    managers = (policy.owners[name].manager for name in owners)
    owners |= dict.fromkeys(name for name in [*managers] if name)
    return _Chain(
        targets=", ".join(_target(target) for target in rule.assign),
        active=rule.active,
        owners=tuple(owners),
        within=rule.seen_within or _AT_ONCE,
        waits=_waits(rule, pools),
        holds=any(_holds(pool) for pool in pools),
        on_call=frozenset(
            pool.out_of_hours.owner for pool in pools if isinstance(pool.out_of_hours, OnCall)
        ),
        next_shift=_next_shift(pools),
    )


def _next_shift(pools: Sequence[Pool]) -> tuple[OwnerId, ...]:
    found = (pool for pool in pools if isinstance(pool.out_of_hours, NextShift))
    return tuple(member.owner for pool in islice(found, 1) for member in pool.members)


def _listed(rule: Rule, policy: Policy, pools: Sequence[Pool]) -> Iterator[OwnerId]:
    for target in rule.assign:
        match target:
            case ToPool(pool=name):
                yield from (member.owner for member in policy.pools[name].members)
            case ToOwner(owner=name):
                backup = policy.owners[name].backup
                yield from (name, backup) if backup else (name,)
            case ToAccountOwner():
                pass
    yield from _out_of_hours(policy, pools)


def _out_of_hours(policy: Policy, pools: Sequence[Pool]) -> Iterator[OwnerId]:
    for pool in pools:
        match pool.out_of_hours:
            case FollowTheSun(pool=name):
                yield from (member.owner for member in policy.pools[name].members)
            case OnCall(owner=name):
                yield name
            case NextShift():
                return  # has it, whatever those after it would do
            case _:
                pass


def _waits(rule: Rule, pools: Sequence[Pool]) -> bool:
    """A lead without an account is no owner's to wait for."""
    names_owners = any(isinstance(target, ToOwner) for target in rule.assign)
    by_rule = rule.out_of_hours is not None and names_owners
    return by_rule or any(isinstance(pool.out_of_hours, NextShift) for pool in pools)


def _holds(pool: Pool) -> bool:
    """A lead of a pool that is taken from waits there as well."""
    return isinstance(pool.out_of_hours, HoldFor) or pool.strategy is Strategy.PULL


def _target(target: ToPool | ToOwner | ToAccountOwner) -> str:
    match target:
        case ToPool(pool=name):
            return name
        case ToOwner(owner=name):
            return name
        case ToAccountOwner():
            return "the account's owner"


def _beyond(free: Sequence[Span], within: timedelta) -> list[Span]:
    """Leave out the end of each gap, from which somebody is at work soon enough."""
    return [Span(gap.begin, gap.end - within) for gap in free if gap.end - within > gap.begin]


def _uncovered(
    policy: Policy, chain: _Chain, rules: Sequence[Rule], free: Sequence[Span], begin: datetime
) -> Iterator[Finding]:
    if not free or chain.waits or chain.holds:
        return
    soon = f", or within {duration(chain.within)}," if chain.within else ""
    yield Finding(
        code=Code.UNCOVERED_HOURS,
        severity=Severity.NOTE,
        about=_about(rules[0]),
        message=(
            f"nobody of {chain.targets} is at work{soon} {in_words(free, begin)} "
            f"({policy.timezone}): leads of {_names(rules)}{_while(chain)} then go to the fallback "
            f"{policy.fallback}"
        ),
        remedy="add somebody on call, or say what then: out_of_hours of the pool",
    )


def _days_off(
    policy: Policy, chain: _Chain, rules: Sequence[Rule], today: date
) -> Iterator[Finding]:
    """Name days on which nobody works at all, and would on an ordinary one."""
    if chain.waits or chain.holds:
        return
    owners = chain.people(policy)
    usual = [ordinary(owner) for owner in owners]
    first = chain.first(today)
    if usual == owners or first >= today + _AHEAD * _DAY:
        return
    here, usually = [Schedule(each) for each in owners], [Schedule(each) for each in usual]
    ahead = [first + n * _DAY for n in range(chain.days(today))]
    off = [day for day in ahead if not _anybody(here, day) and _anybody(usually, day)]
    if off:
        told = few([f"{day:%Y-%m-%d}" for day in off], "and")
        yield Finding(
            code=Code.DAYS_OFF,
            severity=Severity.NOTE,
            about=_about(rules[0]),
            message=(
                f"nobody of {chain.targets} is at work on {told}, by holidays and days off: "
                f"leads of {_names(rules)}{_while(chain)} then go to the fallback {policy.fallback}"
            ),
            remedy="change somebody's days off, or say what then: out_of_hours of the pool",
        )


def _anybody(schedules: Sequence[Schedule], day: date) -> bool:
    """Each by their own date: the evening of one land is the next day's morning of another."""
    return any(each.works_on(day) for each in schedules)


def _late(policy: Policy, chain: _Chain, rule: Rule, free: Sequence[Span]) -> Iterator[Finding]:
    """A lead that is given to somebody asleep waits while the SLA's clock runs."""
    sla = policy.slas[rule.sla]
    wait = _wait(policy, chain, free) if chain.waits else min(longest(free), chain.within)
    if sla.clock is not SlaClock.WALL:
        return
    if wait <= sla.first_touch < chain.within:
        yield _seen_too_late(rule, sla)
    elif wait > sla.first_touch:
        yield Finding(
            code=Code.SLA_BEFORE_SHIFT,
            severity=Severity.WARNING,
            about=("rules", rule.name),
            message=(
                f"a lead of {rule.name} may wait {long(wait)} for somebody to come to work, and "
                f"its SLA {sla.name} allows {duration(sla.first_touch)} on the wall clock"
            ),
            remedy=f"clock: business in {sla.name}, a longer SLA, or a shorter seen_within",
        )


def _seen_too_late(rule: Rule, sla: Sla) -> Finding:
    """An ordinary week is well, and on a day off somebody may have it who comes in too late."""
    assert rule.seen_within is not None
    return Finding(
        code=Code.SLA_BEFORE_SHIFT,
        severity=Severity.NOTE,
        about=("rules", rule.name, "seen_within"),
        message=(
            f"{rule.name} gives a lead to somebody who comes to work within "
            f"{duration(rule.seen_within)}, and its SLA {sla.name} allows "
            f"{duration(sla.first_touch)} on the wall clock: on a day off it may be late by then"
        ),
        remedy=f"a seen_within of {duration(sla.first_touch)} at most, or clock: business",
    )


def _wait(policy: Policy, chain: _Chain, free: Sequence[Span]) -> timedelta:
    """Give the longest that a lead waits for somebody of the pool that has it meanwhile."""
    sleepers = [Schedule(ordinary(policy.owners[name])) for name in chain.next_shift]
    if not sleepers:
        return longest(free)
    waits = (_first_start(sleepers, gap) - gap.begin for gap in free)
    return max(waits, default=timedelta(0))


def _first_start(sleepers: Sequence[Schedule], gap: Span) -> datetime:
    starts = (each.next_at_work(gap.begin) for each in sleepers)
    return min((start for start in starts if start), default=gap.end)


def _about(rule: Rule) -> tuple[str, ...]:
    pools = [target.pool for target in rule.assign if isinstance(target, ToPool)]
    return ("pools", pools[0]) if pools else ("rules", rule.name, "assign")


def _names(rules: Sequence[Rule]) -> str:
    return few([rule.name for rule in rules], "and")


def _while(chain: _Chain) -> str:
    return f" (active {days(chain.active.first, chain.active.last)})" if chain.active else ""
