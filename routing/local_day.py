"""A day on the local clock as instants, also when the clock changes on it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Instants in UTC, [begin, end)."""

    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of a local day over which the clock runs evenly, `offset` ahead of UTC."""

    span: Span
    offset: timedelta


@lru_cache(maxsize=16384)
def stretches(zone: ZoneInfo, day: date) -> tuple[Stretch, ...]:
    """Take a local day apart: one stretch, or two when the clock changes on it."""
    begin, end = _midnight(zone, day), _midnight(zone, day + _DAY)
    if begin >= end:  # a day the zone skipped, as Samoa did 2011-12-30
        return ()
    before, after = _offset(zone, begin), _offset(zone, end - _SECOND)
    if before == after:
        return (Stretch(Span(begin, end), before),)
    change = _change(zone, begin, end)
    return Stretch(Span(begin, change), before), Stretch(Span(change, end), after)


def clock_to_instant(day: date, since_midnight: timedelta, offset: timedelta) -> datetime:
    """Turn a reading of the local clock into the instant it stands for under `offset`."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + since_midnight - offset


def _midnight(zone: ZoneInfo, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


def _change(zone: ZoneInfo, begin: datetime, end: datetime) -> datetime:
    """Find, by halving, the first second with another offset than `begin`'s."""
    before = _offset(zone, begin)
    low, high = 0, int((end - begin).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, begin + middle * _SECOND) == before:
            low = middle
        else:
            high = middle
    return begin + high * _SECOND
