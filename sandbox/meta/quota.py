"""The lead retrieval quota: calls a page may answer in 24 hours."""

from collections import defaultdict, deque
from datetime import datetime, timedelta
from math import ceil

_DAY = timedelta(hours=24)


class LeadgenQuota:
    """4800 calls for each lead of the last 90 days, per page, in any 24 hours."""

    def __init__(self) -> None:
        self.enforced = False
        self.calls_per_lead = 4800
        self._calls: defaultdict[str, deque[datetime]] = defaultdict(deque)

    def take(self, page_id: str, recent_leads: int, now: datetime) -> bool:
        """Count one call; False when it is over the quota and the quota is enforced."""
        calls = self._calls[page_id]
        while calls and calls[0] <= now - _DAY:
            calls.popleft()
        if self.enforced and len(calls) >= self._allowed(recent_leads):
            return False
        calls.append(now)
        return True

    def used(self, page_id: str, recent_leads: int) -> int:
        """Per cent of the quota, at most 100."""
        return min(100, 100 * len(self._calls[page_id]) // self._allowed(recent_leads))

    def minutes_left(self, page_id: str, now: datetime) -> int:
        """Minutes until the oldest counted call no longer counts."""
        calls = self._calls[page_id]
        return ceil((calls[0] + _DAY - now) / timedelta(minutes=1)) if calls else 0

    def _allowed(self, recent_leads: int) -> int:
        # A page without leads could not be polled at all: one lead's worth is the floor.
        return self.calls_per_lead * max(1, recent_leads)
