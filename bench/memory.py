"""
What a process that syncs has in memory after a day of ticks: 1,440 of them, leads arriving.

It is a process of its own, as the vendors' memory is not ours; it runs the whole sync of every
source in itself, tick after tick, and its receiver listens. Under Prefect each run of the sync is
a process that ends, so that this is the longest life that the same code ever has.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.finding import Finding, hand_over
from bench.machine import machine
from config.load import load
from flows.memory import keep_what_is_loaded
from flows.receiver import receiving
from flows.tick import new_run, sync_all
from flows.wiring import DEFAULT_CONFIG, utc_now, wire
from sandbox.town import Town
from store.store import Store

A_DAY = 1_440
MOST_MEGABYTES = 600
_FIRST = 0.1
"""Of the ticks: by then all is loaded, and what grows after it grows."""

_LEADS = 200
_ARRIVES_EVERY = 2  # ticks
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Megabytes after each tick."""

    megabytes: Sequence[float]

    @property
    def settled(self) -> float:
        return self.megabytes[int(len(self.megabytes) * _FIRST)]


def measure(ticks: int) -> Found:
    """Let a town live, and a process sync it each minute; the minutes are leapt over."""
    with TemporaryDirectory() as folder, Town.open(7, _LEADS) as town:
        environment = {**os.environ, **town.environment}
        with _syncing(f"sqlite:///{folder}/bench.db", environment) as process:
            megabytes = []
            for number in range(ticks):
                town.clock.skip(_MINUTE)
                if number % _ARRIVES_EVERY == 0:
                    town.life.lead_arrives()
                    town.life.rep_works()
                megabytes.append(_ask(process))
            process.communicate()
    return Found(megabytes=megabytes)


def _syncing(url: str, environment: Mapping[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bench.memory", "--store", url]
    return subprocess.Popen(  # noqa: S603  (our own command)
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    )


def _ask(process: subprocess.Popen[str]) -> float:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("tick\n")
    process.stdin.flush()
    told = process.stdout.readline()
    if not told:
        raise AssertionError("the syncing process ended; its error is above")
    return float(told)


def sync_when_told(url: str) -> None:
    """Be that process: a tick for each line that comes, a minute later than the one before."""
    ahead = timedelta(0)
    configuration, store = load(DEFAULT_CONFIG), Store.open(url)
    wiring = wire(configuration, store, os.environ, now=lambda: utc_now() + ahead)
    store.save_policy(configuration.policy.hash, configuration.document, wiring.now())
    keep_what_is_loaded()
    with receiving(wiring, port=0):
        for _ in sys.stdin:
            ahead += _MINUTE
            run = new_run()
            wiring.store.start_run(run, "bench", wiring.now())
            sync_all(wiring, list(wiring.sources), run)
            wiring.store.end_run(run, wiring.now())
            print(_resident(), flush=True)


def _resident() -> float:
    """Megabytes now, as Linux counts them."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


def main() -> int:
    """Print how it goes; answer 1 when it is more than allowed."""
    parser = argparse.ArgumentParser(prog="python -m bench.memory")
    parser.add_argument("--ticks", type=int, default=A_DAY)
    parser.add_argument("--store", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.store:
        sync_when_told(asked.store)
        return 0
    print(machine())
    found = measure(asked.ticks)
    most, last = max(found.megabytes), found.megabytes[-1]
    settled = max(1, int(asked.ticks * _FIRST))
    print(f"{asked.ticks:,} ticks: {last:.0f} MB at the end, {most:.0f} MB at most")
    print(f"after {settled:,} ticks it was {found.settled:.0f} MB (allowed: {MOST_MEGABYTES})")
    finding = Finding(
        what=f"resident memory of the serving process after {asked.ticks:,} ticks",
        budget=f"at most {MOST_MEGABYTES} MB, the Prefect server apart",
        found=f"{last:.0f} MB, {most:.0f} MB at most",
        growth=f"{found.settled:.0f} MB after {settled:,} ticks",
        bound="libraries that are loaded; a page of leads at a time",
        is_kept=most <= MOST_MEGABYTES,
    )
    return 0 if hand_over(finding) else 1


if __name__ == "__main__":
    sys.exit(main())
