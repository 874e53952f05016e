"""By when somebody must have been in touch."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from routing.availability import Schedule
from routing.policy import Owner, Sla, SlaClock

_LEFT = 4


def due(sla: Sla, owner: Owner, start: datetime) -> datetime:
    """Give the instant (UTC) by which `owner` must have been in touch, counted from `start`."""
    return due_on(sla, Schedule(owner), start)


def due_on(sla: Sla, schedule: Schedule, start: datetime) -> datetime:
    """
    Count `first_touch` on the wall clock, or in the hours at work.

    Somebody with too few hours within the horizon is counted on the wall clock: an SLA that never
    ends would leave a lead waiting for ever.
    """
    begin = start.astimezone(UTC)
    if sla.clock is SlaClock.WALL or schedule.is_always_on:
        return begin + sla.first_touch
    left = sla.first_touch
    for span in schedule.working(begin):
        if left <= span.end - span.begin:
            return span.begin + left
        left -= span.end - span.begin
    return begin + sla.first_touch


def reminder(sla: Sla, owner: Owner, start: datetime, end: datetime) -> datetime | None:
    """
    Give the instant at which `owner` is reminded of a lead that is due at `end`; None: never.

    It is counted from `start` as the SLA is, and what would come when the time is up is not sent.
    """
    if sla.remind_after is None:
        return None
    at = due(replace(sla, first_touch=sla.remind_after), owner, start)
    return at if at < end else None


def latest_start(sla: Sla) -> timedelta | None:
    """Give how soon somebody must begin to act in time; None: it counts from their shift on."""
    return sla.first_touch - kept_back(sla) if sla.clock is SlaClock.WALL else None


def can_begin_in_time(sla: Sla, schedule: Schedule, now: datetime) -> bool:
    """Tell whether somebody is at work soon enough to be in touch within the SLA."""
    within, start = latest_start(sla), schedule.next_at_work(now)
    return start is not None and (within is None or start <= now + within)


def kept_back(sla: Sla) -> timedelta:
    """Give the quarter of the SLA's time that no wait may use: whoever has it then needs some."""
    return sla.first_touch / _LEFT
