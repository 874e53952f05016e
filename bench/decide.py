"""
How long a decision takes: by rules and members, beside other ways, and a file of 100,000 leads.

Processor time, so that what else runs counts for less; the ratios are of one run.
"""

import argparse
import csv
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from bench.decide_cases import Case, case
from bench.decide_rivals import Matcher, closures, rule_engine, zen
from config.load import load
from flows.simulation import Start, simulate
from flows.wiring import DEFAULT_CONFIG
from leads.lead import Lead
from routing.book import Book
from routing.engine import Engine
from routing.rulebook import RuleBook

SIZES = ((10, 10), (100, 10), (100, 100), (1_000, 10), (1_000, 100), (10_000, 100))
ALLOWED = 100
ALLOWED_GROWTH = 4
ALLOWED_SECONDS = 20
OTHERS = {"closures": closures, "zen-engine": zen, "rule-engine": rule_engine}
_MICRO = 1e6


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--leads", type=int, default=2_000, help="leads for each measurement")
    arguments.add_argument("--simulated", type=int, default=100_000, help="leads in the file")
    chosen = arguments.parse_args()
    version, machine = platform.python_version(), platform.machine()
    print(f"Python {version}, {os.cpu_count()} cores of {machine}; processor time.")
    print(f"Load {os.getloadavg()[0]:.1f}: above {os.cpu_count()}, times are longer; ratios hold.")
    whole_decisions(chosen.leads)
    beside_others(chosen.leads)
    if chosen.simulated:
        a_file(chosen.simulated)


def whole_decisions(leads: int) -> None:
    """Decide and count in, with the trace up to the match and the near misses."""
    print("\nA whole decision, microseconds (rules x members: mean, median; then the count in)")
    means = {}
    for rules, members in SIZES:
        given = case(rules, members, leads)
        decided, counted = _decide_all(given)
        means[rules, members] = statistics.mean(decided)
        middle, count = statistics.median(decided), statistics.mean(counted)
        mean = means[rules, members]
        print(f"  {rules:>6,} x {members:<4} {mean:8.1f} {middle:8.1f}   {count:8.1f}")
    print(f"  1,000 x 100: {means[1_000, 100]:.1f} (allowed {ALLOWED})")
    growth = means[10_000, 100] / means[100, 100]
    print(f"  10,000 rules against 100: {growth:.2f} times (allowed {ALLOWED_GROWTH})")


def _decide_all(given: Case) -> tuple[list[float], list[float]]:
    engine, book = Engine(given.policy), Book(open_leads={}, rotation={}, away={})
    decided, counted = [], []
    for lead in given.leads:
        standing = book.standing()
        start = time.thread_time()
        decision = engine.decide(lead, standing, lead.created_at)
        made = time.thread_time()
        book.apply(decision)
        counted.append((time.thread_time() - made) * _MICRO)
        decided.append((made - start) * _MICRO)
    return decided, counted


def beside_others(leads: int) -> None:
    """Find the first matching rule; ours tells the near misses and what failed as well."""
    print("\nThe first matching rule, microseconds a lead, and ours against it")
    for rules in (100, 1_000):
        given = case(rules, 2, min(leads, 500))
        ours = _ours(given)
        expected = [ours(lead) for lead in given.leads]
        own = _each(ours, given.leads)
        print(f"  {rules:,} rules: index, with near misses and reasons {own:.1f}")
        for name, make in (
            ("closures", closures),
            ("zen-engine", zen),
            ("rule-engine", rule_engine),
        ):
            print(f"    {name:<12} {_compared(make(given.policy), given, expected, own)}")


def _compared(matcher: Matcher | None, given: Case, expected: list[str | None], own: float) -> str:
    if matcher is None:
        return "not installed here; it would be measured if it were"
    same = sum(matcher(lead) == want for lead, want in zip(given.leads, expected, strict=True))
    each = _each(matcher, given.leads[:100])
    return f"{each:10.1f}  {each / own:8.1f} times ours; {same} of {len(expected)} answers the same"


def _ours(given: Case) -> Matcher:
    book = RuleBook(given.policy)

    def match(lead: Lead) -> str | None:
        rule = book.match(lead, lead.created_at, full=False).rule
        return None if rule is None else rule.name

    return match


def _each(matcher: Callable[[Lead], str | None], leads: tuple[Lead, ...]) -> float:
    start = time.thread_time()
    for lead in leads:
        matcher(lead)
    return (time.thread_time() - start) / len(leads) * _MICRO


def a_file(leads: int) -> None:
    """Simulate a CSV by the example's configuration, the JSON of every lead included."""
    configuration = load(DEFAULT_CONFIG)
    with _file_of(leads) as path:
        start, wall = time.process_time(), time.monotonic()
        size = 0
        for outcome in simulate(path, configuration, Start(), clock=None):
            size += len(json.dumps(outcome.json, ensure_ascii=False))
        spent, took = time.process_time() - start, time.monotonic() - wall
    print(f"\n{leads:,} leads simulated: {spent:.1f} s of processor, {took:.1f} s on the wall")
    print(f"  {size / 1e6:.0f} MB of JSON (allowed {ALLOWED_SECONDS} s for 100,000)")


@contextmanager
def _file_of(leads: int) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "leads.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            _write(file, leads)
        yield path


def _write(file: TextIO, leads: int) -> None:
    writer = csv.writer(file)
    writer.writerow(["id", "created_at", "email", "country", "employees", "product", "campaign"])
    countries = ("ES", "DE", "FR", "GB", "US", "BR", "MX", "JP", "SE", "")
    products = ("Security Suite", "GTX Pro", "")
    campaigns = ("ent-q4", "free-trial", "newsletter", "")
    for number, lead in enumerate(case(1, 1, leads).leads):
        writer.writerow(
            [
                number,
                lead.created_at.isoformat(),
                f"lead{number}@company{number}.example.com",
                countries[number % len(countries)],
                lead.employees.least if lead.employees else "",
                products[number % len(products)],
                campaigns[number % len(campaigns)],
            ]
        )


if __name__ == "__main__":
    main()
