"""LAST_7_DAYS and the other words of DURING: whole days, in the account's time zone."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
Span = tuple[date, date]
"""The first day, and the day after the last."""


def _before(days: int) -> Callable[[date], Span]:
    return lambda today: (today - timedelta(days=days), today)


def _monday(today: date) -> date:
    return today - timedelta(days=today.weekday())


def _sunday(today: date) -> date:
    return today - timedelta(days=today.isoweekday() % 7)


def _first(day: date) -> date:
    return day.replace(day=1)


def _this_month(today: date) -> Span:
    return _first(today), _first(_first(today) + timedelta(days=31))


def _last_business_week(today: date) -> Span:
    monday = _monday(today) - _WEEK
    return monday, monday + timedelta(days=5)


SPANS: Mapping[str, Callable[[date], Span]] = {
    "TODAY": lambda today: (today, today + _DAY),
    "YESTERDAY": _before(1),
    "LAST_7_DAYS": _before(7),
    "LAST_14_DAYS": _before(14),
    "LAST_30_DAYS": _before(30),
    "LAST_BUSINESS_WEEK": _last_business_week,
    "LAST_WEEK_MON_SUN": lambda today: (_monday(today) - _WEEK, _monday(today)),
    "LAST_WEEK_SUN_SAT": lambda today: (_sunday(today) - _WEEK, _sunday(today)),
    "THIS_WEEK_MON_TODAY": lambda today: (_monday(today), today + _DAY),
    "THIS_WEEK_SUN_TODAY": lambda today: (_sunday(today), today + _DAY),
    "THIS_MONTH": _this_month,
    "LAST_MONTH": lambda today: (_first(_first(today) - _DAY), _first(today)),
}
