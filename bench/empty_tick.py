"""What a tick costs that finds nothing new: requests by source, and processor seconds."""

import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bench.grounds import Grounds, by_vendor, grounds
from sandbox.linkedin.finders import LEAD_TYPES
from sandbox.town import Town

MOST_SECONDS = 2.0
_TICKS = 5
_SETTLED = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of one tick. `seconds` are the processor's, the sandbox's share included."""

    requests: Counter[str]
    paths: Counter[str]
    seconds: float


def allowed(town: Town) -> Mapping[str, int]:
    """One request for each object, page, account or list polled, and one for each workload."""
    customers = town.vendors.google.customers.values()
    lists = sum(len(LEAD_TYPES[owner.kind]) for owner in town.vendors.linkedin.owners.values())
    return {
        "salesforce": 1 + 1,
        "hubspot": 1 + 1,
        "meta_ads": len(town.vendors.meta.pages),
        "google_ads": sum(not customer.is_manager for customer in customers),
        "linkedin_ads": lists,  # its finder takes one owner and one type of lead at a time
    }


def empty_tick(at: Grounds) -> Cost:
    """Measure a tick after which there is nothing to be told."""
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
    at.tick()
    at.town.clock.skip(_SETTLED)
    at.tick()
    at.tick()


def main() -> int:
    """Print the costs; answer 1 when one is over its budget."""
    with grounds(200) as at:
        settle(at)
        costs = [empty_tick(at) for _ in range(_TICKS)]
        budget = allowed(at.town)
    most = {vendor: max(cost.requests[vendor] for cost in costs) for vendor in budget}
    print(f"{'source':<14}{'requests':>10}{'allowed':>10}")
    for vendor, limit in budget.items():
        print(f"{vendor:<14}{most[vendor]:>10}{limit:>10}")
    seconds = sorted(cost.seconds for cost in costs)[len(costs) // 2]
    print(
        f"\nprocessor: {seconds:.2f} s (allowed: {MOST_SECONDS:.0f}), the vendors' share included"
    )
    is_good = all(most[vendor] <= limit for vendor, limit in budget.items())
    return 0 if is_good and seconds <= MOST_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
