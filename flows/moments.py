"""Instants as people give them on the command line."""

from datetime import UTC, datetime, timedelta

from config.time_words import read_duration
from leads.errors import ConfigError


def instant(option: str, text: str) -> datetime:
    """Read ISO 8601; without a zone it is UTC. Raises ConfigError naming `option`."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(
            [f"{option}: {text!r} is not a time; write 2026-11-23T10:00+01:00"]
        ) from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def how_long(option: str, text: str) -> timedelta:
    """Read a duration: 90s, 15m, 24h, 14d. Raises ConfigError naming `option`."""
    try:
        return read_duration(text)
    except ValueError as error:
        raise ConfigError([f"{option}: {text!r} is {error}"]) from None


def since(option: str, text: str, now: datetime) -> datetime:
    """Read a time, or how long ago it was: 2026-11-01, 30d. Raises ConfigError."""
    try:
        return now - read_duration(text)
    except ValueError:
        pass
    try:
        return instant(option, text)
    except ConfigError:
        problem = f"{option}: {text!r} is neither a time nor how long ago"
        raise ConfigError([f"{problem}; write 2026-11-01 or 30d"]) from None
