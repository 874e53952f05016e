"""
One field's part of the index: for what a lead has there, the set of conditions that hold.

A set of conditions is an integer: bit n stands for condition n. Unknown never holds, negated or
not, and negation stands at the fields only (routing/conditions.py pushes it down), so that a set of
those that hold is all there is to keep.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Generic, Protocol, TypeVar

from routing.checks import Anywhere, Filled, Glob, Inside, Word
from routing.facts import Facts, Truth
from routing.fields import READ_BY_NAME
from routing.span_checks import Active, Clocked, Dated, OnDay, Within

Key = TypeVar("Key", Decimal, date, time)
Bits = int

_REMEMBERED = 1024
"""Answers kept per field: countries repeat from lead to lead, e-mail addresses do not."""


class Column(Protocol):
    """Some conditions on one field."""

    def holding(self, facts: Facts) -> Bits: ...


class Words:
    """A text is one of some words, or matches a glob."""

    def __init__(self, field: str, entries: Sequence[tuple[int, Word]]) -> None:
        self._field = field
        self._negated = bits(n for n, word in entries if word.hit is Truth.FAILS)
        self._exact: dict[str, Bits] = {}
        for n, word in entries:
            for text in word.exact:
                self._exact[text] = self._exact.get(text, 0) | 1 << n
        self._globs = _Globs(entries)
        self._is_read_by_name = field in READ_BY_NAME
        self._remembered: dict[str | None, Bits] = {None: 0, "": 0}

    def holding(self, facts: Facts) -> Bits:
        # By the text as it came: case is folded once for each that is remembered, not each lead.
        by_name = self._is_read_by_name
        text = getattr(facts.lead, self._field) if by_name else facts.texts[self._field]
        known = self._remembered.get(text)
        if known is None:
            folded = facts.texts[self._field] or ""
            known = (self._exact.get(folded, 0) | self._globs.matching(folded)) ^ self._negated
            if len(self._remembered) < _REMEMBERED:
                self._remembered[text] = known
        return known


class _Globs:
    """Globs by what they begin with: only those that begin as the text does are tried."""

    def __init__(self, entries: Sequence[tuple[int, Word]]) -> None:
        found: dict[str, dict[Glob, Bits]] = {}
        for n, word in entries:
            for glob in word.globs:
                alike = found.setdefault(glob.prefix, {})
                alike[glob] = alike.get(glob, 0) | 1 << n
        self._by_prefix = {prefix: tuple(globs.items()) for prefix, globs in found.items()}
        self._lengths = sorted({len(prefix) for prefix in found})

    def matching(self, text: str) -> Bits:
        matching = 0
        for length in self._lengths:
            for glob, conditions in self._by_prefix.get(text[:length], ()):
                if glob.is_prefix or glob.pattern.match(text):
                    matching |= conditions
        return matching


class Spans(Generic[Key]):
    """Conditions that some key lies between two bounds, by cumulative sets at every bound."""

    def __init__(self, entries: Iterable[tuple[int, Key | None, Key | None]]) -> None:
        rows = list(entries)
        self._open_above = bits(n for n, _, most in rows if most is None)
        leasts = _cumulative([(n, least) for n, least, _ in rows])
        mosts = _cumulative([(n, most) for n, _, most in rows])
        self._leasts: list[Key] = leasts[0]
        self._from_least = leasts[1]
        self._mosts: list[Key] = mosts[0]
        every = bits(n for n, _, _ in rows)
        self._to_most = [every & ~(passed & ~self._open_above) for passed in mosts[1]]

    def containing(self, least: Key, most: Key | None) -> Bits:
        """Give the conditions that [least, most] lies within; `most` None is open above."""
        above = self._from_least[bisect_right(self._leasts, least)]
        if most is None:
            return above & self._open_above
        return above & self._to_most[bisect_left(self._mosts, most)]


def _cumulative(bounds: Iterable[tuple[int, Key | None]]) -> tuple[list[Key], list[Bits]]:
    """Give the bounds in order, and for each count of them the conditions passed by then."""
    passed_from_start = 0
    at: dict[Key, Bits] = {}
    for n, bound in bounds:
        if bound is None:
            passed_from_start |= 1 << n
        else:
            at[bound] = at.get(bound, 0) | 1 << n
    keys = sorted(at)
    passed = [passed_from_start]
    for key in keys:
        passed.append(passed[-1] | at[key])
    return keys, passed


class Figures:
    """A number, or all of a range, lies between two bounds."""

    def __init__(self, field: str, entries: Sequence[tuple[int, Within]]) -> None:
        self._field = field
        self._negated = bits(n for n, check in entries if check.negated)
        self._spans = Spans((n, check.least, check.most) for n, check in entries)

    def holding(self, facts: Facts) -> Bits:
        figure = facts.figures[self._field]
        if figure.least is None:
            return 0
        return self._spans.containing(figure.least, figure.most) ^ self._negated


class Days:
    """A day lies between two."""

    def __init__(self, field: str, entries: Sequence[tuple[int, Dated]]) -> None:
        self._field = field
        self._negated = bits(n for n, check in entries if check.negated)
        self._spans = Spans((n, check.first, check.last) for n, check in entries)

    def holding(self, facts: Facts) -> Bits:
        day = facts.day(self._field)
        return 0 if day is None else self._spans.containing(day, day) ^ self._negated


class Clock:
    """Every reading that the lead's clock may have lies between two."""

    def __init__(self, entries: Sequence[tuple[int, Clocked]]) -> None:
        self._negated = bits(n for n, each in entries if each.negated is not each.is_overnight)
        self._spans = Spans((n, *check.by_day) for n, check in entries)

    def holding(self, facts: Facts) -> Bits:
        readings = facts.local_times.readings
        found = -1 if readings else 0
        for reading in readings:
            found &= self._spans.containing(reading, reading) ^ self._negated
        return found


