"""How long a report takes, and how much memory: of leads in a store, at two sizes."""

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, insert

from bench.finding import Finding, hand_over
from bench.machine import machine
from config.load import load
from flows.reporting import make_report
from flows.wiring import DEFAULT_CONFIG
from leads.keys import LeadKey
from leads.lead import Headcount, Lead
from reports.report_page import report_page
from store import codec
from store.database import Database
from store.schema import decision, delivery, lead, outcome, sla_clock
from store.store import Store

MOST_SECONDS, MOST_MEGABYTES = 60, 2_000
SIZES = (100_000, 1_000_000)
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
YEAR = timedelta(days=365)
_OWNERS = [f"owner-{n}" for n in range(40)]
_PAGE = 5_000
Row = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of a report: what the processor took, and the most memory the process had."""

    leads: int
    processor: float
    megabytes: float

    def __str__(self) -> str:
        return (
            f"{self.leads:>10,} leads: {self.processor:6.1f} s of processor, "
            f"{self.megabytes:,.0f} MB at most"
        )


def fill(url: str, leads: int) -> None:
    """Make a store of a year of leads, each given, most of them touched, some converted."""
    Store.open(url).close()
    database, dice = Database.at(url), Random(7)  # noqa: S311  (made up)
    for first in range(0, leads, _PAGE):
        made = [_rows(n, leads, dice) for n in range(first, min(first + _PAGE, leads))]
        database.write("filling", partial(_insert, made=made))
    database.close()


def _insert(connection: Connection, made: list[tuple[Row, ...]]) -> None:
    for at, table in enumerate((lead, decision, delivery, sla_clock, outcome)):
        rows = [rows[at] for rows in made if rows[at]]
        if rows:
            connection.execute(insert(table), rows)


def _rows(number: int, leads: int, dice: Random) -> tuple[Row, ...]:
    created = NOW - YEAR + number * (YEAR / leads)
    owner, given = dice.choice(_OWNERS), created + timedelta(seconds=dice.uniform(2, 60))
    due, touched = given + timedelta(hours=4), given + timedelta(hours=dice.lognormvariate(0, 1.4))
    key = {"source": dice.choice(["hubspot", "salesforce", "meta_ads"]), "source_id": str(number)}
    known: Row = {**key, "attempt": 1}
    document = Lead(
        key=LeadKey(**key),
        created_at=created,
        email=f"lead{number}@company{number // 4}.example.com",
        country=dice.choice(["ES", "DE", "US", None]),
        channel=dice.choice(["web", "paid", "partner"]),
        campaign=f"campaign-{number % 50}",
        employees=Headcount(least=size, most=size) if (size := dice.choice([0, 20, 900])) else None,
    )
    seen: Row = {
        **known,
        **dict.fromkeys(("first_seen", "last_seen", "created_at"), created),
        "version": "1",
        "state": "decided",
        "reason": "",
        "document": codec.dumps(document),
    }
    decided: Row = {
        **known,
        "owner": owner,
        "pool": f"pool-{number % 6}",
        "rule": f"Rule {number % 200}",
        "method": dice.choice(["round_robin", "best_match"]),
        "reason": "next in turn",
        "policy": "p",
        "decided_at": given,
        "sla_due": due,
        "run": "r",
        "document": "{}",
    }
    record: Row = {"crm": "hubspot", "record_id": str(number)}
    theirs: Row = {**known, **record, "owner": owner, "crm_owner": owner}
    won = dice.random() < 0.1 and created < NOW - timedelta(days=9)  # noqa: PLR2004
    return (
        seen,
        decided,
        _written(theirs, number, given),
        _timed(theirs, number, given, due, touched),
        _won(record, number, created + timedelta(days=9)) if won else {},
    )


def _written(theirs: Row, number: int, given: datetime) -> Row:
    return {
        **theirs,
        "id": f"{number}-1",
        "document": "{}",
        "run": "r",
        "state": "written",
        "reason": "",
        "attempts": 1,
        "due_at": given,
        "created_at": given,
    }


def _timed(theirs: Row, number: int, given: datetime, due: datetime, touched: datetime) -> Row:
    return {
        **theirs,
        "delivery": f"{number}-1",
        "kind": "first_touch",
        "sla": "standard",
        "state": "touched",
        "decided_at": given,
        "assigned_at": given,
        "due_at": due,
        "touched_at": touched if touched < NOW else None,
        "touch_flaw": "",
    }


def _won(record: Row, number: int, at: datetime) -> Row:
    return {
        **record,
        "evidence": f"deal-{number}",
        "kind": "won",
        "at": at,
        "recorded_at": at,
        "seen_at": NOW,
    }


def measure(url: str) -> Cost:
    """Report on a year, in this process: its memory is the report's."""
    configuration = load(DEFAULT_CONFIG)
    store, began = Store.open_existing(url), time.process_time()
    report = make_report(store, configuration, NOW - YEAR, NOW)
    page = report_page(report)
    processor = time.process_time() - began
    assert page
    leads = report.sections[0].figures["leads"]
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Cost(leads=int(leads or 0), processor=processor, megabytes=most)


def _measured(leads: int) -> Iterator[Cost]:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        fill(url, leads)
        alone = [sys.executable, "-m", "bench.report", "--measure", url]
        said = subprocess.run(alone, check=True, capture_output=True, text=True).stdout.split()  # noqa: S603
        yield Cost(leads=int(said[0]), processor=float(said[1]), megabytes=float(said[2]))


def main() -> int:
    """Print each size; answer 1 when the largest takes too long, or too much memory."""
    parser = argparse.ArgumentParser(prog="python -m bench.report")
    parser.add_argument("--leads", type=int, nargs="*", default=SIZES)
    parser.add_argument("--measure", metavar="URL", help="only report on this store")
    asked = parser.parse_args()
    if asked.measure:
        cost = measure(asked.measure)
        print(cost.leads, cost.processor, cost.megabytes)
        return 0
    print(f"A report on a year (allowed: {MOST_SECONDS} s, {MOST_MEGABYTES:,} MB)")
    print(machine())
    costs: list[Cost] = []
    for leads in asked.leads:
        costs += _measured(leads)
        print(f"  {costs[-1]}")
    last = costs[-1]
    finding = Finding(
        what=f"a report on a year of {last.leads:,} leads",
        budget=f"at most {MOST_SECONDS} s of processor, {MOST_MEGABYTES:,} MB",
        found=f"{last.processor:.1f} s, {last.megabytes:,.0f} MB",
        growth=", ".join(
            f"{each.processor:.1f} s, {each.megabytes:,.0f} MB at {each.leads:,}"
            for each in costs[:-1]
        ),
        bound="reading each lead's document from the store",
        is_kept=last.processor <= MOST_SECONDS and last.megabytes <= MOST_MEGABYTES,
    )
    return 0 if hand_over(finding) else 1


if __name__ == "__main__":
    sys.exit(main())
