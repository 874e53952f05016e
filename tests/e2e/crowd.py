"""
`python -m tests.e2e.crowd CONFIG STORE WORKERS`: so many processes that work on one store at once.

Each polls without the lease that keeps polls apart, and receives webhooks. It says in a line where
it listens and, once this process' input ends, in another what it came to. All are forks of this
process, which has read everything in and has no threads.
"""

import json
import logging
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError

from flows.decide import decide_waiting
from flows.deliver import deliver_pending
from flows.inbox import sweep_inbox
from flows.patience import StorePatience
from flows.pull import pull_leads
from flows.receiver import receiving
from flows.tick import first_workloads, new_run
from flows.wiring import Wiring, open_wiring
from flows.workload import refresh_workload
from leads.errors import FirsttouchError
from store.failures import is_collision
from store.waits import LOG as WAITING

CRM = "hubspot"
_BREATH_SECONDS = 0.1


@dataclass(slots=True, kw_only=True)
class Seen:
    """What a process met: what nobody may see above the store, and what only the store saw."""

    polls: int = 0
    collisions: int = 0
    problems: list[str] = field(default_factory=list)

    def watch(self) -> None:
        event.listen(Engine, "handle_error", self._failed)
        logging.getLogger("firsttouch").addHandler(_Noting(self.problems))

    def _failed(self, context: ExceptionContext) -> None:
        error = context.sqlalchemy_exception
        self.collisions += isinstance(error, DBAPIError) and is_collision(error)


class _Noting(logging.Handler):
    def __init__(self, problems: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._problems = problems

    def emit(self, record: logging.LogRecord) -> None:
        # That one of a crowd waits for the others is no problem: what comes of it is.
        if record.name != WAITING.name:
            self._problems.append(record.getMessage())


_AS_LONG_AS_IT_TAKES = StorePatience(lock_seconds=60.0, store_seconds=60.0)
"""What is asked here is who gets what, not how soon: a sender that is put off is another test's."""


def main() -> None:
    config, store, workers = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    pids = [_fork(lambda: _work(config, store)) for _ in range(workers)]
    for pid in pids:
        os.waitpid(pid, 0)


def _fork(work: Callable[[], None]) -> int:
    if (pid := os.fork()) == 0:
        try:
            work()
        finally:
            os._exit(0)
    return pid


def _work(config: Path, store: str) -> None:
    seen, over = Seen(), threading.Event()
    seen.watch()
    threading.Thread(target=_await_end, args=(over,), daemon=True).start()
    with open_wiring(config, store) as wiring:
        first_workloads(wiring)
        with receiving(wiring, port=0, patience=_AS_LONG_AS_IT_TAKES) as address:
            _say(address=address)
            while not over.wait(_BREATH_SECONDS):
                _poll(wiring, seen)
    _say(polls=seen.polls, collisions=seen.collisions, problems=seen.problems)


def _await_end(over: threading.Event) -> None:
    sys.stdin.read()
    over.set()


def _poll(wiring: Wiring, seen: Seen) -> None:
    """All that a sync does, without its lease."""
    run = new_run()
    try:
        wiring.store.start_run(run, "sync", wiring.now())
        seen.problems += map(str, sweep_inbox(wiring, CRM))
        refresh_workload(wiring, CRM)
        pull_leads(wiring, CRM, run)
        decide_waiting(wiring, CRM, run)
        deliver_pending(wiring, CRM, run)
        wiring.store.end_run(run, wiring.now())
    except FirsttouchError as error:
        seen.problems.append(str(error))
    seen.polls += 1


def _say(**told: object) -> None:
    """In one write, which no other process' line can come into."""
    os.write(sys.stdout.fileno(), f"{json.dumps(told)}\n".encode())


if __name__ == "__main__":
    main()
