"""What every answer tells beside its body: calls used of the day's allowance, and the time."""

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from connectors.http import retry_after
from connectors.salesforce.failures import NAME
from connectors.setup import Quota
from leads.errors import KeptBack

_SHARES = re.compile(r"api-usage=(\d+)/(\d+)")
_FRESH_SECONDS = 300.0
_REPEATS = 2
NEXT_HOUR = 3600.0
_REMEDY = "Poll less often, raise the org's allowance, or see which integration is using it up"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    quota: Quota
    at: float


class Usage:
    """
    Thread-safe: each answer replaces what the one before told.

    `reserve` is the share of the allowance that is kept for deliveries: reading stops there.
    `answers` came to this process.
    """

    def __init__(self, reserve: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._reserve, self._clock = reserve, clock
        self._seen: _Seen | None = None
        self._refused = self.answers = 0
        self.skew: timedelta | None = None
        self._latest = threading.local()

    @property
    def quota(self) -> Quota | None:
        """Answer what was last told; None before the first answer."""
        return self._seen.quota if self._seen else None

    @property
    def is_stale(self) -> bool:
        """Nothing was told of late: others may have used calls, or old ones have been forgotten."""
        return self._seen is None or self._clock() - self._seen.at > _FRESH_SECONDS

    @property
    def is_low(self) -> bool:
        return bool(self.quota and self.quota.share_left < self._reserve)

    def note(self, headers: Mapping[str, str], now: datetime) -> None:
        """Read an answer's headers; `now` is this machine's time when they came."""
        self.answers += 1
        self._latest.rest = retry_after(headers)
        told = _SHARES.findall(headers.get("Sforce-Limit-Info", ""))
        quotas = [Quota(used=int(used), limit=int(limit)) for used, limit in told]
        if quotas:
            # The app may have an allowance of its own beside the org's: the tighter one counts.
            tightest = min(quotas, key=lambda quota: quota.share_left)
            self._seen, self._refused = _Seen(quota=tightest, at=self._clock()), 0
        if "Date" in headers:
            self.skew = _skew(headers["Date"], now)

    def rest_asked(self) -> float | None:
        """
        Answer the seconds that this thread's latest answer asked to be left alone for.

        simple-salesforce's errors have no headers. Salesforce itself sends no Retry-After; what
        stands before it, or before an org that is being moved, may.
        """
        rest: float | None = getattr(self._latest, "rest", None)
        return rest

    def is_spent(self) -> bool:
        """
        Tell whether a REQUEST_LIMIT_EXCEEDED, which just came, is not worth repeating.

        One code stands for two limits: calls in 24 hours, and long calls at one time, which soon
        pass: while calls are known or thought to be left it may be repeated, but not for long.
        """
        self._refused += 1
        return self.is_low or self._refused > _REPEATS

    def require_room(self, operation: str) -> None:
        """Raises KeptBack when what is left is kept for deliveries."""
        if self.quota and self.is_low:
            problem = (
                f"{told_left(self.quota)}, and the last {self._reserve:.0%} are for deliveries"
            )
            error = KeptBack(NAME, operation, problem, _REMEDY)
            error.retry_after = NEXT_HOUR
            raise error

    def with_ours(self) -> Quota | None:
        """Answer what was last told, with what of it was ours and what is kept back."""
        if self.quota is None:
            return None
        return replace(self.quota, ours=self.answers, reserve=self._reserve)

    def findings(self) -> list[str]:
        if self.quota is None or self.quota.share_left >= 2 * self._reserve:
            return []
        what = "reading has stopped" if self.is_low else "reading will stop soon"
        return [f"{told_left(self.quota)}: {what}. {_REMEDY}"]


def told_left(quota: Quota) -> str:
    return f"{quota.used:,} of the {quota.limit:,} API calls of 24 hours are used"


def _skew(date: str, now: datetime) -> timedelta | None:
    try:
        return parsedate_to_datetime(date).astimezone(UTC) - now
    except ValueError:
        return None
