"""One sync of one source: workload, pull, decide, deliver. Plain code: Prefect only calls it."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import uuid4

from connectors.base import EVERYTHING
from flows.about import about
from flows.activity import begin_clocks, refresh_activity, start_clocks
from flows.amiss import amiss_in
from flows.breaker import may_ask, may_deliver, note_tick, own_failure
from flows.decide import decide_waiting, own_rejects
from flows.deliver import deliver_pending
from flows.faults import in_words
from flows.hand_back import answer_statuses, handed_back_line
from flows.inbox import sweep_inbox
from flows.mirror import never_mirrored, refresh_mirror, refresh_or_put_off
from flows.pace import note_poll, resting, rests, slowed, told_quotas
from flows.pull import pull_leads
from flows.reviewing.leave import leave_to_rules
from flows.reviewing.outdated import decide_outdated, outdated_line
from flows.second_look import look_again_later
from flows.shortfalls import shortfall_lines
from flows.simulating.shadow import follow
from flows.spans import span
from flows.undelivered import undelivered
from flows.wiring import Wiring
from flows.workload import refresh_workload, unread
from leads.errors import ConnectorError, DeliveryError, FirsttouchError, KeptBack, RateLimited
from leads.keys import RunId
from leads.ownership import WriteStatus
from store.switches import EVERY_SOURCE

LEASE_SECONDS = 60.0
"""A killed sync's ends by itself, so that the tick after the next one works: within two minutes."""
_HELD = "another sync of this source is still running, or died within the last minute"
_HAS_ITS_OWNER = (WriteStatus.WRITTEN, WriteStatus.UNCHANGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """
    What a sync of one source came to; `skipped` says why it did not run.

    `left_alone`: the source itself was not asked, as it keeps failing. `breaker` says, once, that
    this has changed. `slowed` has a line for each part that is polled less often than each minute,
    so that the vendor's calls last; `limits` one on a limit that ended the poll, which is among
    the problems too.
    `left_out` has one for each thing that records now go without, `amiss` one for each field that
    the source has no more, or never had, where the configuration says; `outdated` tells what an
    earlier policy had proposed and this one decided; `handed_back` how many gave a lead up by its
    status. Unless `polled` it is of what a webhook
    brought.
    """

    source: str
    pulled: int = 0
    decided: int = 0
    delivered: int = 0
    problems: tuple[FirsttouchError, ...] = ()
    skipped: str = ""
    left_alone: bool = False
    breaker: str = ""
    slowed: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    amiss: tuple[str, ...] = ()
    outdated: str = ""
    handed_back: str = ""
    polled: bool = True

    @property
    def failed(self) -> bool:
        """Whether some step could not be done; a lead that could not be delivered is less."""
        return any(not isinstance(problem, DeliveryError) for problem in self.problems)


@dataclass(slots=True)
class _Steps:
    """Runs the steps of a tick; one that fails does not keep the later ones from what is stored."""

    problems: list[FirsttouchError] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def run(self, step: Callable[[], int]) -> int:
        try:
            return step()
        except KeptBack:
            return 0  # nothing is wrong with the source; `slowed` tells of it
        except ConnectorError as error:
            self.problems.append(error)
            return 0


def problems_of(ticks: Sequence[Tick]) -> list[FirsttouchError]:
    """
    Return what went wrong in any of them, the limits first that a source's own tick met.

    Its alert tells of these; those of other limits that the others met at it would contradict it.
    """
    limits = [p for tick in ticks for p in tick.problems if _is_own_limit(tick, p)]
    return [*limits, *(p for tick in ticks for p in tick.problems if not _is_own_limit(tick, p))]


def _is_own_limit(tick: Tick, problem: FirsttouchError) -> bool:
    return isinstance(problem, RateLimited) and problem.connector == tick.source


def new_run() -> RunId:
    return RunId(uuid4().hex)


def sync_all(
    wiring: Wiring, sources: Sequence[str], run: RunId, *, write: bool = True
) -> list[Tick]:
    """Sync each source in a thread of its own, so that a slow or broken one delays nobody."""
    first_workloads(wiring)
    with ThreadPoolExecutor(max_workers=max(1, len(sources))) as threads:
        return list(
            threads.map(lambda source: sync_safely(wiring, source, run, write=write), sources)
        )


def unready_ticks(wiring: Wiring, source: str | None) -> list[Tick]:
    """Return a tick that tells what it lacks for each source that could not be built."""
    if source is not None:
        return []
    return [Tick(source=name, problems=(error,)) for name, error in sorted(wiring.unready.items())]


def sync_safely(wiring: Wiring, source: str, run: RunId, *, write: bool = True) -> Tick:
    """Sync a source; a fault of ours in it is told, and keeps no other source waiting."""
    try:
        with about(run, source), span("tick", source):
            return sync_source(wiring, source, run, write=write)
    except FirsttouchError as error:
        return Tick(source=source, problems=(error,))
    except Exception as fault:  # noqa: BLE001  (the one place where a source's run ends)
        return Tick(source=source, problems=(FirsttouchError(f"{source}: {in_words(fault)}"),))


def first_workloads(wiring: Wiring) -> None:
    """
    Read to its end every CRM's workload that never was: without it each owner would look idle.

    So are its people and accounts: without them nobody would be known. A CRM that does not answer
    is left to its own sync, which will say so.
    """
    missing = sorted({*unread(wiring), *never_mirrored(wiring)})
    with ThreadPoolExecutor(max_workers=max(1, len(missing))) as threads:
        list(threads.map(lambda crm: _Steps().run(lambda: _first_workload(wiring, crm)), missing))


def _first_workload(wiring: Wiring, crm: str) -> int:
    """Read it, unless somebody does: a big one takes many minutes, and is read once."""
    name, holder = f"workload:{crm}", new_run()
    if not _hold(wiring, name, holder):
        return 0
    try:
        mirrored = refresh_mirror(wiring, crm, lambda: _renew(wiring, name, holder))
        if crm not in unread(wiring):
            return mirrored
        return refresh_workload(wiring, crm, lambda: _renew(wiring, name, holder))
    finally:
        wiring.store.release_lease(name, holder)


def _hold(wiring: Wiring, name: str, holder: str) -> bool:
    return wiring.store.take_lease(name, holder, seconds=LEASE_SECONDS, now=wiring.now())


def _renew(wiring: Wiring, name: str, holder: str) -> None:
    """Keep a lease that is ours; one that was taken over is not taken back."""
    _hold(wiring, name, holder)


def sync_source(wiring: Wiring, source: str, run: RunId, *, write: bool = True) -> Tick:
    """
    Bring in, decide and deliver what `source` has; one at a time, whoever calls.

    With `write` false nothing is delivered: the store, a copy that is nobody else's, then holds
    what would have been written.
    """
    if is_paused(wiring, source):
        return Tick(source=source, skipped="paused; `firsttouch resume` starts it again")
    if not write:
        return _steps(wiring, source, run, lambda: None, write=False)
    lease = f"sync:{source}"
    if not _hold(wiring, lease, run):
        return Tick(source=source, skipped=_HELD)
    try:
        return _steps(wiring, source, run, lambda: _renew(wiring, lease, run), write=True)
    finally:
        wiring.store.release_lease(lease, run)


def is_paused(wiring: Wiring, source: str) -> bool:
    """Whether a person stopped this source, or all of them."""
    return bool({source, EVERY_SOURCE} & wiring.store.paused())


def _steps(
    wiring: Wiring, source: str, run: RunId, alive: Callable[[], None], *, write: bool
) -> Tick:
    begin_clocks(wiring)
    steps, rest, asked = _Steps(), resting(wiring, source), may_ask(wiring, source)
    polled = asked and EVERYTHING not in rest
    if asked:
        steps.problems += sweep_inbox(wiring, source)
    pulled = _poll(wiring, source, run, steps, alive, rest=rest) if polled else 0
    back = steps.run(lambda: len(answer_statuses(wiring, source, run)))
    decided = back
    decided += steps.run(lambda: leave_to_rules(wiring, run))
    again = steps.run(lambda: decide_outdated(wiring, run))
    decided += again + steps.run(lambda: len(decide_waiting(wiring, source, run)))
    steps.run(lambda: own_rejects(wiring, source, run))
    delivered = 0
    crm = wiring.crm_of(source)
    has_answered = crm == source and polled and own_failure(crm, steps.problems) is None
    if write and not is_paused(wiring, crm) and may_deliver(wiring, crm, has_answered=has_answered):
        delivered = steps.run(lambda: _deliver(wiring, crm, run, steps, alive))
    if write:
        start_clocks(wiring)
        follow(wiring)  # last: whatever happens to a shadow, the leads have their owners
    return Tick(
        source=source,
        pulled=pulled,
        decided=decided,
        delivered=delivered,
        problems=tuple(steps.problems),
        breaker=note_tick(wiring, source, steps.problems) if polled else "",
        left_alone=not asked,
        slowed=tuple(slowed(wiring, source).get(source, ())),
        limits=rests(wiring, source, steps.problems),
        left_out=tuple(steps.left_out),
        amiss=tuple(amiss_in(wiring, source).values()) if polled else (),
        outdated=outdated_line(again),
        handed_back=handed_back_line(source, back),
    )


def _poll(
    wiring: Wiring,
    source: str,
    run: RunId,
    steps: _Steps,
    alive: Callable[[], None],
    *,
    rest: AbstractSet[str],
) -> int:
    """Ask the source what is new, but of its parts at `rest`; answer how many records it showed."""
    before = told_quotas(wiring, source)
    if source in wiring.crms:
        steps.run(lambda: refresh_workload(wiring, source, alive))
        steps.run(lambda: refresh_or_put_off(wiring, source, alive))
        steps.run(lambda: refresh_activity(wiring, source, alive))
    pulled = steps.run(lambda: pull_leads(wiring, source, run, alive, rest))
    note_poll(wiring, source, before, steps.problems)
    return pulled


def _deliver(
    wiring: Wiring,
    crm: str,
    run: RunId,
    steps: _Steps,
    alive: Callable[[], None],
) -> int:
    """Deliver; note what could not be, and answer how many have their owner there now."""
    results = deliver_pending(wiring, crm, run, alive)
    steps.left_out += shortfall_lines(results)
    steps.problems += undelivered(wiring, crm, results)
    steps.problems += look_again_later(wiring, crm)
    return sum(outcome.status in _HAS_ITS_OWNER for _, outcome in results)
