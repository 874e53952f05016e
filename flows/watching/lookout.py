"""Looking on where no sync does: the receiver alone, or while Prefect's server is away."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from flows.tick import Tick
from flows.watching.watch import is_watched, line, tell, watch_between
from flows.wiring import Wiring
from leads.errors import FirsttouchError
from leads.keys import RunId
from store.alert_rows import Alert
from store.running_rows import SourceLedger

EVERY = timedelta(minutes=1)
_LOG = logging.getLogger("firsttouch.alerts")


@dataclass(slots=True)
class Lookout:
    """
    What webhooks' runs came to, and what is wrong by it: looked at once a minute at most.

    Not while syncs do. `raised` is told of each alert that is new, and of when the look began.
    """

    wiring: Wiring
    raised: Callable[[datetime, Alert], None] = lambda *_: None
    _news: dict[str, tuple[RunId, tuple[FirsttouchError, ...]]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _last: datetime | None = None

    def note(self, source: str, run: RunId, problems: Sequence[FirsttouchError]) -> None:
        """Remember the latest run of a source until the next look."""
        with self._lock:
            self._news[source] = (run, tuple(problems))

    def look(self) -> None:
        """
        Note what is wrong, and tell of what is new; a fault in looking is logged.

        Raises StoreError where the store cannot be used.
        """
        now = self.wiring.now()
        if self._last is not None and timedelta(0) <= now - self._last < EVERY:
            return
        self._last = now
        with self._lock:
            news, self._news = self._news, {}
        if is_watched(self.wiring):
            return
        ticks = [self._tick(source, *each) for source, each in news.items()]
        alerts = watch_between(self.wiring, ticks)
        for told in tell(self.wiring, alerts, lambda alert: self.raised(now, alert)):
            if told.since >= now:
                _LOG.warning("%s", line(told))

    def _tick(self, source: str, run: RunId, problems: tuple[FirsttouchError, ...]) -> Tick:
        did = self.wiring.store.ledger(run).get(source, SourceLedger())
        return Tick(
            source=source,
            pulled=did.pulled,
            delivered=did.delivered,
            problems=problems,
            polled=False,
        )
