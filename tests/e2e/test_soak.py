"""
A soak with every fault switched on: at the end everybody is owned once, and the ledgers add up.

`make soak` runs it with 10,000 leads: FIRSTTOUCH_SOAK_LEADS says how many, FIRSTTOUCH_SOAK_SEED
which world.
"""

import os
import sys
import time

import pytest

from tests.e2e import soak_witness as witness
from tests.e2e.soak_case import soaking
from tests.e2e.soak_faults import not_met, survived, table

LEADS = int(os.environ.get("FIRSTTOUCH_SOAK_LEADS", "500"))
SEED = int(os.environ.get("FIRSTTOUCH_SOAK_SEED", "31"))
ARRIVING = LEADS // 3


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
        sys.stdout.write(f"\n{told}\n\n{table(town)}\n")
        assert witness.ownerless(town) == []
        assert witness.owned_twice(town) == {}
        assert witness.created_twice(town) == []
        assert witness.created_out_of_nothing(town) == []
        assert witness.people_overruled(town) == []
        for run in store.last_runs(100_000):
            wrong = {s: e for s, e in store.ledger(run.id).items() if not e.balanced}
            assert wrong == {}, run
        assert [tick.problems for tick in last] == [()] * len(last)
        assert not_met(town) == []
        assert waited > 0.9 * LEADS
