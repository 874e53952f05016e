"""A policy laid out for looking at: its space of leads, and the rules that judge examples."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from leads.keys import OwnerId, RuleName
from leads.lead import Lead
from routing.fields import ACCOUNT_OWNER, WEEKDAYS
from routing.policy import Policy, Rule
from routing.rulebook import RuleBook, fields_of, looks_at
from routing.space.boxes import Boxer, Boxes, all_of, is_called
from routing.space.reality import Reality
from routing.space.space import Point, Space, active_on
from routing.when import AllOf, AnyOf, Condition, Not, OneOf, Presence

_SOME_COUNTRY = "IT"  # of one time zone, so that the hour there is known


_SOME_OWNERS = 20


@dataclass(frozen=True, slots=True)
class Arrival:
    """A lead, when it is decided, and whose account it belongs to."""

    lead: Lead
    at: datetime
    account_owner: OwnerId | None


class Plan:
    """What is concluded in the space is confirmed by the rules themselves, on real leads."""

    def __init__(self, policy: Policy, reality: Reality) -> None:
        self.policy = policy
        self.reality = reality
        self.space = Space(policy, reality)
        self._boxer = Boxer(policy, self.space)
        self._book = RuleBook(policy)
        self._known: dict[Condition, Boxes] = {}
        hangs_on_days = any(looks_at(policy, field) for field in WEEKDAYS)
        self._week = range(-12, 156) if hangs_on_days else None
        asks = looks_at(policy, ACCOUNT_OWNER)
        self._account_owners = tuple(policy.owners)[:_SOME_OWNERS] if asks else ()

    def boxes(self, condition: Condition) -> Boxes:
        """Give the leads for which it holds. Raises TooComplex."""
        known = self._known.get(condition)
        if known is None:
            known = self._known[condition] = self._boxer.boxes(condition)
        return known

    def lead(self, point: Point) -> Lead:
        return self.space.lead(point)

    def rule_boxes(self, rule: Rule) -> Boxes:
        """Give the leads that a rule matches, on the days it is active. Raises TooComplex."""
        days = active_on(rule)
        boxes = self.boxes(rule.when)
        return boxes if days is None else all_of([boxes, self.boxes(days)])

    def needed(self, rule: Rule) -> list[str]:
        """Give the fields without which a rule cannot match. Raises TooComplex."""
        boxes = self.rule_boxes(rule)
        fields = [field for each in self.space.dimensions for field in each.fields]
        return [f for f in fields if boxes and all(self.space.necessary(f, b.masks) for b in boxes)]

    def sources(self, rule: Rule, known: Iterable[str]) -> list[str]:
        """Give those of `known` sources that a rule's leads may come from. Raises TooComplex."""
        boxes = [box.masks for box in self.rule_boxes(rule)]
        return [name for name in known if self.space.may_come_from(name, boxes)]

    def match(self, point: Point) -> Rule | None:
        """Give the rule that really takes a lead at this point."""
        return self._book.match(self.lead(point), self.space.moment(point), full=False).rule

    def reaches(self, point: Point, rule: Rule) -> bool:
        """Tell whether a lead at this point really comes to a rule, at some hour or other."""
        return any(self._taker(self._book, each) is rule for each in self._tries(point))

    def taker(self, point: Point, rule: Rule) -> Rule | None:
        """Give the rule that takes a lead which `rule` alone would match; None without such."""
        alone = RuleBook(replace(self.policy, rules=(rule,)))
        tries = (each for each in self._tries(point) if self._taker(alone, each) is not None)
        first = next(tries, None)
        return None if first is None else self._taker(self._book, first)

    def holds(self, condition: Condition, point: Point) -> bool:
        """Tell whether a condition really holds for a lead at this point."""
        rule = Rule(name=RuleName("it"), when=condition, assign=(), sla="")
        alone = RuleBook(replace(self.policy, rules=(rule,)))
        return alone.match(self.lead(point), self.space.moment(point), full=False).rule is rule

    def _taker(self, book: RuleBook, case: Arrival) -> Rule | None:
        found = book.match(case.lead, case.at, full=False, account_owner=case.account_owner)
        return found.rule

    def taker_of(self, arrival: Arrival) -> Rule | None:
        """Give the rule that really takes it."""
        return self._taker(self._book, arrival)

    def _tries(self, point: Point) -> Iterator[Arrival]:
        noon = self.space.moment(point)
        hours = [0, *range(-12, 12)] if self._week is None else [0, *self._week]
        return self.arrivals(point, [noon + timedelta(hours=n) for n in hours])

    def arrivals(self, point: Point, times: Sequence[datetime]) -> Iterator[Arrival]:
        """
        Give a lead at each of these instants, and others like it.

        The point says nothing of the hour and the weekday, which a condition may hang on, nor of
        the place that tells them, nor of whose account the lead belongs to.
        """
        lead = self.lead(point)
        places = [lead] if lead.country else [lead, replace(lead, country=_SOME_COUNTRY)]
        for whose in (None, *self._account_owners):
            for at in times:
                yield from (Arrival(each, at, whose) for each in places)

    def is_complete(self, conditions: Iterable[Condition]) -> bool:
        """Tell whether everything these conditions can tell apart is in the space."""
        return all(self.space.is_complete(self._fields(each)) for each in conditions)

    def named(self, kind: str) -> set[str]:
        """Give the territories or segments that rules and segments name."""
        rules = (rule.when for rule in self.policy.rules)
        there = self.policy.territories if kind == "territory" else self.policy.segments
        values = {
            value
            for condition in (*rules, *self.policy.segments.values())
            for value in _values(condition, kind)
        }
        return {name for name in there if any(is_called(name, value) for value in values)}

    def _fields(self, condition: Condition) -> frozenset[str]:
        fields = fields_of(condition)
        named = {"territory": self.policy.territories, "segment": self.policy.segments}
        for kind in fields & named.keys():
            fields |= frozenset().union(*map(self._fields, named[kind].values()))
        return fields


def _values(condition: Condition, field: str) -> Iterator[str]:
    match condition:
        case AllOf(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                yield from _values(part, field)
        case Not(part=part):
            yield from _values(part, field)
        case OneOf() if condition.field == field:
            yield from condition.values
        case Presence() if condition.field == field:
            yield "*"
        case _:
            pass
