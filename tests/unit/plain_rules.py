"""What a policy's rules mean, read as plainly as can be: the oracle for the index."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TypeVar, assert_never
from zoneinfo import ZoneInfo

from leads.lead import Lead
from routing.lead_clock import zones_of
from routing.policy import Policy
from routing.when import AllOf, AnyOf, Between, Condition, During, Not, OnClock, OneOf, Presence

Leaf = OneOf | Between | Presence | During | OnClock
FAILS, UNKNOWN, HOLDS = 0, 1, 2
FIGURES = ("employees", "deal_value", "score")
Moment = TypeVar("Moment", date, time)


@dataclass(frozen=True)
class PlainMatch:
    """The rule that matches, and for each rule before it the fields that fail, in order."""

    rule: str | None
    failed_on: dict[str, list[str]]


class PlainReader:
    """Reads conditions for one lead in Kleene's logic: and is min, or is max, not is 2 - x."""

    def __init__(self, policy: Policy, lead: Lead, now: datetime) -> None:
        self.policy = policy
        self.lead = lead
        self.now = now

    def match(self) -> PlainMatch:
        failed_on: dict[str, list[str]] = {}
        for rule in self.policy.rules:
            failed = [] if self._is_active(rule.active) else ["active"]
            parts = conjuncts(rule.when, negated=False)
            failed += [field_of(part) for part in parts if self.truth(part) != HOLDS]
            if not failed:
                return PlainMatch(rule.name, failed_on)
            failed_on[rule.name] = failed
        return PlainMatch(None, failed_on)

    def _is_active(self, active) -> bool:
        today = self.now.astimezone(ZoneInfo(self.policy.timezone)).date()
        return active is None or within(active.first, today, active.last)

    def truth(self, condition: Condition) -> int:
        match condition:
            case AllOf(parts=parts):
                return min((self.truth(part) for part in parts), default=HOLDS)
            case AnyOf(parts=parts):
                return max((self.truth(part) for part in parts), default=FAILS)
            case Not(part=part):
                return 2 - self.truth(part)
            case _:
                return self._leaf(condition)

    def _leaf(self, condition: Leaf) -> int:
        match condition:
            case OneOf(field=field, values=values):
                return self._one_of(field, values)
            case Between(field=field, least=least, most=most):
                return self._between(field, least, most)
            case Presence(field=field, empty=empty):
                return 2 * (self._is_blank(field) == empty)
            case During(field=field, first=first, last=last):
                day = self._day(field)
                return UNKNOWN if day is None else 2 * within(first, day, last)
            case OnClock(first=first, last=last) if first and last and first > last:
                night = {first <= at or at <= last for at in self._readings()}
                return 2 * night.pop() if len(night) == 1 else UNKNOWN
            case OnClock(first=first, last=last):
                answers = {within(first, at, last) for at in self._readings()}
                return 2 * answers.pop() if len(answers) == 1 else UNKNOWN
        assert_never(condition)

    def _one_of(self, field: str, values: tuple[str, ...]) -> int:
        if field in ("territory", "segment"):
            named = self._named(field)
            wanted = [n for n in named if any(matches(n, value) for value in values)]
            return max((self.truth(named[name]) for name in wanted), default=FAILS)
        if field in FIGURES:
            return max((self._between(field, Decimal(v), Decimal(v)) for v in values), default=0)
        if field in ("local_weekday", "weekday"):
            answers = {day in values for day in self._weekdays(field)}
            return 2 * answers.pop() if len(answers) == 1 else UNKNOWN
        if field == "created_at":
            return 2 * (str(self._day(field)) in values)
        text = self._text(field)
        return UNKNOWN if text is None else 2 * any(matches(text, value) for value in values)

    def _between(self, field: str, least: Decimal | None, most: Decimal | None) -> int:
        low, high = self._figure(field)
        if low is None:
            return UNKNOWN
        if most is not None and (high is None or high > most):
            return FAILS
        return 2 * (least is None or low >= least)

    def _figure(self, field: str) -> tuple[Decimal | None, Decimal | None]:
        lead = self.lead
        if field == "employees":
            count = lead.employees
            if count is None:
                return None, None
            return Decimal(count.least), None if count.most is None else Decimal(count.most)
        if field == "deal_value":
            is_base = lead.currency == self.policy.money.base
            return (lead.deal_value, lead.deal_value) if is_base else (None, None)
        text = str(lead.score) if field == "score" and lead.score is not None else None
        text = lead.custom.get(field[7:]) if field.startswith("custom.") else text
        return (Decimal(text), Decimal(text)) if text else (None, None)

    def _text(self, field: str) -> str | None:
        if field.startswith("custom."):
            return self.lead.custom.get(field[7:]) or None
        if field == "source":
            return self.lead.key.source
        value = getattr(self.lead, field)
        return str(value).lower() if isinstance(value, bool) else value

    def _day(self, field: str) -> date | None:
        if field == "created_at":
            return self.lead.created_at.astimezone(ZoneInfo(self.policy.timezone)).date()
        text = self._text(field)
        return date.fromisoformat(text) if text else None

    def _readings(self) -> set[time]:
        zones = map(ZoneInfo, zones_of(self.lead))
        return {self.now.astimezone(zone).time().replace(second=0) for zone in zones}

    def _weekdays(self, field: str) -> set[str]:
        zones = [self.policy.timezone] if field == "weekday" else zones_of(self.lead)
        return {f"{self.now.astimezone(ZoneInfo(zone)):%a}".lower() for zone in zones}

    def _is_blank(self, field: str) -> bool:
        if field in ("territory", "segment"):
            return all(self.truth(each) != HOLDS for each in self._named(field).values())
        if field == "local_time":
            return len(self._readings()) != 1
        if field in ("local_weekday", "weekday"):
            return len(self._weekdays(field)) != 1
        return (getattr(self.lead, field) if field in FIGURES else self._text(field)) is None

    def _named(self, kind: str):
        return self.policy.territories if kind == "territory" else self.policy.segments


