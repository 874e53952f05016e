"""A thread a source that routes what webhooks brought; and for telling owners, and counting."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Self

from flows.activity import begin_clocks, start_clocks
from flows.calls import keep_calls
from flows.faults import in_words
from flows.inbox import route_inbox
from flows.notices import tell_pending
from flows.outages import Outages
from flows.tick import first_workloads, is_paused
from flows.turned_away import TurnedAway
from flows.watching.lookout import Lookout
from flows.wiring import Wiring
from leads.errors import FirsttouchError, StoreError
from leads.keys import RunId
from store.alert_rows import Alert

LOOK_SECONDS = 15.0
"""How often each looks by itself: for what a crash left, and what failed and is due again."""

_GATHER_SECONDS = 0.3
"""
After a batch, so that what comes meanwhile is one. A stream of leads, each written by itself, would
use up in a few seconds what the CRM allows in ten, and then all would wait for the rest of them.
"""
_STOP_SECONDS = 30.0
_NOTICES = "(notices)"
_REFUSALS = "(refusals)"
_ALERTS = "(alerts)"
_LOG = logging.getLogger("firsttouch.webhooks")


class InboxWorkers:
    """A source that is slow or fails keeps no other waiting. Use as a context manager."""

    def __init__(
        self,
        wiring: Wiring,
        routed: Callable[[str, RunId], None] = lambda *_: None,
        raised: Callable[[datetime, Alert], None] = lambda *_: None,
    ) -> None:
        self._wiring, self._routed = wiring, routed
        self._lookout = Lookout(wiring, raised)
        self.outages = Outages(wiring.store, wiring.now)
        self.turned_away = TurnedAway(wiring.store, wiring.now, self.outages)
        parts = (*wiring.sources, _NOTICES, _REFUSALS, _ALERTS)
        self._bells = {name: threading.Event() for name in parts}
        self._is_stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, args=(source,), name=f"inbox {source}", daemon=True)
            for source in self._bells
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        self.wake(self._bells)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_stopping.set()
        self.wake(self._bells)
        for thread in self._threads:
            thread.join(_STOP_SECONDS)
        self.turned_away.keep()

    def wake(self, sources: Iterable[str]) -> None:
        for source in sources:
            self._bells[source].set()

    def _work(self, source: str) -> None:
        bell = self._bells[source]
        while not self._is_stopping.is_set():
            bell.wait(LOOK_SECONDS)
            bell.clear()
            if not self._is_stopping.is_set():
                self._do(source)

    def _do(self, part: str) -> None:
        if part == _NOTICES:
            self._tell()
        elif part == _ALERTS:
            with self._surviving("looking on"):
                self._lookout.look()
        elif part == _REFUSALS:
            with self._surviving("counting refusals"):
                self.outages.look()
                self.turned_away.keep()
            with self._surviving("counting requests"):
                keep_calls(self._wiring.sources, self._wiring.store, self._wiring.now())
        else:
            self._route(part)

    def _tell(self) -> None:
        with self._surviving("telling owners"):
            begin_clocks(self._wiring)
            start_clocks(self._wiring)  # what they are told says by when
            for problem in tell_pending(self._wiring):
                _LOG.error("%s", problem)

    def _route(self, source: str) -> None:
        with self._surviving(f"{source}: routing what a webhook brought"):
            if is_paused(self._wiring, source):
                return
            first_workloads(self._wiring)
            runs: list[RunId] = []

            def routed(of: str, run: RunId) -> None:
                runs.append(run)
                self._routed(of, run)

            for problems in route_inbox(self._wiring, source, routed, self._gather):
                for problem in problems:
                    _LOG.error("%s", problem)
                self._lookout.note(source, runs[-1], problems)
                self.wake([_NOTICES, _ALERTS])
                if self._is_stopping.is_set():
                    return

    def _gather(self) -> None:
        self._is_stopping.wait(_GATHER_SECONDS)

    @contextmanager
    def _surviving(self, doing: str) -> Iterator[None]:
        """Log what goes wrong: a thread that ended would leave everything after it to wait."""
        try:
            yield
        except StoreError as error:
            self.outages.note(doing, error)
        except FirsttouchError as error:
            _LOG.error("%s: %s", doing, error)
        except Exception as fault:  # noqa: BLE001  as above; the next look tries again
            _LOG.error("%s: %s", doing, in_words(fault))
