"""How many leads an owner gets in an hour, a day or a week of the owner's own calendar."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from leads.decision import Decision, Taken
from leads.keys import OwnerId, PoolName
from routing.local_day import Span, stretches
from routing.policy import Cap, CapPer
from routing.wording import day_said, moment

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_SAID = {CapPer.HOUR: "this hour", CapPer.DAY: "today", CapPer.WEEK: "this week"}


@dataclass(frozen=True, slots=True)
class _Page:
    """One period of a gauge, and the name under which its leads are counted."""

    span: Span
    key: str


class Gauge:
    """One cap of one owner."""

    def __init__(self, cap: Cap, zone: ZoneInfo) -> None:
        self.cap = cap
        self._zone = zone
        # Two periods are kept: a batch asks for now, and for the shift to come, again and again.
        self._page = self._other = _Page(
            Span(datetime.max.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)), ""
        )

    def covers(self, pool: PoolName | None, segments: frozenset[str]) -> bool:
        """Tell whether a lead given by `pool`, or by none, and of these segments counts here."""
        cap = self.cap
        return cap.pool in {None, pool} and (cap.segment is None or cap.segment in segments)

    def key(self, at: datetime) -> str:
        """Name the period that `at` is in, for counting."""
        return self._at(at).key

    def span(self, at: datetime) -> Span:
        """Give the period that `at` is in."""
        return self._at(at).span

    def is_full(self, counts: Mapping[str, int], at: datetime) -> bool:
        return counts.get(self._at(at).key, 0) >= self.cap.most

    def said(self, counts: Mapping[str, int], at: datetime, now: datetime) -> str:
        """Say it of the period that `at` is in: 10 of 10 leads today from pool security."""
        cap, count = self.cap, counts.get(self.key(at), 0)
        when = _SAID[cap.per] if self.key(at) == self.key(now) else self._period_said(at)
        pool = f" from pool {cap.pool}" if cap.pool is not None else ""
        segment = f" of segment {cap.segment}" if cap.segment is not None else ""
        return f"{count} of {cap.most} leads {when}{pool}{segment}"

    def _period_said(self, at: datetime) -> str:
        begin = self.span(at).begin
        match self.cap.per:
            case CapPer.HOUR:
                return f"in the hour from {moment(begin, self._zone.key)}"
            case CapPer.DAY:
                return f"on {day_said(begin, self._zone.key)}"
            case CapPer.WEEK:
                return f"in the week of {day_said(begin, self._zone.key)}"

    def _at(self, at: datetime) -> _Page:
        page = self._page
        if page.span.begin <= at < page.span.end:
            return page
        known, self._other = self._other, page
        is_known = known.span.begin <= at < known.span.end
        self._page = known if is_known else self._turn(at)
        return self._page

    def _turn(self, at: datetime) -> _Page:
        span = period(self.cap.per, self._zone, at)
        within = json.dumps([self.cap.pool, self.cap.segment])
        return _Page(span, f"{self.cap.per} {span.begin.isoformat()} {within}")


Gauges = Mapping[OwnerId, Sequence[Gauge]]
"""Of those owners that have caps."""


class Quotas:
    """What counts against the caps: read from the decisions that stand, kept up lead by lead."""

    def __init__(self, gauges: Gauges, taken: Iterable[Taken] = ()) -> None:
        self._gauges = gauges
        self.counts: dict[OwnerId, dict[str, int]] = {owner: {} for owner in gauges}
        for each in taken:
            self._count(each, 1)

    def add(self, decision: Decision, sign: int) -> None:
        """
        Count a decision, or take it back.

        A record that the CRM has already is no lead more.
        """
        if decision.owner in self._gauges and decision.fills:
            taken = Taken(
                owner=decision.owner,
                at=decision.worked_from or decision.decided_at,
                pool=decision.pool,
                segments=decision.segments,
            )
            self._count(taken, sign)

    def _count(self, taken: Taken, sign: int) -> None:
        counts, segments = self.counts.get(taken.owner), frozenset(taken.segments)
        if counts is None:
            return
        for gauge in self._gauges[taken.owner]:
            if gauge.covers(taken.pool, segments):
                key = gauge.key(taken.at)
                counts[key] = max(0, counts.get(key, 0) + sign)


def since(gauges: Gauges, now: datetime) -> dict[OwnerId, datetime]:
    """Give from when on an owner's decisions bear on a cap."""
    return {
        owner: min(gauge.span(now).begin for gauge in of_owner)
        for owner, of_owner in gauges.items()
    }


def period(per: CapPer, zone: ZoneInfo, at: datetime) -> Span:
    """Give the calendar hour, day or week of `zone` that `at` is in, as instants in UTC."""
    day = at.astimezone(zone).date()
    match per:
        case CapPer.HOUR:
            return _hour(zone, at)
        case CapPer.DAY:
            return Span(_midnight(zone, day), _midnight(zone, day + _DAY))
        case CapPer.WEEK:
            monday = day - day.weekday() * _DAY
            return Span(_midnight(zone, monday), _midnight(zone, monday + 7 * _DAY))


def _midnight(zone: ZoneInfo, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _hour(zone: ZoneInfo, at: datetime) -> Span:
    """An hour that autumn repeats comes twice, and one that spring skips does not come."""
    local = at.astimezone(zone)
    into = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    begin = at.astimezone(UTC) - into
    evenly = next(s.span for s in stretches(zone, local.date()) if s.span.begin <= at < s.span.end)
    return Span(max(begin, evenly.begin), min(begin + _HOUR, evenly.end))
