"""A CRM shows a contact that a slow worker is creating, before that has said so: it is our own."""

from datetime import timedelta

from flows.deliver import BATCH
from flows.tick import new_run, sync_all
from leads.delivery import DeliveryKind
from leads.keys import LeadKey
from leads.ownership import NewRecord
from leads.sighting import IgnoreReason
from sandbox.faults import FaultKind
from sandbox.town import Town
from tests.e2e.town_case import wired


def test_it_is_ignored_as_our_own_write_and_not_as_somebody_elses(tmp_path):
    with Town.open(seed=5, leads=60) as town, wired(town, tmp_path) as wiring:
        run = new_run()
        wiring.store.start_run(run, "sync", wiring.now())
        sync_all(wiring, list(wiring.sources), run, write=False)
        claimed = wiring.store.claim_deliveries(
            "hubspot", limit=BATCH, worker="slow", lease_seconds=120, now=wiring.now()
        )
        creations = [each for each in claimed if each.kind is DeliveryKind.CREATE][:5]
        asked = [
            NewRecord(key=each.lead, owner=each.crm_owner, values=each.values, notes={})
            for each in creations
        ]
        made = wiring.crms["hubspot"].create(asked)
        sync_all(wiring, ["hubspot"], new_run())
        for each in made:
            stored = wiring.store.stored_lead(LeadKey("hubspot", each.record_id or ""))
            assert stored.reason == IgnoreReason.ECHO


def test_the_contact_found_for_somebody_is_noted_before_it_is_written_to(tmp_path):
    """Whatever becomes of the write: it is read by its id at the next try."""
    with Town.open(seed=5, leads=60) as town, wired(town, tmp_path) as wiring:
        portal, form = town.vendors.hubspot, next(iter(town.vendors.meta.forms))
        theirs = portal.add_contact({"lastname": "Silva", "email": "paula@corp.example"})
        town.vendors.meta.add_lead(form, [{"name": "email", "values": ["paula@corp.example"]}])
        town.clock.skip(timedelta(minutes=1))
        fault = {"path": "/contacts/batch/update"}
        town.faults["hubspot"].set_share(FaultKind.SERVER_ERROR, 1.0, **fault)
        sync_all(wiring, ["meta_ads"], new_run())
        later = wiring.now() + timedelta(minutes=9)
        claimed = wiring.store.claim_deliveries(
            "hubspot", limit=BATCH, worker="next", lease_seconds=120, now=later
        )
    assert theirs in {each.known_in_crm for each in claimed}
