"""The town: every vendor over HTTP, filled from the world, and nothing left behind."""

import re
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from sandbox.town import SERVED, PortTaken, Town
from sandbox.world.build import waiting
from sandbox.world.customers import customers_of
from sandbox.world.record import Standing

NOW = datetime(2026, 11, 23, 10, 0, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with Town.open(7, 120, now=NOW) as town:
        yield town


def test_every_vendor_shows_its_leads_at_its_root(town: Town):
    for vendor in SERVED:
        answer = httpx.get(f"{town.addresses[vendor]}/")
        assert answer.status_code == 200
        assert "<table>" in answer.text
    page = httpx.get(town.addresses["salesforce"]).text
    assert "Web leads" in page


def test_every_record_of_the_world_is_at_its_vendor(town: Town):
    assert len(town.ids) == sum(len(records) for records in town.world.records.values())
    assert len(town.vendors.salesforce.leads) == len(town.world.salesforce)
    assert len(town.vendors.hubspot.contacts) == len(town.world.hubspot)
    assert len(town.vendors.meta.leads) == len(town.world.meta.leads)
    assert len(town.vendors.google.leads) == len(town.world.google.leads)
    assert len(town.vendors.linkedin.leads) == len(town.world.linkedin.leads)


def test_records_are_stored_as_the_world_words_them(town: Town):
    for record in town.world.salesforce:
        row = town.vendors.salesforce.leads[town.ids[record.key]]
        assert record.values.items() <= row.items()
        assert row["CreatedDate"] == record.created.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    for record in town.world.meta.leads:
        lead = town.vendors.meta.leads[town.ids[record.key]]
        assert list(lead.field_data) == record.values["field_data"]
        assert lead.created == record.created
        assert lead.is_test == (record.standing is Standing.TEST)


def test_the_environment_lets_a_client_in(town: Town):
    env = town.environment
    token = httpx.post(
        f"{env['FIRSTTOUCH_SALESFORCE_BASE_URL']}/services/oauth2/token",
        data={"grant_type": "client_credentials"},
        auth=(env["FIRSTTOUCH_SALESFORCE_CLIENT_ID"], env["FIRSTTOUCH_SALESFORCE_CLIENT_SECRET"]),
    )
    assert token.status_code == 200
    owners = httpx.get(
        f"{env['FIRSTTOUCH_HUBSPOT_BASE_URL']}/crm/v3/owners/",
        headers={"Authorization": f"Bearer {env['FIRSTTOUCH_HUBSPOT_TOKEN']}"},
    )
    assert "ana@example.com" in owners.text
    form = town.world.meta.forms[0]["id"]
    leads = httpx.get(
        f"{env['FIRSTTOUCH_META_ADS_BASE_URL']}/v26.0/{form}/leads",
        params={"access_token": env["FIRSTTOUCH_META_ADS_TOKEN"]},
    )
    assert leads.json()["data"]


def test_the_journal_counts_what_the_world_put_there(town: Town):
    created = {
        lead_id
        for entry in town.journal.entries(event="created")
        if entry.vendor != "salesforce"
        for lead_id in entry.ids
    }
    crm = {town.ids[r.key] for r in waiting(town.world) if not r.key.startswith("salesforce")}
    assert crm <= created


def test_with_now_every_clock_stands_there_until_moved(town: Town):
    assert {town.vendors.hubspot.ground.clock.now(), town.clock.now()} == {NOW}
    town.clock.advance(timedelta(hours=1))
    assert town.vendors.salesforce.now() == NOW + timedelta(hours=1)
    town.clock.set(NOW)


def test_closing_frees_ports_and_threads_and_may_be_repeated():
    town = Town.open(1, 60, now=NOW)
    town.living(600)
    ports = {vendor: int(url.rpartition(":")[2]) for vendor, url in town.addresses.items()}
    town.close()
    town.close()
    names = {thread.name for thread in threading.enumerate()}
    assert "sandbox life" not in names
    assert not any(name.endswith(f":{port}") for name in names for port in ports.values())
    with Town.open(1, 60, ports=ports, now=NOW) as again:
        assert {int(url.rpartition(":")[2]) for url in again.addresses.values()} == set(
            ports.values()
        )


def test_a_taken_port_is_named_and_the_others_are_freed():
    with socket.socket() as taken, socket.socket() as free:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        free.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        free_port = free.getsockname()[1]
        free.close()
        with pytest.raises(PortTaken, match=f"meta_ads cannot listen on 127.0.0.1:{port}"):
            Town.open(1, 60, ports={"salesforce": free_port, "meta_ads": port})
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", free_port)) != 0


def test_a_platforms_page_shows_whose_each_lead_is_in_the_crm():
    with Town.open(1, 60, now=NOW) as town:
        ana = next(iter(town.vendors.hubspot.owners.values()))
        mine, by_email, nobodys = list(town.vendors.linkedin.leads)[:3]
        emails = _emails(town)
        values = {"hubspot_owner_id": ana.id, "email": "somebody.else@example.com"}
        town.vendors.hubspot.add_contact(values | {"firsttouch_id": f"linkedin_ads:{mine}"})
        known = {"hubspot_owner_id": ana.id, "email": emails[by_email].upper()}
        town.vendors.hubspot.add_contact(known)
        page = httpx.get(town.addresses["linkedin_ads"]).text
        rows = {cells[-1]: cells for cells in _rows(page)}
    assert rows[mine][1].startswith(f"{ana.name} · HubSpot ")
    assert rows[by_email][1].startswith(f"{ana.name} · HubSpot ")
    assert rows[nobodys][1] in {"nobody", "- (test)"}


def _emails(town: Town) -> dict[str, str]:
    """The e-mail address each of LinkedIn's leads left."""
    return {
        lead.id: answer["answerDetails"]["textQuestionAnswer"]["answer"]
        for lead in town.vendors.linkedin.leads.values()
        for answer in lead.answers
        if "@" in str(answer["answerDetails"].get("textQuestionAnswer", ""))
    }


def _rows(page: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", page)
    return [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in rows if "<td" in row]


def test_some_leads_are_of_companies_that_are_customers_already() -> None:
    with Town.open(3, 120, now=NOW) as town:
        accounts = town.vendors.salesforce.records.of("Account").values()
        companies = town.vendors.hubspot.shelves["companies"].records.values()
        domains = {str(each["Website"]).rpartition("www.")[2] for each in accounts}
        domains |= {str(each.state.values["domain"]) for each in companies}
        assert accounts
        assert companies
        for record in customers_of(town.world):
            assert record.domain in domains
            assert record.since < NOW - timedelta(days=300)
