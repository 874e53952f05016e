"""
A year of leads through the example's rules, at two rates: what it takes, and how fair it ends.

Holidays, daylight saving, nights and Sundays all come by; leads stay open for a fortnight, so that
caps are met. Of each pool that takes turns: how far anybody was from what they were due.
"""

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bench.finding import Finding, hand_over, times
from bench.machine import machine
from bench.simulate import file_of
from config.load import load
from flows.memory import keep_what_is_loaded
from flows.simulating.simulation import Start, simulate
from flows.wiring import DEFAULT_CONFIG
from leads.decision import Decision
from leads.keys import OwnerId, PoolName
from routing.policy import Strategy

SIZES = (5_000, 50_000)
MOST_SECONDS = 20.0
"""As for the same number of leads within a month (bench.simulate): of 100,000."""

MOST_DEVIATION = 1.5
MOST_GROWTH = 1.25
_OF = 100_000
_DAYS = 365
_OPEN_FOR = timedelta(days=14)
Seat = tuple[PoolName, OwnerId]


class Fairness:
    """What each member of a pool that takes turns was due, and had."""

    def __init__(self, pools: Sequence[PoolName]) -> None:
        self._pools = frozenset(pools)
        self._due: defaultdict[Seat, float] = defaultdict(float)
        self.turns, self.worst = 0, 0.0

    def note(self, decision: Decision) -> None:
        for accrual in decision.accruals:
            if accrual.pool not in self._pools:
                continue
            self.turns += accrual.charged is not None
            for owner, share in accrual.shares.items():
                seat = accrual.pool, owner
                self._due[seat] += share - (owner == accrual.charged)
                self.worst = max(self.worst, abs(self._due[seat]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """Of one year: seconds of processor, turns taken, and the greatest deviation from one's due."""

    leads: int
    processor: float
    turns: int
    worst: float

    @property
    def each(self) -> float:
        return self.processor / self.leads

    def __str__(self) -> str:
        return (
            f"{self.leads:>8,} leads in a year: {self.processor:6.1f} s of processor, "
            f"{self.each * 1e6:4.0f} microseconds each; {self.turns:,} turns, "
            f"at most {self.worst:.2f} leads from what somebody was due"
        )


def measure(leads: int) -> Year:
    """Simulate a year of so many leads."""
    configuration = load(DEFAULT_CONFIG)
    keep_what_is_loaded()
    pools = configuration.policy.pools.values()
    fairness = Fairness([each.name for each in pools if each.strategy is Strategy.ROUND_ROBIN])
    with file_of(leads, every=timedelta(days=_DAYS) / leads) as path:
        began = time.process_time()
        start = Start(open_for=_OPEN_FOR)
        for outcome in simulate(path, configuration, start, clock=None):
            if outcome.decision is not None:
                fairness.note(outcome.decision)
        processor = time.process_time() - began
    return Year(leads=leads, processor=processor, turns=fairness.turns, worst=fairness.worst)


def main() -> int:
    """Print each rate; answer 1 when it takes too long, or somebody strays too far."""
    parser = argparse.ArgumentParser(prog="python -m bench.year")
    parser.add_argument("--leads", type=int, nargs=2, default=SIZES)
    print(machine())
    years = [measure(leads) for leads in parser.parse_args().leads]
    for year in years:
        print(f"  {year}")
    growth, whole = years[-1].each / years[0].each, years[-1].each * _OF
    worst = max(year.worst for year in years)
    print(f"  {_OF:,} would take {whole:.1f} s (allowed {MOST_SECONDS:.0f})")
    time_it_takes = Finding(
        what=f"`simulate` over a year, {_OF:,} leads, the example's rules",
        budget=f"at most {MOST_SECONDS:.0f} s of processor; a lead of more: {MOST_GROWTH} times",
        found=f"{whole:.1f} s",
        growth=times(growth, f"a lead, at {years[-1].leads:,} against {years[0].leads:,}"),
        bound="reading, recognising and deciding each lead; nothing waits",
        is_kept=whole <= MOST_SECONDS and growth <= MOST_GROWTH,
    )
    fair = Finding(
        what="rotation over that year, leads from what was due",
        budget=f"at most {MOST_DEVIATION}",
        found=f"{worst:.2f}",
        growth=", ".join(f"{year.worst:.2f} after {year.turns:,} turns" for year in years),
        bound="whole leads, and who is at work when",
        is_kept=worst <= MOST_DEVIATION,
    )
    return 0 if hand_over(time_it_takes, fair) else 1


if __name__ == "__main__":
    sys.exit(main())
