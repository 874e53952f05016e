"""
Many conditions at once: which of them hold for a lead, and which parts of the others do not.

Each condition is a conjunction of parts. The parts of all conditions that look at the same field
share a column, which answers for all of them by one look-up; a nested part shares a tree of
columns with every part of the same shape. So a lead costs about one operation on a long integer
per field, however many conditions there are. Whang et al., Indexing Boolean Expressions, VLDB 2009.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from routing.checks import Anywhere, Both, Either, Filled, Inside, Word
from routing.columns import (
    Bits,
    Clock,
    Column,
    Days,
    Figures,
    Places,
    Presences,
    Today,
    Weekdays,
    Words,
    bits,
    members,
)
from routing.facts import Check, Facts
from routing.span_checks import Active, Clocked, Dated, OnDay, Within

Kind = TypeVar("Kind", Word, Within, Filled, Dated, Clocked, OnDay, Active)
Shape = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failures:
    """For each slot, the conditions that fail there; `once` and `twice`: at least so often."""

    by_slot: Sequence[Bits]
    once: Bits
    twice: Bits


class Index:
    """Conditions 0 to n-1, each a sequence of parts that must all hold."""

    def __init__(self, conditions: Sequence[Sequence[Check]]) -> None:
        self.every = (1 << len(conditions)) - 1
        entries: dict[tuple[Shape, int], dict[int, Check]] = {}
        places: dict[tuple[Shape, int], int] = {}
        self._parts: list[list[tuple[int, Check]]] = []
        for n, parts in enumerate(conditions):
            seen: dict[Shape, int] = {}
            placed = []
            for check in parts:
                shape = _shape(check)
                nth = seen[shape] = seen.get(shape, -1) + 1
                entries.setdefault((shape, nth), {})[n] = check
                placed.append((places.setdefault((shape, nth), len(places)), check))
            self._parts.append(placed)
        self._slots = tuple(_slot(parts) for parts in entries.values())

    def holding(self, facts: Facts) -> Bits:
        """Give the conditions that hold."""
        found = self.every
        for slot in self._slots:
            found &= ~(slot.members ^ slot.column.holding(facts))
        return found

    def failures(self, facts: Facts) -> Failures:
        """Give where the conditions fail that do not hold."""
        once = twice = 0
        by_slot = []
        for slot in self._slots:
            failing = slot.members ^ slot.column.holding(facts)
            by_slot.append(failing)
            twice |= once & failing
            once |= failing
        return Failures(by_slot, once, twice)

    def misses(self, failures: Failures, among: Bits) -> Iterable[tuple[int, list[Check]]]:
        """Name the parts that fail of the conditions `among`, in the order they are written."""
        failing = failures.by_slot
        return [
            (n, [check for slot, check in self._parts[n] if failing[slot] >> n & 1])
            for n in members(among)
        ]

    def only_misses(self, failures: Failures, among: Bits, facts: Facts) -> Mapping[int, str]:
        """Say what the part missed that fails of the conditions `among`, none of which has two."""
        found: dict[int, str] = {}
        for slot, failing in zip(self._slots, failures.by_slot, strict=True):
            missed = failing & among
            if missed:
                slot.say(missed, facts, found)
        return found


@dataclass(frozen=True, slots=True)
class _Slot:
    """At most one part of each condition, all of one shape."""

    members: Bits
    column: Column
    parts: Mapping[int, Check]
    asked: Mapping[int, str]
    """What a miss begins with, where all that follows is what was found in one field."""

    field: str
    is_measured: bool

    def say(self, missed: Bits, facts: Facts, found: dict[int, str]) -> None:
        """Note of each of some parts what it wanted and what was found."""
        asked, shown = self.asked, self._shown(facts)
        if shown is None:
            found.update((n, self.parts[n].miss(facts)) for n in members(missed))
            return
        while missed:  # as `members` does, without a step for each: many leads nearly match many
            lowest = missed & -missed
            n = lowest.bit_length() - 1
            found[n] = asked[n] + shown
            missed ^= lowest

    def _shown(self, facts: Facts) -> str | None:
        """Give what was found; None where each part says it in its own way."""
        if not self.asked:
            return None
        if not self.is_measured:
            return facts.shown(self.field)
        figure = facts.figures[self.field]
        return None if figure.is_range else figure.shown


def _slot(parts: Mapping[int, Check]) -> _Slot:
    column = _column(list(parts.items()))
    plain = {n: each for n, each in parts.items() if isinstance(each, Word | Within)}
    asked = {n: each.asked for n, each in plain.items()}
    field = next((each.field for each in plain.values()), "")
    is_measured = any(isinstance(each, Within) for each in plain.values())
    return _Slot(bits(parts), column, parts, asked, field, is_measured)


class _Every:
    """Parts that hold where each of theirs does."""

    def __init__(self, conditions: Bits, columns: Sequence[Column]) -> None:
        self._conditions = conditions
        self._columns = columns

    def holding(self, facts: Facts) -> Bits:
        found = self._conditions
        for column in self._columns:
            found &= column.holding(facts)
        return found


class _Some:
    """Parts that hold where one of theirs does."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns

    def holding(self, facts: Facts) -> Bits:
        found = 0
        for column in self._columns:
            found |= column.holding(facts)
        return found


def _shape(check: Check) -> Shape:
    """Give what two checks have in common that can share a column: kind and field, or all those."""
    match check:
        case Both() | Either():
            inner = (word for shape in sorted(map(_shape, check.parts)) for word in shape)
            return (type(check).__name__, "(", *inner, ")")
        case Inside() | Anywhere():
            return ("Places", check.kind)
        case Active() | Clocked():
            return (type(check).__name__,)
        case Word() | Within() | Dated() | Filled() | OnDay():
            return (type(check).__name__, check.field)
        case _:
            raise TypeError(f"{type(check).__name__} has no column: add one below")


def _ordered(check: Both | Either) -> list[Check]:
    """Order the parts so that those of two checks of one shape stand side by side."""
    return sorted(check.parts, key=_shape)


def _column(entries: Sequence[tuple[int, Check]]) -> Column:
    """Build what answers for all of these parts, which have one shape."""
    match entries[0][1]:
        case Both():
            return _Every(bits(n for n, _ in entries), list(_inner(entries)))
        case Either():
            return _Some(list(_inner(entries)))
        case Inside(kind=kind) | Anywhere(kind=kind):
            return Places(kind, [(n, c) for n, c in entries if isinstance(c, Inside | Anywhere)])
        case _:
            return _of_one_kind(entries)


def _of_one_kind(entries: Sequence[tuple[int, Check]]) -> Column:
    match entries[0][1]:
        case Word(field=field):
            return Words(field, _all(Word, entries))
        case Within(field=field):
            return Figures(field, _all(Within, entries))
        case Filled(field=field):
            return Presences(field, _all(Filled, entries))
        case Dated(field=field):
            return Days(field, _all(Dated, entries))
        case OnDay(field=field):
            return Weekdays(field, _all(OnDay, entries))
        case Clocked():
            return Clock(_all(Clocked, entries))
        case _:
            return Today(_all(Active, entries))


def _all(kind: type[Kind], entries: Sequence[tuple[int, Check]]) -> list[tuple[int, Kind]]:
    return [(n, check) for n, check in entries if isinstance(check, kind)]


def _inner(entries: Sequence[tuple[int, Check]]) -> Iterator[Column]:
    rows = [
        [(n, part) for part in _ordered(check)]
        for n, check in entries
        if isinstance(check, Both | Either)
    ]
    for column in zip(*rows, strict=True):
        yield _column(column)
