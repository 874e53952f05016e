"""Words of conditions that no lead arrives with, and conditions that say nothing new."""

from collections.abc import Iterator, Sequence
from contextlib import suppress

from routing.lint.findings import Code, Finding, Severity
from routing.lint.plan import Plan
from routing.lint.shapes import SHAPES, Shape
from routing.lint.stated import stated
from routing.lint.value_words import few
from routing.lint.wording import said
from routing.policy import FollowTheSun, ToPool
from routing.space.boxes import Boxes, TooComplex, all_of
from routing.space.cover import GaveUp, point_outside
from routing.when import AllOf, AnyOf, Condition, Not, OneOf


def never_arriving(plan: Plan) -> Iterator[Finding]:
    """Name words that the value map turns into others, that no value has, and unknown sources."""
    for about, condition in stated(plan.policy):
        for test in _one_ofs(condition):
            gone = plan.reality.never(test.field, test.values)
            if gone:
                yield _gone(plan, about, test.field, gone)
            if shape := SHAPES.get(test.field):
                yield from _misshapen(about, test, shape)


def _one_ofs(condition: Condition) -> Iterator[OneOf]:
    match condition:
        case AllOf(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                yield from _one_ofs(part)
        case Not(part=part):
            yield from _one_ofs(part)
        case OneOf():
            yield condition
        case _:
            pass


def _gone(plan: Plan, about: tuple[str, ...], field: str, words: Sequence[str]) -> Finding:
    if field == "source":
        message = f"no lead comes from {few(list(words))}: not among the sources"
        remedy = "configure it under sources, or remove it here"
    else:
        message = f"no lead arrives with {field} {few(list(words))}: values.{field} replaces it"
        ours = [plan.reality.replaced[field][word.casefold()] for word in words]
        remedy = f"write {few(ours)}"
    return Finding(
        code=Code.NEVER_ARRIVES,
        severity=Severity.WARNING,
        about=about,
        message=message,
        remedy=remedy,
    )


def _misshapen(about: tuple[str, ...], test: OneOf, shape: Shape) -> Iterator[Finding]:
    """Name words that can be no value of the field, and how they are perhaps meant."""
    for word in test.values:
        if not shape.may_be(word):
            meant = shape.meant(word)
            yield Finding(
                code=Code.NEVER_ARRIVES,
                severity=Severity.WARNING,
                about=about,
                message=f'no lead arrives with {test.field} "{word}": {shape.kept}',
                remedy=f'write "{meant}"' if meant else f'write it as in "{shape.example}"',
            )


def redundant(plan: Plan) -> Iterator[Finding]:
    """Find conditions that hold whenever the others do, and alternatives that add none."""
    for rule in plan.policy.rules:
        with suppress(TooComplex, GaveUp):
            for spare, why in _spare(plan, rule.when):
                yield Finding(
                    code=Code.REDUNDANT,
                    severity=Severity.NOTE,
                    about=("rules", rule.name, "when"),
                    message=f"{rule.name}: {said(spare)} {why}",
                    remedy="remove it, unless it is there for people to read",
                )


def _spare(plan: Plan, condition: Condition) -> Iterator[tuple[Condition, str]]:
    match condition:
        case AllOf(parts=parts):
            yield from _implied(plan, parts)
        case AnyOf(parts=parts):
            yield from _contained(plan, parts)
        case _:
            return
    for part in parts:
        yield from _spare(plan, part)


def _implied(plan: Plan, parts: Sequence[Condition]) -> Iterator[tuple[Condition, str]]:
    left = list(parts)
    for part in reversed(parts):
        others = [other for other in left if other is not part]
        if others and _is_within(plan, all_of(map(plan.boxes, others)), plan.boxes(part)):
            left = others
            yield part, f"adds nothing: {said(AllOf(parts=tuple(others)))} says it already"


def _contained(plan: Plan, parts: Sequence[Condition]) -> Iterator[tuple[Condition, str]]:
    left = list(parts)
    for part in reversed(parts):
        others = [other for other in left if other is not part]
        rest = tuple(box for other in others for box in plan.boxes(other))
        if others and _is_within(plan, plan.boxes(part), rest):
            left = others
            yield part, "is an alternative that adds nothing to the others"


def _is_within(plan: Plan, boxes: Boxes, other: Boxes) -> bool:
    """Tell for sure; what nothing satisfies is told of elsewhere."""
    if not boxes or not all(box.is_sure for box in (*boxes, *other)):
        return False
    return all(point_outside(plan.space, box, other) is None for box in boxes)


def unused(plan: Plan) -> Iterator[Finding]:
    """Name pools, territories and segments that nothing refers to."""
    policy = plan.policy
    pools = {str(t.pool) for rule in policy.rules for t in rule.assign if isinstance(t, ToPool)}
    after = (pool.out_of_hours for pool in policy.pools.values())
    pools |= {str(then.pool) for then in after if isinstance(then, FollowTheSun)}
    yield from _unused("pool", "pools", list(policy.pools), pools)
    capped = {cap.segment for owner in policy.owners.values() for cap in owner.caps if cap.segment}
    for kind, section, there in (
        ("territory", "territories", list(policy.territories)),
        ("segment", "segments", list(policy.segments)),
    ):
        yield from _unused(kind, section, there, plan.named(kind) | capped)


def _unused(kind: str, section: str, there: Sequence[str], used: set[str]) -> Iterator[Finding]:
    for name in there:
        if name not in used:
            yield Finding(
                code=Code.UNUSED,
                severity=Severity.NOTE,
                about=(section, name),
                message=f"no rule uses {kind} {name}",
                remedy="use it, or remove it",
            )