class Weekdays:
    """Every weekday that it may be is one of some."""

    def __init__(self, field: str, entries: Sequence[tuple[int, OnDay]]) -> None:
        self._field = field
        self._negated = bits(n for n, check in entries if check.negated)
        self._on: dict[str, Bits] = {}
        for n, check in entries:
            for day in check.days:
                self._on[day] = self._on.get(day, 0) | 1 << n

    def holding(self, facts: Facts) -> Bits:
        days = facts.weekdays(self._field)
        found = -1 if days else 0
        for day in days:
            found &= self._on.get(day, 0) ^ self._negated
        return found


class Today:
    """The day of the decision lies between two."""

    def __init__(self, entries: Sequence[tuple[int, Active]]) -> None:
        self._spans = Spans((n, check.first, check.last) for n, check in entries)

    def holding(self, facts: Facts) -> Bits:
        today = facts.today
        return self._spans.containing(today, today)


class Presences:
    """A field is blank, or is not."""

    def __init__(self, field: str, entries: Sequence[tuple[int, Filled]]) -> None:
        self._field = field
        self._if_blank = bits(n for n, check in entries if check.empty)
        self._if_filled = bits(n for n, check in entries if not check.empty)

    def holding(self, facts: Facts) -> Bits:
        return self._if_blank if facts.is_blank(self._field) else self._if_filled


class Places:
    """
    The lead is in some of the territories (or segments), in none of some, anywhere, or nowhere.

    Of a negated condition all names must fail: one that is unknown leaves it unknown.
    """

    def __init__(self, kind: str, entries: Sequence[tuple[int, Inside | Anywhere]]) -> None:
        self._kind = kind
        self._wanted: dict[int, Bits] = {}
        self._barred: dict[int, Bits] = {}
        self._negated = self._if_nowhere = self._if_anywhere = 0
        for n, check in entries:
            self._add(1 << n, check)

    def _add(self, condition: Bits, check: Inside | Anywhere) -> None:
        match check:
            case Anywhere(empty=True):
                self._if_nowhere |= condition
            case Anywhere():
                self._if_anywhere |= condition
            case Inside(positions=positions, negated=negated):
                self._negated |= condition if negated else 0
                by_name = self._barred if negated else self._wanted
                for at in positions:
                    by_name[at] = by_name.get(at, 0) | condition

    def holding(self, facts: Facts) -> Bits:
        inside, outside = facts.places(self._kind)
        found = self._if_anywhere if inside else self._if_nowhere
        for at in members(inside):
            found |= self._wanted.get(at, 0)
        if self._negated:
            found |= self._negated & ~self._excluded(outside)
        return found

    def _excluded(self, outside: Bits) -> Bits:
        excluded = 0
        for at, conditions in self._barred.items():
            if not outside >> at & 1:
                excluded |= conditions
        return excluded


def bits(members: Iterable[int]) -> Bits:
    """Give the set of some conditions."""
    found = 0
    for n in members:
        found |= 1 << n
    return found


def members(found: Bits) -> Iterator[int]:
    """Yield what is in a set, least first."""
    while found:
        lowest = found & -found
        yield lowest.bit_length() - 1
        found ^= lowest
