"""A lead of an ad platform meets the CRM's records: used where it is the same person, else made."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from flows.tick import first_workloads, new_run, sync_source
from flows.wiring import Wiring
from sandbox.salesforce.duplicate_rules import DuplicateRule, Match
from sandbox.town import Town
from sandbox.world.roster import REPS
from tests.e2e.town_case import quick_config, sync, wired

BEN = REPS[1]


@pytest.fixture
def town() -> Iterator[Town]:
    with Town.open(seed=11, leads=60) as opened:
        yield opened


def answer(town: Town, name: str, email: str, phone: str) -> None:
    said = {"full_name": name, "email": email, "phone_number": phone}
    fields = [{"name": key, "values": [value]} for key, value in said.items()]
    town.vendors.meta.add_lead(next(iter(town.vendors.meta.forms)), fields)


def into(crm: str, folder: Path) -> Path:
    """The example's configuration, with Meta's leads created in `crm`."""
    config = quick_config(folder / "config")
    file = config / "sources.yaml"
    document = yaml.safe_load(file.read_text())
    document["sources"]["meta_ads"]["destination"] = crm
    file.write_text(yaml.safe_dump(document))
    return config


def in_hubspot(town: Town, email: str) -> list[str]:
    contacts = town.vendors.hubspot.contacts.values()
    return [c.id for c in contacts if c.state.values.get("email") == email]


def test_juan_and_paula_share_nine_digits_and_nothing_else(town: Town, tmp_path: Path):
    paula = {"lastname": "Silva", "phone": "912345678", "country": "Portugal"}
    town.vendors.hubspot.add_contact({**paula, "hubspot_owner_id": BEN.hubspot})
    answer(town, "Juan Silva", "juan@corp.example", "+34912345678")
    answer(town, "Paula Silva", "paula@corp.example", "+351912345678")
    with wired(town, tmp_path, into("hubspot", tmp_path), only=["meta_ads"]) as wiring:
        sync(wiring)
    assert len(in_hubspot(town, "juan@corp.example")) == 1
    assert in_hubspot(town, "paula@corp.example") == []


def test_a_namesake_and_a_converted_lead_do_not_keep_anybody_out(town: Town, tmp_path: Path):
    org = town.vendors.salesforce
    org.duplicate_rules = [DuplicateRule(match=Match.NAME_AND_COMPANY)]
    known = {"FirstName": "Luis", "LastName": "Garcia", "Company": "[not given]"}
    org.add_lead({**known, "Email": "old@corp.example", "OwnerId": BEN.salesforce})
    gone = org.add_lead({**known, "LastName": "Gil", "Email": "gil@corp.example"})
    org.person_converts(gone)
    answer(town, "Luis Garcia", "new@corp.example", "+34912345678")
    answer(town, "Luis Gil", "gil@corp.example", "+34912345679")
    with wired(town, tmp_path, into("salesforce", tmp_path), only=["meta_ads"]) as wiring:
        sync(wiring)
        _all_delivered(wiring)
    live = [lead for lead in org.leads.values() if not lead["IsConverted"]]
    for email in ("new@corp.example", "gil@corp.example"):
        (made,) = (lead for lead in live if lead["Email"] == email)
        assert made["OwnerId"] != org.running_user


def _all_delivered(wiring: Wiring) -> None:
    _, ticks = sync(wiring)
    assert [problem for tick in ticks for problem in tick.problems] == []


def at_his_cap(folder: Path, crm: str = "hubspot") -> Path:
    """Meta's leads go to a CRM where Ben may have no lead more than the one he has."""
    config = into(crm, folder)
    file = config / "owners.yaml"
    document = yaml.safe_load(file.read_text())
    (ben,) = (each for each in document["owners"] if each["id"] == "ben")
    ben["max_open"] = 1
    file.write_text(yaml.safe_dump(document))
    return config


def meta_synced(wiring: Wiring) -> None:
    run = new_run()
    wiring.store.start_run(run, "sync", wiring.now())
    assert sync_source(wiring, "meta_ads", run).problems == ()


@pytest.mark.parametrize(("since", "made"), [("+34 9 1234 5678", 0), ("+34910000000", 1)])
def test_whose_number_is_typed_in_a_way_that_no_search_asks_for(
    town: Town, tmp_path: Path, since: str, made: int
):
    """The mirror knows the record. Where it is hers still no contact more is made, past a cap."""
    portal = town.vendors.hubspot
    known = {"lastname": "Silva", "phone": "+34 9 1234 5678", "hubspot_owner_id": BEN.hubspot}
    contact = portal.add_contact({**known, "lifecyclestage": "lead"})
    with wired(town, tmp_path, at_his_cap(tmp_path)) as wiring:
        first_workloads(wiring)
        portal.person_updates(contact, {"phone": since})
        answer(town, "Paula Silva", "paula@corp.example", "+34912345678")
        meta_synced(wiring)
        became = {key.source for key in wiring.store.find_lead(f"hubspot:{contact}")}
    assert len(in_hubspot(town, "paula@corp.example")) == made
    assert became == (set() if made else {"meta_ads"})


def test_of_two_leads_with_one_number_the_second_is_the_firsts_contact(town: Town, tmp_path: Path):
    """However long HubSpot's search takes to know of a contact that was just made."""
    town.vendors.hubspot.search_lag = 3600
    before = len(town.vendors.hubspot.contacts)
    with wired(town, tmp_path, into("hubspot", tmp_path)) as wiring:
        first_workloads(wiring)
        meta_synced(wiring)
        made = len(town.vendors.hubspot.contacts) - before
        for name in ("Paula Silva", "P. Silva"):
            answer(town, name, "", "+34912345678")
            town.clock.skip(timedelta(minutes=1))
            meta_synced(wiring)
    assert len(town.vendors.hubspot.contacts) - before - made == 1


def test_beside_a_contact_of_salesforce_a_lead_is_made_and_counts(town: Town, tmp_path: Path):
    """Nobody looks among contacts for a lead: at a cap it is not their owner's."""
    org = town.vendors.salesforce
    theirs = {"LastName": "Silva", "OwnerId": BEN.salesforce}
    org.add_contact({**theirs, "Email": "paula@corp.example"})
    org.add_lead({**theirs, "Company": "Corp", "Status": "Working - Contacted"})
    with wired(town, tmp_path, at_his_cap(tmp_path, "salesforce")) as wiring:
        first_workloads(wiring)
        answer(town, "Paula Silva", "paula@corp.example", "+34912345678")
        meta_synced(wiring)
        (key,) = wiring.store.find_lead("paula@corp.example")
        decided = wiring.store.stored_lead(key).decision
    assert decided is not None
    assert decided.saw is not None
    assert decided.saw.person is not None, "the contact is known"
    (made,) = (lead for lead in org.leads.values() if lead["Email"] == "paula@corp.example")
    assert made["OwnerId"] != BEN.salesforce
