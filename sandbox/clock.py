"""The sandbox's time: the real clock, which a test may stop, set, move or wind on."""

from datetime import UTC, datetime, timedelta


class Clock:
    """
    Aware UTC time. Real until `set`; then it stands still until `advance` or `release`.

    `skip` leaps ahead and lets it run on: what waits for an hour is due, and a second stays one.
    """

    def __init__(self, at: datetime | None = None) -> None:
        self._at = at
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        return self._at or datetime.now(UTC) + self._ahead

    def set(self, at: datetime) -> None:
        self._at = at

    def advance(self, by: timedelta) -> None:
        self._at = self.now() + by

    def skip(self, by: timedelta) -> None:
        if self._at:
            self.advance(by)
        else:
            self._ahead += by

    def release(self) -> None:
        self._at = None
