"""What a tick costs that finds nothing new: requests by source, and processor seconds."""

import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bench.grounds import Grounds, by_vendor, grounds
from bench.machine import machine
from sandbox.linkedin.finders import LEAD_TYPES
from sandbox.town import Town

MOST_SECONDS = 2.0
_TICKS = 3
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
    print(machine())
    with grounds(200) as at:
        settle(at)
        minutes = [empty_tick(at) for _ in range(_TICKS)]
        long = [empty_tick(at, after=LONG) for _ in range(_TICKS)]
        budgets = allowed(at.town, mirrored=False), allowed(at.town, mirrored=True)
    print(f"{'requests':<14}{'a minute':>12}{'allowed':>10}{'all is due':>12}{'allowed':>10}")
    is_good = True
    for vendor in budgets[0]:
        most = [max(cost.requests[vendor] for cost in costs) for costs in (minutes, long)]
        limits = [budget[vendor] for budget in budgets]
        print(f"{vendor:<14}{most[0]:>12}{limits[0]:>10}{most[1]:>12}{limits[1]:>10}")
        is_good = is_good and most[0] <= limits[0] and most[1] <= limits[1]
    costs = [*minutes, *long]
    seconds = sorted(cost.seconds for cost in costs)[len(costs) // 2]
    print(
        f"\nprocessor: {seconds:.2f} s (allowed: {MOST_SECONDS:.0f}), the vendors' share included"
    )
    return 0 if is_good and seconds <= MOST_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
