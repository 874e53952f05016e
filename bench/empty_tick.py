"""What a tick costs that finds nothing new: requests by source, and processor seconds."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bench.finding import Finding, hand_over
from bench.grounds import Grounds, by_vendor, grounds
from bench.machine import machine
from sandbox.linkedin.finders import LEAD_TYPES
from sandbox.town import Town

MOST_SECONDS = 2.0
_TICKS = 3
_MORE = 4
_SETTLED = timedelta(hours=1)
MINUTE, LONG = timedelta(minutes=1), timedelta(minutes=11)
"""After a long while all is due: the mirror, and a source that is spared for its calls' sake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of one tick. `seconds` are the processor's, the sandbox's share included."""

    requests: Counter[str]
    paths: Counter[str]
    seconds: float


def allowed(town: Town, *, mirrored: bool) -> Mapping[str, int]:
    """
    One request for each object, page, account or list polled, and one for each workload.

    When it is time to mirror, a CRM's accounts, people and owners are polled too: Account, Lead,
    Contact, User and Group at Salesforce, companies, contacts, active and archived owners at
    HubSpot. So is, while leads wait for a first touch, who was in touch: tasks, events and the
    history of leads at Salesforce; calls, e-mails, meetings, tasks and statuses at HubSpot.
    """
    customers = town.vendors.google.customers.values()
    lists = sum(len(LEAD_TYPES[owner.kind]) for owner in town.vendors.linkedin.owners.values())
    return {
        "salesforce": 1 + 1 + (5 + 3 if mirrored else 0),
        "hubspot": 1 + 1 + (4 + 5 if mirrored else 0),
        "meta_ads": len(town.vendors.meta.pages),
        "google_ads": sum(not customer.is_manager for customer in customers),
        "linkedin_ads": lists,  # its finder takes one owner and one type of lead at a time
    }


def empty_tick(at: Grounds, *, after: timedelta = MINUTE) -> Cost:
    """Measure a tick, so long after the last one, in which no source has anything to tell."""
    at.town.clock.skip(after)
    told, began = len(at.requests()), time.process_time()
    ticks = at.tick()
    seconds = time.process_time() - began
    if any(tick.decided or tick.problems for tick in ticks):
        raise AssertionError(f"this tick was not empty: {ticks}")
    asked = at.requests()[told:]
    paths = Counter(f"{entry.detail['method']} {entry.detail['path']}" for entry in asked)
    return Cost(requests=by_vendor(asked), paths=paths, seconds=seconds)


def settle(at: Grounds) -> None:
    """Work off what waits, until what was read for safety a second time is past too."""
    for _ in range(3):
        at.tick()
        at.town.clock.skip(_SETTLED)
    at.tick()


def main() -> int:
    """Print the costs; answer 1 when one is over its budget."""
    parser = argparse.ArgumentParser(prog="python -m bench.empty_tick")
    parser.add_argument("--leads", type=int, default=200, help="what the vendors have")
    few = parser.parse_args().leads
    print(machine())
    small, large = (measure(leads) for leads in (few, few * _MORE))
    growth = large.seconds / small.seconds
    print(f"with {_MORE} times the leads at the vendors: {growth:.2f} times the processor")
    seconds = large.seconds
    asked = Finding(
        what="an empty tick, five sources: requests",
        budget="one for each object, page or account, and one for each workload",
        found=f"{small.requests} of {small.allowed} allowed",
        growth=f"{large.requests} with {_MORE} times the leads at the vendors",
        bound="each source is asked what changed; the CRMs what their owners have in hand",
        is_kept=small.is_kept and large.is_kept,
    )
    spent = Finding(
        what="an empty tick, five sources: processor, the vendors' share included",
        budget=f"at most {MOST_SECONDS:.0f} s",
        found=f"{seconds:.2f} s with {few * _MORE:,} leads at the vendors",
        growth=f"{growth:.2f} times with {_MORE} times the leads",
        bound="the sandbox's vendors looking through their records, in the same process",
        is_kept=seconds <= MOST_SECONDS,
    )
    return 0 if hand_over(asked, spent) else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Requests in a minute with nothing new, what they may be, and the seconds of processor."""

    requests: int
    allowed: int
    seconds: float
    is_kept: bool


def measure(leads: int) -> Found:
    """Print a line for each vendor."""
    print(f"\n{leads:,} leads at the vendors")
    with grounds(leads) as at:
        settle(at)
        minutes = [empty_tick(at) for _ in range(_TICKS)]
        long = [empty_tick(at, after=LONG) for _ in range(_TICKS)]
        budgets = allowed(at.town, mirrored=False), allowed(at.town, mirrored=True)
    print(f"{'requests':<14}{'a minute':>12}{'allowed':>10}{'all is due':>12}{'allowed':>10}")
    is_kept = True
    for vendor in budgets[0]:
        most = [max(cost.requests[vendor] for cost in costs) for costs in (minutes, long)]
        limits = [budget[vendor] for budget in budgets]
        print(f"{vendor:<14}{most[0]:>12}{limits[0]:>10}{most[1]:>12}{limits[1]:>10}")
        is_kept = is_kept and most[0] <= limits[0] and most[1] <= limits[1]
    costs = [*minutes, *long]
    seconds = sorted(cost.seconds for cost in costs)[len(costs) // 2]
    print(
        f"\nprocessor: {seconds:.2f} s (allowed: {MOST_SECONDS:.0f}), the vendors' share included"
    )
    return Found(
        requests=max(cost.requests.total() for cost in minutes),
        allowed=sum(budgets[0].values()),
        seconds=seconds,
        is_kept=is_kept,
    )


if __name__ == "__main__":
    sys.exit(main())
