"""What the sandbox takes to fill and to search, at two sizes: its cost must grow with the leads."""

import argparse
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from bench.finding import Finding, hand_over, times
from bench.machine import machine
from sandbox.hubspot.app import TOKEN
from sandbox.town import Town

SIZES = (2_000, 10_000)
MOST_GROWTH = 2.0
"""Times, of what one lead costs: a loop within a loop would cost five times as much each."""

_SEARCHES = 5
_SEARCH = {
    "filterGroups": [
        {"filters": [{"propertyName": "lastmodifieddate", "operator": "GTE", "value": "0"}]}
    ],
    "limit": 200,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of a town of so many leads, in processor seconds; `search` is of one HubSpot search."""

    leads: int
    opening: float
    search: float


def measure(leads: int) -> Cost:
    """Open a town and search its contacts over HTTP, as a connector does."""
    began = time.process_time()
    with Town.open(7, leads, now=datetime.now(UTC)) as town:
        opening = time.process_time() - began
        town.vendors.hubspot.limits.off()
        began = time.process_time()
        with httpx.Client(
            base_url=town.addresses["hubspot"], headers={"Authorization": f"Bearer {TOKEN}"}
        ) as http:
            for _ in range(_SEARCHES):
                http.post("/crm/v3/objects/contacts/search", json=_SEARCH).raise_for_status()
        search = (time.process_time() - began) / _SEARCHES
    return Cost(leads=leads, opening=opening, search=search)


def main() -> int:
    """Print each size; answer 1 when a lead of the largest costs much more than of the first."""
    parser = argparse.ArgumentParser(prog="python -m bench.sandbox")
    parser.add_argument("--leads", type=int, nargs="*", default=SIZES)
    print(machine())
    costs = [measure(leads) for leads in parser.parse_args().leads]
    for cost in costs:
        print(f"{cost.leads:,} leads: opened in {cost.opening:.2f} s, a search {cost.search:.3f} s")
    first, last = costs[0], costs[-1]
    more = last.leads / first.leads
    growth = max(last.opening / first.opening, last.search / first.search) / more
    print(
        f"a lead of the last against one of the first: {growth:.2f} times (at most {MOST_GROWTH})"
    )
    finding = Finding(
        what=f"the sandbox with {last.leads:,} leads",
        budget=f"a lead of more: {MOST_GROWTH} times",
        found=f"opened in {last.opening:.1f} s, a search {last.search:.3f} s of processor",
        growth=times(growth, f"a lead, at {last.leads:,} against {first.leads:,}"),
        bound="a search looks at every record, as its own order has to be kept",
        is_kept=growth <= MOST_GROWTH,
    )
    return 0 if hand_over(finding) else 1


if __name__ == "__main__":
    sys.exit(main())
