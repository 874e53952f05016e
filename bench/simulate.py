"""
How long `firsttouch simulate` takes for a file of leads, at two sizes, by the example's rules.

Each lead is read, normalised, recognised, decided and told with every rule and every member, as one
line of JSON. A second round lets leads close after a day, so that owners have room: without that
most leads soon find everybody at a cap, and both ways must be quick.
"""

import argparse
import csv
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from bench.decide_cases import START, case
from bench.finding import Finding, hand_over, times
from bench.machine import machine
from config.load import load
from flows.memory import keep_what_is_loaded
from flows.simulating.simulation import Start, simulate
from flows.wiring import DEFAULT_CONFIG

SIZES = (10_000, 100_000)
MOST_SECONDS = 20.0
"""For 100,000 leads on a machine that does nothing else."""

MOST_GROWTH = 1.25
_OF = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of one file: seconds of processor and on the wall, and bytes of JSON."""

    leads: int
    processor: float
    wall: float
    size: int

    @property
    def each(self) -> float:
        return self.processor / self.leads

    def __str__(self) -> str:
        return (
            f"{self.leads:>8,} leads: {self.processor:6.1f} s of processor, {self.wall:6.1f} s on "
            f"the wall, {self.each * 1e6:4.0f} microseconds each, {self.size / 1e6:.0f} MB of JSON"
        )


def measure(leads: int, start: Start) -> Cost:
    """Simulate so many leads."""
    configuration = load(DEFAULT_CONFIG)
    keep_what_is_loaded()  # as the command does
    with file_of(leads) as path:
        processor, wall = time.process_time(), time.monotonic()
        outcomes = simulate(path, configuration, start, clock=None)
        size = sum(len(outcome.line) for outcome in outcomes)
        processor, wall = time.process_time() - processor, time.monotonic() - wall
    return Cost(leads=leads, processor=processor, wall=wall, size=size)


@contextmanager
def file_of(leads: int, every: timedelta = timedelta(seconds=20)) -> Iterator[Path]:
    """Write a CSV of so many leads, each `every` so long after the last, each somebody else."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "leads.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            _write(file, leads, every)
        yield path


def _write(file: TextIO, leads: int, every: timedelta) -> None:
    writer = csv.writer(file)
    writer.writerow(["id", "created_at", "email", "country", "employees", "product", "campaign"])
    countries = ("ES", "DE", "FR", "GB", "US", "BR", "MX", "JP", "SE", "")
    products = ("Security Suite", "GTX Pro", "")
    campaigns = ("ent-q4", "free-trial", "newsletter", "")
    for number, lead in enumerate(case(1, 1, leads).leads):
        writer.writerow(
            [
                number,
                (START + number * every).isoformat(),
                f"lead{number}@company{number}.example.com",
                countries[number % len(countries)],
                lead.employees.least if lead.employees else "",
                products[number % len(products)],
                campaigns[number % len(campaigns)],
            ]
        )


def main() -> int:
    """Print each size; answer 1 when 100,000 take too long, or a lead of many costs more."""
    parser = argparse.ArgumentParser(prog="python -m bench.simulate")
    parser.add_argument("--leads", type=int, nargs="*", default=SIZES)
    sizes = parser.parse_args().leads
    print(machine())
    is_good = True
    for told, start in (
        ("leads stay open", Start()),
        ("leads close after a day", Start(open_for=timedelta(days=1))),
    ):
        print(told)
        costs = [measure(leads, start) for leads in sizes]
        for cost in costs:
            print(f"  {cost}")
        growth, whole = costs[-1].each / costs[0].each, costs[-1].each * _OF
        print(f"  a lead of the last against one of the first: {growth:.2f} times", end="")
        print(f"; {_OF:,} would take {whole:.1f} s (allowed {MOST_SECONDS:.0f})")
        finding = Finding(
            what=f"`simulate`, {_OF:,} leads, {told}",
            budget=f"at most {MOST_SECONDS:.0f} s; a lead of more: {MOST_GROWTH} times",
            found=f"{whole:.1f} s of processor",
            growth=times(growth, f"a lead, at {sizes[-1]:,} against {sizes[0]:,}"),
            bound="telling each lead with every rule and every member, as JSON",
            is_kept=growth <= MOST_GROWTH and whole <= MOST_SECONDS,
        )
        is_good = hand_over(finding) and is_good
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
