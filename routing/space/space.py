"""All leads that a policy's conditions can tell apart, as points of a finite space."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from itertools import product
from typing import Any, cast
from zoneinfo import ZoneInfo

from leads.keys import LeadKey
from leads.lead import Lead
from routing.conditions import compile_condition
from routing.facts import Facts, Truth, Vocabulary
from routing.fields import BESIDE, CUSTOM, NAMED
from routing.policy import Policy, Rule
from routing.space.reality import Reality
from routing.space.values import (
    MOST_SETTINGS,
    PLACE,
    SOME_DAY,
    TODAY,
    Choices,
    Test,
    choices,
    dated,
    ends_stated,
    globs_of,
    places,
    words_stated,
)
from routing.when import AllOf, AnyOf, Between, Condition, During, Not, OneOf, Presence

Point = tuple[int, ...]
"""One value, by its number, for each dimension."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What no condition tells apart: one setting to show, and all that are alike."""

    shown: Mapping[str, object]
    alike: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """
    One field, or some that depend on each other. `blank` marks, per field, where it is blank;
    `globs` are the patterns that conditions compare it with, `stated` the words, `ends` the numbers
    that are compared by size; `has_days`: a text of one's own is read as a day.
    """

    fields: tuple[str, ...]
    values: tuple[Value, ...]
    is_complete: bool
    blank: Mapping[str, int]
    globs: tuple[str, ...]
    stated: frozenset[str] = frozenset()
    ends: tuple[Decimal, ...] = ()
    has_days: bool = False

    @property
    def everything(self) -> int:
        return (1 << len(self.values)) - 1


class Space:
    """
    The space of one policy. A test (a condition on one field) is a mask over one dimension.

    The masks are read off the checks that decide: each value is a lead, tried with each test.
    """

    def __init__(self, policy: Policy, reality: Reality) -> None:
        tests = _tests(_conditions(policy))
        self._zone = ZoneInfo(policy.timezone)
        self._money = policy.money
        self._today = reality.today or SOME_DAY
        self._masks: dict[tuple[Test, Truth], int] = {}
        self._of_field: dict[str, int] = {}
        self.dimensions: list[Dimension] = []
        for group in _groups(tests, reality, self._money.base):
            fields = tuple(group.fields)
            of_group = [test for field in fields for test in tests.get(field, ())]
            self._of_field |= dict.fromkeys(fields, len(self.dimensions))
            self.dimensions.append(self._dimension(group, of_group))

    def where(self, test: Test, truth: Truth) -> tuple[int, int]:
        """Give the dimension that a test looks at, and the values there for which it is `truth`."""
        return self._of_field[test.field], self._masks[test, truth]

    def lead(self, point: Point) -> Lead:
        """Give a lead that stands for a point."""
        return self._lead(self._fields(point))

    def moment(self, point: Point) -> datetime:
        """Give an instant at which the lead is decided about."""
        return self._moment(self._fields(point))

    def _fields(self, point: Point) -> dict[str, object]:
        fields: dict[str, object] = {}
        for dimension, number in zip(self.dimensions, point, strict=True):
            fields.update(dimension.values[number].shown)
        return fields

    def _moment(self, fields: Mapping[str, object]) -> datetime:
        day = fields.get(TODAY) or fields.get("created_at") or self._today
        assert isinstance(day, date)
        return datetime.combine(day, time(12), self._zone)

    def _lead(self, fields: Mapping[str, object]) -> Lead:
        day = fields.get("created_at") or fields.get(TODAY)
        created = self._moment({"created_at": day})
        left_out = {TODAY, "created_at"}
        kept = {name: value for name, value in fields.items() if name not in left_out}
        return _make_lead(kept, created)

    def is_complete(self, fields: Iterable[str]) -> bool:
        """Tell whether every value of these fields that conditions tell apart is here."""
        numbers = {self._of_field[field] for field in fields if field in self._of_field}
        return all(self.dimensions[number].is_complete for number in numbers)

    def necessary(self, field: str, masks: Mapping[int, int]) -> bool:
        """Tell whether a box leaves out every lead whose `field` is blank."""
        number = self._of_field[field]
        dimension = self.dimensions[number]
        blank = dimension.blank.get(field, 0)
        return blank != 0 and masks.get(number, dimension.everything) & blank == 0

    def may_come_from(self, source: str, boxes: Iterable[Mapping[int, int]]) -> bool:
        """Tell whether some box has leads of a source."""
        number = self._of_field.get("source")
        if number is None:
            return True
        values = self.dimensions[number].values
        known = [n for n, value in enumerate(values) if _names(value, source)]
        return any(masks.get(number, -1) >> n & 1 for masks in boxes for n in known)

    def _dimension(self, group: Choices, tests: Sequence[Test]) -> Dimension:
        """Join the settings that no test tells apart."""
        settings = [dict(zip(group.fields, setting, strict=True)) for setting in group.settings]
        vocabulary = Vocabulary(money=self._money, zone=self._zone)
        facts = [Facts(self._lead(each), vocabulary, self._moment(each)) for each in settings]
        columns = [self._column(test, facts) for test in tests]
        rows = list(zip(*columns, strict=True)) if columns else [()] * len(settings)
        alike: dict[tuple[object, ...], list[dict[str, object]]] = {}
        for fields, row in zip(settings, rows, strict=True):
            blanks = tuple(fields[name] is None for name in group.fields)
            alike.setdefault((row, blanks), []).append(fields)
        self._note_masks(tests, [cast("tuple[Truth, ...]", key[0]) for key in alike])
        values = tuple(Value(shown=same[0], alike=tuple(same)) for same in alike.values())
        blank = {
            name: sum(1 << n for n, value in enumerate(values) if value.shown[name] is None)
            for name in group.fields
        }
        return Dimension(
            fields=group.fields,
            values=values,
            is_complete=group.is_complete,
            blank=blank,
            globs=tuple(dict.fromkeys(glob for test in tests for glob in globs_of(test))),
            stated=words_stated(tests),
            ends=ends_stated(tests),
            has_days=any(isinstance(test, During) for test in tests),
        )

    def _column(self, test: Test, facts: Sequence[Facts]) -> list[Truth]:
        if test.field == TODAY:  # not a field of a lead: as if it were its day of creation
            test = replace(test, field="created_at")
            facts = [Facts(replace(f.lead, created_at=f.now), f.vocabulary, f.now) for f in facts]
        check = compile_condition(test, {}, self._money.base)
        return [check.truth(each) for each in facts]

    def _note_masks(self, tests: Sequence[Test], rows: Sequence[tuple[Truth, ...]]) -> None:
        for column, test in enumerate(tests):
            for truth in Truth:
                mask = sum(1 << n for n, row in enumerate(rows) if row[column] is truth)
                self._masks[test, truth] = mask


