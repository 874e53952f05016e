"""The circuit breaker of each source: one that keeps failing is asked less often."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from flows.pace import rests_asked
from flows.plurals import count_of
from flows.wiring import Wiring
from leads.errors import ConnectorError, FirsttouchError
from store.running_rows import BreakerRow, BreakerState

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(minutes=15)
_EARLY = timedelta(seconds=5)
"""A minute's sync does not start on the very second of the last one's end."""


def may_deliver(wiring: Wiring, crm: str, *, has_answered: bool = False) -> bool:
    """
    Whether to write to `crm`: what waits while it fails spends none of its attempts.

    While it is asked to see, only a tick to which it `has_answered` writes.
    """
    row = wiring.store.breakers().get(crm)
    match row.state if row else BreakerState.CLOSED:
        case BreakerState.CLOSED:
            return True
        case BreakerState.HALF_OPEN:
            return has_answered
        case BreakerState.OPEN:
            return False


def may_ask(wiring: Wiring, source: str) -> bool:
    """Whether a tick may ask `source`; where it is to see if it answers again, that is noted."""
    row, now = wiring.store.breakers().get(source), wiring.now()
    if row is None or row.state is BreakerState.CLOSED:
        return True
    if not _may_ask(row, now):
        return False
    if row.state is BreakerState.OPEN:
        wiring.store.save_breaker(replace(row, state=BreakerState.HALF_OPEN, changed_at=now))
    return True


def note_tick(wiring: Wiring, source: str, problems: Sequence[FirsttouchError]) -> str:
    """Note how a tick that asked went; answer a line for the log when the breaker changes."""
    row, now = wiring.store.breakers().get(source), wiring.now()
    rests = rests_asked(wiring, source, problems)
    # A vendor that asks for a rest gets it, and is asked again when it is over: it has not failed,
    # and pauses of ours beside that rest would outlast it.
    failure = own_failure(source, [each for each in problems if each not in rests])
    if failure is None:
        if row is None or row.failures == 0:
            return ""
        wiring.store.save_breaker(
            replace(
                row, state=BreakerState.CLOSED, failures=0, until=None, changed_at=now, reason=""
            )
        )
        was_open = row.state is not BreakerState.CLOSED
        return f"{source} answers again: it is asked each time from now on" if was_open else ""
    allowed = wiring.configuration.sources[source].failures_allowed
    after = failed(row, source, failure, allowed, now)
    wiring.store.save_breaker(after)
    return _told(row, after)


def failed(
    row: BreakerRow | None, source: str, reason: str, allowed: int, now: datetime
) -> BreakerRow:
    """Return the state after one more failure; the pauses are 1, 2, 4, 8 and then 15 minutes."""
    failures = (row.failures if row else 0) + 1
    is_over = failures >= allowed
    doublings = min(max(0, failures - allowed), 8)
    pause = min(FIRST_PAUSE * 2**doublings, LONGEST_PAUSE)
    was = row.state if row else BreakerState.CLOSED
    state = BreakerState.OPEN if is_over else BreakerState.CLOSED
    return BreakerRow(
        source=source,
        state=state,
        failures=failures,
        until=now + pause if is_over else None,
        changed_at=row.changed_at if row and was is state else now,
        reason=reason,
    )


def _may_ask(row: BreakerRow, now: datetime) -> bool:
    if row.state is not BreakerState.OPEN or row.until is None:
        return True
    # No pause is longer: it was begun before the clock was set back.
    return now >= row.until - _EARLY or row.until > now + LONGEST_PAUSE


def own_failure(source: str, problems: Sequence[FirsttouchError]) -> str | None:
    """Return what this very source did not do; what another system did not do is not its fault."""
    for problem in problems:
        if isinstance(problem, ConnectorError) and problem.connector == source:
            return str(problem)
    return None


def _told(before: BreakerRow | None, after: BreakerRow) -> str:
    if after.state is not BreakerState.OPEN or (before and before.state is BreakerState.OPEN):
        return ""
    assert after.until is not None
    times = f"{count_of(after.failures, 'failure')} in a row"
    return f"{after.source} is left alone until {after.until:%H:%M:%S} UTC after {times}"
