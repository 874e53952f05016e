"""Everybody who may get a rule's leads before the fallback, at some hour."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice

from leads.keys import OwnerId
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
    Strategy,
    ToAccountOwner,
    ToOwner,
    ToPool,
)
from routing.span_words import days
from routing.wording import listed

AHEAD = 60
"""So many days we look ahead."""

WEEK = timedelta(days=7)
DAY = timedelta(days=1)
_AT_ONCE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Chain:
    """
    Everybody who may get a rule's leads before the fallback, on the days that it is `active`.

    `waits`: for the next shift. Who is `on_call` has them at any hour, but on days off. Members of
    the first pool that gives a lead for its `next_shift` are who a lead waits for. `require` is
    what the rule requires, where that leaves somebody out.
    """

    targets: str
    active: Period | None
    owners: tuple[OwnerId, ...]
    within: timedelta
    waits: bool
    holds: bool
    on_call: frozenset[OwnerId]
    next_shift: tuple[OwnerId, ...] = ()
    require: frozenset[str] = frozenset()

    @property
    def anybody(self) -> str:
        able = f" with the skill {listed(sorted(self.require))}" if self.require else ""
        return f"{self.targets}{able}"

    def first(self, today: date) -> date:
        """Give the first day from today on that it is active."""
        first = self.active and self.active.first
        return max(first, today) if first else today

    def days(self, today: date) -> int:
        """Give how many days it is active from its first on, as far as we look ahead."""
        last = self.active and self.active.last
        return min((last - self.first(today)).days + 1, AHEAD) if last else AHEAD

    def weekdays(self, today: date) -> frozenset[int]:
        begin, count = self.first(today), min(self.days(today), WEEK.days)
        return frozenset((begin + n * DAY).weekday() for n in range(count))

    def people(self, policy: Policy) -> list[Owner]:
        """Give them with the hours at which they have these leads."""
        owners = [policy.owners[name] for name in self.owners]
        return [replace(o, calendar=None) if o.id in self.on_call else o for o in owners]

    @property
    def meanwhile(self) -> str:
        """Say on which days, if not on all."""
        return f" (active {days(self.active.first, self.active.last)})" if self.active else ""


def chain_of(rule: Rule, policy: Policy) -> Chain:
    pools = list(_pools(rule, policy))
    listed_there = dict.fromkeys(_listed(rule, policy, pools))
    managers = (policy.owners[name].manager for name in listed_there)
    everybody = listed_there | dict.fromkeys(name for name in [*managers] if name)
    owners = tuple(name for name in everybody if is_able(name, rule, policy))
    return Chain(
        targets=", ".join(_target(target) for target in rule.assign),
        active=rule.active,
        owners=owners,
        within=rule.seen_within or _AT_ONCE,
        waits=_waits(rule, policy, pools),
        holds=any(_holds(pool) for pool in pools),
        on_call=frozenset(
            pool.out_of_hours.owner for pool in pools if isinstance(pool.out_of_hours, OnCall)
        ),
        next_shift=_next_shift(pools),
        require=frozenset() if len(owners) == len(everybody) else rule.require_skills,
    )


def is_able(name: OwnerId, rule: Rule, policy: Policy) -> bool:
    """Tell whether somebody has what the rule requires."""
    return rule.require_skills <= policy.owners[name].skills


def backed(name: OwnerId, policy: Policy) -> tuple[OwnerId, ...]:
    """Give somebody, and the backups behind them in order."""
    found: dict[OwnerId, None] = {}
    at: OwnerId | None = name
    while at is not None and at not in found:
        found[at] = None
        at = policy.owners[at].backup
    return tuple(found)


def _pools(rule: Rule, policy: Policy) -> Iterator[Pool]:
    """Give the pools on the list, with those members who have what the rule requires, if any."""
    for target in rule.assign:
        if isinstance(target, ToPool):
            pool = policy.pools[target.pool]
            able = tuple(each for each in pool.members if is_able(each.owner, rule, policy))
            if able:
                yield replace(pool, members=able)


def _next_shift(pools: Sequence[Pool]) -> tuple[OwnerId, ...]:
    found = (pool for pool in pools if isinstance(pool.out_of_hours, NextShift))
    return tuple(member.owner for pool in islice(found, 1) for member in pool.members)


def _listed(rule: Rule, policy: Policy, pools: Sequence[Pool]) -> Iterator[OwnerId]:
    for target in rule.assign:
        match target:
            case ToPool(pool=name):
                yield from (member.owner for member in policy.pools[name].members)
            case ToOwner(owner=name):
                yield from backed(name, policy)
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


def _waits(rule: Rule, policy: Policy, pools: Sequence[Pool]) -> bool:
    """A lead without an account is no owner's to wait for."""
    named = (target.owner for target in rule.assign if isinstance(target, ToOwner))
    able = (is_able(who, rule, policy) for name in named for who in backed(name, policy))
    by_rule = rule.out_of_hours is not None and any(able)
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
