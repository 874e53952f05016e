"""
A soak with every fault switched on: at the end everybody is owned once, and the ledgers add up.

`make soak` runs it with 10,000 leads: FIRSTTOUCH_SOAK_LEADS says how many, FIRSTTOUCH_SOAK_SEED
which world.
"""

import os
import sys
import time

import pytest

from store.rows import DeliveryState
from tests.e2e import soak_witness as witness
from tests.e2e.soak_case import soaking
from tests.e2e.soak_faults import not_met, survived, table
from tests.e2e.soak_people import owner_of
from tests.e2e.witness import CRMS

LEADS = int(os.environ.get("FIRSTTOUCH_SOAK_LEADS", "300"))
SEED = int(os.environ.get("FIRSTTOUCH_SOAK_SEED", "31"))
ARRIVING = LEADS // 3


def check_takers(soak):
    """Who took a lead in the moment we wrote to it has it, and the store says that it is theirs."""
    town, taken = soak.town, soak.takers.taken
    assert {crm for crm, _ in taken} == set(CRMS)
    overwritten = witness.overwritten(town)
    assert overwritten, "nobody was overwritten: the second look had nothing to find"
    for (crm, record), owner in taken.items():
        assert owner_of(town, crm, record) == owner, witness.story(town, [record])
    told = {record for _, record in _told_as_given_back(soak.wiring.store)}
    untold = overwritten - told
    assert untold == set(), witness.story(town, untold)


def _told_as_given_back(store):
    """
    Records, by CRM, whose delivery ended as a conflict: the ledger and the sync's text have it.

    By record, as a contact that HubSpot has may be written for a lead of an ad platform.
    """
    for run in store.last_runs(100_000):
        for each in store.deliveries_of_run(run.id, DeliveryState.CONFLICT, limit=LEADS):
            if "given back" in each.came_to:
                yield each.crm, each.record_id


@pytest.mark.long
@pytest.mark.timeout(120 + LEADS)
def test_everybody_is_owned_once_whatever_goes_wrong(tmp_path, record_property):
    began = time.monotonic()
    with soaking(tmp_path, leads=LEADS - ARRIVING, seed=SEED) as soak:
        rounds = soak.live_through(ARRIVING)
        last = soak.end_in_peace()
        town, store = soak.town, soak.wiring.store
        waited = sum(1 for _ in witness.all_that_waited(town))
        faults = sum(sum(counts.values()) for counts in survived(town).values())
        seconds = time.monotonic() - began
        told = f"{waited:,} leads, {faults:,} faults, {rounds} syncs in {seconds:.0f} s"
        record_property("figure", f"soak: {told}")
        given_back = witness.overwritten(town)
        by_hand = len(given_back - {record for _, record in soak.takers.taken})
        people = f"{len(soak.takers.taken)} taken while being written, {len(given_back)} given back"
        people += f", {by_hand} of them taken by hand meanwhile"
        sys.stdout.write(f"\n{told}\n{people}\n\n{table(town)}\n")
        assert witness.ownerless(town) == []
        twice = witness.owned_twice(town)
        assert twice == {}, witness.story(town, twice)
        assert witness.created_twice(town) == []
        assert witness.created_out_of_nothing(town) == []
        overruled = witness.people_overruled(town)
        assert overruled == [], witness.story(town, overruled)
        check_takers(soak)
        for run in store.last_runs(100_000):
            wrong = {s: e for s, e in store.ledger(run.id).items() if not e.balanced}
            assert wrong == {}, run
        assert [tick.problems for tick in last] == [()] * len(last)
        assert not_met(town) == []
        assert waited > 0.9 * LEADS
