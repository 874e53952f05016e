"""How moments, durations and numbers are written in reasons: the same on every machine."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

# strftime follows the process's locale, and a replayed reason must not differ by it.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_EVEN = 0.005


@lru_cache(maxsize=4096)
def moment(at: datetime, zone: str) -> str:
    """Mon 23 Nov 09:00 (Europe/Madrid)."""
    local = at.astimezone(ZoneInfo(zone))
    day = f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}"
    return f"{day} {local:%H:%M} ({zone})"


def duration(span: timedelta) -> str:
    """1 h 30 min."""
    minutes = round(span.total_seconds() / 60)
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{n} {unit}" for n, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if n]
    return " ".join(parts) or "0 min"


def place(deficit: float) -> str:
    """Say where a member stands in its rotation."""
    if abs(deficit) < _EVEN:
        return "level with its share"
    side = "behind" if deficit > 0 else "ahead of"
    return f"{abs(deficit):.2f} leads {side} its share"


def listed(words: Sequence[str], last: str = "and") -> str:
    """Join with commas: a, b and c."""
    if len(words) < 2:  # noqa: PLR2004 - a list needs two words to have a last one
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
