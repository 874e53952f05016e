"""Moments at which a rule is worth looking at: when its people work, sleep, and have a holiday."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from leads.keys import OwnerId
from routing.availability import Schedule
from routing.fields import CLOCKS, WEEKDAYS
from routing.policy import Policy, Rule, Target, ToOwner, ToPool
from routing.rulebook import fields_of

_WEEK = [timedelta(hours=n) for n in range(24 * 7)]
_HOURS = [timedelta(hours=n) for n in range(24 * 21)]
_DAYS = [timedelta(days=n) for n in range(400)]
_DAY = timedelta(days=1)

Matches = Callable[[datetime], bool]
"""Whether the rule has the lead at that instant."""


class Moments:
    """
    Of one rule. `base` is where the search begins; `is_fixed`: and what is tried first.

    Where nothing else is asked for, somebody whom the rule names first is at work, if ever.
    """

    def __init__(self, policy: Policy, rule: Rule, base: datetime, *, is_fixed: bool) -> None:
        self._active = rule.active
        self._base = base
        self._is_fixed = is_fixed
        self._is_for_hours = not fields_of(rule.when).isdisjoint(CLOCKS | WEEKDAYS)
        self._zone = ZoneInfo(policy.timezone)
        listed = [_owners(policy, target) for target in rule.assign]
        first = next(filter(None, listed), [])
        self._first = [Schedule(policy.owners[owner]) for owner in first]
        every = dict.fromkeys(owner for owners in listed for owner in owners)
        self._listed = [Schedule(policy.owners[owner]) for owner in every]

    def ordinary(self) -> Iterator[datetime]:
        """Give the hours of a week from the first day it is active, if that is to come, or now."""
        if self._is_fixed:
            yield self._base
        first_day = self._active.first if self._active else None
        begins = [self._on(first_day, self._base)] if first_day else []
        for begin in sorted([*begins, self._base], reverse=True):
            yield from self.staffed_first(begin + off for off in _WEEK)

    def staffed_first(self, hours: Iterable[datetime]) -> list[datetime]:
        return sorted(hours, key=lambda at: not _is_anybody_at_work(self._first, at))

    def night(self, begin: datetime, matches: Matches) -> datetime | None:
        """Give an hour at which nobody on its list is at work; one at which it matches, if any."""
        if not self._listed:
            return None
        hours = (begin + off for off in _HOURS)
        return _best([at for at in hours if not _is_anybody_at_work(self._listed, at)], matches)

    def holiday(self, begin: datetime, matches: Matches) -> datetime | None:
        """Give a public holiday of somebody on its list; one on which it matches, if any."""
        days = (begin + off for off in _DAYS)
        return _best([at for at in days if _is_holiday(self._listed, at)], matches)

    def beside(self, begin: datetime, matches: Matches) -> datetime | None:
        """Give the first hour of the week at which it does not match, of a rule for some hours."""
        hours = (begin + off for off in _WEEK)
        return next((at for at in hours if not matches(at)), None) if self._is_for_hours else None

    def ends(self, begin: datetime) -> Iterator[tuple[str, datetime]]:
        """Give the days on either side of both ends of its `active`, each with what it is."""
        first, last = (self._active.first, self._active.last) if self._active else (None, None)
        told = [
            *(
                (("the day before it is active", first - _DAY), ("its first day", first))
                if first
                else ()
            ),
            *((("its last day", last), ("the day after its last", last + _DAY)) if last else ()),
        ]
        for what, day in told:
            yield f"on {what}, {day}", self._on(day, begin)

    def _on(self, day: date, like: datetime) -> datetime:
        """Give the same time of another day, on the policy's clock."""
        return datetime.combine(day, like.astimezone(self._zone).time(), self._zone)


def _owners(policy: Policy, target: Target) -> list[OwnerId]:
    match target:
        case ToPool(pool=pool):
            return [member.owner for member in policy.pools[pool].members]
        case ToOwner(owner=owner):
            return [owner]
        case _:
            return []


def _best(found: Sequence[datetime], matches: Matches) -> datetime | None:
    return next(filter(matches, found), found[0] if found else None)


def _is_anybody_at_work(schedules: Sequence[Schedule], at: datetime) -> bool:
    return any(schedule.is_at_work(at) for schedule in schedules)


def _is_holiday(schedules: Sequence[Schedule], at: datetime) -> bool:
    return any(
        not each.is_at_work(at) and each.why_off(at) == "on a public holiday" for each in schedules
    )
