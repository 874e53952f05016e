"""Leads and moments at the edges of a policy: each rule's borders, blanks, nights, full hands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from leads.keys import LeadKey, OwnerId
from leads.lead import Lead
from routing.edge_moments import Moments
from routing.lint.plan import Arrival, Plan
from routing.lint.wording import shown
from routing.policy import Rule
from routing.space.boxes import Box, Boxes, TooComplex
from routing.space.cover import GaveUp, point_outside
from routing.space.space import Point
from routing.space.values import SOME_EMAIL, SOME_PHONE, TODAY

NO_RULE = "no rule"
_DAY_HOURS = [timedelta(hours=n) for n in (0, *range(-12, 12))]
_PLACE = "country"
_CREATED = "created_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeCase:
    """
    One lead at one moment. `what` says what is special about it, `fields` what it has.

    `account_owner` is whose account it belongs to. `is_everybody_full`: every owner is at the cap.
    """

    rule: str
    what: str
    lead: Lead
    at: datetime
    fields: dict[str, str]
    account_owner: OwnerId | None = None
    is_everybody_full: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoCase:
    """A rule for which there is no lead to show, and why."""

    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class _Scene:
    """A rule, a lead that comes to it as a point, and when and as whose it does."""

    plan: Plan
    rule: Rule
    point: Point
    found: Arrival
    moments: Moments

    def at(self, at: datetime) -> Arrival:
        """Give the same lead at another moment."""
        is_dated = _is_dated(self.plan)
        lead = self.found.lead if is_dated else replace(self.found.lead, created_at=at)
        return replace(self.found, lead=lead, at=at)

    def beside(self, number: int, value: int) -> Arrival:
        """Give a lead that differs in one dimension, at the same moment but where that is it."""
        point = (*self.point[:number], value, *self.point[number + 1 :])
        lead, fields = self.plan.lead(point), self.plan.space.dimensions[number].fields
        if lead.country is None and _PLACE not in fields:
            lead = replace(lead, country=self.found.lead.country)
        at = self.plan.space.moment(point) if _CREATED in fields else self.found.at
        if not _is_dated(self.plan):
            lead = replace(lead, created_at=at)
        return replace(self.found, lead=lead, at=at)

    def case(self, what: str, arrival: Arrival, *, is_everybody_full: bool = False) -> EdgeCase:
        return EdgeCase(
            rule=self.rule.name,
            what=what,
            lead=arrival.lead,
            at=arrival.at,
            fields=shown(arrival.lead, self.plan.space),
            account_owner=arrival.account_owner,
            is_everybody_full=is_everybody_full,
        )


def edge_cases(
    plan: Plan, base: datetime, *, is_fixed: bool = False
) -> Iterator[EdgeCase | NoCase]:
    """
    Yield cases rule by rule, then a lead of which nothing is known.

    For each rule a lead that comes to it, that lead with one field changed wherever another rule
    then has it, and the same lead at night, on a holiday, at the ends of the rule's days, and when
    everybody is full. A case that is not about time is at `base` or, unless that `is_fixed`, at the
    next hour at which somebody whom the rule names first is at work.
    """
    for number, case in enumerate(_cases(plan, base, is_fixed=is_fixed), start=1):
        if isinstance(case, NoCase):
            yield case
        else:
            yield _somebodys(case, number)


def _somebodys(case: EdgeCase, number: int) -> EdgeCase:
    """Make each lead another person, whom one can write to or call."""
    lead, name = case.lead, f"edge-{number}"
    email, phone = f"{name}@{name}.example", f"{SOME_PHONE[:-4]}{number:04}"
    own = {SOME_EMAIL: email, SOME_PHONE: phone}
    fields = {field: own.get(value, value) for field, value in case.fields.items()}
    told = case.what.replace(SOME_EMAIL, email).replace(SOME_PHONE, phone)
    address = email if lead.email is None and lead.phone is None else lead.email
    lead = replace(
        lead,
        key=LeadKey("csv_file", name),
        email=own.get(address or "", address),
        phone=own.get(lead.phone or "", lead.phone),
    )
    return replace(case, what=told, lead=lead, fields=fields)


def _cases(plan: Plan, base: datetime, *, is_fixed: bool) -> Iterator[EdgeCase | NoCase]:
    taken: list[Box] = []
    for rule in plan.policy.rules:
        moments = Moments(plan.policy, rule, base, is_fixed=is_fixed)
        try:
            boxes = plan.rule_boxes(rule)
            scene = _scene(plan, rule, boxes, taken, moments)
        except (TooComplex, GaveUp):
            yield NoCase(rule=rule.name, why="its conditions combine in too many ways to find one")
            continue
        if scene is None:
            yield NoCase(rule=rule.name, why="none was found; `firsttouch check` may say why")
        else:
            yield from _of_scene(scene, boxes)
        taken += [box for box in boxes if box.is_sure]
    nothing = Lead(key=LeadKey("csv_file", "edge"), created_at=base)
    yield EdgeCase(
        rule=NO_RULE, what="nothing known but an e-mail address", lead=nothing, at=base, fields={}
    )


def _scene(
    plan: Plan, rule: Rule, boxes: Boxes, taken: Sequence[Box], moments: Moments
) -> _Scene | None:
    for box in boxes:
        point = point_outside(plan.space, box, taken)
        found = None if point is None else _arrival(plan, rule, point, moments)
        if point is not None and found is not None:
            return _Scene(plan, rule, point, found, moments)
    return None


def _arrival(plan: Plan, rule: Rule, point: Point, moments: Moments) -> Arrival | None:
    """Find when, and as whose, the lead at a point really comes to the rule."""
    noon = plan.space.moment(point)
    of_the_day = moments.staffed_first(noon + off for off in _DAY_HOURS)
    is_dated = _is_dated(plan)
    times = of_the_day if is_dated else [*moments.ordinary(), *of_the_day]
    tries = (
        each if is_dated else replace(each, lead=replace(each.lead, created_at=each.at))
        for each in plan.arrivals(point, times)
    )
    return next((each for each in tries if plan.taker_of(each) is rule), None)


def _is_dated(plan: Plan) -> bool:
    """Tell whether conditions look at the day on which a lead was created."""
    return any(_CREATED in dimension.fields for dimension in plan.space.dimensions)


def _of_scene(scene: _Scene, boxes: Boxes) -> Iterator[EdgeCase]:
    moments, begin = scene.moments, scene.found.at
    yield scene.case("a lead that comes to it", scene.found)
    yield from _borders(scene, boxes)
    for what, at in moments.ends(begin):
        yield scene.case(what, scene.at(at))

    def matches(at: datetime) -> bool:
        return scene.plan.taker_of(scene.at(at)) is scene.rule

    found = (
        ("while nobody is at work", moments.night(begin, matches)),
        ("on a public holiday", moments.holiday(begin, matches)),
        ("at an hour it is not for", moments.beside(begin, matches)),
    )
    for what, when in found:
        if when is not None:
            yield scene.case(what, scene.at(when))
    yield scene.case("while everybody is at the cap", scene.found, is_everybody_full=True)


def _borders(scene: _Scene, boxes: Boxes) -> Iterator[EdgeCase]:
    """Change one field at a time: the first value that leads to each other rule, and blank."""
    plan = scene.plan
    for number in sorted({dimension for box in boxes for dimension in box.masks}):
        dimension = plan.space.dimensions[number]
        if dimension.fields == (TODAY,):
            continue  # the ends of the rule's days are cases of their own
        seen = set()
        for value in range(len(dimension.values)):
            beside = scene.beside(number, value)
            ends = plan.taker_of(beside)
            is_blank = all(mask >> value & 1 for mask in dimension.blank.values())
            if ends is scene.rule or (ends, is_blank) in seen:
                continue
            seen.add((ends, is_blank))
            fields = shown(beside.lead, plan.space)
            names = [name for name in dimension.fields if name != TODAY]
            told = [f"{name} {fields.get(name, 'blank')}" for name in names]
            yield scene.case(f"with {', '.join(told)}", beside)
