"""The compiled tests a condition is made of. Each decides, and says what it missed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from re import Pattern
from typing import TypeVar

from routing.facts import BLANK, Check, Facts, Figure, Truth, plain

Moment = TypeVar("Moment", date, time)

HOLDS, FAILS, UNKNOWN = Truth.HOLDS, Truth.FAILS, Truth.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """Every part holds: fails if one fails, else unknown if one is unknown."""

    parts: tuple[Check, ...]

    def truth(self, facts: Facts) -> Truth:
        worst = HOLDS
        for part in self.parts:
            truth = part.truth(facts)
            if truth is FAILS:
                return FAILS
            if truth is UNKNOWN:
                worst = UNKNOWN
        return worst

    def miss(self, facts: Facts) -> str:
        return " and ".join(p.miss(facts) for p in self.parts if p.truth(facts) is not HOLDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Either:
    """Some part holds: else unknown if one is unknown, else fails."""

    parts: tuple[Check, ...]

    def truth(self, facts: Facts) -> Truth:
        best = FAILS
        for part in self.parts:
            truth = part.truth(facts)
            if truth is HOLDS:
                return HOLDS
            if truth is UNKNOWN:
                best = UNKNOWN
        return best

    def miss(self, facts: Facts) -> str:
        if not self.parts:
            return "an empty list of alternatives never holds"
        return "none of: " + "; ".join(part.miss(facts) for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Glob:
    """A pattern and what every match begins with; `is_prefix`: beginning so is enough."""

    pattern: Pattern[str]
    prefix: str
    is_prefix: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A text field is one of some words, or matches a glob."""

    field: str
    exact: frozenset[str]
    globs: tuple[Glob, ...]
    hit: Truth  # HOLDS, or FAILS when negated; `other` is the opposite
    other: Truth
    wanted: str

    def truth(self, facts: Facts) -> Truth:
        text = facts.texts[self.field]
        if text in self.exact:
            return self.hit
        if text is None:
            return UNKNOWN
        if self.globs and any(glob.pattern.match(text) for glob in self.globs):
            return self.hit
        return self.other

    def miss(self, facts: Facts) -> str:
        return f"{self.field}: wanted {self.wanted}, found {facts.shown(self.field)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """
    A figure lies between two bounds; of a range, all of it.

    A range that lies only partly within fails (so its negation holds), and the miss says so.
    """

    field: str
    least: Decimal | None
    most: Decimal | None
    negated: bool
    wanted: str

    def truth(self, facts: Facts) -> Truth:
        figure = facts.figures[self.field]
        if figure.least is None:
            return UNKNOWN
        return HOLDS if self._contains(figure) is not self.negated else FAILS

    def miss(self, facts: Facts) -> str:
        figure = facts.figures[self.field]
        partly = ", only partly within" if self._overlaps(figure) and not self.negated else ""
        return f"{self.field}: wanted {self.wanted}, found {figure.shown}{partly}"

    def _contains(self, figure: Figure) -> bool:
        assert figure.least is not None
        if self.least is not None and figure.least < self.least:
            return False
        return self.most is None or (figure.most is not None and figure.most <= self.most)

    def _overlaps(self, figure: Figure) -> bool:
        if figure.least is None:
            return False
        if self.least is not None and figure.most is not None and figure.most < self.least:
            return False
        return self.most is None or figure.least <= self.most


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A day lies between two, both inclusive."""

    field: str
    first: date | None
    last: date | None
    negated: bool
    wanted: str

    def truth(self, facts: Facts) -> Truth:
        day = facts.day(self.field)
        if day is None:
            return UNKNOWN
        return HOLDS if _is_between(self.first, day, self.last) is not self.negated else FAILS

    def miss(self, facts: Facts) -> str:
        return f"{self.field}: wanted {self.wanted}, found {facts.shown(self.field)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocked:
    """The lead's own clock reads between two times; unknown where its zones do not agree on it."""

    field: str
    first: time | None
    last: time | None
    negated: bool
    wanted: str

    def truth(self, facts: Facts) -> Truth:
        found = {_is_between(self.first, at, self.last) for at in facts.local_times.readings}
        if len(found) != 1:
            return UNKNOWN
        return HOLDS if found.pop() is not self.negated else FAILS

    def miss(self, facts: Facts) -> str:
        return f"{self.field}: wanted {self.wanted}, found {facts.shown(self.field)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDay:
    """It is one of some weekdays; unknown where the lead's zones do not agree on whether it is."""

    field: str
    days: frozenset[str]
    negated: bool
    wanted: str

    def truth(self, facts: Facts) -> Truth:
        found = {day in self.days for day in facts.weekdays(self.field)}
        if len(found) != 1:
            return UNKNOWN
        return HOLDS if found.pop() is not self.negated else FAILS

    def miss(self, facts: Facts) -> str:
        return f"{self.field}: wanted {self.wanted}, found {facts.shown(self.field)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Active:
    """The rule is switched on at the decision's clock."""

    first: date | None
    last: date | None

    def truth(self, facts: Facts) -> Truth:
        return HOLDS if _is_between(self.first, facts.today, self.last) else FAILS

    def miss(self, facts: Facts) -> str:
        is_early = self.first is not None and facts.today < self.first
        why = f"not active until {self.first}" if is_early else f"not active since {self.last}"
        return f"active: wanted {days(self.first, self.last)}, found {facts.today}: {why}"


