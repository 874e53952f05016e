"""Aging: who is not in touch in time is reminded, and then somebody else has the lead."""

from collections.abc import Callable
from dataclasses import dataclass, field

from flows.activity import begin_clocks, read_touches, start_clocks
from flows.aging_steps import Step, act_on
from flows.deliver import deliver_pending
from flows.merged_clocks import owners_now
from flows.tick import LEASE_SECONDS, is_paused
from flows.undelivered import undelivered
from flows.wiring import Wiring
from leads.errors import ConnectorError, FirsttouchError, KeptBack
from leads.keys import RunId

AT_ONCE = 1_000
"""Leads of a CRM in one run; the next minute goes on."""

_BATCH = 500
"""In one transaction: nearly always all, so that nobody who is being paused gets one of them."""
_LEASE = "aging"


@dataclass(slots=True, kw_only=True)
class Aged:
    """What a look at the clocks came to; `skipped` says why there was none."""

    steps: list[Step] = field(default_factory=list)
    kept: int = 0
    problems: list[FirsttouchError] = field(default_factory=list)
    skipped: str = ""


def age(wiring: Wiring, run: RunId) -> Aged:
    """
    Remind and re-assign whatever is due in every CRM; one at a time, whoever calls.

    Only after the CRM was asked who was in touch: of one that does not answer nothing is done, and
    it is asked again the next minute. Some leads are one transaction, which stops their clocks:
    what a crash leaves to be written is in the outbox, and the next run or sync writes it.
    """
    if not _hold(wiring, run):
        return Aged(skipped="another aging run is still at it, or died within the last minute")
    try:
        begin_clocks(wiring)
        start_clocks(wiring)
        aged = Aged()
        for crm in wiring.crms:
            if not is_paused(wiring, crm):
                _age_safely(wiring, crm, run, aged)
        return aged
    finally:
        wiring.store.release_lease(_LEASE, run)


def _hold(wiring: Wiring, run: RunId) -> bool:
    return wiring.store.take_lease(_LEASE, run, seconds=LEASE_SECONDS, now=wiring.now())


def _age_safely(wiring: Wiring, crm: str, run: RunId, aged: Aged) -> None:
    def alive() -> None:
        _hold(wiring, run)

    try:
        _age(wiring, crm, run, aged, alive)
    except KeptBack:
        return  # the vendor's calls of the day are for deliveries; the sync tells of it
    except ConnectorError as error:
        aged.problems.append(error)


def _age(wiring: Wiring, crm: str, run: RunId, aged: Aged, alive: Callable[[], None]) -> None:
    if not wiring.store.due_clocks(crm, limit=1, now=wiring.now()):
        return
    read_touches(wiring, crm, alive)
    steps = _act(wiring, crm, run, alive)
    aged.steps += steps
    if any(step.moves for step in steps):
        # Whoever was in touch while this was decided keeps the lead: nothing is written yet.
        read_touches(wiring, crm, alive)
        aged.kept += len(wiring.store.keep_touched(crm, wiring.now()))
        results = deliver_pending(wiring, crm, run, alive)
        aged.problems += undelivered(wiring, crm, results)
        start_clocks(wiring)


def _act(wiring: Wiring, crm: str, run: RunId, alive: Callable[[], None]) -> list[Step]:
    steps: list[Step] = []
    for _ in range(AT_ONCE // _BATCH):
        due = wiring.store.due_clocks(crm, limit=_BATCH, now=wiring.now())
        steps += act_on(wiring, due, run, owners_now(wiring, crm, due)) if due else []
        alive()
        if len(due) < _BATCH:
            break
    return steps
