"""Requests that the receiver turned away: counted by door and reason, for `doctor` to tell."""

import logging
import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from connectors.inbound import Unread
from flows.outages import Outages
from leads.errors import StoreError
from store.running_rows import TurnedAwayRow
from store.store import Store

TAKEN = 200
"""What an event that could not be read was answered with."""

_LOG = logging.getLogger("firsttouch.webhooks")
_MOST_KINDS = 100
_OTHERS = "for other reasons"


class TurnedAway:
    """
    Counts in memory, and is kept by `keep`: strangers cause it, and must not cause a commit each.

    Reasons hold nothing of a request, so that there are few; more than so many are one.
    """

    def __init__(self, store: Store, now: Callable[[], datetime], outages: Outages) -> None:
        self._store, self._now, self._outages = store, now, outages
        self._counts: Counter[tuple[str, int, str]] = Counter()
        self._lock = threading.Lock()

    def note(self, door: str, status: int, reason: str) -> None:
        """Log it, and count it."""
        _LOG.warning("webhook %s: refused with %d: %s", door, status, reason)
        self.count(door, status, reason)

    def note_unread(self, door: str, unread: Unread) -> None:
        """Log and count an event that was taken, as its sender can mend nothing, and not read."""
        level = logging.ERROR if unread.erases else logging.WARNING
        _LOG.log(level, "webhook %s: an event could not be read: %s", door, unread.told())
        self.count(door, TAKEN, unread.problem)

    def count(self, door: str, status: int, reason: str) -> None:
        """Count one that is logged otherwise."""
        with self._lock:
            kind = (door, status, reason)
            is_one_more = kind not in self._counts and len(self._counts) >= _MOST_KINDS
            self._counts[(door, status, _OTHERS) if is_one_more else kind] += 1

    def keep(self) -> None:
        """Put what was counted since into the store; what cannot be put is put the next time."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        now = self._now()
        rows = [
            TurnedAwayRow(door=door, status=status, reason=reason, count=count, last_at=now)
            for (door, status, reason), count in sorted(counts.items())
        ]
        try:
            if rows:
                self._store.add_turned_away(rows, now)
        except StoreError as error:
            self._outages.note("counting the webhooks that were turned away", error)
            with self._lock:
                self._counts.update(counts)
