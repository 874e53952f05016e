"""Hours of the week, and days ahead, at which nobody on a rule's list is at work."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from routing.availability import Schedule
from routing.lint.chain import AHEAD, DAY, WEEK, Chain, chain_of
from routing.lint.findings import Code, Finding, Severity
from routing.lint.value_words import few
from routing.lint.week import gaps, in_words, long, longest, monday, on_days, ordinary
from routing.local_day import Span
from routing.policy import Policy, Rule, ToPool
from routing.sla_terms import Sla, SlaClock
from routing.wording import duration, listed


def hours(policy: Policy, today: date) -> Iterator[Finding]:
    """Look at an ordinary week, in the policy's time zone, and at the weeks ahead."""
    zone = ZoneInfo(policy.timezone)
    by_chain: dict[Chain, list[Rule]] = defaultdict(list)
    for rule in policy.rules:
        chain = chain_of(rule, policy)
        if chain.owners:
            by_chain[chain].append(rule)
    for chain, rules in by_chain.items():
        begin = monday(chain.first(today), zone)
        free = gaps(map(ordinary, chain.people(policy)), begin, begin + WEEK)
        weekdays = chain.weekdays(today)
        free = free if len(weekdays) == WEEK.days else on_days(free, begin, weekdays)
        yield from _uncovered(policy, chain, rules, _beyond(free, chain.within), begin)
        yield from _days_off(policy, chain, rules, today)
        yield from (late for rule in rules for late in _late(policy, chain, rule, free))


def _beyond(free: Sequence[Span], within: timedelta) -> list[Span]:
    """Leave out the end of each gap, from which somebody is at work soon enough."""
    return [Span(gap.begin, gap.end - within) for gap in free if gap.end - within > gap.begin]


def _uncovered(
    policy: Policy, chain: Chain, rules: Sequence[Rule], free: Sequence[Span], begin: datetime
) -> Iterator[Finding]:
    if not free or chain.waits or chain.holds:
        return
    soon = f", or within {duration(chain.within)}," if chain.within else ""
    yield Finding(
        code=Code.UNCOVERED_HOURS,
        severity=Severity.NOTE,
        about=_about(rules[0]),
        message=(
            f"nobody of {chain.anybody} is at work{soon} {in_words(free, begin)} "
            f"({policy.timezone}): leads of {_names(rules)}{chain.meanwhile} then go to "
            f"the fallback {policy.fallback}"
        ),
        remedy=f"{_add(chain)}, or say what then: {_then(rules[0])}",
    )


def _add(chain: Chain) -> str:
    if chain.require:
        return "add the skill to somebody, or somebody on call who has it"
    return "add somebody on call"


def _then(rule: Rule) -> str:
    pools = [target.pool for target in rule.assign if isinstance(target, ToPool)]
    match pools:
        case []:
            return "out_of_hours of the rule"
        case [only]:
            return f"out_of_hours of pool {only}"
        case _:
            return f"out_of_hours of one of the pools {listed(pools, 'or')}"


def _days_off(
    policy: Policy, chain: Chain, rules: Sequence[Rule], today: date
) -> Iterator[Finding]:
    """Name days on which nobody works at all, and would on an ordinary one."""
    if chain.waits or chain.holds:
        return
    owners = chain.people(policy)
    usual = [ordinary(owner) for owner in owners]
    first = chain.first(today)
    if usual == owners or first >= today + AHEAD * DAY:
        return
    here, usually = [Schedule(each) for each in owners], [Schedule(each) for each in usual]
    ahead = [first + n * DAY for n in range(chain.days(today))]
    off = [day for day in ahead if not _anybody(here, day) and _anybody(usually, day)]
    if off:
        told = few([f"{day:%Y-%m-%d}" for day in off], "and")
        yield Finding(
            code=Code.DAYS_OFF,
            severity=Severity.NOTE,
            about=_about(rules[0]),
            message=(
                f"nobody of {chain.anybody} is at work on {told}, by holidays and days off: "
                f"leads of {_names(rules)}{chain.meanwhile} then go to the fallback "
                f"{policy.fallback}"
            ),
            remedy=f"change somebody's days off, or say what then: {_then(rules[0])}",
        )


def _anybody(schedules: Sequence[Schedule], day: date) -> bool:
    """Each by their own date: the evening of one land is the next day's morning of another."""
    return any(each.works_on(day) for each in schedules)


def _late(policy: Policy, chain: Chain, rule: Rule, free: Sequence[Span]) -> Iterator[Finding]:
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


def _wait(policy: Policy, chain: Chain, free: Sequence[Span]) -> timedelta:
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
    """Point at the pool, where the list is one; of a longer list no pool alone is the cause."""
    match rule.assign:
        case [ToPool(pool=name)]:
            return ("pools", name)
        case _:
            return ("rules", rule.name, "assign")


def _names(rules: Sequence[Rule]) -> str:
    return few([rule.name for rule in rules], "and")