def conjuncts(condition: Condition, *, negated: bool) -> list[Condition]:
    """Take a condition apart into what must hold all at once."""
    match condition:
        case Not(part=part):
            return conjuncts(part, negated=not negated)
        case AllOf(parts=parts) if not negated:
            return [each for part in parts for each in conjuncts(part, negated=False)]
        case AnyOf(parts=parts) if negated:
            return [each for part in parts for each in conjuncts(part, negated=True)]
        case AllOf() | AnyOf():
            ways = alternatives(condition, negated=negated)
            if len(ways) == 1:
                return conjuncts(ways[0], negated=False)
        case OneOf(field=field, values=values) if negated and field in (*FIGURES, "created_at"):
            return [Not(part=OneOf(field=field, values=(value,))) for value in values]
    return [Not(part=condition) if negated else condition]


def alternatives(condition: Condition, *, negated: bool) -> list[Condition]:
    """Take a condition apart into what is enough each by itself; an empty `any` is none."""
    match condition:
        case Not(part=part):
            return alternatives(part, negated=not negated)
        case AnyOf(parts=parts) if not negated:
            return [each for part in parts for each in alternatives(part, negated=False)]
        case AllOf(parts=parts) if negated:
            return [each for part in parts for each in alternatives(part, negated=True)]
        case AllOf(parts=(part,)) | AnyOf(parts=(part,)):
            return alternatives(part, negated=negated)
        case _:
            return [Not(part=condition) if negated else condition]


def field_of(condition: Condition) -> str:
    """Name the field; that of alternatives is "none of"."""
    match condition:
        case Not(part=AllOf() | AnyOf()) | AllOf() | AnyOf():
            return "none of"
        case Not(part=part):
            return field_of(part)
        case OneOf(field=field, values=values) if field in (*FIGURES, "created_at"):
            return field if len(values) == 1 else "none of"
        case _:
            return condition.field


def matches(text: str, pattern: str) -> bool:
    glob = re.escape(pattern.casefold()).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(glob, text.casefold(), re.DOTALL) is not None


def within(first: Moment | None, at: Moment, last: Moment | None) -> bool:
    return (first is None or first <= at) and (last is None or at <= last)
