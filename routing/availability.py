"""When an owner is at work: hours, holidays, time off, in the owner's own time zone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from holidays import country_holidays

from leads.errors import ConfigError
from leads.keys import OwnerId
from routing.local_day import Span, clock_to_instant, stretches
from routing.policy import Owner
from routing.quota import Gauge
from routing.working_hours import Calendar

Hours = tuple[tuple[timedelta, timedelta], ...]
"""Spans of one day since midnight, in order, apart from one another."""

HORIZON = 400
"""Days looked ahead; somebody who does not work in any of them is treated as never at work."""

_DAY = timedelta(days=1)
_MIDNIGHT = time(0)
_WEEK = range(7)
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Spell:
    """A time over which the answer does not change. `back`: when next at work, if ever."""

    begin: datetime
    end: datetime
    back: datetime | None
    is_at_work: bool


class Memory:
    """What was worked out of a working time, for all whose working time it is."""

    __slots__ = ("days", "latest", "why_off")

    def __init__(self) -> None:
        self.days: dict[date, tuple[Span, ...]] = {}
        self.why_off: dict[date, str] = {}
        # One spell is kept: a batch asks for the same instant again and again.
        self.latest = _Spell(_NEVER, _NEVER, None, is_at_work=False)


class Schedule:
    """
    One owner's working time, as instants in UTC; and their caps, which go by the same clock.

    At work means: the local clock reads a time within the hours of the local date. A span in the
    hour that spring skips is lost, and one in the hour that autumn repeats comes twice.
    """

    def __init__(self, owner: Owner, memory: Memory | None = None) -> None:
        """
        `memory` is shared by those who have zone, calendar and days off in common.

        Raises ConfigError when the time zone or the holidays are not known.
        """
        self.owner = owner
        self.memory = memory or Memory()
        self._zone = _zone(owner)
        self.gauges = tuple(Gauge(cap, self._zone) for cap in owner.caps)
        self._calendar = None if owner.is_queue else owner.calendar
        self._away = () if owner.is_queue else owner.away
        self._week = _week(self._calendar)
        self.is_always_on = self._calendar is None and not self._away
        if self._calendar and self._calendar.holidays:
            _require_holidays(owner.id, self._calendar.holidays)

    def is_at_work(self, at: datetime) -> bool:
        """Tell for one instant (aware)."""
        return self.is_always_on or self._spell(at).is_at_work

    def next_at_work(self, after: datetime) -> datetime | None:
        """Give the first instant at work, `after` itself included; None within the horizon."""
        if self.is_always_on:
            return after
        spell = self._spell(after)
        return after if spell.is_at_work else spell.back

    def steady_until(self, at: datetime) -> datetime:
        """Give an instant before which the answers for `at` stay as they are."""
        return _NEVER if self.is_always_on else self._spell(at).end

    def working(self, after: datetime) -> Iterator[Span]:
        """Yield the times at work from `after` on, up to the horizon."""
        first = after.astimezone(self._zone).date()
        for n in range(HORIZON):
            for span in self._of_day(first + n * _DAY):
                if span.end > after:
                    yield Span(max(span.begin, after.astimezone(UTC)), span.end)

    def works_on(self, day: date) -> bool:
        """Tell whether a local date has any hour at work."""
        return self.is_always_on or bool(self._of_day(day))

    def is_on_leave(self, at: datetime) -> bool:
        """Tell whether the local date is a day off by the configuration."""
        return bool(self._away) and self._is_away(at.astimezone(self._zone).date())

    def why_off(self, at: datetime) -> str:
        """Say it in words for an instant off work: on leave, on a public holiday, off work."""
        day = at.astimezone(self._zone).date()
        known = self.memory.why_off.get(day)
        if known is None:
            known = self.memory.why_off[day] = self._say_why_off(day)
        return known

    def day_end(self, at: datetime) -> datetime:
        """Give when the day ends that it is for the owner at an instant."""
        return stretches(self._zone, at.astimezone(self._zone).date())[-1].span.end

    def _say_why_off(self, day: date) -> str:
        if self._is_away(day):
            return "on leave"
        return "on a public holiday" if self._is_holiday(day) else "off work"

    def _spell(self, at: datetime) -> _Spell:
        latest = self.memory.latest
        if not latest.begin <= at < latest.end:
            latest = self.memory.latest = self._find_spell(at)
        return latest

    def _find_spell(self, at: datetime) -> _Spell:
        first = at.astimezone(self._zone).date()
        for n in range(HORIZON):
            for span in self._of_day(first + n * _DAY):
                if span.begin <= at < span.end:
                    return _Spell(span.begin, span.end, None, is_at_work=True)
                if span.begin > at:
                    return _Spell(at, span.begin, span.begin, is_at_work=False)
        # Tomorrow the horizon reaches a day further.
        return _Spell(at, stretches(self._zone, first)[-1].span.end, None, is_at_work=False)

    def _of_day(self, day: date) -> tuple[Span, ...]:
        known = self.memory.days.get(day)
        if known is None:
            is_off = self._is_away(day) or self._is_holiday(day)
            known = () if is_off else _spans(self._zone, day, self._week[day.weekday()])
            self.memory.days[day] = known
        return known

    def _is_away(self, day: date) -> bool:
        return any(absence.first <= day <= absence.last for absence in self._away)

    def _is_holiday(self, day: date) -> bool:
        code = self._calendar.holidays if self._calendar else None
        return code is not None and day in _holidays(code, day.year)


def schedules_of(owners: Iterable[Owner]) -> dict[OwnerId, Schedule]:
    """Make everybody's; those whose working time is the same share what is worked out of it."""
    memories: dict[tuple[object, ...], Memory] = {}
    found = {}
    for owner in owners:
        alike = (owner.timezone, id(owner.calendar), owner.away, owner.is_queue)
        found[owner.id] = Schedule(owner, memories.setdefault(alike, Memory()))
    return found


