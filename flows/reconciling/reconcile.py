"""Store against vendors: whatever a source shows of a period is accounted for, or listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.reconciling.comparing import Period, compare
from flows.reconciling.findings import Comparison, Difference
from flows.reconciling.idle import idle_room, stale_work
from flows.reconciling.mending import mend
from flows.tick import new_run
from flows.wiring import Wiring
from leads.errors import ConnectorError, FirsttouchError

SETTLED = timedelta(minutes=15)
"""What was created since may be on its way; it is looked at the next time."""
A_WHILE = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """All that was compared, and why the rest could not be."""

    period: Period
    compared: tuple[Comparison, ...]
    problems: tuple[FirsttouchError, ...]

    @property
    def remaining(self) -> list[Difference]:
        return [each for one in self.compared for each in one.remaining]


def usual_period(
    now: datetime, since: datetime | None = None, until: datetime | None = None
) -> Period:
    """Return the last week, but for what may still be on its way."""
    return Period(since=since or now - A_WHILE, until=until or now - SETTLED)


def reconcile(
    wiring: Wiring, sources: Sequence[str], period: Period, *, fix: bool = False
) -> Reconciliation:
    """
    Compare each source; with `fix`, repair what can be repaired without writing over anybody.

    A source that cannot be asked does not keep the others from being compared.
    """
    run = new_run()
    wiring.store.start_run(run, "reconcile", wiring.now())
    compared: list[Comparison] = []
    problems: list[FirsttouchError] = []
    for source in sources:
        try:
            found = compare(wiring, source, period)
            if source in wiring.crms:
                found.differences += [*idle_room(wiring, source), *stale_work(wiring, source)]
        except ConnectorError as error:
            problems.append(error)
            continue
        if fix:
            mend(wiring, found, run)
        compared.append(found)
    wiring.store.end_run(run, wiring.now(), error="; ".join(map(str, problems)))
    return Reconciliation(period=period, compared=tuple(compared), problems=tuple(problems))
