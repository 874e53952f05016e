"""Conditions and rules in plain words, for people who read a policy rather than write it."""

from datetime import date

from routing.policy import Policy, Rule, Target, ToAccountOwner, ToOwner, ToPool
from routing.sla_terms import OnBreach, Sla, SlaClock
from routing.span_words import clock
from routing.when import AllOf, AnyOf, Between, Condition, During, Not, OnClock, OneOf, Presence
from routing.wording import duration, listed

_NAMES = {
    "deal_value": "deal value",
    "job_title": "job title",
    "postal_code": "postal code",
    "deal_type": "deal type",
    "lead_source": "lead source",
    "current_owner": "current owner",
    "created_at": "created",
    "local_time": "the lead's local time",
    "local_weekday": "the lead's local weekday",
    "account_owner": "the account's owner",
}
_ANY = AllOf(parts=())


def condition_words(condition: Condition, policy: Policy) -> str:
    """Say it as in: territory is iberia and employees at least 200."""
    match condition:
        case AllOf(parts=parts):
            return " and ".join(_inner(part, policy) for part in parts) or "always"
        case AnyOf(parts=parts):
            return " or ".join(_inner(part, policy) for part in parts) or "never"
        case Not(part=part):
            return f"not ({condition_words(part, policy)})"
        case _:
            return _field_words(condition, policy)


def rule_words(rule: Rule, policy: Policy) -> list[str]:
    """Give one line for when it applies, one for who gets the lead, and one for how soon."""
    targets = [_target(target, policy) for target in rule.assign]
    whose = "every lead" if rule.when == _ANY else f"when {condition_words(rule.when, policy)}"
    lines = [whose, "to " + "; else ".join(targets or ["nobody"])]
    if rule.active:
        lines.insert(0, f"only {_days(rule.active.first, rule.active.last)}")
    soon = f"at work within {duration(rule.seen_within)}" if rule.seen_within else "at work now"
    limits = [sla_promise(policy.slas[rule.sla]), f"by somebody {soon}"]
    if rule.out_of_hours is not None:
        limits.append("for the next shift of owners who are off work")
    if rule.require_skills:
        limits.append(f"who has {listed(sorted(rule.require_skills))}")
    if rule.prefer_skills:
        outside = ", also from outside the pool" if rule.prefers_outside else ""
        limits.append(f"first those with {listed(sorted(rule.prefer_skills))}{outside}")
    return [*lines, ", ".join(limits)]


def sla_promise(sla: Sla) -> str:
    """First touch within 15 min of working hours (SLA hot)."""
    return f"{_promised(sla)} (SLA {sla.name})"


def _promised(sla: Sla) -> str:
    once_more = f", again within {duration(sla.follow_up)}" if sla.follow_up else ""
    return f"first touch within {duration(sla.first_touch)}{_hours(sla)}{once_more}"


def _hours(sla: Sla) -> str:
    match sla.clock:
        case SlaClock.WALL:
            return ""
        case SlaClock.BUSINESS:
            return " of working hours"
        case SlaClock.LEAD:
            named = f" ({sla.calling.calendar.name})" if sla.calling else ""
            return f" of the lead's own hours{named}"


def sla_words(sla: Sla, policy: Policy) -> str:
    """Say what follows where nobody was in touch."""
    reminder = f"; a reminder after {duration(sla.remind_after)}" if sla.remind_after else ""
    others = f"up to {sla.max_reassign} others in turn, then " if sla.max_reassign > 1 else ""
    others = "somebody else, then " if sla.max_reassign == 1 else others
    end = policy.owners[sla.then or policy.fallback].name
    start = f"{sla.name}: {_promised(sla)}{reminder}; when it is broken, "
    times = f"late {sla.pause_after} times in a row" if sla.pause_after else ""
    off = f"; {times}, an owner gets no lead for a day" if times else ""
    if sla.on_breach is OnBreach.TELL:
        return f"{start}the owner's manager is told{off}"
    if sla.on_breach is not OnBreach.REASSIGN and others:
        others = others.replace("somebody else", f"the owner's {sla.on_breach}").replace(
            " others in turn", f" others in turn, the owner's {sla.on_breach} first"
        )
    return f"{start}{others}{end}{off}"


def _inner(part: Condition, policy: Policy) -> str:
    words = condition_words(part, policy)
    return f"({words})" if isinstance(part, AnyOf | AllOf) and part.parts else words


def _field_words(condition: OneOf | Presence | Between | During | OnClock, policy: Policy) -> str:
    name = _NAMES.get(condition.field, condition.field)
    match condition:
        case OneOf(values=values):
            return f"{name} is {listed(values, 'or')}"
        case Presence(empty=empty):
            return f"{name} is {'blank' if empty else 'given'}"
        case Between(field=field, least=least, most=most):
            unit = f" {policy.money.base}" if field == "deal_value" else ""
            ends = [f"at least {least:,f}{unit}"] if least is not None else []
            ends += [f"at most {most:,f}{unit}"] if most is not None else []
            return f"{name} {' and '.join(ends)}"
        case During(first=first, last=last):
            return f"{name} {_days(first, last)}"
        case OnClock(first=begin, last=end):
            return f"{name} is {clock(begin, end)}"


def _days(first: date | None, last: date | None) -> str:
    if first and last:
        return f"from {first} to {last}"
    return f"from {first} on" if first else f"until {last}"


def _target(target: Target, policy: Policy) -> str:
    match target:
        case ToPool(pool=pool):
            return f"pool {pool}"
        case ToOwner(owner=owner):
            return policy.owners[owner].name
        case ToAccountOwner():
            return "the account's owner"
