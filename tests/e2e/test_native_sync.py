"""HubSpot and Salesforce copy each other's records: one lead, one decision, one owner write."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
import yaml

from leads.keys import LeadKey
from sandbox.native_sync import NativeSync
from sandbox.town import Town
from sandbox.world.roster import WEB_LEADS
from sandbox.world.salesforce_leads import NOT_CONTACTED
from store.rows import LeadState
from tests.e2e.town_case import quick_config, wired
from tests.e2e.town_case import sync as sync_now

EMAIL = "penelope@mirrored.example"
WAIT, LATER = "30m", timedelta(minutes=40)
MINUTE = timedelta(seconds=61)


@pytest.fixture
def town():
    with Town.open(seed=31, leads=60) as opened:
        yield opened


@pytest.fixture
def native(town):
    return NativeSync(town.vendors, {EMAIL})


@pytest.fixture
def sync():
    """Each a minute after the one before: a source is not asked twice in one."""
    minutes = count()

    def one(wiring):
        since = next(minutes) * MINUTE
        return sync_now(replace(wiring, now=lambda: wiring.now() + since))

    return one


def config(folder, master="salesforce"):
    made = quick_config(folder / "config")
    file = made / "sources.yaml"
    document = yaml.safe_load(file.read_text())
    sources = document["sources"]
    kept = {name: sources[name] for name in ("salesforce", "hubspot")}
    kept["hubspot"]["native_sync"] = {"master": master, "wait": WAIT}
    file.write_text(yaml.safe_dump({**document, "sources": kept}))
    return made


def a_contact(town):
    asked = {"email": EMAIL, "firstname": "Penelope", "lastname": "Ashdown", "company": "Ashdown"}
    return town.vendors.hubspot.add_contact({**asked, "lifecyclestage": "lead", "country": "Spain"})


def a_lead(town):
    asked = {"Email": EMAIL, "FirstName": "Penelope", "LastName": "Ashdown", "Company": "Ashdown"}
    asked |= {"Country": "Spain", "Status": NOT_CONTACTED, "OwnerId": WEB_LEADS.salesforce}
    return town.vendors.salesforce.add_lead(asked)


def the_lead(town):
    (found,) = (i for i, r in town.vendors.salesforce.leads.items() if r["Email"] == EMAIL)
    return found


def written(town, *records):
    """The owner writes of ours that each of these records saw."""
    return [
        sum(record in e.ids for e in town.journal.entries(event="owner_written"))
        for record in records
    ]


def owners(town, contact, lead):
    values = town.vendors.hubspot.contacts[contact].state.values
    return values.get("hubspot_owner_id"), town.vendors.salesforce.leads[lead]["OwnerId"]


def stored(wiring, source, record):
    return wiring.store.stored_lead(LeadKey(source, record))


def balanced(wiring, run):
    ledger = wiring.store.ledger(run)
    assert all(row.balanced for row in ledger.values()), ledger
    return ledger


@pytest.mark.parametrize("master", ["salesforce", "hubspot"])
def test_a_pair_is_one_lead_written_on_one_side(sync, town, native, tmp_path, master):
    contact = a_contact(town)
    native.run()
    lead = the_lead(town)
    with wired(town, tmp_path, config(tmp_path, master)) as wiring:
        runs = [sync(wiring)[0] for _ in range(3)]
        sides = {"hubspot": contact, "salesforce": lead}
        copy = next(name for name in sides if name != master)
        assert stored(wiring, master, sides[master]).state is LeadState.DECIDED
        told = stored(wiring, copy, sides[copy])
        assert (told.state, told.deliveries) == (LeadState.DUPLICATE, ())
        assert told.duplicate_of == LeadKey(master, sides[master])
        assert written(town, sides[master], sides[copy]) == [1, 0]
        ledgers = [balanced(wiring, run) for run in runs]
        assert sum(ledger[copy].duplicates for ledger in ledgers if copy in ledger) >= 1
        for _ in range(3):
            native.run()
            balanced(wiring, sync(wiring)[0])
        assert written(town, sides[master], sides[copy]) == [1, 0]
        here, there = owners(town, contact, lead)
        named = wiring.configuration.policy.owners.values()
        assert {o.crm["salesforce"] for o in named if o.crm.get("hubspot") == here} == {there}


def test_a_fresh_record_waits_for_its_copy_and_only_the_copy_is_written(
    sync, town, native, tmp_path
):
    contact = a_contact(town)
    with wired(town, tmp_path, config(tmp_path)) as wiring:
        sync(wiring)
        assert stored(wiring, "hubspot", contact).state is LeadState.HELD
        native.run()
        lead = the_lead(town)
        run, _ = sync(wiring)
        balanced(wiring, run)
        sync(wiring)
        assert stored(wiring, "salesforce", lead).state is LeadState.DECIDED
        assert stored(wiring, "hubspot", contact).state is LeadState.DUPLICATE
        assert written(town, contact, lead) == [0, 1]


def test_a_record_that_is_never_copied_is_owned_all_the_same(sync, town, tmp_path):
    contact = a_contact(town)
    with wired(town, tmp_path, config(tmp_path)) as wiring:
        sync(wiring)
        assert written(town, contact) == [0]
    with wired(town, tmp_path, tmp_path / "config", later=LATER) as wiring:
        sync(wiring)
        assert stored(wiring, "hubspot", contact).state is LeadState.DECIDED
        assert written(town, contact) == [1]


def test_a_copy_made_after_the_other_side_was_written_is_not_written(sync, town, native, tmp_path):
    contact = a_contact(town)
    with wired(town, tmp_path, config(tmp_path), later=LATER) as wiring:
        sync(wiring)
        assert written(town, contact) == [1]
        # The sync makes the lead, under a queue, before it says so on the contact.
        lead = a_lead(town)
        sync(wiring)
        assert stored(wiring, "salesforce", lead).state is LeadState.HELD
        native.run()
        for _ in range(3):
            balanced(wiring, sync(wiring)[0])
            native.run()
        # The owner may have been copied to it before we were told that it is a copy.
        told = stored(wiring, "salesforce", lead)
        assert told.state in (LeadState.DUPLICATE, LeadState.IGNORED)
        assert (told.decision, told.deliveries) == (None, ())
        assert written(town, contact, lead) == [1, 0]
        here, there = owners(town, contact, lead)
        assert (here, there) != (None, WEB_LEADS.salesforce)


def test_a_pair_takes_up_room_once(sync, town, native, tmp_path):
    contact = a_contact(town)
    native.run()
    lead = the_lead(town)
    with wired(town, tmp_path, config(tmp_path)) as wiring:
        sync(wiring)
        before = room(wiring)
        native.run()
        sync(wiring)
        sync(wiring)
        here, _ = owners(town, contact, lead)
        whose = next(
            o.id
            for o in wiring.configuration.policy.owners.values()
            if o.crm.get("hubspot") == here
        )
        assert room(wiring)[whose] == before[whose]


def room(wiring):
    with wiring.store.desk(datetime.now(UTC)) as desk:
        return desk.open_leads(wiring.crm_ids())


def test_explain_says_that_it_is_a_copy(sync, town, native, tmp_path, firsttouch):
    contact = a_contact(town)
    native.run()
    with wired(town, tmp_path, config(tmp_path)) as wiring:
        sync(wiring)
        sync(wiring)
        store = str(wiring.store._db.engine.url)
    told = firsttouch("explain", f"hubspot:{contact}", environment={"FIRSTTOUCH_STORE": store})
    assert (told.code, told.err) == (0, "")
    assert f"is the same lead as salesforce:{the_lead(town)}" in told.out
    assert "kept by the CRMs' own sync" in told.out
    as_json = firsttouch("explain", f"hubspot:{contact}", "--json")
    assert json.loads(as_json.out)["duplicate_of"] == f"salesforce:{the_lead(town)}"
