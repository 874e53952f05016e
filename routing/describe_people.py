"""Owners, their hours and pools in plain words, for people who read a policy."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import time
from itertools import groupby

from leads.keys import OwnerId
from routing.policy import (
    Cap,
    FollowTheSun,
    HoldFor,
    NextShift,
    OnCall,
    OutOfHours,
    Owner,
    Policy,
    Pool,
    Strategy,
)
from routing.wording import duration, listed
from routing.working_hours import Calendar

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LOADED = "whoever of them has the lightest load"


def calendar_words(calendar: Calendar) -> str:
    """office: Mon-Thu 09:00-14:00 and 15:00-18:30, Fri 08:00-15:00; not on holidays of ES-MD."""
    by_day = [calendar.hours.get(day, ()) for day in range(7)]
    told: list[str] = []
    for spans, days in groupby(range(7), key=lambda day: by_day[day]):
        numbers = list(days)
        if spans:
            name = _DAYS[numbers[0]]
            name += f"-{_DAYS[numbers[-1]]}" if len(numbers) > 1 else ""
            told.append(f"{name} {listed([f'{_clock(a)}-{_clock(b)}' for a, b in spans])}")
    off = f"; not on public holidays of {calendar.holidays}" if calendar.holidays else ""
    return f"{calendar.name}: {', '.join(told) or 'never'}{off}"


def _clock(at: time) -> str:
    return "24:00" if at == time.max else f"{at:%H:%M}"


def owner_words(owner: Owner, policy: Policy) -> list[str]:
    """Give a line for who it is and when at work, then one for what else is stated."""
    name = f"{owner.name} ({owner.id})" if owner.name != owner.id else owner.name
    more = "; ".join(_more(owner, policy))
    return [f"{name}: {'; '.join(_when_and_how_much(owner))}", *([more] if more else [])]


def _when_and_how_much(owner: Owner) -> Iterator[str]:
    if owner.is_queue:
        yield "a queue, at any hour"
    elif owner.calendar is None:
        yield f"at any hour ({owner.timezone})"
    else:
        yield f"{owner.calendar.name} ({owner.timezone})"
    if owner.max_open is not None:
        yield f"at most {owner.max_open:,} open leads"
    if owner.caps:
        yield f"at most {listed([_cap(cap) for cap in owner.caps])}"


def _cap(cap: Cap) -> str:
    of = [f"from pool {cap.pool}"] if cap.pool else []
    of += [f"of segment {cap.segment}"] if cap.segment else []
    return " ".join([f"{cap.most:,} {'an' if cap.per == 'hour' else 'a'} {cap.per.value}", *of])


def _more(owner: Owner, policy: Policy) -> Iterator[str]:
    if owner.skills:
        yield f"skills {listed(sorted(owner.skills))}"
    if owner.languages:
        yield f"speaks {listed(sorted(owner.languages))}"
    if owner.backup:
        yield f"backup {policy.owners[owner.backup].name}"
    if owner.manager:
        yield f"manager {policy.owners[owner.manager].name}"
    if owner.away:
        yield f"off {listed([f'{each.first} to {each.last}' for each in owner.away])}"
    lacking = [crm for crm in sorted(set(policy.crm_of.values())) if crm not in owner.crm]
    if lacking:
        yield f"no id in {listed(lacking)}, so none of the leads there"


def pool_words(pool: Pool, policy: Policy) -> list[str]:
    """Give a line for who shares it and how, then those for what else is stated."""
    return [f"{pool.name}: {_shared(pool, policy.owners)}", *_otherwise(pool, policy.owners)]


def _shared(pool: Pool, owners: Mapping[OwnerId, Owner]) -> str:
    names = [owners[member.owner].name for member in pool.members]
    if not names:
        return "nobody"
    match pool.strategy:
        case Strategy.LEAST_LOADED:
            return f"{', '.join(names)}; {_LOADED}"
        case Strategy.PULL:
            return f"{', '.join(names)}; each takes the next lead"
        case Strategy.ROUND_ROBIN:
            return f"in turn, {_shares(pool, names)}"
        case Strategy.BEST_MATCH:
            return f"by best match, and while no model is in force in turn, {_shares(pool, names)}"


def _shares(pool: Pool, names: Sequence[str]) -> str:
    weights = [member.weight for member in pool.members]
    if len(names) == 1:
        return names[0]
    if len(set(weights)) == 1:
        return f"equal shares: {', '.join(names)}"
    told = [f"{name} {weight}" for name, weight in zip(names, weights, strict=True)]
    return f"of {sum(weights)} leads: {', '.join(told)}"


def _otherwise(pool: Pool, owners: Mapping[OwnerId, Owner]) -> Iterator[str]:
    if pool.strategy is Strategy.PULL:
        within = duration(pool.take_within) if pool.take_within else "three quarters of its SLA"
        yield f"not taken within {within}: it goes on down the rule's list"
    if pool.out_of_hours is not None:
        yield f"nobody at work: {_out_of_hours(pool.out_of_hours, owners)}"
    if pool.when_full is not None:
        at_most = duration(pool.when_full.at_most)
        yield f"everybody at work is at a cap: it waits for room, up to {at_most}"
    if pool.is_sticky:
        yield "a member who owns the lead's account comes first"
    caught_up = {"a new member": pool.joiners, "a member back from leave": pool.returners}
    yield from (f"{who} catches up on {n} leads at most" for who, n in caught_up.items() if n)
    charged = {"handed back": pool.charges_hand_backs, "called none": pool.charges_rejected}
    yield from (f"a lead that is {what} counts as a turn" for what, so in charged.items() if so)


def _out_of_hours(then: OutOfHours, owners: Mapping[OwnerId, Owner]) -> str:
    match then:
        case NextShift():
            return "whoever starts first has it, to find it then"
        case FollowTheSun(pool=pool):
            return f"pool {pool}"
        case OnCall(owner=owner):
            return f"{owners[owner].name}, at any hour"
        case HoldFor(at_most=at_most):
            return f"it waits for somebody, up to {duration(at_most)}"
