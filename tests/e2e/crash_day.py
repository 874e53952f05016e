"""A day's work, phase by phase: what a process may die in, and what one that restarts does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flows.deliver import deliver_pending
from flows.notices import tell_pending
from flows.receiver import receiving
from flows.take import take
from flows.tick import Tick, new_run, sync_all
from flows.wiring import Wiring
from leads.erasure import Subject
from leads.keys import LeadKey, OwnerId, PoolName, RunId
from tests.e2e.crash_town import COUNTER


class ProblemsError(Exception):
    """What a tick could not do, in its own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """
    What a day's work is done with.

    `call` is told where webhooks are received, and answers when the vendor has nothing more to
    say; `erased` is the lead whose person is erased; `began` is told of each phase.
    """

    wiring: Wiring
    environment: Mapping[str, str]
    call: Callable[[str], None]
    erased: LeadKey
    began: Callable[[str], None] = field(default=lambda _: None)

    def live(self, phases: Mapping[str, Callable[["Day"], None]]) -> None:
        for name, phase in phases.items():
            self.began(name)
            phase(self)


def _sync(day: Day) -> None:
    """Mirror, pull, decide, deliver, and follow with a second policy."""
    sync_each(day.wiring)


def _notify(day: Day) -> None:
    if problems := tell_pending(day.wiring, budget=60):
        raise ProblemsError([str(each) for each in problems])


def _take(day: Day) -> None:
    """A rep who asks again after a crash finds nothing left: the pool held one lead."""
    wiring = day.wiring
    run = started(wiring, "take")
    taken = take(wiring, PoolName(COUNTER), OwnerId("ana"), run)
    if taken.decision is not None:
        deliver_pending(wiring, wiring.crm_of(taken.decision.lead.source), run)
    wiring.store.end_run(run, wiring.now())


def _receive(day: Day) -> None:
    with receiving(day.wiring, port=0, environ=day.environment) as address:
        day.call(address)


def _erase(day: Day) -> None:
    subject = Subject(lead=day.erased)
    day.wiring.store.erase(subject, asked_by="a test", now=day.wiring.now())
    assert day.wiring.store.overwrite_erased()


Phases = Mapping[str, Callable[[Day], None]]

PHASES: Phases = {
    "sync": _sync,
    "notify": _notify,
    "take": _take,
    "receive": _receive,
    "erase": _erase,
}
"""In order. What is added here is killed at each of its steps too, and must bear being repeated."""


def sync_each(wiring: Wiring) -> list[Tick]:
    """One tick of each source after the other, so that the same step has the same number."""
    run = started(wiring, "sync")
    ticks = [tick for source in wiring.sources for tick in sync_all(wiring, [source], run)]
    wiring.store.end_run(run, wiring.now())
    problems = [str(problem) for tick in ticks for problem in tick.problems]
    problems += [f"{tick.source}: {tick.skipped}" for tick in ticks if tick.skipped]
    if problems:
        raise ProblemsError(problems)
    return ticks


def started(wiring: Wiring, kind: str) -> RunId:
    """Begin a run of its own."""
    run = new_run()
    wiring.store.start_run(run, kind, wiring.now())
    return run
