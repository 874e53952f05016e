"""Days in words: the stretches between those that conditions begin and end on."""

from collections.abc import Iterable, Iterator
from datetime import date

from routing.space.space import Dimension
from routing.space.values import TODAY
from routing.span_words import days

_LABELS = {"created_at": "created", TODAY: "decided"}
DAYS = frozenset(_LABELS)
"""Fields of a lead, and of its decision, that are days."""


def day_words(dimension: Dimension, mask: int) -> Iterator[tuple[str, list[str]]]:
    """Give what is said of each field of a dimension of days, where that is not every day."""
    inside = _settings(dimension, mask)
    latest = max(day for setting in inside for day in setting.values())
    for field in sorted(dimension.fields, reverse=True):
        here = {setting[field] for setting in inside}
        known = {setting[field] for setting in _settings(dimension, dimension.everything)}
        if field != TODAY and TODAY in dimension.fields:
            known = {day for day in known if day <= latest}  # no lead is older than its decision
        if here != known:
            yield _LABELS[field], list(stretches(here, sorted(known)))


def _settings(dimension: Dimension, mask: int) -> list[dict[str, date]]:
    chosen = [value for n, value in enumerate(dimension.values) if mask >> n & 1]
    alike = [each for value in chosen for each in value.alike]
    return [{name: _day(each[name]) for name in dimension.fields} for each in alike]


def _day(value: object) -> date:
    assert isinstance(value, date)
    return value


def stretches(here: set[date], known: list[date]) -> Iterator[str]:
    """
    Say them as in: 2026-12-01 to 2026-12-31, 2027-02-01 or later.

    Both ends of every stretch are among the days `known`, so that neighbours there are one stretch.
    """
    for run in _runs(here, known):
        first = None if run[0] == known[0] else run[0]
        last = None if run[-1] == known[-1] else run[-1]
        yield days(first, last)


def _runs(here: set[date], known: Iterable[date]) -> Iterator[list[date]]:
    run: list[date] = []
    for day in known:
        if day in here:
            run.append(day)
        elif run:
            yield run
            run = []
    if run:
        yield run
