"""Two thousand waiting leads are one tick, in a number of requests that pages and batches set."""

from collections import Counter

import pytest

from sandbox.town import SERVED, Town
from sandbox.world.record import IN_THE_INTAKE
from tests.e2e.town_case import standing_counts, sync, wired
from tests.e2e.witness import everything_ownerless, requests

LEADS = 2_000
MOST_REQUESTS = 150  # one for each lead would be 2,000


@pytest.fixture(scope="module")
def synced(tmp_path_factory):
    with (
        Town.open(seed=19, leads=LEADS) as town,
        wired(town, tmp_path_factory.mktemp("store")) as wiring,
    ):
        run, ticks = sync(wiring)
        yield town, ticks, wiring.store.ledger(run)


def test_all_are_owned_in_one_tick(synced):
    town, ticks, ledger = synced
    assert [tick.problems for tick in ticks] == [()] * len(ticks)
    assert everything_ownerless(town) == []
    done = (entry.decided + entry.duplicates + entry.rejected for entry in ledger.values())
    assert sum(done) == sum(counts[kind] for counts in _standings(town) for kind in IN_THE_INTAKE)
    assert sum(entry.decided for entry in ledger.values()) > LEADS * 0.9
    assert sum(entry.pending for entry in ledger.values()) == 0


def _standings(town):
    return standing_counts(town).values()


def test_no_lead_costs_a_request_of_its_own(synced):
    town, _, _ = synced
    by_path = Counter(
        (entry.vendor, entry.detail["path"]) for entry in town.journal.entries(event="request")
    )
    assert requests(town) < MOST_REQUESTS, by_path.most_common(12)


def test_no_limit_of_a_vendor_was_run_into(synced):
    town, _, _ = synced
    statuses = {
        vendor: Counter(e.detail["status"] for e in town.journal.entries(vendor, "request"))
        for vendor in SERVED
    }
    assert {vendor: found[429] for vendor, found in statuses.items()} == dict.fromkeys(SERVED, 0)
    for vendor, found in statuses.items():
        assert max(found) < 300, (vendor, found)
