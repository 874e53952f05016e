"""The sandbox's time: the real clock, which a test may stop, set or move."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Aware UTC time. Real until `set`; then it stands still until `advance` or `release`."""

    def __init__(self, at: datetime | None = None) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at or datetime.now(UTC)

    def set(self, at: datetime) -> None:
        self._at = at

    def advance(self, by: timedelta) -> None:
        self._at = self.now() + by

    def release(self) -> None:
        self._at = None
