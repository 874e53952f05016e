"""How many leads an owner gets in an hour, a day or a week of the owner's own calendar."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from leads.decision import NOTHING_TAKEN, Decision, Taken
from leads.keys import OwnerId, PoolName
from routing.local_day import Span, stretches
from routing.policy import Cap, CapPer

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
        # One period is kept: a batch asks for the same instant again and again.
        self._page = _Page(
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

    def said(self, counts: Mapping[str, int], at: datetime) -> str:
        """Say it: 10 of 10 leads today from pool security."""
        cap = self.cap
        pool = f" from pool {cap.pool}" if cap.pool is not None else ""
        segment = f" of segment {cap.segment}" if cap.segment is not None else ""
        return f"{counts.get(self.key(at), 0)} of {cap.most} leads {_SAID[cap.per]}{pool}{segment}"

    def _at(self, at: datetime) -> _Page:
        page = self._page
        if not page.span.begin <= at < page.span.end:
            page = self._page = self._turn(at)
        return page

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
                at=decision.decided_at,
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


def counted(
    taken: Mapping[OwnerId, Mapping[str, int]],
    owners: Iterable[OwnerId],
    gauges: Gauges,
    now: datetime,
) -> Mapping[OwnerId, Mapping[str, int]]:
    """Give the part of what was taken that bears on these owners' caps now."""
    if not gauges:
        return NOTHING_TAKEN
    keys = {who: {gauge.key(now) for gauge in gauges.get(who, ())} for who in owners}
    return {
        who: {key: count for key, count in taken.get(who, {}).items() if key in of_now}
        for who, of_now in keys.items()
        if of_now
    }


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
