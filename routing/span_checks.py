"""The compiled tests of spans: numbers, days, hours and weekdays between two ends."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import TypeVar

from routing.facts import Facts, Truth
from routing.figures import Figure
from routing.span_words import days

Moment = TypeVar("Moment", date, time)

HOLDS, FAILS, UNKNOWN = Truth.HOLDS, Truth.FAILS, Truth.UNKNOWN


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

    @property
    def asked(self) -> str:
        """Begin what `miss` says: the same whatever was found."""
        return f"{self.field}: wanted {self.wanted}, found "

    def miss(self, facts: Facts) -> str:
        figure = facts.figures[self.field]
        partly = ", only partly within" if self._is_partly_within(figure) else ""
        return f"{self.asked}{figure.shown}{partly}"

    def _is_partly_within(self, figure: Figure) -> bool:
        return figure.is_range and not self.negated and self._overlaps(figure)

    def _contains(self, figure: Figure) -> bool:
        assert figure.least is not None
        if self.least is not None and figure.least < self.least:
            return False
        return self.most is None or (figure.most is not None and figure.most <= self.most)

    def _overlaps(self, figure: Figure) -> bool:
        assert figure.least is not None
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
    """
    The lead's own clock reads between two times; unknown where its zones do not agree on it.

    From a later time to an earlier one is over midnight.
    """

    field: str
    first: time | None
    last: time | None
    negated: bool
    wanted: str

    @property
    def is_overnight(self) -> bool:
        return self.first is not None and self.last is not None and self.first > self.last

    @property
    def by_day(self) -> tuple[time | None, time | None]:
        """Give both ends; overnight, those of the hours left out, to the minute."""
        if self.first is None or self.last is None or not self.is_overnight:
            return self.first, self.last
        return _shifted(self.last, 1), _shifted(self.first, -1)

    def truth(self, facts: Facts) -> Truth:
        first, last = self.by_day
        inside = not self.is_overnight
        found = {_is_between(first, at, last) is inside for at in facts.local_times.readings}
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


def _shifted(at: time, minutes: int) -> time:
    hour, minute = divmod(at.hour * 60 + at.minute + minutes, 60)
    return time(hour, minute)


def _is_between(first: Moment | None, at: Moment, last: Moment | None) -> bool:
    return (first is None or first <= at) and (last is None or at <= last)
