"""Aging against the vendors: who called is left alone, who did not is relieved, once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.aging import age
from flows.tick import new_run
from leads.activity import TouchKind
from leads.errors import AuthError
from leads.keys import LeadKey
from sandbox.town import Town
from sandbox.world.record import Standing
from store.activity_rows import ClockState
from store.rows import DeliveryState
from tests.e2e.town_case import quick_config, sync, wired
from tests.e2e.witness import CRMS

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def town():
    with Town.open(seed=40, leads=60) as opened:
        yield opened


def at(wiring, later):
    return replace(wiring, now=lambda: wiring.now() + later)


def given(town, wiring, crm):
    """Leads of a CRM that we gave to somebody."""
    keys = [
        LeadKey(crm, town.ids[record.key])
        for record in town.world.records[crm]
        if record.standing is Standing.WAITING
    ]
    running = [
        wiring.store.stored_lead(key)
        for key in keys
        if any(c.state is ClockState.RUNNING for c in wiring.store.clocks_of(key))
    ]
    return [s for s in running if s.deliveries[-1].state is DeliveryState.WRITTEN]


def owner_there(town, crm, record):
    if crm == "salesforce":
        return town.vendors.salesforce.leads[record]["OwnerId"]
    return town.vendors.hubspot.contacts[record].state.values.get("hubspot_owner_id")


def works(town, crm, stored):
    delivery = stored.deliveries[-1].delivery
    record, owner = delivery.record_id, delivery.crm_owner
    if crm == "salesforce":
        town.vendors.salesforce.person_logs_call(record, by=owner)
    else:
        town.vendors.hubspot.person_updates(record, {"hs_lead_status": "IN_PROGRESS"})


def aged_by(wiring, later=80 * HOUR):
    then = at(wiring, later)
    run = new_run()
    then.store.start_run(run, "aging", then.now())
    aged = age(then, run)
    then.store.end_run(run, then.now())
    return aged, {step.lead: step for step in aged.steps if step.moves}


def test_who_was_in_touch_keeps_the_lead_and_who_was_not_is_relieved_once(town, tmp_path):
    config = quick_config(tmp_path / "config")
    with wired(town, tmp_path, config, only=CRMS) as wiring:
        sync(wiring)
        town.clock.skip(timedelta(minutes=1))
        ours = {crm: given(town, wiring, crm)[:2] for crm in ("salesforce", "hubspot")}
        for crm, (called, _) in ours.items():
            works(town, crm, called)
    wrong = {"FIRSTTOUCH_HUBSPOT_TOKEN": "nobody's"}
    with wired(town, tmp_path, config, environment=wrong) as wiring:
        aged, moved = aged_by(wiring)
        crms = {wiring.crm_of(lead.source) for lead in moved}
        assert crms == {"salesforce"}, "of a CRM that cannot be asked nobody knows who called"
        assert [type(each) for each in aged.problems] == [AuthError]
    with wired(town, tmp_path, config) as wiring:
        aged, more = aged_by(wiring)
        assert not aged.problems
        moved |= more
        for crm, (called, left) in ours.items():
            (clock,) = wiring.store.clocks_of(called.key)
            assert clock.state is ClockState.TOUCHED
            assert clock.first_touch
            expected = TouchKind.CALL if crm == "salesforce" else TouchKind.STATUS
            assert clock.first_touch.kind is expected
            assert called.key not in moved
            last = called.deliveries[-1].delivery
            assert owner_there(town, crm, last.record_id) == last.crm_owner
            new = wiring.configuration.policy.owners[moved[left.key].now_with].crm[crm]
            before = left.deliveries[-1].delivery
            assert owner_there(town, crm, before.record_id) == new
            assert new != before.crm_owner
        assert not aged_by(wiring)[0].steps, "the next owners have their own time"
