"""Durations, working hours, weekdays and dates, as people write them."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

Span = tuple[time, time]

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_UNITS: Final = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_DURATION: Final = re.compile(
    r"(?:(\d{1,4})w)?(?:(\d{1,4})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,8})s)?"
)
_LONGEST: Final = timedelta(days=366)
_LONGEST_KEPT: Final = timedelta(days=3_660)
_SPAN: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|(24:00))")
_ROUGH_SPAN: Final = re.compile(
    r"(\d{1,2})(?:[:.h](\d{2}))? ?(?:-|\u2013|to) ?(\d{1,2})(?:[:.h](\d{2}))?"
)


def read_duration(value: object) -> timedelta:
    """Read `15m`, `24h`, `2d` or `1h30m`. Raises ValueError with what to write instead."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        # pydantic catches ValueError, not TypeError.
        raise ValueError(  # noqa: TRY004
            f"{value} of what? Write {value}s, {value}m, {value}h or {value}d"
        )
    parts = _DURATION.fullmatch(value) if isinstance(value, str) and value else None
    if parts is None:
        raise ValueError("not a duration; write 90s, 15m, 24h, 2d or 1h30m")
    numbers = zip(parts.groups(), _UNITS.values(), strict=True)
    length = timedelta(seconds=sum(int(count or 0) * unit for count, unit in numbers))
    if not timedelta(0) < length <= _LONGEST:
        raise ValueError("a duration is more than nothing and at most 366d")
    return length


def read_age(value: object) -> timedelta:
    """Read how long something is kept: `90d` or `26w`. Raises ValueError as `read_duration`."""
    if isinstance(value, timedelta):
        return value
    days = re.fullmatch(r"(\d{1,4})([dw])", value) if isinstance(value, str) else None
    if days is None:
        raise ValueError("not an age; write it in days or weeks, as in 90d or 26w")
    age = timedelta(seconds=int(days[1]) * _UNITS[days[2]])
    if not timedelta(days=1) <= age <= _LONGEST_KEPT:
        raise ValueError("an age is at least 1d and at most 3660d")
    return age


def say_duration(length: timedelta) -> str:
    """Write it as `read_duration` reads it, in one unit: 90m."""
    seconds = int(length.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def read_span(text: str) -> Span:
    """Read `09:00-17:30`; 24:00 becomes time.max. Raises ValueError with what to write instead."""
    parts = _SPAN.fullmatch(text)
    if parts is None:
        raise ValueError(f"not working hours; write {_span_meant(text)}")
    start = time(int(parts[1]), int(parts[2]))
    end = time.max if parts[5] else time(int(parts[3]), int(parts[4]))
    if end <= start:
        raise ValueError(
            "ends before it begins; a night shift is two spans: "
            f'"{parts[1]}:{parts[2]}-24:00" and "00:00-{text[-5:]}"'
        )
    return start, end


def _span_meant(text: str) -> str:
    rough = _ROUGH_SPAN.fullmatch(text.strip())
    if rough is None:
        return '"09:00-17:00"'
    first, last = (f"{int(rough[at]):02d}:{rough[at + 1] or '00'}" for at in (1, 3))
    meant = f"{first}-{last}"
    return f'"{meant}"' if _SPAN.fullmatch(meant) else '"09:00-17:00"'


def read_days(text: str) -> frozenset[int]:
    """Read `mon-fri`, `mon,wed,fri` or `fri-mon` (Monday is 0). Raises ValueError."""
    found: set[int] = set()
    for part in text.lower().replace(" ", "").split(","):
        first, dash, last = part.partition("-")
        ends = (first, last if dash else first)
        if not all(day in WEEKDAYS for day in ends):
            raise ValueError("not weekdays; write mon-fri, or mon,wed,fri, or sat-sun")
        start, end = (WEEKDAYS.index(day) for day in ends)
        found |= {(start + step) % 7 for step in range((end - start) % 7 + 1)}
    return frozenset(found)


def read_date(value: object) -> date:
    """Read `2026-12-24`. Raises ValueError."""
    if isinstance(value, date):
        return value
    try:
        if isinstance(value, str) and len(value) == len("2026-12-24"):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise ValueError("not a date of the calendar; write it as 2026-12-24")


def read_instant(value: object) -> datetime:
    """Read a date (its first moment, UTC) or an instant with its zone. Raises ValueError."""
    if isinstance(value, datetime):
        return value
    try:
        if isinstance(value, str):
            instant = datetime.fromisoformat(value)
            if len(value) == len("2026-11-01"):
                return instant.replace(tzinfo=UTC)
            if instant.tzinfo:
                return instant
    except ValueError:
        pass
    raise ValueError("not an instant; write 2026-11-01 or 2026-11-01T09:00:00Z")
