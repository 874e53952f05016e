"""A thousand waiting leads are one tick, in a number of requests that pages and batches set."""

from collections import Counter

import pytest

from sandbox.town import Town
from sandbox.world.record import IN_THE_INTAKE
from tests.e2e.town_case import standing_counts, sync, wired
from tests.e2e.witness import everything_ownerless

LEADS = 1_000
MOST_REQUESTS = 150  # the owners of both CRMs are read too; one for each lead would be 1,000


@pytest.mark.long
def test_all_are_owned_in_one_tick_without_a_request_for_each(tmp_path):
    with (
        Town.open(seed=19, leads=LEADS) as town,
        wired(town, tmp_path, limits=True) as wiring,
    ):
        run, ticks = sync(wiring)
        ledger = wiring.store.ledger(run)
    assert [tick.problems for tick in ticks] == [()] * len(ticks)
    assert everything_ownerless(town) == []
    done = sum(entry.decided + entry.duplicates + entry.rejected for entry in ledger.values())
    standings = standing_counts(town).values()
    waited = sum(counts[standing] for counts in standings for standing in IN_THE_INTAKE)
    # A person's ad may bring the owner of a contact before the contact's own turn comes.
    assert waited * 0.98 < done <= waited
    assert sum(entry.decided for entry in ledger.values()) > LEADS * 0.9
    assert sum(entry.pending for entry in ledger.values()) == 0
    asked = town.journal.entries(event="request")
    by_path = Counter((entry.vendor, entry.detail["path"]) for entry in asked)
    assert len(asked) < MOST_REQUESTS, by_path.most_common(12)
    refused = [entry for entry in asked if entry.detail["status"] >= 300]
    assert refused == [], "no limit of a vendor was run into, and nothing was asked in vain"
