"""Accounts and people that are older than the installation decide who gets a new lead."""

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.stored import replay_all
from leads.decision import Method
from leads.keys import LeadKey
from leads.matches import AccountBy, SameBy
from sandbox.faults import FaultKind
from sandbox.town import Town
from sandbox.world.record import Standing
from sandbox.world.roster import REPS
from tests.e2e.town_case import quick_config, sync, wired

ANA = REPS[0]
LONG_AGO = timedelta(days=500)
MATCHED = """
  - name: Accounts first
    when: {country: {is: present}}
    assign: [account_owner]
"""


@pytest.fixture(scope="module")
def town():
    with Town.open(11, 60) as opened:
        yield opened


@pytest.fixture(scope="module")
def synced(town, tmp_path_factory):
    folder = tmp_path_factory.mktemp("matching")
    config = quick_config(folder / "config")
    rules = config / "rules.yaml"
    rules.write_text(rules.read_text().replace("\nrules:\n", f"\nrules:{MATCHED}", 1))
    assert "Accounts first" in rules.read_text()
    ids = _furnish(town)
    with wired(town, folder, config) as wiring:
        sync(wiring)
        yield wiring, ids


def _furnish(town):
    """Companies and people that were there long before, and the leads that come of them now."""
    long_ago = town.clock.now() - LONG_AGO
    org, portal = town.vendors.salesforce, town.vendors.hubspot
    portal.add_company(
        {"name": "Old Customer Ltd", "domain": "old.example", "hubspot_owner_id": ANA.hubspot},
        created=long_ago,
    )
    org.add_account({"Name": "Northwind Traders GmbH", "OwnerId": ANA.salesforce}, created=long_ago)
    org.add_contact(
        {"FirstName": "Eva", "LastName": "Roe", "Email": "eva@known.example"}
        | {"OwnerId": ANA.salesforce},
        created=long_ago,
    )
    return {
        "domain": portal.add_contact(_asking(email="buyer@eu.old.example")),
        "company": portal.add_contact(_asking(email="a@gmail.com", company="Nortwhind Traders")),
        "person": portal.add_contact(_asking(email="EVA@known.example")),
    }


def _asking(**fields):
    return {"lifecyclestage": "lead", "lastname": "Buyer", "country": "Spain", **fields}


def _crm_id(synced, owner):
    return synced[0].configuration.policy.owners[owner].crm["hubspot"]


def _lead(synced, name):
    wiring, ids = synced
    return wiring.store.stored_lead(LeadKey("hubspot", ids[name]))


def test_an_accounts_domain_brings_the_lead_to_its_owner(town, synced):
    decision = _lead(synced, "domain").decision
    # Whoever it is that stands in outside of Ana's hours, it is for her account.
    assert (decision.saw.account.owner, decision.saw.account.by) == ("ana", AccountBy.DOMAIN)
    assert "Ana Ruiz owns the account Old Customer Ltd" in decision.reason
    contact = town.vendors.hubspot.contacts[_lead(synced, "domain").key.source_id]
    assert contact.state.values["hubspot_owner_id"] == _crm_id(synced, decision.owner)


def test_so_does_a_similar_name_of_an_account_in_the_other_crm(synced):
    decision = _lead(synced, "company").decision
    account = decision.saw.account
    assert (account.owner, account.by) == ("ana", AccountBy.SIMILAR_COMPANY)
    assert "% alike" in decision.reason


def test_a_person_somebody_works_in_the_other_crm_stays_theirs(synced):
    decision = _lead(synced, "person").decision
    assert (decision.owner, decision.method) == ("ana", Method.SAME_PERSON)
    assert decision.saw.person.by is SameBy.EMAIL
    assert decision.saw.person.in_crm


def test_each_of_them_replays(synced):
    wiring, _ = synced
    for name in ("domain", "company", "person"):
        (replayed,) = replay_all(wiring.store, _lead(synced, name))
        assert replayed.is_same


def test_a_further_record_of_a_known_person_goes_to_whoever_works_them(town, synced):
    """Precision and recall on the world's known duplicates: every one, and nobody else."""
    wiring, _ = synced
    expected, found = set(), set()
    names = {owner.id: owner.name for owner in wiring.configuration.policy.owners.values()}
    known = {pair.second: pair for pair in town.world.duplicates if pair.owner}
    for source, records in town.world.records.items():
        for record in records:
            if record.standing is not Standing.WAITING:
                continue
            stored = wiring.store.stored_lead(LeadKey(source, town.ids[record.key]))
            person = stored.decision.saw.person if stored.decision else None
            if record.key in known:
                expected.add((record.key, known[record.key].owner))
            if person and person.in_crm:
                found.add((record.key, names[person.owner]))
    assert expected
    assert found == expected


def test_the_next_tick_asks_for_nothing_of_it_and_a_later_one_does(town, synced):
    wiring, _ = synced

    def asked(part):
        paths = [e.detail["path"] for e in town.journal.entries(event="request")]
        return sum(part in path for path in paths)

    before = asked("companies/search")
    sync(wiring)
    assert asked("companies/search") == before
    now = wiring.now
    later = replace(wiring, now=lambda: now() + wiring.configuration.mirror_every)
    sync(later)
    assert asked("companies/search") == before + 1


def test_what_a_crm_keeps_from_us_is_told_once_and_stops_nobody(tmp_path):
    with Town.open(12, 60) as town, wired(town, tmp_path) as wiring:
        fault = {"path": "companies/search"}
        town.faults["hubspot"].set_share(FaultKind.SERVER_ERROR, 1.0, **fault)
        _, ticks = sync(wiring)
        told = [str(problem) for tick in ticks for problem in tick.problems]
        assert [line for line in told if "read companies" in line]
        assert sum(tick.decided for tick in ticks) > 40
        now, every = wiring.now, wiring.configuration.mirror_every
        asked = len(town.journal.entries("hubspot", "request"))
        _, ticks = sync(replace(wiring, now=lambda: now() + every / 2))
        assert len(town.journal.entries("hubspot", "request")) > asked
        assert [str(problem) for tick in ticks for problem in tick.problems] == []
        town.faults["hubspot"].clear()
        sync(replace(wiring, now=lambda: now() + every))
        assert wiring.store.cursor("hubspot", "accounts")
