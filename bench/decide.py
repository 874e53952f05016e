"""
How long a decision takes, by rules and members, and beside other ways.

Processor time, so that what else runs counts for less; the ratios are of one run.
"""

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bench.decide_cases import Case, case
from bench.decide_rivals import Matcher, closures, rule_engine, zen
from bench.finding import Finding, hand_over, times
from bench.machine import machine
from leads.lead import Lead
from routing.book import Book
from routing.engine import Engine
from routing.rulebook import RuleBook

SIZES = ((10, 10), (100, 10), (100, 100), (1_000, 10), (1_000, 100), (10_000, 100))
ALLOWED = 100
ALLOWED_GROWTH = 4
OTHERS = {"closures": closures, "zen-engine": zen, "rule-engine": rule_engine}
_MICRO = 1e6


def main() -> int:
    """Print both; answer 1 when a decision is over its budget."""
    arguments = argparse.ArgumentParser(prog="python -m bench.decide")
    arguments.add_argument("--leads", type=int, default=2_000, help="leads for each measurement")
    leads = arguments.parse_args().leads
    print(machine())
    is_good = whole_decisions(leads)
    return 0 if beside_others(leads) and is_good else 1


def whole_decisions(leads: int) -> bool:
    """Decide and count in, with the trace up to the match and the near misses."""
    print("\nA whole decision, microseconds (rules x members: mean, median; then the count in)")
    means = {}
    for rules, members in SIZES:
        given = case(rules, members, leads)
        decided, counted = _decide_all(given)
        means[rules, members] = statistics.mean(decided)
        middle, count = statistics.median(decided), statistics.mean(counted)
        each = means[rules, members]
        print(f"  {rules:>6,} x {members:<4} {each:8.1f} {middle:8.1f}   {count:8.1f}")
    mean = means[1_000, 100]
    print(f"  1,000 x 100: {mean:.1f} (allowed {ALLOWED})")
    growth = means[10_000, 100] / means[100, 100]
    print(f"  10,000 rules against 100: {growth:.2f} times (allowed {ALLOWED_GROWTH})")
    finding = Finding(
        what="decide one lead, 1,000 rules x 100 members, trace up to the match and near misses",
        budget=f"at most {ALLOWED} microseconds; 10,000 rules: {ALLOWED_GROWTH} times 100's",
        found=f"{mean:.1f} microseconds of processor",
        growth=times(growth, "at 10,000 rules against 100"),
        bound="who of a pool is at work and under a cap, member by member; finding the rule "
        "and its near misses is a fifth of it",
        is_kept=mean <= ALLOWED and growth <= ALLOWED_GROWTH,
    )
    return hand_over(finding)


def _decide_all(given: Case) -> tuple[list[float], list[float]]:
    engine, book = Engine(given.policy), Book(open_leads={}, rotation={}, away={})
    gc.collect()
    gc.freeze()  # as every process that decides does with its policy: flows/memory.py
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


def beside_others(leads: int) -> bool:
    """Find the first matching rule, to the same answers; ours tells the near misses as well."""
    print("\nThe first matching rule, microseconds a lead, and ours against it")
    few, many = (_compared(rules, leads) for rules in (100, 1_000))
    told = [f"{name} {ratio:,.1f} times ours" for name, ratio in many.ratios.items()]
    missing = [f"{name} is not installed" for name in OTHERS if name not in many.ratios]
    finding = Finding(
        what="the first of 1,000 rules that matches, beside other ways",
        budget="the same answers",
        found="; ".join([f"index {many.own:.1f} microseconds", *told, *missing]),
        growth=f"index {times(many.own / few.own, 'at 1,000 rules against 100')}; "
        + "; ".join(f"{name} {ratio:,.1f} times ours" for name, ratio in few.ratios.items())
        + " at 100",
        bound="a lookup of each field of the lead; near misses and reasons are told as well",
        is_kept=few.is_same and many.is_same,
    )
    return hand_over(finding)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Ours in microseconds, what the others take against it, and whether all agree."""

    own: float
    ratios: Mapping[str, float]
    is_same: bool


def _compared(rules: int, leads: int) -> Compared:
    given = case(rules, 2, min(leads, 500))
    ours = _ours(given)
    expected = [ours(lead) for lead in given.leads]
    own, ratios, is_same = _each(ours, given.leads), {}, True
    print(f"  {rules:,} rules: index, with near misses and reasons {own:.1f}")
    for name, make in OTHERS.items():
        matcher = make(given.policy)
        if matcher is None:
            print(f"    {name:<12} not installed here; it would be measured if it were")
            continue
        pairs = zip(given.leads, expected, strict=True)
        same = sum(matcher(lead) == want for lead, want in pairs)
        each = _each(matcher, given.leads[:100])
        agreed = f"{same} of {len(expected)} answers the same"
        print(f"    {name:<12} {each:10.1f}  {each / own:8.1f} times ours; {agreed}")
        ratios[name] = each / own
        is_same = is_same and same == len(expected)
    return Compared(own=own, ratios=ratios, is_same=is_same)


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


if __name__ == "__main__":
    sys.exit(main())
