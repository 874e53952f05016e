"""Calls counted in a rolling window, by the sandbox's clock."""

from collections import deque
from datetime import date, datetime, timedelta


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


class DailyCount:
    """At most `limit` calls between two midnights of the account's time zone, which is UTC."""

    def __init__(self, limit: int | None) -> None:
        self.limit = limit
        self.used = 0
        self._day: date | None = None

    def take(self, now: datetime) -> bool:
        if now.date() != self._day:
            self._day, self.used = now.date(), 0
        if self.limit is not None and self.used >= self.limit:
            return False
        self.used += 1
        return True


class RateLimits:
    """HubSpot's: 190 calls in 10 s for all but search, 5 searches in 1 s, 625,000 calls a day."""

    def __init__(self) -> None:
        self.daily = DailyCount(625_000)
        self.ten_secondly = RollingWindow(190, timedelta(seconds=10))
        self.search = RollingWindow(5, timedelta(seconds=1))

    def off(self) -> None:
        """Allow everything: for tests of something else that must be fast."""
        self.daily.limit = None
        self.ten_secondly.limit = None
        self.search.limit = None

    def refused(self, now: datetime, *, is_search: bool) -> str | None:
        """Count a call made at `now`; the policy that refuses it, which it is not counted for."""
        window, policy = self.ten_secondly, "TEN_SECONDLY_ROLLING"
        if is_search:
            window, policy = self.search, "SECONDLY"
        if not window.take(now):
            return policy
        return None if self.daily.take(now) else "DAILY"

    def headers(self) -> dict[str, str]:
        """What every answer but a search's carries."""
        limit, daily = self.ten_secondly.limit, self.daily
        if limit is None:
            return {}
        day = {} if daily.limit is None else _of_day(daily.limit, daily.used)
        # The per-second pair is still sent although the vendor no longer enforces it.
        secondly = max(1, limit // 10)
        return {
            "X-HubSpot-RateLimit-Max": str(limit),
            "X-HubSpot-RateLimit-Remaining": str(self.ten_secondly.remaining),
            "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
            "X-HubSpot-RateLimit-Secondly": str(secondly),
            "X-HubSpot-RateLimit-Secondly-Remaining": str(secondly - 1),
            **day,
        }


def _of_day(limit: int, used: int) -> dict[str, str]:
    return {
        "X-HubSpot-RateLimit-Daily": str(limit),
        "X-HubSpot-RateLimit-Daily-Remaining": str(limit - used),
    }
