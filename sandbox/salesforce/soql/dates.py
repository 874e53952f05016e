"""Dates and times as Salesforce writes them, and its words for spans of days (UTC)."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

_DECEMBER = 12
_N = re.compile(r"(LAST|NEXT)_N_(DAYS|WEEKS|MONTHS|QUARTERS|YEARS):(\d+)")


def wire_datetime(at: datetime) -> str:
    """Whole seconds, always: records that changed within one second look alike."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def read_datetime(text: str) -> datetime:
    """Read a wire or ISO text with a zone. Raises ValueError."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"no zone: {text!r}")
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"out of range: {text!r}") from error


def span(word: str, today: date) -> tuple[date, date] | None:
    """Answer the first day of a span and the day after its last, None for a word unknown."""
    word = word.upper()
    if word in _SPANS:
        return _SPANS[word](today)
    counted = _N.fullmatch(word)
    try:
        return _counted(counted[1], counted[2], int(counted[3]), today) if counted else None
    except (OverflowError, ValueError):
        return None  # before the year 1 or after 9999


def _counted(way: str, unit: str, count: int, today: date) -> tuple[date, date]:
    tomorrow = today + timedelta(days=1)
    if unit == "DAYS":
        days = timedelta(days=count)
        # The days before include today; the days to come begin tomorrow.
        return (today - days, tomorrow) if way == "LAST" else (tomorrow, tomorrow + days)
    start, shift = {
        "WEEKS": (_week(today), _weeks),
        "MONTHS": (_month(today), _months),
        "QUARTERS": (_quarter(today), _quarters),
    }.get(unit, (_year(today), _years))
    if way == "LAST":
        return shift(start, -count), start
    return shift(start, 1), shift(start, count + 1)


def _week(day: date) -> date:
    """Sunday: weeks begin there in the default locale."""
    return day - timedelta(days=(day.weekday() + 1) % 7)


def _weeks(start: date, count: int) -> date:
    return start + timedelta(weeks=count)


def _months(start: date, count: int) -> date:
    year, month = divmod(start.year * _DECEMBER + start.month - 1 + count, _DECEMBER)
    return date(year, month + 1, 1)


def _quarters(start: date, count: int) -> date:
    return _months(start, 3 * count)


def _years(start: date, count: int) -> date:
    return date(start.year + count, 1, 1)


def _days(since: int, until: int) -> Callable[[date], tuple[date, date]]:
    return lambda today: (today + timedelta(days=since), today + timedelta(days=until))


def _span_of(
    begin: Callable[[date], date], shift: Callable[[date, int], date], count: int
) -> Callable[[date], tuple[date, date]]:
    return lambda today: (shift(begin(today), count), shift(begin(today), count + 1))


def _month(day: date) -> date:
    return day.replace(day=1)


def _quarter(day: date) -> date:
    return day.replace(month=day.month - (day.month - 1) % 3, day=1)


def _year(day: date) -> date:
    return day.replace(month=1, day=1)


_SPANS: dict[str, Callable[[date], tuple[date, date]]] = {
    "TODAY": _days(0, 1),
    "YESTERDAY": _days(-1, 0),
    "TOMORROW": _days(1, 2),
    "LAST_90_DAYS": _days(-90, 1),
    "NEXT_90_DAYS": _days(1, 91),
    "THIS_WEEK": _span_of(_week, _weeks, 0),
    "LAST_WEEK": _span_of(_week, _weeks, -1),
    "NEXT_WEEK": _span_of(_week, _weeks, 1),
    "THIS_MONTH": _span_of(_month, _months, 0),
    "LAST_MONTH": _span_of(_month, _months, -1),
    "NEXT_MONTH": _span_of(_month, _months, 1),
    "THIS_QUARTER": _span_of(_quarter, _quarters, 0),
    "LAST_QUARTER": _span_of(_quarter, _quarters, -1),
    "NEXT_QUARTER": _span_of(_quarter, _quarters, 1),
    "THIS_YEAR": _span_of(_year, _years, 0),
    "LAST_YEAR": _span_of(_year, _years, -1),
    "NEXT_YEAR": _span_of(_year, _years, 1),
}
