"""A store that cannot be used for a while: told at its beginning, each minute, and at its end."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from flows.plurals import count_of
from leads.errors import StoreError
from store.store import Store

_LOG = logging.getLogger("firsttouch.store")
_MINUTE = timedelta(minutes=1)
_PATIENCE_SECONDS = 2.0


class Outages:
    """
    What every thread of a receiver says of its store, and one line of it for all of them.

    A store that answers and cannot be written is away, too: only a write shows that it is back.
    """

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store, self._now = store, now
        self._lock = threading.Lock()
        self._since: datetime | None = None
        self._told_at: datetime | None = None
        self._is_told = False
        self._refused = 0

    def note(self, doing: str, error: StoreError, *, refused: int = 0) -> None:
        """Tell that something could not be done, of which so many requests were `refused`."""
        with self._lock:
            now = self._now()
            self._since = self._since or now
            self._refused += refused
            if self._told_at is not None and timedelta() <= now - self._told_at < _MINUTE:
                return
            still = f"still cannot be used, since {self._since:%H:%M:%S} UTC"
            what = still if self._is_told else "cannot be used: webhooks are answered 503"
            self._told_at, self._is_told = now, True
            _LOG.error("the store %s: %s: %s%s", what, doing, error, self._count())

    def over(self) -> None:
        """Something was written."""
        with self._lock:
            if self._is_told:
                since = f"{self._since:%H:%M:%S} UTC{self._count()}"
                _LOG.warning("the store can be used again; it could not since %s", since)
            self._since, self._is_told, self._refused = None, False, 0

    def look(self) -> None:
        """Try whether it is back, where it was away."""
        if self._since is None:
            return
        try:
            self._store.prove_writable(self._now(), patience=_PATIENCE_SECONDS)
        except StoreError as error:
            self.note("trying again", error)
        else:
            self.over()

    def _count(self) -> str:
        if not self._refused:
            return ""
        return f"; {count_of(self._refused, 'webhook was', 'webhooks were')} answered 503 meanwhile"
