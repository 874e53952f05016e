"""Sources that refuse us, fail, or have few calls left; owners who wait to be written."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from flows.plurals import count_of
from flows.tick import Tick
from flows.wiring import Wiring
from leads.errors import AuthError, ConfigError
from store.alert_rows import Cause
from store.running_rows import BreakerState, RefusedWrites

REFUSED, FAILING, QUOTA, UNWRITTEN = "credentials", "failing", "quota", "unwritten"
REFUSED_WRITES = "refused writes"
SEEN_ANYWAY = (REFUSED, FAILING, QUOTA, REFUSED_WRITES)
"""What the sync that meets it says itself."""

_WAITS = timedelta(minutes=15)
_LATELY = timedelta(hours=1)
_REASONS = 3


def health_causes(wiring: Wiring, ticks: Iterable[Tick]) -> list[Cause]:
    """Tell what a sync's ticks met, each cause once, whichever step met it."""
    breakers = wiring.store.breakers()
    found: list[Cause] = []
    for tick in ticks:
        refused = [each for each in tick.problems if isinstance(each, AuthError | ConfigError)]
        if refused:
            found += [_refused(each, tick.source) for each in refused]
            continue
        row = breakers.get(tick.source)
        if row is not None and row.state is not BreakerState.CLOSED:
            since = f"{count_of(row.failures, 'sync', 'syncs in a row')} failed"
            text = f"{tick.source} keeps failing, {since}: {row.reason}"
            found.append(Cause(kind=FAILING, source=tick.source, text=text))
        if told := (*tick.slowed, *tick.limits):
            text = f"{tick.source}: {'; '.join(told)}"
            found.append(Cause(kind=QUOTA, source=tick.source, text=text))
    return found


def _refused(error: AuthError | ConfigError, source: str) -> Cause:
    """Name who refuses: leads of an ad platform meet the refusal of the CRM they are written to."""
    who = error.connector if isinstance(error, AuthError) else source
    return Cause(kind=REFUSED, source=who, text=str(error))


def unwritten_causes(wiring: Wiring) -> list[Cause]:
    """Tell of CRMs in which owners wait to be written for longer than a passing fault explains."""
    found = []
    for crm, (count, oldest) in sorted(wiring.store.overdue(wiring.now()).items()):
        if wiring.now() - oldest >= _WAITS:
            owners = count_of(count, "owner waits", "owners wait")
            text = f"{crm}: {owners} to be written, the first since {oldest:%Y-%m-%d %H:%M} UTC"
            found.append(Cause(kind=UNWRITTEN, source=crm, text=text))
    return found


def refused_write_causes(wiring: Wiring) -> list[Cause]:
    """Tell of CRMs that refused owners in the last hour, and why: their leads went to others."""
    found: dict[str, list[RefusedWrites]] = {}
    for each in wiring.store.refused_since(sorted(wiring.crms), wiring.now() - _LATELY):
        found.setdefault(each.crm, []).append(each)
    return [
        Cause(kind=REFUSED_WRITES, source=crm, text=_refused_writes(crm, refused))
        for crm, refused in found.items()
    ]


def _refused_writes(crm: str, refused: Sequence[RefusedWrites]) -> str:
    count = count_of(sum(each.writes for each in refused), "owner")
    reasons = "; ".join(f"{each.reason} ({each.writes})" for each in refused[:_REASONS])
    more = f"; {len(refused) - _REASONS} more reasons" if len(refused) > _REASONS else ""
    ask = f"`firsttouch explain {refused[0].example}` says who has such a lead now"
    return f"{crm} refused {count} in the last hour: {reasons}{more}. {ask}"
