"""Instants as vendors write them: ISO 8601 in its dialects, and time since 1970."""

import re
from datetime import UTC, date, datetime
from typing import Final

from leads.normalise.reading import UNREADABLE, Reading

_EPOCH: Final = re.compile(r"\d{9,13}(?:\.\d{1,9})?", re.ASCII)
_MILLISECONDS_FROM: Final = 100_000_000_000  # as seconds: the year 5138
_UTC_IN_WORDS: Final = re.compile(r"\s*(?:UTC|GMT)(?:[+-]00:?00)?$", re.IGNORECASE)
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


def read_moment(text: str) -> Reading[datetime]:
    """Answer the instant in UTC. A time without a zone is none: it is refused, not guessed."""
    at = _from_epoch(text) if _EPOCH.fullmatch(text) else _from_iso(text)
    if at is None or not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        return UNREADABLE
    return Reading(at)


def read_date(text: str) -> Reading[date]:
    """Answer a calendar day written year first; the day of an instant is its day in UTC."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        at = read_moment(text).value
        return Reading(at.date()) if at else UNREADABLE
    return Reading(day)


def _from_epoch(text: str) -> datetime:
    seconds = float(text)
    return datetime.fromtimestamp(seconds / 1000 if seconds >= _MILLISECONDS_FROM else seconds, UTC)


def _from_iso(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(_UTC_IN_WORDS.sub("+00:00", text))
    except ValueError:
        return None
    is_near = _FIRST_YEAR - 1 <= at.year <= _LAST_YEAR + 1
    return at.astimezone(UTC) if at.tzinfo and is_near else None
