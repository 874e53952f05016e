"""What a CRM tells of its accounts and people, for new leads to be matched to."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any, Protocol

import pytest

from leads.accounts import Account
from leads.keys import CrmOwnerId
from leads.matching import name_key
from leads.record import CrmPerson, Cursor
from tests.contract.hubspot_stage import DatedHubSpotStage, HubSpotStage
from tests.contract.salesforce_stage import SalesforceStage
from tests.contract.stage import GO_LIVE, NOON, requests

_LONG_AGO = GO_LIVE - timedelta(days=400)
_MINUTE = timedelta(minutes=1)


class Town(Protocol):
    """A vendor with companies and people in it."""

    stage: Any
    asks: tuple[str, ...]

    def company(self, name: str, website: str | None, owner: str, at: datetime) -> str: ...

    def person(self, owner: str | None, at: datetime, **fields: str) -> str: ...

    def rename(self, company: str, name: str) -> None: ...


class InSalesforce:
    asks: tuple[str, ...] = ("Account", "Lead", "Contact")

    def __init__(self, stage: SalesforceStage) -> None:
        self.stage = stage

    def company(self, name: str, website: str | None, owner: str, at: datetime) -> str:
        fields = {"Name": name, "Website": website, "OwnerId": owner}
        return self.stage.org.add_account(fields, created=at)

    def person(self, owner: str | None, at: datetime, **fields: str) -> str:
        fields.setdefault("last", "Roe")
        known = {"email": "Email", "first": "FirstName", "last": "LastName", "phone": "MobilePhone"}
        company = fields.pop("company", "[not given]")
        values = {known[name]: text for name, text in fields.items()}
        owned = {"OwnerId": owner or next(iter(self.stage.unowned))}
        return self.stage.org.add_lead({**values, **owned, "Company": company}, created=at)

    def rename(self, company: str, name: str) -> None:
        self.stage.org.person_edits("Account", company, {"Name": name})


class InHubSpot:
    asks: tuple[str, ...] = ("companies", "contacts")

    def __init__(self, stage: HubSpotStage) -> None:
        self.stage = stage

    def company(self, name: str, website: str | None, owner: str, at: datetime) -> str:
        fields = {"name": name, "domain": website, "hubspot_owner_id": owner}
        return self.stage.portal.add_company(fields, created=at)

    def person(self, owner: str | None, at: datetime, **fields: str) -> str:
        known = {"first": "firstname", "last": "lastname"}
        values = {known.get(name, name): text for name, text in fields.items()}
        return self.stage.portal.add_contact({**values, "hubspot_owner_id": owner}, created=at)

    def rename(self, company: str, name: str) -> None:
        self.stage.portal.person_updates(company, {"name": name}, kind="companies")


@pytest.fixture(params=[SalesforceStage, HubSpotStage, DatedHubSpotStage])
def town(request: pytest.FixtureRequest) -> Iterator[Town]:
    with ExitStack() as opened:
        stage = opened.enter_context(request.param.open())
        yield InHubSpot(stage) if isinstance(stage, HubSpotStage) else InSalesforce(stage)


def accounts(town: Town, since: Cursor | None = None) -> tuple[dict[str, Account], Cursor | None]:
    pages = list(town.stage.crm().accounts(since))
    found = {each.account_id: each for page in pages for each in page.changes}
    return found, pages[-1].resume_from if pages else since


def people(town: Town, since: Cursor | None = None) -> tuple[dict[str, CrmPerson], Cursor | None]:
    pages = list(town.stage.crm().people(since))
    found = {each.record_id: each for page in pages for each in page.changes}
    return found, pages[-1].resume_from if pages else since


def test_a_company_older_than_the_installation_is_read_with_its_owner_and_domain(town):
    acme = town.company("Acme GmbH", "https://www.acme.example/", town.stage.ana, _LONG_AGO)
    bare = town.company("Globex", None, town.stage.left, _LONG_AGO)
    found, _ = accounts(town)
    assert found[acme].domain == "acme.example"
    assert (found[acme].name, found[acme].owner) == ("Acme GmbH", town.stage.ana)
    assert found[acme].created_at == _LONG_AGO
    assert (found[bare].domain, found[bare].owner) == (None, town.stage.left)
    assert found[acme].crm == town.stage.name


def test_a_company_whose_site_is_everybodys_has_no_domain(town):
    trap = town.company("Handmade", "gmail.com", town.stage.ana, _LONG_AGO)
    assert accounts(town)[0][trap].domain is None


def test_only_what_changed_is_read_again(town):
    old = town.company("Old", None, town.stage.ana, _LONG_AGO - _MINUTE)
    edited = town.company("Before", None, town.stage.ana, _LONG_AGO)
    _, cursor = accounts(town)
    town.stage.ground.clock.set(NOON + _MINUTE)
    town.rename(edited, "After")
    found, again = accounts(town, cursor)
    assert found[edited].name == "After"
    assert old not in found
    assert again != cursor


def test_somebody_older_than_the_installation_is_read_by_what_tells_people_apart(town):
    eva = town.person(
        town.stage.ben,
        _LONG_AGO,
        email="Eva@Example.com",
        phone="+34 600 000 000",
        first="Eva",
        last="Díaz",
        company="Acme S.L.",
    )
    found, _ = people(town)
    assert found[eva].keys == {
        "email:eva@example.com",
        "phone:+34600000000|diaz",
        name_key("Eva", "Díaz", "Acme"),
    }
    assert (found[eva].owner, found[eva].created_at) == (town.stage.ben, _LONG_AGO)


def test_an_owner_who_changes_is_read_again(town):
    eva = town.person(town.stage.ben, _LONG_AGO, email="eva@example.com")
    _, cursor = people(town)
    town.stage.ground.clock.set(NOON + _MINUTE)
    town.stage.person_sets_owner(eva, town.stage.ana)
    found, _ = people(town, cursor)
    assert found[eva].owner == town.stage.ana


def test_an_empty_look_costs_one_request_an_object(town):
    town.person(town.stage.ben, _LONG_AGO, email="eva@example.com")
    town.company("Acme", None, town.stage.ana, _LONG_AGO)
    crm = town.stage.crm()
    places = {}
    for stream in ("accounts", "people"):
        places[stream] = list(getattr(crm, stream)(None))[-1].resume_from
    before = requests(town.stage)
    for stream in ("accounts", "people"):
        list(getattr(crm, stream)(places[stream]))
    assert requests(town.stage) - before == len(town.asks)


@pytest.fixture
def salesforce() -> Iterator[SalesforceStage]:
    with SalesforceStage.open() as stage:
        yield stage


def test_what_is_deleted_or_converted_in_salesforce_is_gone(salesforce):
    town = InSalesforce(salesforce)
    acme = town.company("Acme", None, salesforce.ana, _LONG_AGO)
    eva = town.person(salesforce.ana, _LONG_AGO, email="eva@example.com", first="Eva", last="Roe")
    max_ = town.person(salesforce.ana, _LONG_AGO, email="max@example.com")
    _, of_accounts = accounts(town)
    _, of_people = people(town)
    salesforce.ground.clock.set(NOON + _MINUTE)
    salesforce.org.person_edits("Account", acme, {"IsDeleted": True})
    salesforce.org.person_deletes(max_)
    salesforce.org.person_converts(eva)
    assert accounts(town, of_accounts)[0][acme].is_gone
    found, _ = people(town, of_people)
    assert found[eva].is_gone
    assert found[max_].is_gone
    contact = next(each for each in found.values() if each.record_id.startswith("003"))
    assert "email:eva@example.com" in contact.keys
    assert contact.owner == salesforce.ana


def test_a_contact_is_of_its_accounts_company(salesforce):
    acme = salesforce.org.add_account({"Name": "Acme"}, created=_LONG_AGO)
    fields = {"FirstName": "Eva", "LastName": "Roe", "AccountId": acme}
    eva = salesforce.org.add_contact({**fields, "OwnerId": salesforce.ben}, created=_LONG_AGO)
    found, _ = people(InSalesforce(salesforce))
    assert found[eva].keys == {name_key("Eva", "Roe", "Acme")}
    assert found[eva].owner == CrmOwnerId(salesforce.ben)
