"""
How much of the vendors' limits a backlog uses, and whether it runs into them.

Waits are leapt over: the clock stands still but for the waits of our own pacing, which wind it on
for the vendors too. So the sandbox keeps its limits as ever, and what is found is what the pacing
leaves unused, on any machine. What the work itself takes is told beside it.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bench.finding import Finding, hand_over
from bench.grounds import Grounds, grounds
from bench.limits import CALLS, SEARCHES, Limit, by_limit
from bench.machine import machine
from connectors.hubspot.connector import HubSpot
from connectors.hubspot.settings import HubSpotSettings
from connectors.pace import Timer
from flows.tick import new_run, sync_source
from leads.errors import FirsttouchError
from sandbox.clock import Clock

LEAST = 0.9
_SIZES = (2_000, 10_000)
_TOO_MANY = 429


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One backlog, worked off in one tick. `waited`: seconds that the limits took."""

    leads: int
    decided: int
    waited: float
    processor: float
    requests: Mapping[str, int]
    refused: int
    limits: Mapping[Limit, Sequence[datetime]]

    @property
    def binding(self) -> float | None:
        """The share used of the limit that was most in the way; None if none was."""
        shares = [limit.used(times) for limit, times in self.limits.items()]
        return max((share for share in shares if share is not None), default=None)


def measure(leads: int) -> Measured:
    """Work off a world of so many leads, one source after the other."""
    with grounds(leads, now=datetime.now(UTC)) as at, _leaping(at) as leaping:
        began, processor = at.town.clock.now(), time.process_time()
        decided, problems = _work_off(leaping)
        processor = time.process_time() - processor
        waited = (at.town.clock.now() - began).total_seconds()
        asked = at.requests()
    if problems:
        raise AssertionError(f"the backlog met problems: {problems}")
    vendors = sorted({entry.vendor for entry in asked})
    return Measured(
        leads=leads,
        decided=decided,
        waited=waited,
        processor=processor,
        requests={vendor: sum(e.vendor == vendor for e in asked) for vendor in vendors},
        refused=sum(entry.detail["status"] == _TOO_MANY for entry in asked),
        limits=by_limit([entry for entry in asked if entry.vendor == "hubspot"]),
    )


def _work_off(at: Grounds) -> tuple[int, list[FirsttouchError]]:
    """At one time, two sources would each leap over the same wait."""
    run, decided = new_run(), 0
    problems: list[FirsttouchError] = []
    at.wiring.store.start_run(run, "bench", at.wiring.now())
    for source in at.wiring.sources:
        tick = sync_source(at.wiring, source, run)
        decided += tick.decided
        problems += tick.problems
    at.wiring.store.end_run(run, at.wiring.now())
    return decided, problems


@contextmanager
def _leaping(at: Grounds) -> Iterator[Grounds]:
    """The same grounds with a HubSpot whose pacing waits by winding the town's clock on."""
    wiring, clock = at.wiring, at.town.clock
    setup = wiring.configuration.sources["hubspot"]
    settings = HubSpotSettings.from_environment({}, at.town.environment)
    hubspot = HubSpot(settings, setup, clock.now, _timer(clock))
    try:
        sources = {**wiring.sources, "hubspot": hubspot}
        crms = {**wiring.crms, "hubspot": hubspot}
        yield replace(at, wiring=replace(wiring, sources=sources, crms=crms))
    finally:
        hubspot.close()


def _timer(clock: Clock) -> Timer:
    return Timer(
        clock=lambda: clock.now().timestamp(),
        sleep=lambda seconds: clock.skip(timedelta(seconds=seconds)),
    )


def _tell(found: Measured) -> None:
    print(f"{found.leads:,} leads: {found.decided:,} decided and delivered, {found.refused} x 429")
    print(f"  the limits take {found.waited:.1f} s, the processor {found.processor:.1f} s")
    print("  requests: " + ", ".join(f"{name} {n}" for name, n in found.requests.items()))
    for limit in (SEARCHES, CALLS):
        times = found.limits[limit]
        share = limit.used(times)
        told = "never in the way" if share is None else f"{share:.1%} of what was allowed"
        print(f"  {limit.name}: {len(times)}, {told}")


def main() -> int:
    """Print each size; answer 1 when a limit was run into, or too little of it was used."""
    parser = argparse.ArgumentParser(prog="python -m bench.backlog")
    parser.add_argument("--leads", type=int, nargs="*", default=_SIZES)
    print(machine())
    measured = []
    for leads in parser.parse_args().leads:
        measured.append(measure(leads))
        _tell(measured[-1])
    last = measured[-1]
    finding = Finding(
        what=f"a backlog of {last.leads:,} leads through the vendors' rate limits",
        budget=f"at least {LEAST:.0%} of what the limits allow, no 429 provoked",
        found=f"{last.binding or 1.0:.1%}, {last.refused} x 429; the limits take "
        f"{last.waited:.0f} s, the processor {last.processor:.0f} s",
        growth=", ".join(f"{each.waited:.0f} s at {each.leads:,} leads" for each in measured[:-1]),
        bound="HubSpot's five searches a second, then its 190 calls in ten seconds",
        is_kept=all(not each.refused and (each.binding or 1.0) >= LEAST for each in measured),
    )
    return 0 if hand_over(finding) else 1


if __name__ == "__main__":
    sys.exit(main())
