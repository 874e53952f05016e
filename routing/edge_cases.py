"""Leads and moments at the edges of a policy: each rule's borders, blanks, nights, full hands."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from leads.keys import LeadKey, OwnerId
from leads.lead import Lead
from routing.availability import Schedule
from routing.lint.plan import Plan
from routing.lint.wording import shown
from routing.policy import Policy, Rule, ToOwner, ToPool
from routing.space.boxes import Box, Boxes, TooComplex
from routing.space.cover import GaveUp, point_outside
from routing.space.space import Point
from routing.space.values import TODAY

NO_RULE = "no rule"
_HOURS = [timedelta(hours=n) for n in range(24 * 21)]
_DAYS = [timedelta(days=n) for n in range(400)]


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeCase:
    """
    One lead at one moment. `what` says what is special about it, `fields` what it has.

    `is_everybody_full`: every owner is at the cap.
    """

    rule: str
    what: str
    lead: Lead
    at: datetime
    fields: dict[str, str]
    is_everybody_full: bool = False


def edge_cases(plan: Plan, base: datetime) -> Iterator[EdgeCase]:
    """
    Yield cases rule by rule, then a lead of which nothing is known.

    For each rule a lead that comes to it, that lead with one field changed wherever another rule
    then has it, and the same lead at night, on a holiday, and when everybody is full. `base` is the
    moment of every case that is not about time.
    """
    for number, case in enumerate(_cases(plan, base), start=1):
        yield replace(case, lead=_somebody(case.lead, f"edge-{number}"))


def _somebody(lead: Lead, name: str) -> Lead:
    """Make each lead another person, whom one can write to."""
    address = f"{name}@{name}.example" if lead.email is None and lead.phone is None else lead.email
    return replace(lead, key=LeadKey("csv_file", name), email=address)


def _cases(plan: Plan, base: datetime) -> Iterator[EdgeCase]:
    taken: list[Box] = []
    for rule in plan.policy.rules:
        try:
            boxes = plan.rule_boxes(rule)
            point = _typical(plan, rule, boxes, taken)
        except (TooComplex, GaveUp):
            continue  # `check` says which rules are beyond it
        if point is not None:
            yield from _of_rule(plan, rule, point, boxes, base)
        taken += [box for box in boxes if box.is_sure]
    nothing = Lead(key=LeadKey("csv_file", "edge"), created_at=base)
    yield EdgeCase(
        rule=NO_RULE, what="nothing known but an e-mail address", lead=nothing, at=base, fields={}
    )


def _typical(plan: Plan, rule: Rule, boxes: Boxes, taken: list[Box]) -> Point | None:
    for box in boxes:
        point = point_outside(plan.space, box, taken)
        if point is not None and plan.match(point) is rule:
            return point
    return None


def _of_rule(
    plan: Plan, rule: Rule, point: Point, boxes: Boxes, base: datetime
) -> Iterator[EdgeCase]:
    case = _case(plan, rule, "a lead that comes to it", point, base)
    yield case
    yield from _borders(plan, rule, point, boxes, base)
    schedules = [Schedule(plan.policy.owners[owner]) for owner in _owners(plan.policy, rule)]
    night = next((base + off for off in _HOURS if _nobody(schedules, base + off)), None)
    holiday = next((base + off for off in _DAYS if _is_holiday(schedules, base + off)), None)
    for what, at in (("while nobody is at work", night), ("on a public holiday", holiday)):
        if at is not None:
            yield replace(case, what=what, at=at)
    yield replace(case, what="while everybody is at the cap", is_everybody_full=True)


def _borders(
    plan: Plan, rule: Rule, point: Point, boxes: Boxes, base: datetime
) -> Iterator[EdgeCase]:
    """Change one field at a time: the first value that leads to each other rule, and blank."""
    for number in sorted({dimension for box in boxes for dimension in box.masks}):
        dimension = plan.space.dimensions[number]
        if dimension.fields == (TODAY,):
            continue  # on another day the rule is not active: no lead is special for it
        seen = set()
        for value in range(len(dimension.values)):
            beside = (*point[:number], value, *point[number + 1 :])
            ends = plan.match(beside)
            is_blank = all(mask >> value & 1 for mask in dimension.blank.values())
            if ends is rule or (ends, is_blank) in seen:
                continue
            seen.add((ends, is_blank))
            fields = shown(plan.lead(beside), plan.space)
            names = [name for name in dimension.fields if name != TODAY]
            told = [f"{name} {fields.get(name, 'blank')}" for name in names]
            yield _case(plan, rule, f"with {', '.join(told)}", beside, base)


def _case(plan: Plan, rule: Rule, what: str, point: Point, base: datetime) -> EdgeCase:
    lead = plan.lead(point)
    is_dated = {"created_at", "today"} & shown(plan.lead(point), plan.space).keys()
    at = plan.space.moment(point) if is_dated or rule.active else base
    return EdgeCase(
        rule=rule.name,
        what=what,
        lead=replace(lead, created_at=at),
        at=at,
        fields=shown(lead, plan.space),
    )


def _owners(policy: Policy, rule: Rule) -> list[OwnerId]:
    found: dict[OwnerId, None] = {}
    for target in rule.assign:
        match target:
            case ToPool(pool=pool):
                found.update(dict.fromkeys(m.owner for m in policy.pools[pool].members))
            case ToOwner(owner=owner):
                found[owner] = None
            case _:
                pass
    return list(found)


def _nobody(schedules: list[Schedule], at: datetime) -> bool:
    return bool(schedules) and not any(schedule.is_at_work(at) for schedule in schedules)


def _is_holiday(schedules: list[Schedule], at: datetime) -> bool:
    return any(
        not each.is_at_work(at) and each.why_off(at) == "on a public holiday" for each in schedules
    )
