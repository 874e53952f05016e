"""Pipedrive's two limits: calls in two seconds, and a day's budget of tokens."""

from collections import deque
from datetime import date, datetime, timedelta

_WINDOW = timedelta(seconds=2)
_SLASHES_OF_A_LIST = 3


class Limits:
    """
    At most `burst` calls in two seconds, and calls worth `budget` tokens between two midnights.

    What a call costs is the vendor's: reading one thing of v2 costs 1, a list 10, of v1 twice that.
    None is no limit.
    """

    def __init__(self, burst: int | None = 20, budget: int | None = 30_000) -> None:
        self.burst, self.budget = burst, budget
        self.spent = 0
        self._calls: deque[datetime] = deque()
        self._day: date | None = None

    def off(self) -> None:
        """Allow everything: for tests of something else that must be fast."""
        self.burst = self.budget = None

    def refuses(self, now: datetime, cost: int) -> bool:
        """Count a call of this cost; whether it is over a limit, and so not counted."""
        if now.date() != self._day:
            self._day, self.spent = now.date(), 0
        while self._calls and self._calls[0] <= now - _WINDOW:
            self._calls.popleft()
        is_burst = self.burst is not None and len(self._calls) >= self.burst
        if is_burst or (self.budget is not None and self.spent + cost > self.budget):
            return True
        self._calls.append(now)
        self.spent += cost
        return False

    def headers(self) -> dict[str, str]:
        """What every answer carries; the day's pair is not documented, and yet sent."""
        told: dict[str, str] = {}
        if self.burst is not None:
            left = max(0, self.burst - len(self._calls))
            told |= {"x-ratelimit-limit": str(self.burst), "x-ratelimit-remaining": str(left)}
            told |= {"x-ratelimit-reset": "2"}
        if self.budget is not None:
            told["x-daily-ratelimit-token-limit"] = str(self.budget)
            told["x-daily-ratelimit-token-remaining"] = str(max(0, self.budget - self.spent))
        return told


def cost_of(method: str, path: str) -> int:
    """Tokens a call costs, as the vendor's own description of its API prices it."""
    if method != "GET":
        price = 10
    elif path.endswith("/archived"):
        price = 40
    else:
        # /api/v1/leads is a list, /api/v1/leads/ID one of it
        price = 20 if path.count("/") == _SLASHES_OF_A_LIST else 2
    return price // 2 if path.startswith("/api/v2/") else price
