"""A person overwritten between our last reading and our write has the lead back, crash or not."""

from datetime import timedelta
from itertools import product

import pytest

from flows.deliver import deliver_pending
from flows.tick import new_run, sync_all
from flows.undelivered import undelivered
from leads.keys import CrmOwnerId, LeadKey
from leads.ownership import OwnerChange
from sandbox.faults import Fault, FaultKind
from sandbox.town import Town
from sandbox.world.record import Standing
from sandbox.world.roster import ADMIN
from store.rows import DeliveryState
from tests.e2e.crash_choice import one_in
from tests.e2e.killed_sync import killed
from tests.e2e.town_case import empty_store, sync, wired
from tests.e2e.witness import CRMS

WRITES = {"salesforce": "/composite/sobjects", "hubspot": "/contacts/batch/update"}
AFTER_THE_LEASES = timedelta(minutes=5)


def owner(town, crm, record_id):
    if crm == "salesforce":
        return town.vendors.salesforce.leads[record_id]["OwnerId"]
    return town.vendors.hubspot.contacts[record_id].state.values.get("hubspot_owner_id")


def taken_in_the_window(town, crm):
    """Right before the CRM carries out our write, somebody takes one of the leads that wait."""
    record = next(r for r in town.world.records[crm] if r.standing is Standing.WAITING)
    record_id, vendor = town.ids[record.key], getattr(town.vendors, crm)
    vendor.ground.faults.edit = lambda: vendor.person_sets_owner(record_id, getattr(ADMIN, crm))
    vendor.ground.faults.script(Fault(kind=FaultKind.EDITED_BEFORE, path=WRITES[crm]))
    return record_id


def standing(wiring):
    with wiring.store.desk(wiring.now()) as desk:
        return desk.rotation(), desk.open_leads(wiring.crm_ids())


def is_theirs(town, wiring, crm, record_id):
    assert owner(town, crm, record_id) == getattr(ADMIN, crm)
    (delivery,) = wiring.store.deliveries_of(LeadKey(crm, record_id))
    assert (delivery.state, delivery.owner_found) == (DeliveryState.CONFLICT, getattr(ADMIN, crm))
    assert "given back" in delivery.reason
    assert wiring.store.stored_lead(LeadKey(crm, record_id)).is_void


@pytest.mark.parametrize("crm", CRMS)
def test_they_have_it_back_and_it_counts_for_nobody(tmp_path, crm):
    with Town.open(seed=12, leads=60) as town, wired(town, tmp_path, only=[crm]) as wiring:
        run = new_run()
        wiring.store.start_run(run, "sync", wiring.now())
        sync_all(wiring, list(wiring.sources), run, write=False)
        record_id = taken_in_the_window(town, crm)
        decision = wiring.store.stored_lead(LeadKey(crm, record_id)).decision
        assert decision is not None
        rotation, in_hand = standing(wiring)
        results = deliver_pending(wiring, crm, run)
        is_theirs(town, wiring, crm, record_id)
        (told,) = undelivered(wiring, crm, results)
        assert f"{crm}:{record_id}" in str(told)
        after, in_hand_after = standing(wiring)
        assert in_hand_after[decision.owner] == in_hand[decision.owner] - 1
        for accrual in decision.accruals:
            before, now = (r[accrual.pool][accrual.charged].assigned for r in (rotation, after))
            assert now == before - 1
        entry = wiring.store.ledger(run)[crm]
        assert entry.conflicts == 1
        assert entry.delivered > 1
        assert entry.balanced
        sync(wiring)
        is_theirs(town, wiring, crm, record_id)


@pytest.mark.parametrize(
    ("crm", "number"),
    one_in(4, list(product(CRMS, "1234"))),
)
def test_killed_before_it_looked_again_the_next_sync_does(tmp_path, crm, number):
    with Town.open(seed=12, leads=60) as town:
        record_id = taken_in_the_window(town, crm)
        words = ("sync", "--source", crm, "--store", empty_store(tmp_path / "firsttouch.db"))
        killed("look_again", number, *words, environ=town.environment, folder=tmp_path)
        with wired(town, tmp_path, later=AFTER_THE_LEASES, only=[crm]) as wiring:
            _, ticks = sync(wiring)
            is_theirs(town, wiring, crm, record_id)
            told = [str(problem) for tick in ticks for problem in tick.problems]
            assert len([each for each in told if f"{crm}:{record_id}" in each]) == 1
            later = wiring.now() + timedelta(hours=1)
            assert wiring.store.second_looks(crm, limit=9, now=later) == []


def test_a_worker_that_stood_still_and_writes_after_all_gives_it_back_too(tmp_path):
    with Town.open(seed=12, leads=60) as town, wired(town, tmp_path, only=["hubspot"]) as wiring:
        run, late = new_run(), new_run()
        wiring.store.start_run(run, "sync", wiring.now())
        sync_all(wiring, list(wiring.sources), run, write=False)
        record_id = taken_in_the_window(town, "hubspot")
        stood_still = claimed_and_lost(wiring, late)
        (delivery,) = (each for each in stood_still if each.record_id == record_id)
        deliver_pending(wiring, "hubspot", run)
        is_theirs(town, wiring, "hubspot", record_id)
        expected = frozenset({CrmOwnerId(ADMIN.hubspot)})  # what stands in for what it read before
        change = OwnerChange(
            record_id=record_id, owner=delivery.crm_owner, expected=expected, notes={}
        )
        (written,) = wiring.crms["hubspot"].write_owners([change])
        assert owner(town, "hubspot", record_id) == delivery.crm_owner
        wiring.store.settle([(delivery, written)], run=late, now=wiring.now())
        _, ticks = sync(wiring)
        is_theirs(town, wiring, "hubspot", record_id)
        told = [str(problem) for tick in ticks for problem in tick.problems]
        assert len([each for each in told if f"hubspot:{record_id}" in each]) == 1
        assert wiring.store.ledger(run)["hubspot"].balanced


def claimed_and_lost(wiring, worker):
    now = wiring.now()
    return wiring.store.claim_deliveries(
        "hubspot", limit=500, worker=worker, lease_seconds=0.0, now=now
    )