def at_work(owner: Owner, at: datetime) -> bool:
    """Tell whether `owner` is at work at an instant."""
    return Schedule(owner).is_at_work(at)


def next_at_work(owner: Owner, after: datetime) -> datetime | None:
    """Give the first instant `owner` is at work, `after` included; None if not within 400 days."""
    return Schedule(owner).next_at_work(after)


def _spans(zone: ZoneInfo, day: date, hours: Hours) -> tuple[Span, ...]:
    found = []
    for stretch in stretches(zone, day):
        for start, stop in hours:
            begin = max(stretch.span.begin, clock_to_instant(day, start, stretch.offset))
            end = min(stretch.span.end, clock_to_instant(day, stop, stretch.offset))
            if begin < end:
                found.append(Span(begin, end))
    return tuple(found)


def _week(calendar: Calendar | None) -> tuple[Hours, ...]:
    if calendar is None:
        return (((timedelta(0), _DAY),),) * 7
    spans: list[list[tuple[timedelta, timedelta]]] = [[] for _ in _WEEK]
    for weekday, hours in calendar.hours.items():
        for start, stop in hours:
            begin, end = _since_midnight(start), _since_midnight(stop, is_end=True)
            if begin < end:
                spans[weekday].append((begin, end))
            else:  # past midnight: the rest belongs to the next day
                spans[weekday].append((begin, _DAY))
                spans[(weekday + 1) % 7].append((timedelta(0), end))
    return tuple(_merged(day) for day in spans)


def _since_midnight(at: time, *, is_end: bool = False) -> timedelta:
    if is_end and at in {time.max, _MIDNIGHT}:
        return _DAY
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)


def _merged(spans: list[tuple[timedelta, timedelta]]) -> Hours:
    merged: list[tuple[timedelta, timedelta]] = []
    for start, stop in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], stop))
        else:
            merged.append((start, stop))
    return tuple(merged)


def _zone(owner: Owner) -> ZoneInfo:
    try:
        return ZoneInfo(owner.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        problem = f"owner {owner.id}: there is no time zone {owner.timezone!r}"
        raise ConfigError([f"{problem}: write one as in Europe/Madrid"]) from None


def _require_holidays(owner: str, code: str) -> None:
    try:
        _holidays(code, 2026)
    except NotImplementedError:
        problem = f"owner {owner}: there are no holidays for {code!r}"
        raise ConfigError([f"{problem}: write a country or a subdivision, ES or ES-MD"]) from None


@lru_cache(maxsize=1024)
def _holidays(code: str, year: int) -> frozenset[date]:
    country, _, subdivision = code.partition("-")
    return frozenset(country_holidays(country, subdiv=subdivision or None, years=year))
