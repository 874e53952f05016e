"""Leads that no rule covers, and territories that lay claim to the same lead."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import combinations

from leads.keys import RuleName
from routing.lint.findings import Code, Finding, Severity
from routing.lint.plan import Plan
from routing.lint.value_words import few
from routing.lint.wording import example, example_at, shown, told
from routing.space.boxes import Box, Boxes, TooComplex
from routing.space.cover import GaveUp, point_outside
from routing.space.space import Point

_MOST_GAPS = 4
_PLACE = "country"
_WHOLE_SPACE = Box()


def uncovered(plan: Plan) -> Iterator[Finding]:
    """
    Find leads that no rule matches, each time the widest kind of them around an example.

    Of a kind nobody takes for certain; what a rule may take at some hour is told as an example.
    """
    try:
        boxes = [(rule, box) for rule in plan.policy.rules for box in plan.rule_boxes(rule)]
        taken = [box for _, box in boxes if box.is_sure]
        perhaps = [(rule.name, box) for rule, box in boxes if not box.is_sure]
        every = [box for _, box in boxes]
        for _ in range(_MOST_GAPS):
            point = point_outside(plan.space, _WHOLE_SPACE, every)
            if point is None:
                yield from _at_some_hour(plan, taken, perhaps)
                return
            if plan.match(point) is not None:
                yield _undecided()
                return
            gap = _widened(plan, point, every)
            yield _gap(plan, point, gap)
            told_of = _told(plan, gap)
            taken.append(told_of)
            every.append(told_of)
        if point_outside(plan.space, _WHOLE_SPACE, every) is not None:
            yield _more(plan)
    except (TooComplex, GaveUp):
        yield _undecided()


def _at_some_hour(
    plan: Plan, taken: Sequence[Box], perhaps: Sequence[tuple[RuleName, Box]]
) -> Iterator[Finding]:
    """Look at what only rules take that hang on more than a lead's fields."""
    point = point_outside(plan.space, _WHOLE_SPACE, taken)
    if point is None:
        return
    if plan.match(point) is not None:
        yield _undecided()
        return
    lead, at = example_at(plan.space, point), plan.space.moment(point)
    takers = few(list(dict.fromkeys(n for n, box in perhaps if _has(box, point))), "and")
    yield Finding(
        code=Code.UNCOVERED,
        severity=Severity.NOTE,
        about=("rules",),
        message=(
            f"no rule covers, for example, {example(lead)} at {at:%H:%M} ({plan.policy.timezone}); "
            f"others like it may be {takers}'s, which hangs on more than a lead's fields"
        ),
        remedy="add a rule below for the rest of them, unless the fallback is meant for those",
        example=lead,
    )


def _has(box: Box, point: Point) -> bool:
    return all(mask >> point[number] & 1 for number, mask in box.masks.items())


def _more(plan: Plan) -> Finding:
    return Finding(
        code=Code.UNCOVERED,
        severity=Severity.NOTE,
        about=("rules",),
        message=f"there are more leads that no rule covers and {plan.policy.fallback} gets",
        remedy="cover those above and check again, or add a last rule without conditions",
    )


def _undecided() -> Finding:
    return Finding(
        code=Code.UNDECIDED,
        severity=Severity.NOTE,
        about=("rules",),
        message="whether there are leads that no rule covers could not be decided",
        remedy="a last rule without conditions would take whatever is left",
    )


def _told(plan: Plan, gap: Box) -> Box:
    """Say once of a place that it is missing, and not again for each kind of lead from there."""
    places = {n: mask for n, mask in gap.masks.items() if _PLACE in plan.space.dimensions[n].fields}
    return Box(masks=places) if places else gap


def _gap(plan: Plan, point: Point, gap: Box) -> Finding:
    lead = example_at(plan.space, point, gap.masks)
    which = told(plan.space, point, gap.masks)
    return Finding(
        code=Code.UNCOVERED,
        severity=Severity.NOTE,
        about=("rules",),
        message=f"no rule covers: {which}; those go to the fallback {plan.policy.fallback}",
        remedy="add a rule or widen a territory, unless the fallback is meant for them",
        example=lead,
    )


def _widened(plan: Plan, point: Point, taken: Sequence[Box]) -> Box:
    """Take in more values around a point, one dimension after the other; places come last."""
    dimensions = plan.space.dimensions
    masks = {number: 1 << value for number, value in enumerate(point)}
    order = sorted(masks, key=lambda number: _PLACE in dimensions[number].fields)
    for number in order:
        mask = dimensions[number].everything
        for box in taken:
            if _meets_beside(masks, box, number):
                mask &= ~box.masks.get(number, mask)
        masks[number] = mask | masks[number]
    wide = {n: mask for n, mask in masks.items() if mask != dimensions[n].everything}
    return Box(masks=wide)


def _meets_beside(masks: dict[int, int], box: Box, number: int) -> bool:
    """Tell whether they meet in every dimension other than this one."""
    return all(masks[other] & mask for other, mask in box.masks.items() if other != number)


def overlaps(plan: Plan) -> Iterator[Finding]:
    """Find territories of which neither is a part of the other, and that share leads."""
    boxes = dict(_sure_territories(plan))
    for one, other in combinations(boxes, 2):
        with suppress(GaveUp):
            yield from _overlap(plan, one, other, boxes)


def _sure_territories(plan: Plan) -> Iterator[tuple[str, Boxes]]:
    for name, condition in plan.policy.territories.items():
        try:
            boxes = plan.boxes(condition)
        except TooComplex:
            continue
        if boxes and all(box.is_sure for box in boxes):
            yield name, boxes


def _overlap(plan: Plan, one: str, other: str, boxes: dict[str, Boxes]) -> Iterator[Finding]:
    shared = (a.narrowed(b) for a in boxes[one] for b in boxes[other])
    both = next((box for box in shared if box is not None), None)
    if both is None:
        return
    inside = [_is_within(plan, boxes[a], boxes[b]) for a, b in ((one, other), (other, one))]
    if any(inside) and not all(inside):
        return  # a part of a larger one: the order of the rules says which counts
    point = point_outside(plan.space, both, ())
    if point is None or not _is_in_both(plan, one, other, point):
        return
    lead = shown(plan.lead(point), plan.space)
    what = "are the same" if all(inside) else f"overlap: {example(lead)} is in both"
    yield Finding(
        code=Code.OVERLAP,
        severity=Severity.WARNING,
        about=("territories", other),
        message=f"territories {one} and {other} {what}",
        remedy="draw the border in one of them; until then the order of the rules decides",
        example=lead,
    )


def _is_within(plan: Plan, boxes: Boxes, other: Boxes) -> bool:
    return all(point_outside(plan.space, box, other) is None for box in boxes)


def _is_in_both(plan: Plan, one: str, other: str, point: Point) -> bool:
    territories = plan.policy.territories
    return all(plan.holds(territories[name], point) for name in (one, other))
