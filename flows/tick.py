"""One sync of one source: workload, pull, decide, deliver. Plain code: Prefect only calls it."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import uuid4

from flows.decide import decide_waiting, own_rejects
from flows.deliver import deliver_pending
from flows.pull import pull_leads
from flows.undelivered import undelivered
from flows.wiring import Wiring
from flows.workload import has_workload, refresh_workload
from leads.errors import ConnectorError, FirsttouchError
from leads.keys import RunId
from leads.ownership import WriteStatus

LEASE_SECONDS = 90.0
_HAS_ITS_OWNER = (WriteStatus.WRITTEN, WriteStatus.UNCHANGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """What a sync of one source came to; `skipped` says why it did not run."""

    source: str
    pulled: int = 0
    decided: int = 0
    delivered: int = 0
    problems: tuple[FirsttouchError, ...] = ()
    skipped: str = ""

    @property
    def failed(self) -> bool:
        """Whether some step could not be done; a lead that could not be delivered is less."""
        return any(isinstance(problem, ConnectorError) for problem in self.problems)


@dataclass(slots=True)
class _Steps:
    """Runs the steps of a tick; one that fails does not keep the later ones from what is stored."""

    problems: list[FirsttouchError] = field(default_factory=list)

    def run(self, step: Callable[[], int]) -> int:
        try:
            return step()
        except ConnectorError as error:
            self.problems.append(error)
            return 0


def new_run() -> RunId:
    return RunId(uuid4().hex)


def sync_all(
    wiring: Wiring, sources: Sequence[str], run: RunId, *, write: bool = True
) -> list[Tick]:
    """Sync each source in a thread of its own, so that a slow or broken one delays nobody."""
    first_workloads(wiring)
    with ThreadPoolExecutor(max_workers=max(1, len(sources))) as threads:
        return list(
            threads.map(lambda source: sync_source(wiring, source, run, write=write), sources)
        )


def first_workloads(wiring: Wiring) -> None:
    """
    Read every CRM's workload, the first time ever: without it each owner would look idle.

    A CRM that does not answer is left to its own sync, which will say so.
    """
    unread = [crm for crm in wiring.crms if not has_workload(wiring, crm)]
    with ThreadPoolExecutor(max_workers=max(1, len(unread))) as threads:
        steps = [_Steps() for _ in unread]
        list(
            threads.map(lambda s, crm: s.run(lambda: refresh_workload(wiring, crm)), steps, unread)
        )


def sync_source(wiring: Wiring, source: str, run: RunId, *, write: bool = True) -> Tick:
    """
    Bring in, decide and deliver what `source` has; one at a time, whoever calls.

    With `write` false nothing is delivered: the store, a copy that is nobody else's, then holds
    what would have been written.
    """
    store = wiring.store
    if source in store.paused():
        return Tick(source=source, skipped="paused; `firsttouch resume` starts it again")
    if not write:
        return _steps(wiring, source, run, write=False)
    lease = f"sync:{source}"
    if not store.take_lease(lease, run, seconds=LEASE_SECONDS, now=wiring.now()):
        return Tick(source=source, skipped="another sync of this source is still running")
    try:
        return _steps(wiring, source, run, write=True)
    finally:
        store.release_lease(lease, run)


def _steps(wiring: Wiring, source: str, run: RunId, *, write: bool) -> Tick:
    steps = _Steps()
    if source in wiring.crms:
        steps.run(lambda: refresh_workload(wiring, source))
    pulled = steps.run(lambda: pull_leads(wiring, source, run))
    decided = steps.run(lambda: len(decide_waiting(wiring, source, run)))
    steps.run(lambda: own_rejects(wiring, source, run))
    delivered = 0
    if write:
        delivered = steps.run(lambda: _deliver(wiring, wiring.crm_of(source), run, steps.problems))
    return Tick(
        source=source,
        pulled=pulled,
        decided=decided,
        delivered=delivered,
        problems=tuple(steps.problems),
    )


def _deliver(wiring: Wiring, crm: str, run: RunId, problems: list[FirsttouchError]) -> int:
    """Deliver; note what could not be, and answer how many have their owner there now."""
    results = deliver_pending(wiring, crm, run)
    problems += undelivered(crm, results)
    return sum(outcome.status in _HAS_ITS_OWNER for _, outcome in results)
