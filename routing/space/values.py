"""For one field: values that together show every way in which a policy's conditions can fall."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from functools import cache
from itertools import pairwise, product
from typing import cast

import pycountry

from leads.lead import Headcount
from routing.fields import CUSTOM, FIGURES
from routing.figures import plain
from routing.space.reality import Reality
from routing.space.words import distinct_texts
from routing.when import Between, During, OneOf, Presence

Test = OneOf | Between | Presence | During
"""A condition on one field."""

TODAY = "today"
"""The day of the decision, as rules that are active between two days see it."""

PLACE = ("country", "region")
_NEVER_BLANK = frozenset({"source", "id", "is_test"})
OTHER = "something else"
"""Stands for every word that no condition names."""
SOME_EMAIL = "somebody@somebody.example"
SOME_PHONE = "+15555550000"
"""Nobody's, of no country of its own: the area 555 is not in use."""
_PLAIN = {"email": SOME_EMAIL, "phone": SOME_PHONE}

MOST_SETTINGS = 4_000
_MOST_RANGES = 2_500
SOME_DAY = date(2026, 1, 5)
"""Stands for today where nobody says which day it is."""

_BUSY = ("US", "GB", "DE", "FR", "ES", "IT", "NL", "CA", "AU", "IN", "BR", "MX", "JP", "SG", "AE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Settings of one or more fields, the plainest first; all that differ if `is_complete`."""

    fields: tuple[str, ...]
    settings: tuple[tuple[object, ...], ...]
    is_complete: bool = True


def choices(field: str, tests: Sequence[Test], reality: Reality) -> Choices:
    """Give the values of a field that some of `tests` tell apart."""
    match field:
        case "is_test":  # a test lead is never routed
            return _single(field, [False])
        case "consent":
            return _single(field, [None, True, False])
        case "source" if reality.sources is not None:
            return _single(field, list(reality.sources))
        case "employees":
            return _headcounts(tests)
        case "deal_value":
            return _single(field, [None, *(point for point in _points(tests) if point >= 0)])
        case "created_at" | "today":
            return _single(field, _days(field, tests, reality.today))
        case "score":
            return _single(field, [None, *map(float, _points(tests))])
        case _:
            return _texts(field, tests, reality)


def places(countries: Sequence[Test], regions: Sequence[Test]) -> Choices:
    """
    Give (country, region) together: a region US-CA comes with the country US, always.

    Reading a record fills the country from the region, and drops a region of another country.
    """
    settings: list[tuple[object, ...]] = [(None, None)]
    settings += ((code, None) for code in _countries(countries))
    if regions:
        settings += ((code[:2], code) for code in _regions_apart(regions))
    return Choices(fields=PLACE, settings=tuple(settings))


def _single(field: str, values: Sequence[object], *, is_complete: bool = True) -> Choices:
    settings = tuple((value,) for value in values)
    return Choices(fields=(field,), settings=settings, is_complete=is_complete)


def _countries(tests: Sequence[Test]) -> list[str]:
    """Give every country, those that the policy names last: an example is sought elsewhere."""
    named = {value.upper() for test in tests if isinstance(test, OneOf) for value in test.values}
    codes = [*_BUSY, *(code for code in country_codes() if code not in _BUSY)]
    return sorted(codes, key=lambda code: code in named)


@cache
def country_codes() -> tuple[str, ...]:
    return tuple(sorted(country.alpha_2 for country in pycountry.countries))


def _regions_apart(tests: Sequence[Test]) -> Iterator[str]:
    """Give the regions that conditions name, and one other of each country."""
    words = [word.upper() for test in tests for word in _words(test)]
    exact = {word for word in words if not is_glob(word)}
    globs = [_pattern(word) for word in words if is_glob(word)]
    others: set[str] = set()
    for code in _regions():
        if code in exact or any(glob.fullmatch(code) for glob in globs):
            yield code
        elif code[:2] not in others:
            others.add(code[:2])
            yield code


def _pattern(glob: str) -> re.Pattern[str]:
    return re.compile(re.escape(glob).replace(r"\*", ".*").replace(r"\?", "."))


@cache
def _regions() -> tuple[str, ...]:
    return tuple(sorted(part.code for part in pycountry.subdivisions))


def _ends_of(tests: Sequence[Test]) -> tuple[list[Decimal], list[Decimal]]:
    """Give every number that a condition begins at, and every one that one ends at, in order."""
    least: set[Decimal] = set()
    most: set[Decimal] = set()
    for test in tests:
        match test:
            case Between():
                least |= {bound for bound in (test.least,) if bound is not None}
                most |= {bound for bound in (test.most,) if bound is not None}
            case OneOf(values=values):
                numbers = {number for value in values if (number := _number(value)) is not None}
                least |= numbers
                most |= numbers
            case Presence() | During():
                pass
    return sorted(least), sorted(most)


def ends_stated(tests: Sequence[Test]) -> tuple[Decimal, ...]:
    """Give the numbers between which conditions tell numbers apart, in order."""
    if not any(isinstance(test, Between) or test.field in FIGURES for test in tests):
        return ()
    least, most = _ends_of(tests)
    return tuple(sorted({*least, *most}))


def words_stated(tests: Sequence[Test]) -> frozenset[str]:
    """Give the words, globs aside, that conditions compare with; case-folded."""
    return frozenset(w.casefold() for test in tests for w in _words(test) if not is_glob(w))


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _points(tests: Sequence[Test]) -> Iterator[Decimal]:
    """Give each bound, and a number between each two and on either side."""
    least, most = _ends_of(tests)
    bounds = sorted({*least, *most})
    if not bounds:
        yield Decimal(1)
        return
    yield bounds[0] - 1
    for low, high in pairwise(bounds):
        yield low
        yield (low + high) / 2
    yield bounds[-1]
    yield bounds[-1] + 1


def _headcounts(tests: Sequence[Test]) -> Choices:
    """Exact numbers first. A range is told apart by its lower end, and apart from it its upper."""
    least, most = _ends_of(tests)
    lows = sorted({1, *(_up(bound) for bound in least)})
    highs = sorted({_down(bound) for bound in most})
    exact = sorted({*lows, *(high + 1 for high in highs)})
    found: list[object] = [Headcount(least=count, most=count) for count in exact if count > 0]
    is_complete = len(lows) * len(highs) <= _MOST_RANGES
    if is_complete:
        pairs = ((low, high) for low in lows for high in highs if low < high)
        found += (Headcount(least=low, most=high) for low, high in pairs)
        found += (Headcount(least=low, most=None) for low in lows)
    return _single("employees", [None, *found], is_complete=is_complete)


def _up(bound: Decimal) -> int:
    """Nobody employs a fraction, and a company of nobody is none."""
    return max(1, int(bound.to_integral_value(ROUND_CEILING)))


def _down(bound: Decimal) -> int:
    return int(bound.to_integral_value(ROUND_FLOOR))


def _texts(field: str, tests: Sequence[Test], reality: Reality) -> Choices:
    if field.startswith(CUSTOM) and reality.custom.get(field.removeprefix(CUSTOM)) == "boolean":
        return _single(field, [None, "true", "false"])
    words = {word.casefold(): word for test in tests for word in _words(test)}
    replaced = reality.replaced.get(field, {})
    other, is_complete = _PLAIN.get(field, OTHER), True
    if any(globs_of(test) for test in tests):
        texts = distinct_texts([*words, *replaced], [other])
        found, is_complete = list(texts.found), texts.is_complete
    else:
        found = [_other(words, other), *words]
    values: list[object] = [] if field in _NEVER_BLANK else [None]
    values += (words.get(text, text) for text in found if text not in replaced)
    measured = list(_measures(field, tests))
    mixed = bool(measured) and bool(words)  # "5" and "5.0" are one number and two words
    return _single(field, [*values, *measured], is_complete=is_complete and not mixed)


def _measures(field: str, tests: Sequence[Test]) -> Iterator[str]:
    """Give numbers and dates, which a field of one's own has as text."""
    if field.startswith(CUSTOM) and any(isinstance(test, Between) for test in tests):
        yield from (plain(point) for point in _points(tests))
    if field.startswith(CUSTOM) and any(isinstance(test, During) for test in tests):
        yield from (str(day) for day in days_apart(tests))


def dated(created: Choices, decided: Choices) -> Choices:
    """
    Give (day of creation, day of decision) together: a lead is there before it is decided about.

    Every pair of stretches that can be is there: a lead that is older than every day that is
    stated, and a decision after all of them.
    """
    days = {cast("date", day) for each in (created, decided) for (day,) in each.settings}
    first = [cast("date", day) for (day,) in created.settings]
    then = [cast("date", day) for (day,) in decided.settings]
    pairs = product(dict.fromkeys([*first, min(days)]), dict.fromkeys([*then, max(days)]))
    settings = tuple((made, at) for made, at in pairs if made <= at)
    return Choices(
        fields=("created_at", TODAY),
        settings=settings[:MOST_SETTINGS],
        is_complete=len(settings) <= MOST_SETTINGS,
    )


def _days(field: str, tests: Sequence[Test], today: date | None) -> list[date]:
    days = days_apart(tests, today or SOME_DAY)
    return [day for day in days if day >= today] if field == TODAY and today else days


def days_apart(tests: Sequence[Test], today: date = SOME_DAY) -> list[date]:
    """Give a day for every stretch between those that conditions begin or end on."""
    stated = [today]
    for test in tests:
        match test:
            case During(first=first, last=last):
                stated += [day for day in (first, last) if day is not None]
            case OneOf(values=values):
                stated += [date.fromisoformat(value) for value in values]
            case _:
                pass
    near = {day + timedelta(days=n) for day in stated for n in (-1, 0, 1)}
    return sorted(near, key=lambda day: (day < today, day))


def globs_of(test: Test) -> list[str]:
    """Give the patterns among the words of a test."""
    return [word for word in _words(test) if is_glob(word)]


def is_glob(word: str) -> bool:
    return "*" in word or "?" in word


def _words(test: Test) -> tuple[str, ...]:
    return test.values if isinstance(test, OneOf) else ()


def _other(words: dict[str, str], text: str) -> str:
    while text in words:
        text += "!"
    return text
