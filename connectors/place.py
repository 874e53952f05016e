"""Where a read of changes begins again, and when the last of them need not be read again."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from leads.errors import ContractError
from leads.record import Cursor

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SETTLED = "settled"
_WAITS = 10
"""How many times the look-back nothing new is to be seen before it is not read any more."""


class Place:
    """
    Where a read of `vendor` begins, and the cursor of what it has reached.

    A change may show up only after a while, so a read begins so many seconds before the last
    change seen. Where that stays the last for ten times as long, and one more read from there comes
    to its end without another, it is settled: a quiet account is not asked for its last burst in
    each minute. From then on a read begins a `tick` after it, the least by which two changes
    differ there.

    A cursor is `INSTANT`, of that change, `INSTANT INSTANT`, the second when we first saw it, or
    `INSTANT settled`; without one a read begins at `first`. Raises ContractError for any other.
    """

    def __init__(
        self,
        vendor: str,
        since: Cursor | None,
        *,
        look_back_seconds: float,
        now: datetime,
        tick: timedelta,
        first: datetime = EPOCH,
    ) -> None:
        told, _, seen = (since or "").partition(" ")
        self.is_first = since is None
        self._is_settled = seen == _SETTLED
        self._last = first if since is None else _parse(vendor, told)
        self._now = now
        self._seen = _parse(vendor, seen) if seen and not self._is_settled else now
        look_back = timedelta(seconds=0 if since is None else look_back_seconds)
        self._is_old = bool(look_back) and now - self._seen >= _WAITS * look_back
        self.begin = max(EPOCH, self._last + (tick if self._is_settled else -look_back))

    def reached(self, newest: datetime) -> Cursor:
        """Take a page by its last change: looking back does not move the cursor back."""
        if newest > self._last:
            self._last, self._seen = newest, self._now
            self._is_settled = self._is_old = False
        return self.cursor

    def settles(self) -> bool:
        """Say, once a read has come to its end, whether that settled the last change."""
        was_settled, self._is_settled = self._is_settled, self._is_settled or self._is_old
        return self._is_settled and not was_settled

    @property
    def cursor(self) -> Cursor:
        return Cursor(
            f"{_stamp(self._last)} {_SETTLED if self._is_settled else _stamp(self._seen)}"
        )


def _parse(vendor: str, instant: str) -> datetime:
    at = None
    with suppress(ValueError):
        at = datetime.fromisoformat(instant)
    if at is None or at.tzinfo is None:
        problem = f"the stored cursor {instant[:40]!r} is not an instant"
        raise ContractError(vendor, "resume", problem, "Reset this source's cursor")
    return at


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
