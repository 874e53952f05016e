"""Conditions and rules in plain words, for people who read a policy rather than write it."""

from datetime import date, time
from decimal import Decimal

from routing.policy import (
    AllOf,
    AnyOf,
    Between,
    Condition,
    During,
    Not,
    OnClock,
    OneOf,
    Policy,
    Pool,
    Presence,
    Rule,
    Target,
    ToAccountOwner,
    ToOwner,
    ToPool,
)
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
}
Bound = Decimal | date | time


def condition_words(condition: Condition) -> str:
    """Say it as in: territory is iberia and employees at least 200."""
    match condition:
        case AllOf(parts=parts):
            return " and ".join(map(_inner, parts)) or "always"
        case AnyOf(parts=parts):
            return " or ".join(map(_inner, parts)) or "never"
        case Not(part=part):
            return f"not ({condition_words(part)})"
        case _:
            return _field_words(condition)


def rule_words(rule: Rule, policy: Policy) -> list[str]:
    """Give one line for when it applies, one for who gets the lead, and one for how soon."""
    targets = [_target(target, policy) for target in rule.assign]
    lines = [f"when {condition_words(rule.when)}", "to " + "; else ".join(targets or ["nobody"])]
    if rule.active:
        lines.insert(0, _span("active", rule.active.first, rule.active.last, ("from", "until")))
    limits = [f"SLA {rule.sla} ({duration(policy.slas[rule.sla].first_touch)})"]
    if rule.seen_within is not None:
        limits.append(f"seen within {duration(rule.seen_within)}")
    if rule.require_skills:
        limits.append(f"only with {listed(sorted(rule.require_skills))}")
    if rule.prefer_skills:
        limits.append(f"first those with {listed(sorted(rule.prefer_skills))}")
    return [*lines, ", ".join(limits)]


def pool_words(pool: Pool, policy: Policy) -> str:
    """iberia-enterprise: Ana Ruiz (2), Ben Ode (1), round robin."""
    members = [f"{policy.owners[m.owner].name} ({m.weight})" for m in pool.members]
    how = pool.strategy.value.replace("_", " ")
    return f"{pool.name}: {', '.join(members) or 'nobody'}, {how}"


def _inner(part: Condition) -> str:
    words = condition_words(part)
    return f"({words})" if isinstance(part, AnyOf | AllOf) and part.parts else words


def _field_words(condition: OneOf | Presence | Between | During | OnClock) -> str:
    match condition:
        case OneOf(field=field, values=values):
            return f"{_name(field)} is {listed(values, 'or')}"
        case Presence(field=field, empty=empty):
            return f"{_name(field)} is {'blank' if empty else 'given'}"
        case Between(field=field, least=first, most=last):
            return _span(field, first, last, ("at least", "at most"))
        case (
            During(field=field, first=first, last=last)
            | OnClock(field=field, first=first, last=last)
        ):
            return _span(field, first, last, ("from", "until"))


def _name(field: str) -> str:
    return _NAMES.get(field, field)


def _span(field: str, first: Bound | None, last: Bound | None, words: tuple[str, str]) -> str:
    ends = [
        f"{word} {end:f}" if isinstance(end, Decimal) else f"{word} {end}"
        for word, end in zip(words, (first, last), strict=True)
        if end is not None
    ]
    return f"{_name(field)} {' and '.join(ends)}"


def _target(target: Target, policy: Policy) -> str:
    match target:
        case ToPool(pool=pool):
            return f"pool {pool}"
        case ToOwner(owner=owner):
            return policy.owners[owner].name
        case ToAccountOwner():
            return "the account's owner"
