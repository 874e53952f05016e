"""Calls counted in a rolling window, by the sandbox's clock."""

from collections import deque
from datetime import datetime, timedelta


class RollingWindow:
    """At most `limit` calls in any `span`; None is no limit."""

    def __init__(self, limit: int | None, span: timedelta) -> None:
        self.limit = limit
        self.span = span
        self._calls: deque[datetime] = deque()

    def take(self, now: datetime) -> bool:
        """Count one call made at `now`; False, and not counted, when the window is full."""
        if self.limit is None:
            return True
        while self._calls and self._calls[0] <= now - self.span:
            self._calls.popleft()
        if len(self._calls) >= self.limit:
            return False
        self._calls.append(now)
        return True

    @property
    def remaining(self) -> int:
        return max(0, (self.limit or 0) - len(self._calls))


class RateLimits:
    """HubSpot's: 190 calls in 10 s for all but search, and 5 searches in 1 s."""

    def __init__(self) -> None:
        self.ten_secondly = RollingWindow(190, timedelta(seconds=10))
        self.search = RollingWindow(5, timedelta(seconds=1))

    def off(self) -> None:
        """Allow everything: for tests of something else that must be fast."""
        self.ten_secondly.limit = None
        self.search.limit = None

    def headers(self) -> dict[str, str]:
        """What every answer but a search's carries."""
        limit = self.ten_secondly.limit
        if limit is None:
            return {}
        # The per-second pair is still sent although the vendor no longer enforces it.
        secondly = max(1, limit // 10)
        return {
            "X-HubSpot-RateLimit-Max": str(limit),
            "X-HubSpot-RateLimit-Remaining": str(self.ten_secondly.remaining),
            "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
            "X-HubSpot-RateLimit-Secondly": str(secondly),
            "X-HubSpot-RateLimit-Secondly-Remaining": str(secondly - 1),
        }
