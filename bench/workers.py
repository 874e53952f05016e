"""
What more workers on one PostgreSQL bring: four sources' backlog, decided by 1, 2 and 4 of them.

Each worker does what a run on its own machine does: it opens the store, and decides what waits,
source by source, each from another source on. Decisions are serial by design (docs/adr/0001), so
that the rate of one worker is what all of them share; what is asked of a second one is that it
costs little, and that the work goes on when the first is gone.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.finding import Finding, hand_over
from bench.machine import machine
from bench.store import NOW, postgres, take_in, uncapped
from config.load import load
from flows.decide import decide_waiting
from flows.memory import keep_what_is_loaded
from flows.tick import new_run
from flows.wiring import DEFAULT_CONFIG, Wiring, wire
from sandbox.town import Town
from store.store import Store

WORKERS = (1, 2, 4)
LEADS = 8_000
SOURCES = ("salesforce", "hubspot", "meta_ads", "google_ads")
LEAST_KEPT = 0.5
"""Of one worker's rate, that four of them must still reach together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What `workers` did together: leads a second on the wall, and how many each decided."""

    workers: int
    a_second: float
    each: Sequence[int]


def measure(workers: int, leads: int) -> Rate:
    """Take a backlog in, then let so many processes decide it at once."""
    with postgres() as url, Town.open(7, 60) as town:
        store = Store.open(url)
        _fill(store, leads)
        store.close()
        environment = {**os.environ, **town.environment}
        started = [_worker(url, number, environment) for number in range(workers)]
        for each in started:
            _expect(each, "ready")
        began = time.monotonic()
        for each in started:
            _say(each, "go")
        decided = [int(_hear(each)) for each in started]
        wall = time.monotonic() - began
        for each in started:
            each.communicate()
    if sum(decided) != leads:
        raise AssertionError(f"{sum(decided)} of {leads} leads were decided, by {decided}")
    return Rate(workers=workers, a_second=leads / wall, each=decided)


def _fill(store: Store, leads: int) -> None:
    configuration = load(DEFAULT_CONFIG)
    store.save_policy(configuration.policy.hash, configuration.document, NOW)
    run = new_run()
    store.start_run(run, "bench", NOW)
    each = leads // len(SOURCES)
    for number, source in enumerate(SOURCES):
        take_in(store, source, range(number * each, (number + 1) * each), run)


def _worker(url: str, number: int, environment: Mapping[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bench.workers", "--worker", str(number), "--store", url]
    return subprocess.Popen(  # noqa: S603  (our own command)
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    )


def _say(worker: subprocess.Popen[str], line: str) -> None:
    assert worker.stdin is not None
    worker.stdin.write(f"{line}\n")
    worker.stdin.flush()


def _hear(worker: subprocess.Popen[str]) -> str:
    assert worker.stdout is not None
    return worker.stdout.readline().strip()


def _expect(worker: subprocess.Popen[str], line: str) -> None:
    if _hear(worker) != line:
        raise AssertionError("a worker did not start; its error is above")


def work(url: str, number: int) -> None:
    """Be one of the workers: say that it is ready, wait for the word, decide, say how many."""
    configuration = uncapped(load(DEFAULT_CONFIG))
    store = Store.open(url)
    wiring = wire(configuration, store, os.environ, now=lambda: NOW)
    keep_what_is_loaded()
    print("ready", flush=True)
    sys.stdin.readline()
    print(_decide(wiring, number), flush=True)
    store.close()


def _decide(wiring: Wiring, number: int) -> int:
    run = new_run()
    wiring.store.start_run(run, "bench", NOW)
    first = number % len(SOURCES)
    order = (*SOURCES[first:], *SOURCES[:first])
    return sum(len(decide_waiting(wiring, source, run)) for source in order)


def main() -> int:
    """Print a line for each number of workers; answer 1 when more of them are far slower."""
    parser = argparse.ArgumentParser(prog="python -m bench.workers")
    parser.add_argument("--leads", type=int, default=LEADS)
    parser.add_argument("--worker", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--store", help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.worker is not None:
        work(told.store, told.worker)
        return 0
    print(machine())
    rates = [measure(workers, told.leads) for workers in WORKERS]
    for rate in rates:
        share = rate.a_second / rates[0].a_second
        each = ", ".join(f"{count:,}" for count in rate.each)
        print(f"{rate.workers} on PostgreSQL: {rate.a_second:,.0f} leads/s ({share:.2f}; {each})")
    print("bound by: one decision at a time, over all workers (docs/adr/0001)")
    one, *more = rates
    finding = Finding(
        what="decisions by 1, 2 and 4 workers on one PostgreSQL",
        budget=f"four reach at least {LEAST_KEPT:.0%} of one's rate: they are there for safety",
        found=f"{one.a_second:,.0f} leads/s by one on the wall",
        growth=", ".join(f"{r.a_second / one.a_second:.2f} times by {r.workers}" for r in more),
        bound="one decision at a time, over all workers (docs/adr/0001)",
        is_kept=more[-1].a_second >= LEAST_KEPT * one.a_second,
    )
    return 0 if hand_over(finding) else 1


if __name__ == "__main__":
    sys.exit(main())