def _is_between(first: Moment | None, at: Moment, last: Moment | None) -> bool:
    return (first is None or first <= at) and (last is None or at <= last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A field is blank (`empty`), or is not. Never unknown."""

    field: str
    empty: bool

    def truth(self, facts: Facts) -> Truth:
        return HOLDS if facts.is_blank(self.field) is self.empty else FAILS

    def miss(self, facts: Facts) -> str:
        wanted = BLANK if self.empty else "any value"
        return f"{self.field}: wanted {wanted}, found {facts.shown(self.field)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """
    The lead is in one of some territories (or segments).

    As true as the best of the named ones themselves: a territory that cannot be told because the
    country is blank is unknown, also under negation, whatever the other territories say.
    """

    kind: str
    positions: tuple[int, ...]  # of the named ones among all of the kind
    negated: bool
    wanted: str

    def truth(self, facts: Facts) -> Truth:
        truth = _best(facts.is_in(self.kind, at) for at in self.positions)
        return _NEGATION[truth] if self.negated else truth

    def miss(self, facts: Facts) -> str:
        return (
            f"{self.kind}: wanted {self.wanted}, found {_found(facts, self.kind, self.positions)}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Anywhere:
    """The lead is in no territory (segment) at all, or is in some. Never unknown."""

    kind: str
    empty: bool

    def truth(self, facts: Facts) -> Truth:
        nowhere = not facts.names_in(self.kind)
        return HOLDS if nowhere is self.empty else FAILS

    def miss(self, facts: Facts) -> str:
        wanted = "none" if self.empty else "any"
        return f"{self.kind}: wanted {wanted}, found {_found(facts, self.kind, ())}"


_NEGATION = {HOLDS: FAILS, FAILS: HOLDS, UNKNOWN: UNKNOWN}


def _best(truths: Iterable[Truth]) -> Truth:
    best = FAILS
    for truth in truths:
        if truth is HOLDS:
            return HOLDS
        if truth is UNKNOWN:
            best = UNKNOWN
    return best


def _found(facts: Facts, kind: str, wanted: tuple[int, ...]) -> str:
    """Name those the lead is in, or the blank field that hides whether it is in the wanted one."""
    if inside := facts.names_in(kind):
        return inside
    for at in wanted:
        if facts.is_in(kind, at) is UNKNOWN:
            return f"{BLANK} ({facts.vocabulary.named[kind].checks[at].miss(facts)})"
    return "none"


def bounds(least: Decimal | None, most: Decimal | None, unit: str) -> str:
    """Say a range in words."""
    if least is not None and least == most:
        return f"exactly {plain(least)}{unit}"
    if least is not None and most is not None:
        return f"{plain(least)} to {plain(most)}{unit}"
    if least is not None:
        return f"at least {plain(least)}{unit}"
    return "a number" if most is None else f"at most {plain(most)}{unit}"


def days(first: date | None, last: date | None) -> str:
    """Say a stretch of days in words."""
    return _stretch(str(first) if first else "", str(last) if last else "", "a date")


def clock(first: time | None, last: time | None) -> str:
    """Say a stretch of the day in words."""
    begin, end = (f"{at:%H:%M}" if at else "" for at in (first, last))
    return _stretch(begin, end, "a time")


def _stretch(first: str, last: str, anything: str) -> str:
    if first and last:
        return first if first == last else f"{first} to {last}"
    if first:
        return f"{first} or later"
    return f"{last} or earlier" if last else anything
