"""How often a source is polled, so that the calls a vendor allows last until there are new ones."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from connectors.base import EVERYTHING, Metered, Parted
from connectors.http import LONGEST_OBEYED_WAIT
from connectors.setup import Quota
from flows.wiring import Wiring
from leads.errors import FirsttouchError, KeptBack, RateLimited
from store.running_rows import BreakerState, PaceRow

MINUTE, LONGEST_PAUSE, DAY = 60.0, 900.0, 86_400.0
"""Seconds."""
LONGEST_REST = 3600.0
"""Seconds: a vendor that asks for a longer rest is asked again after this all the same."""
AT_EASE = 0.5
"""While more than this share is left, or more than of the day, nothing slows down for it."""
_EARLY = timedelta(seconds=5)
_WEIGHT = 0.1
"""Of the latest poll in the average cost: one that reads much once slows nothing down for long."""


def pause_after(quota: Quota, cost: float, now: datetime) -> float:
    """
    Return how many seconds to wait between two polls that cost `cost` calls each.

    Two bounds: what is left must last at this cost until there is more, whoever else uses it up
    lets us slow down the sooner. At what is kept back polls are only there to see how it stands.
    """
    left = (quota.resets_at - now).total_seconds() if quota.resets_at else DAY
    left = min(max(left, MINUTE), DAY)
    spare = quota.share_left - quota.reserve
    if spare <= 0:
        return min(left, LONGEST_PAUSE)
    ease = min(AT_EASE, left / DAY)
    level = MINUTE * (ease - quota.reserve) / spare
    lasting = cost * left / (spare * quota.limit)
    return min(max(MINUTE, level, lasting), LONGEST_PAUSE)


def resting(wiring: Wiring, source: str) -> frozenset[str]:
    """
    Return the parts of `source` that are not to be polled yet, EVERYTHING among them.

    While the breaker asks a failing source now and then to see, that goes first.
    """
    breaker, now = wiring.store.breakers().get(source), wiring.now()
    if breaker and breaker.state is not BreakerState.CLOSED:
        return frozenset()
    # One further ahead than we ever wait was noted before the clock was set back.
    latest = now + timedelta(seconds=LONGEST_REST)
    rows = wiring.store.paces(source)
    # At ease nothing rests: whoever asks for a sync by hand, a moment after the last, gets one.
    return frozenset(
        row.part for row in rows if row.seconds > MINUTE and now < row.next_at - _EARLY < latest
    )


def told_quotas(wiring: Wiring, source: str) -> Mapping[str, Quota]:
    """Return what the vendor told last; nothing of one that counts nothing by the day."""
    connector = wiring.sources[source]
    return connector.quotas() if isinstance(connector, Metered) else {}


def note_poll(
    wiring: Wiring,
    source: str,
    before: Mapping[str, Quota],
    problems: Sequence[FirsttouchError],
) -> None:
    """Note when each part of `source` is polled again; `before` are the quotas before this poll."""
    known, now = {row.part: row for row in wiring.store.paces(source)}, wiring.now()
    rows = {
        part: paced(known.get(part) or _new(source, part, now), quota, before.get(part), now)
        for part, quota in told_quotas(wiring, source).items()
    }
    whole = rows.get(EVERYTHING) or known.get(EVERYTHING)
    if asked := rests_asked(wiring, source, problems):
        rows[EVERYTHING] = _at_rest(whole or _new(source, EVERYTHING, now), asked[0], now)
    elif whole and EVERYTHING not in rows:
        rows[EVERYTHING] = replace(whole, seconds=MINUTE, next_at=now)  # it answers again
    wiring.store.save_paces([row for part, row in rows.items() if row != known.get(part)])


def paced(row: PaceRow, quota: Quota, before: Quota | None, now: datetime) -> PaceRow:
    """Return the row after a poll; that of a part that was not polled stays as it was."""
    cost = max(0, quota.ours - (before.ours if before else 0))
    if not cost and now < row.next_at - _EARLY:
        return row
    average = row.cost * (1 - _WEIGHT) + cost * _WEIGHT
    seconds = pause_after(quota, average, now)
    return replace(
        row,
        cost=average,
        seconds=seconds,
        next_at=now + timedelta(seconds=seconds),
        reason=_said(quota),
        share_left=quota.share_left,
    )


def slowed(wiring: Wiring, source: str | None = None) -> dict[str, list[str]]:
    """Return one line a part that is polled less often than each minute, by source."""
    found: dict[str, list[str]] = {}
    for row in wiring.store.paces(source):
        if row.seconds > MINUTE + _EARLY.total_seconds() and row.next_at > wiring.now():
            found.setdefault(row.source, []).append(_line(row))
    return found


def rests(wiring: Wiring, source: str, problems: Sequence[FirsttouchError]) -> tuple[str, ...]:
    """Return a line on the limits that ended this poll, where nothing else is noted of them."""
    is_parted = isinstance(wiring.sources[source], Parted)
    limits = [
        problem
        for problem in problems
        if isinstance(problem, RateLimited) and not isinstance(problem, KeptBack)
        if problem.connector == source
        if is_parted or (problem.retry_after or 0) <= LONGEST_OBEYED_WAIT
    ]
    return (_rest(limits[0]),) if limits else ()  # every step of a poll meets the same one


def _rest(limit: RateLimited) -> str:
    rest = limit.rest or "a limit was reached"
    return f"{rest}, next with the next sync: {limit.operation}: {limit.problem}"


def _line(row: PaceRow) -> str:
    minutes = row.seconds / MINUTE
    part = f"{row.part} " if row.part else ""
    until = f"next at {row.next_at:%H:%M} UTC"
    return f"{part}polled every {minutes:.2g} minutes, {until}: {row.reason}"


def _said(quota: Quota) -> str:
    share = 1 - quota.share_left
    return f"{share:.0%} of the day's calls are used ({quota.used:,} of {quota.limit:,})"


def _new(source: str, part: str, now: datetime) -> PaceRow:
    return PaceRow(source=source, part=part, cost=0.0, seconds=MINUTE, next_at=now, reason="")


def rests_asked(
    wiring: Wiring, source: str, problems: Sequence[FirsttouchError]
) -> list[RateLimited]:
    """Return the refusals with which the vendor asks for a rest that no run waits for."""
    if isinstance(wiring.sources[source], Parted):
        return []  # a limit is then a part's
    return [
        problem
        for problem in problems
        if isinstance(problem, RateLimited) and problem.connector == source
        if (problem.retry_after or 0) > LONGEST_OBEYED_WAIT
    ]


def _at_rest(row: PaceRow, asked: RateLimited, now: datetime) -> PaceRow:
    """The vendor's own word goes before what we reckon."""
    seconds = min(asked.retry_after or LONGEST_REST, LONGEST_REST)
    until = now + timedelta(seconds=seconds)
    told = f"the vendor asks for a rest ({asked.operation}: {asked.problem})"
    return replace(row, seconds=seconds, next_at=until, reason=told)