def _names(value: Value, source: str) -> bool:
    return any(each["source"] == source for each in value.alike)


def _make_lead(fields: Mapping[str, object], created_at: datetime) -> Lead:
    """Make a lead of these fields, all others blank."""
    plain: dict[str, Any] = {}
    custom: dict[str, str] = {}
    for name, value in fields.items():
        if name.startswith(CUSTOM) and value is not None:
            custom[name.removeprefix(CUSTOM)] = str(value)
        elif not name.startswith(CUSTOM):
            plain[name] = value
    key = LeadKey(str(plain.pop("source", "csv_file")), str(plain.pop("id", "1")))
    return Lead(key=key, created_at=created_at, custom=custom, **plain)


def _conditions(policy: Policy) -> list[Condition]:
    named = (*policy.territories.values(), *policy.segments.values())
    active = (condition for rule in policy.rules if (condition := active_on(rule)) is not None)
    return [*named, *(rule.when for rule in policy.rules), *active]


def active_on(rule: Rule) -> Condition | None:
    """Say the days on which a rule is switched on as a condition on the day of the decision."""
    days = rule.active
    return None if days is None else During(field=TODAY, first=days.first, last=days.last)


def _tests(conditions: Iterable[Condition]) -> dict[str, list[Test]]:
    """Give every test there is, by field, once."""
    found: dict[str, dict[Test, None]] = {}
    waiting = list(conditions)
    while waiting:
        match waiting.pop():
            case AllOf(parts=parts) | AnyOf(parts=parts):
                waiting.extend(parts)
            case Not(part=part):
                waiting.append(part)
            case OneOf() | Between() | Presence() | During() as test if is_plain(test):
                found.setdefault(test.field, {}).setdefault(test)
            case _:
                pass
    return {field: list(reversed(tests)) for field, tests in sorted(found.items())}


def is_plain(test: Test) -> bool:
    """Tell whether a test is about a field that has values of its own."""
    return test.field not in NAMED | BESIDE


def _groups(tests: Mapping[str, list[Test]], reality: Reality, base: str) -> list[Choices]:
    """Give the dimensions: fields that depend on each other are one."""
    by_field = {field: choices(field, of, reality) for field, of in tests.items()}
    groups: list[Choices] = []
    if by_field.keys() & set(PLACE):
        groups.append(places(tests.get("country", ()), tests.get("region", ())))
    if "deal_value" in by_field:
        groups.append(_amounts(by_field.pop("deal_value"), by_field.pop("currency", None), base))
    if "created_at" in by_field and TODAY in by_field:
        groups.append(dated(by_field.pop("created_at"), by_field.pop(TODAY)))
    contact = [field for field in reality.required_any if field in by_field]
    if contact and len(contact) == len(reality.required_any):
        groups.append(_contactable([by_field.pop(field) for field in contact]))
    groups += (each for field, each in by_field.items() if field not in PLACE)
    return groups


def _amounts(amounts: Choices, currencies: Choices | None, base: str) -> Choices:
    """An amount counts in the base currency, and without a currency not at all."""
    fields = (*amounts.fields, "currency")
    if currencies is None:
        stated = [(amount, base if amount is not None else None) for (amount,) in amounts.settings]
        return Choices(fields=fields, settings=(*stated, (Decimal(1), None)))
    # What an amount is worth in the base need not be a round number in another currency.
    found = _together([amounts, currencies])
    return Choices(fields=fields, settings=found.settings, is_complete=False)


def _contactable(fields: Sequence[Choices]) -> Choices:
    found = _together(fields)
    settings = tuple(s for s in found.settings if any(value is not None for value in s))
    return Choices(fields=found.fields, settings=settings, is_complete=found.is_complete)


def _together(fields: Sequence[Choices]) -> Choices:
    names = tuple(name for each in fields for name in each.fields)
    combined = product(*(each.settings for each in fields))
    settings = [tuple(value for part in parts for value in part) for parts in combined]
    is_complete = all(each.is_complete for each in fields) and len(settings) <= MOST_SETTINGS
    return Choices(fields=names, settings=tuple(settings[:MOST_SETTINGS]), is_complete=is_complete)
