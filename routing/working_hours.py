"""When an owner works, as plain values: the hours of a week, holidays, days off."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """
    Working hours. `hours` maps a weekday (Monday 0) to spans [from, to) in the owner's own time;
    a span that ends at midnight ends at time.max. `holidays` is a country, "ES" or "ES-MD".
    """

    name: str
    hours: Mapping[int, tuple[tuple[time, time], ...]]
    holidays: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Days off, both inclusive, in the owner's own time zone."""

    first: date
    last: date
