"""Rules that no lead reaches: that can never hold, or that those above leave nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from routing.lint.contradictions import clash, parts_of
from routing.lint.findings import Code, Finding, Severity
from routing.lint.plan import Plan
from routing.lint.value_words import few
from routing.lint.wording import example_at
from routing.policy import Rule
from routing.space.boxes import Box, Boxes, TooComplex, all_of
from routing.space.cover import GaveUp, point_outside
from routing.space.space import Point, active_on

_MOST_CULPRITS = 40


@dataclass(frozen=True, slots=True)
class _Above:
    """A rule further up, and the leads that it takes, for certain or perhaps."""

    rule: Rule
    boxes: Boxes

    @property
    def certain(self) -> Boxes:
        return tuple(box for box in self.boxes if box.is_sure)


def unreached(plan: Plan) -> Iterator[Finding]:
    """Look at every rule in the light of those above it."""
    above: list[_Above] = []
    taken: list[Box] = []
    for rule in plan.policy.rules:
        try:
            boxes = plan.rule_boxes(rule)
            yield from _of_rule(plan, rule, boxes, above, taken)
        except (TooComplex, GaveUp):
            yield undecided(rule, "its conditions combine in too many ways")
            continue
        above.append(_Above(rule, boxes))
        taken += above[-1].certain


def _of_rule(
    plan: Plan, rule: Rule, boxes: Boxes, above: Sequence[_Above], taken: Sequence[Box]
) -> Iterator[Finding]:
    if not boxes:
        yield _contradiction(plan, rule)
        return
    perhaps = [box for other in above for box in other.boxes if not box.is_sure]
    certain = _points(plan, boxes, taken)
    if any(plan.reaches(point, rule) for point in _points(plan, boxes, [*taken, *perhaps])):
        return
    if perhaps and any(plan.reaches(point, rule) for point in certain):
        return
    if certain:
        yield undecided(rule, "it, or a rule above it, hangs on more than a lead's fields")
        return
    yield _shadowed(plan, rule, boxes, above)


def _points(plan: Plan, boxes: Boxes, taken: Sequence[Box]) -> list[Point]:
    points = (point_outside(plan.space, box, taken) for box in boxes)
    return [point for point in points if point is not None]


def undecided(rule: Rule, why: str) -> Finding:
    return Finding(
        code=Code.UNDECIDED,
        severity=Severity.NOTE,
        about=("rules", rule.name),
        message=f"whether any lead reaches {rule.name} could not be decided: {why}",
        remedy="try it with `firsttouch simulate`",
    )


def _contradiction(plan: Plan, rule: Rule) -> Finding:
    days = active_on(rule)
    active = () if days is None else (days,)
    if not plan.is_complete([rule.when, *active]):
        return undecided(rule, "its conditions take too many values apart")
    both = clash(plan, (*parts_of(rule.when), *active))
    return Finding(
        code=Code.NEVER_MATCHES,
        severity=Severity.WARNING,
        about=("rules", rule.name, "when"),
        message=f"{rule.name} can never match: {both}",
        remedy="change one of its conditions, or remove the rule",
    )


def _shadowed(plan: Plan, rule: Rule, boxes: Boxes, above: Sequence[_Above]) -> Finding:
    culprits = _culprits(plan, boxes, above)
    point = point_outside(plan.space, boxes[0], ())
    conditions = [rule.when, *(other.rule.when for other in culprits)]
    if point is None or not plan.is_complete(conditions):
        return undecided(rule, "its conditions take too many values apart")
    winner = plan.taker(point, rule)
    if winner is None or winner is rule:
        return undecided(rule, "the example lead was not taken as expected")
    names = [other.rule.name for other in culprits]
    return Finding(
        code=Code.SHADOWED,
        severity=Severity.WARNING,
        about=("rules", rule.name),
        message=f"{rule.name} is never reached: {_takers(names)} above it takes all of its leads",
        remedy=f"move it above {names[0]}, narrow that one, or remove this one",
        example={**example_at(plan.space, point), "goes to": winner.name},
    )


def _takers(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{few(list(names), 'and')} together"


def _culprits(plan: Plan, boxes: Boxes, above: Sequence[_Above]) -> list[_Above]:
    """Find one rule that takes everything, else rules none of which can be spared."""
    near = [other for other in above if all_of([boxes, other.certain])]
    for other in near:
        if _covers(plan, boxes, [other]):
            return [other]
    if len(near) > _MOST_CULPRITS:
        return near
    for other in reversed(near):
        fewer = [each for each in near if each is not other]
        if _covers(plan, boxes, fewer):
            near = fewer
    return near


def _covers(plan: Plan, boxes: Boxes, above: Sequence[_Above]) -> bool:
    taken = [box for other in above for box in other.certain]
    return all(point_outside(plan.space, box, taken) is None for box in boxes)
