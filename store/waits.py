"""Waiting for the store: said while it lasts, so that nobody sits before a silence."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf

from sqlalchemy import Connection

LOG = logging.getLogger("firsttouch.store.waiting")

TRY_SECONDS = 1.5
"""What is waited in silence: who sits at a terminal wonders after two seconds."""

_AGAIN_SECONDS = 30.0


class Waits:
    """Says of one database that it is waited for: twice a minute at most, however many wait."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._told_at = -inf

    def say(self, why: str, at_most: float) -> None:
        with self._lock:
            now = time.monotonic()
            if now - self._told_at < _AGAIN_SECONDS:
                return
            self._told_at = now
        LOG.warning("waiting for the store: %s: %s; at most %.0f s", self._place, why, at_most)

    @contextmanager
    def said(self, why: str, at_most: float) -> Iterator[None]:
        """Say so where the body takes long. By a thread: for what is seldom done."""
        timer = threading.Timer(TRY_SECONDS, self.say, (why, at_most))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


class OwnWork:
    """When this process itself wrote: its threads wait for each other, and for nobody else."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at_work = 0
        self._ended_at = -inf

    @contextmanager
    def going_on(self) -> Iterator[None]:
        with self._lock:
            self._at_work += 1
        try:
            yield
        finally:
            with self._lock:
                self._at_work -= 1
                self._ended_at = time.monotonic()

    def idle(self, since: float) -> float:
        """Answer for how many seconds nothing of it went on, from `since` on at most."""
        with self._lock:
            return 0.0 if self._at_work else time.monotonic() - max(since, self._ended_at)


_LONG_SECONDS = 3_600.0
_OURS = "firsttouch patience"


@dataclass(slots=True, kw_only=True)
class Patience:
    """How long whoever has a server's line at the moment waits for each answer; and in silence?"""

    waits: Waits
    seconds: float
    is_quiet: bool = False

    def keep(self, info: dict[str, object]) -> None:
        """Be found by whoever is lent the connection of this `info`."""
        info[_OURS] = self


def patience_of(connection: Connection) -> Patience | None:
    """None of a SQLite file. What is changed holds until the connection is given back."""
    found = connection.info.get(_OURS)
    return found if isinstance(found, Patience) else None


def await_long(connection: Connection) -> None:
    """Expect statements that rewrite tables."""
    if (line := patience_of(connection)) is not None:
        line.seconds = _LONG_SECONDS
