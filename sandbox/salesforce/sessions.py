"""Access tokens and the daily allowance of calls."""

import secrets
from collections import Counter
from datetime import datetime, timedelta

from sandbox.salesforce.errors import limit_exceeded, session_expired

CLIENT_ID = "sandbox-client"
CLIENT_SECRET = "sandbox-secret"
_IDLE = timedelta(hours=2)
_DAY_OF_HOURS = 24
_HOUR_SECONDS = 3600


class Sessions:
    """Tokens in use. One dies two hours after it was last used, or when told to."""

    def __init__(self, organization: str) -> None:
        self._organization = organization
        self._used: dict[str, datetime] = {}

    def issue(self, now: datetime) -> str:
        token = f"{self._organization[:15]}!AQ.{secrets.token_urlsafe(48)}"
        self._used[token] = now
        return token

    def use(self, token: str, now: datetime) -> None:
        """Raises Refusal: INVALID_SESSION_ID."""
        last = self._used.get(token)
        if last is None or now - last > _IDLE:
            raise session_expired()
        self._used[token] = now

    def end(self, token: str) -> None:
        self._used.pop(token, None)

    def end_all(self) -> None:
        self._used.clear()


class Allowance:
    """Calls in the last 24 hours, counted by the hour."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._calls: Counter[int] = Counter()

    def used(self, now: datetime) -> int:
        hour = int(now.timestamp()) // _HOUR_SECONDS
        return sum(n for at, n in self._calls.items() if hour - _DAY_OF_HOURS < at <= hour)

    def spend(self, now: datetime) -> None:
        """Raises Refusal: REQUEST_LIMIT_EXCEEDED."""
        if self.used(now) >= self.limit:
            raise limit_exceeded()
        self._calls[int(now.timestamp()) // _HOUR_SECONDS] += 1
