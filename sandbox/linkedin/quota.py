"""The daily limits, which LinkedIn does not publish: they end at 00:00 UTC."""

from collections import Counter
from datetime import UTC, datetime


class DailyQuota:
    """Calls a day to each endpoint; None counts nothing."""

    def __init__(self) -> None:
        self.limit: int | None = None
        self._calls: Counter[tuple[str, str]] = Counter()

    def take(self, endpoint: str, now: datetime) -> bool:
        """Count one call; False when it is over the limit."""
        day = now.astimezone(UTC).date().isoformat()
        if self.limit is not None and self._calls[day, endpoint] >= self.limit:
            return False
        self._calls[day, endpoint] += 1
        return True
