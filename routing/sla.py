"""By when somebody must have been in touch."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from routing.availability import Schedule
from routing.lead_hours import NOWHERE, Zones, calling_spans
from routing.local_day import Span
from routing.policy import Owner
from routing.sla_terms import Sla, SlaClock

_LEFT = 4


def due(sla: Sla, owner: Owner, start: datetime, zones: Zones = NOWHERE) -> datetime:
    """Give the instant (UTC) by which `owner` must have been in touch, counted from `start`."""
    return due_on(sla, Schedule(owner), start, zones)


def due_on(sla: Sla, schedule: Schedule, start: datetime, zones: Zones = NOWHERE) -> datetime:
    """
    Count `first_touch` on the wall clock, in the hours at work, or in those of the lead.

    Where too few hours come within the horizon it is counted on the wall clock: an SLA that never
    ends would leave a lead waiting for ever.
    """
    begin = start.astimezone(UTC)
    spans = _counting(sla, schedule, begin, zones)
    return _after(sla.first_touch, spans, begin)


def _after(time: timedelta, spans: Iterator[Span] | None, begin: datetime) -> datetime:
    left = time
    for span in spans or ():
        if left <= span.end - span.begin:
            return span.begin + left
        left -= span.end - span.begin
    return begin + time


def _counting(sla: Sla, schedule: Schedule, begin: datetime, zones: Zones) -> Iterator[Span] | None:
    """Give the times that count; None: all do."""
    match sla.clock:
        case SlaClock.WALL:
            return None
        case SlaClock.BUSINESS:
            return None if schedule.is_always_on else schedule.working(begin)
        case SlaClock.LEAD:
            return calling_spans(sla.calling, zones, begin) if sla.calling else None


def reminder(
    sla: Sla, owner: Owner, start: datetime, end: datetime, zones: Zones = NOWHERE
) -> datetime | None:
    """
    Give the instant at which `owner` is reminded of a lead that is due at `end`; None: never.

    It is counted from `start` as the SLA is, and what would come when the time is up is not sent.
    """
    if sla.remind_after is None:
        return None
    at = due(replace(sla, first_touch=sla.remind_after), owner, start, zones)
    return at if at < end else None


def owners_time(
    sla: Sla,
    owner: Owner,
    since: datetime,
    *,
    worked_from: datetime | None = None,
    at_any_hour: bool = False,
    zones: Zones = NOWHERE,
) -> tuple[datetime, datetime | None]:
    """
    Give when the time of an owner ends who has a lead `since` then, and when to remind them.

    However long it waited before: that was not theirs. In working hours it counts from the shift
    it was given for, `worked_from`; of somebody on call (`at_any_hour`) every hour counts.
    """
    sla = replace(sla, clock=SlaClock.WALL) if at_any_hour else sla
    if sla.clock is SlaClock.BUSINESS and worked_from is not None:
        since = max(since, worked_from)
    end = due(sla, owner, since, zones)
    return end, reminder(sla, owner, since, end, zones)


def follow_up_time(
    sla: Sla, owner: Owner, touched: datetime, zones: Zones = NOWHERE
) -> tuple[datetime, datetime | None] | None:
    """
    Give by when to be in touch once more, and when to remind of it; None: it is not timed.

    It is reminded of when a quarter of the time is left.
    """
    if sla.follow_up is None:
        return None
    once_more = replace(
        sla,
        first_touch=sla.follow_up,
        remind_after=sla.follow_up - sla.follow_up / _LEFT,
    )
    return owners_time(once_more, owner, touched, zones=zones)


def latest_start(sla: Sla, now: datetime, zones: Zones = NOWHERE) -> timedelta | None:
    """Give how soon somebody must begin to act in time; None: it counts from their shift on."""
    if sla.clock is SlaClock.BUSINESS:
        return None
    kept = sla.first_touch - kept_back(sla)
    if sla.clock is SlaClock.WALL or sla.calling is None:
        return kept
    return _after(kept, calling_spans(sla.calling, zones, now), now) - now


def can_begin_in_time(sla: Sla, schedule: Schedule, now: datetime, zones: Zones = NOWHERE) -> bool:
    """Tell whether somebody is at work soon enough to be in touch within the SLA."""
    within, start = latest_start(sla, now, zones), schedule.next_at_work(now)
    return start is not None and (within is None or start <= now + within)


def kept_back(sla: Sla) -> timedelta:
    """Give the quarter of the SLA's time that no wait may use: whoever has it then needs some."""
    return sla.first_touch / _LEFT
