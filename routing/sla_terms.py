"""What an SLA promises, as plain values: how soon, by whose clock, and what follows."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from leads.keys import OwnerId
from routing.working_hours import Calendar


class SlaClock(StrEnum):
    """Which hours count."""

    WALL = "wall"
    BUSINESS = "business"  # the owner's working hours
    LEAD = "lead"  # the hours at which the lead can be called, on the lead's own clock


class OnBreach(StrEnum):
    """What follows when an owner's time is up."""

    REASSIGN = "reassign"  # somebody else by the rules
    BACKUP = "backup"  # the owner's backup, if at work; else as REASSIGN
    MANAGER = "manager"  # the owner's manager, likewise
    TELL = "tell"  # it stays with the owner, and their manager is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Calling:
    """When a lead can be called, on its own clock; on that of `timezone` where nobody knows it."""

    calendar: Calendar
    timezone: str

    def __hash__(self) -> int:
        """What a calendar is named tells it from the others: its hours are a mapping."""
        return hash((self.calendar.name, self.timezone))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sla:
    """
    How soon an owner must be in touch, and what follows when nobody was.

    `follow_up`: how soon after the first time once more; None: that is not timed. `calling` is
    there for the clock LEAD. An owner who was late `pause_after` times in a row gets nothing more
    for a day; None: does.
    """

    name: str
    first_touch: timedelta
    clock: SlaClock = SlaClock.WALL
    remind_after: timedelta | None = None
    on_breach: OnBreach = OnBreach.REASSIGN
    max_reassign: int = 1
    then: OwnerId | None = None
    pause_after: int | None = None
    follow_up: timedelta | None = None
    calling: Calling | None = None
