"""When somebody of a group is at work, over an ordinary week and over the days ahead."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from routing.availability import Schedule
from routing.local_day import Span
from routing.policy import Owner
from routing.wording import duration

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MINUTE = timedelta(minutes=1)


def ordinary(owner: Owner) -> Owner:
    """Give the owner as in a week without holidays and days off."""
    calendar = owner.calendar and replace(owner.calendar, holidays=None)
    return replace(owner, calendar=calendar, away=())


def monday(today: date, zone: ZoneInfo) -> datetime:
    """Give the beginning of the next week."""
    day = today + timedelta(days=7 - today.weekday())
    return datetime.combine(day, time(0), zone)


def on_days(free: Sequence[Span], begin: datetime, weekdays: frozenset[int]) -> list[Span]:
    """Leave of the times in the week from `begin` those on some days (Monday is 0)."""
    days = [begin + n * _DAY for n in range(7)]
    told = [Span(day, day + _DAY) for day in days if day.weekday() in weekdays]
    cut = (Span(max(a.begin, b.begin), min(a.end, b.end)) for a in free for b in told)
    return [span for span in cut if span.begin < span.end]


def gaps(owners: Iterable[Owner], begin: datetime, end: datetime) -> list[Span]:
    """
    Give the times between two instants at which nobody of `owners` is at work.

    The last one may be longer than until `end`: it lasts until somebody is.
    """
    spans = sorted(_worked(owners, begin, end + _WEEK), key=lambda span: span.begin)
    found: list[Span] = []
    free_from = begin
    for span in [*spans, Span(end + _WEEK, end + _WEEK)]:
        if span.begin > free_from and free_from < end:
            found.append(Span(free_from, span.begin))
        free_from = max(free_from, span.end)
    return found


def _worked(owners: Iterable[Owner], begin: datetime, end: datetime) -> Iterable[Span]:
    for owner in owners:
        schedule = Schedule(owner)
        if schedule.is_always_on:
            yield Span(begin, end)
            continue
        for span in schedule.working(begin):
            if span.begin >= end:
                break
            yield span


def in_words(free: Sequence[Span], begin: datetime) -> str:
    """Say which hours of a week these are: `Mon-Fri 00:00-09:00 and 18:00-24:00, Sat-Sun`."""
    days = [begin + n * _DAY for n in range(7)]
    hours = [_hours(free, day) for day in days]
    told = []
    for text, same in groupby(range(7), key=lambda n: hours[n]):
        numbers = list(same)
        if text:
            names = _NAMES[numbers[0]]
            names += f"-{_NAMES[numbers[-1]]}" if len(numbers) > 1 else ""
            told.append(names if text == "00:00-24:00" else f"{names} {text}")
    return ", ".join(told)


def _hours(free: Sequence[Span], day: datetime) -> str:
    after = datetime.combine(day.date() + _DAY, time(0), day.tzinfo)
    spans = [(max(span.begin, day), min(span.end, after)) for span in free]
    told = [_stretch(begin, end, after) for begin, end in spans if end - begin >= _MINUTE]
    return " and ".join(told)


def _stretch(begin: datetime, end: datetime, midnight: datetime) -> str:
    first, last = (at.astimezone(midnight.tzinfo) for at in (begin, end))
    return f"{first:%H:%M}-{'24:00' if end == midnight else f'{last:%H:%M}'}"


def longest(free: Sequence[Span]) -> timedelta:
    return max((span.end - span.begin for span in free), default=timedelta(0))


def long(span: timedelta) -> str:
    """Say a wait; one of more than a week has no end that is known."""
    return "more than a week" if span > _WEEK else duration(span)
