"""The bounds of a condition: min and max of a number, a date or a time of day."""

import re
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Final, TypeVar

from config.problems import KeyPath, Problems, echo
from config.time_words import read_date
from config.yaml_text import Plain
from routing.when import Between, Condition, During, OnClock

Bound = TypeVar("Bound", Decimal, date, time)

_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


class BoundReader:
    """Reads one field's `min` and `max`, noting what is wrong with them."""

    def __init__(self, field: str, tests: Mapping[str, Plain], path: KeyPath) -> None:
        self._field = field
        self._tests = tests
        self._path = path

    def read(self, kind: str, problems: Problems) -> Condition | None:
        """Answer the condition; None, with no problem noted, where this kind has no order."""
        match kind:
            case "number":
                least, most = (self._number(key, problems) for key in ("min", "max"))
                self._check_order(least, most, problems)
                return Between(field=self._field, least=least, most=most)
            case "date":
                first, last = (self._day(key, problems) for key in ("min", "max"))
                self._check_order(first, last, problems)
                return During(field=self._field, first=first, last=last)
            case "clock":
                begin, end = (self._time(key, problems) for key in ("min", "max"))
                return OnClock(field=self._field, first=begin, last=end)
            case _:
                return None

    def _number(self, key: str, problems: Problems) -> Decimal | None:
        value = self._tests.get(key)
        if key not in self._tests:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool):
            return Decimal(str(value))
        problems.add((*self._path, key), f"expected a number, found {echo(value)}")
        return None

    def _day(self, key: str, problems: Problems) -> date | None:
        if key not in self._tests:
            return None
        value = self._tests[key]
        try:
            return read_date(value)
        except ValueError as error:
            problems.add((*self._path, key), f"{echo(value)}: {error}")
            return None

    def _time(self, key: str, problems: Problems) -> time | None:
        if key not in self._tests:
            return None
        value = self._tests[key]
        parts = _CLOCK.fullmatch(value) if isinstance(value, str) else None
        if parts is None:
            text = 'is not a time of day; write it as "09:00", at most "23:59"'
            problems.add((*self._path, key), f"{echo(value)} {text}")
            return None
        return time(int(parts[1]), int(parts[2]))

    def _check_order(self, least: Bound | None, most: Bound | None, problems: Problems) -> None:
        if least is not None and most is not None and least > most:
            problems.add(self._path, f"min {least} is above max {most}; nothing can match")
