"""Conditions that hold for no lead at all: a place, an alternative; and what of it is at odds."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from routing.lint.findings import Code, Finding, Severity
from routing.lint.plan import Plan
from routing.lint.stated import About, alternatives, stated
from routing.lint.wording import said
from routing.policy import Policy
from routing.space.boxes import TooComplex, all_of, is_called
from routing.when import AllOf, Condition, OneOf

_MOST_PLACES = 3
_KINDS = {"territories": "territory", "segments": "segment", "rules": "rule"}


def holding_for_nobody(plan: Plan) -> Iterator[Finding]:
    """
    Name territories and segments that nobody can be in, and alternatives that can never hold.

    A rule none of whose leads exists is told of with the rules, and a place that contradicts
    itself where it stands, not wherever it is named. What is too complex to tell is not told.
    """
    for about, condition in stated(plan.policy):
        is_rule = about[0] == "rules"
        with suppress(TooComplex):
            if not plan.boxes(condition):
                if not is_rule and plan.is_complete([condition]):
                    yield _nobody_in(plan, about, condition)
                continue
        for each in dict.fromkeys(alternatives(condition)):
            with suppress(TooComplex):
                if _is_dead(plan, each):
                    yield _dead_end(plan, about, each)


def _is_dead(plan: Plan, condition: Condition) -> bool:
    return (
        not plan.boxes(condition)
        and plan.is_complete([condition])
        and not any(True for _ in _named(plan.policy, condition))
        and not _never_arrives(plan, condition)
    )


def _never_arrives(plan: Plan, condition: Condition) -> bool:
    """Tell whether it is for a word that the value map turns into another: told of with those."""
    return isinstance(condition, OneOf) and bool(
        plan.reality.never(condition.field, condition.values)
    )


def _nobody_in(plan: Plan, about: About, condition: Condition) -> Finding:
    return Finding(
        code=Code.NEVER_HOLDS,
        severity=Severity.WARNING,
        about=about,
        message=f"no lead is in {_KINDS[about[0]]} {about[1]}: {clash(plan, parts_of(condition))}",
        remedy="change one of its conditions, or remove it",
    )


def _dead_end(plan: Plan, about: About, alternative: Condition) -> Finding:
    where = f"{_KINDS[about[0]]} {about[1]}"
    return Finding(
        code=Code.NEVER_HOLDS,
        severity=Severity.WARNING,
        about=(*about, "any"),
        message=(
            f"one alternative of {where} holds for no lead: {clash(plan, parts_of(alternative))}"
        ),
        remedy="change one of its conditions, or remove that alternative",
    )


def clash(plan: Plan, parts: tuple[Condition, ...]) -> str:
    """Name the least that cannot hold together, down into a place that contradicts itself."""
    parts = _least(plan, parts)
    what = said(AllOf(parts=parts))
    both = f"{what} cannot hold together" if len(parts) > 1 else f"no lead can have {what}"
    inside = (
        f"{place} contradicts itself: {clash(plan, parts_of(condition))}"
        for part in parts
        for place, condition in _named(plan.policy, part)
        if not plan.boxes(condition)
    )
    return "; ".join([both, *islice(inside, _MOST_PLACES)])


def parts_of(condition: Condition) -> tuple[Condition, ...]:
    return condition.parts if isinstance(condition, AllOf) else (condition,)


def _named(policy: Policy, part: Condition) -> Iterator[tuple[str, Condition]]:
    """Give the territories or segments that a condition names."""
    match part:
        case OneOf(field=("territory" | "segment") as kind, values=values):
            places = policy.territories if kind == "territory" else policy.segments
            for name, condition in places.items():
                if any(is_called(name, value) for value in values):
                    yield f"{kind} {name}", condition
        case _:
            pass


def _least(plan: Plan, parts: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """Leave out every part without which it is impossible as well."""
    for part in parts:
        fewer = tuple(other for other in parts if other is not part)
        if fewer and not all_of([plan.boxes(other) for other in fewer]):
            parts = fewer
    return parts
