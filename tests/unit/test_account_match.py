"""Lead to account: by a list, a domain, a name, a similar name; ties by the stated order."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.account_match import AccountMatcher
from leads.accounts import Account, AccountBook, account_domain
from leads.keys import CrmOwnerId, OwnerId
from leads.matches import AccountBy, AccountMatch, MatchSettings, NamedAccount, Tie
from tests.builders import lead

_OWNERS = {"005A": OwnerId("ana"), "005B": OwnerId("ben")}
_USUAL = MatchSettings()


def account(number: int | str, name: str, owner: str | None = "005A", **more: Any) -> Account:
    known = {"crm": "salesforce", "domain": None, "account_id": f"001{number}", **more}
    return Account(name=name, owner=CrmOwnerId(owner) if owner else None, **known)


def match(
    *accounts: Account, settings: MatchSettings = _USUAL, source: str = "hubspot", **fields: Any
) -> AccountMatch | None:
    matcher = AccountMatcher(
        settings=settings,
        owner_of=lambda found: _OWNERS.get(found.owner or ""),
        crm_of={"hubspot": "hubspot", "salesforce": "salesforce"},
    )
    return matcher.match(lead(source=source, **fields), AccountBook(accounts))


def found(*accounts: Account, **more: Any) -> AccountMatch:
    answer = match(*accounts, **more)
    assert answer is not None
    return answer


def test_a_domain_tells_the_account_and_its_owner():
    answer = found(account(1, "Acme", domain="acme.example"), email="eva@ACME.example")
    assert (answer.owner, answer.by, answer.on) == ("ana", AccountBy.DOMAIN, "acme.example")
    assert answer.account == "salesforce:0011"


@pytest.mark.parametrize(
    "fields",
    [
        {"email": "eva@eu.acme.example"},
        {"email": "eva@gmail.com", "website": "acme.example"},
        {"email": "eva@agency.example", "website": "acme.example"},
    ],
)
def test_parent_domains_and_websites_tell_it_too(fields):
    assert found(account(1, "Acme", domain="acme.example"), **fields).by is AccountBy.DOMAIN


@pytest.mark.parametrize("domain", ["gmail.com", "mailinator.com", "isp.example"])
def test_free_and_disposable_mail_tells_no_account(domain):
    settings = replace(_USUAL, free_mail=frozenset({"isp.example"}))
    trap = account(1, "Somebody", domain=domain)
    assert match(trap, settings=settings, email=f"eva@{domain}") is None
    assert match(trap, settings=settings, email=f"eva@mail.{domain}") is None


def test_an_accounts_own_website_is_no_domain_where_it_is_everybodys():
    assert account_domain("https://www.acme.example/about") == "acme.example"
    assert account_domain("gmail.com") is account_domain("facebook.com/acme") is None


def test_a_legal_form_does_not_tell_names_apart():
    answer = found(account(1, "ACME GmbH & Co. KG"), company="Acme Inc.")
    assert (answer.by, answer.likeness) == (AccountBy.COMPANY, None)


def test_similar_names_count_from_the_threshold_on():
    acme = account(1, "Northwind Traders Ltd")
    answer = found(acme, company="Nortwhind Traders")
    assert answer.by is AccountBy.SIMILAR_COMPANY
    assert answer.likeness == pytest.approx(1 - 1 / 17)
    assert match(acme, company="Nortwhind Traders", settings=replace(_USUAL, alike=0.95)) is None
    assert match(acme, company="Northwind Bakers") is None


def test_another_number_is_another_company():
    assert match(account(1, "North Region Energy 12"), company="North Region Energy 11") is None


def test_the_configurations_own_list_comes_first():
    settings = replace(
        _USUAL,
        named=(
            NamedAccount(owner=OwnerId("ben"), name="acme.example"),
            NamedAccount(owner=OwnerId("ana"), name="Globex Corporation"),
        ),
    )
    acme = account(1, "Acme", domain="acme.example")
    answer = found(acme, email="eva@acme.example", settings=settings)
    assert (answer.owner, answer.by, answer.account) == ("ben", AccountBy.NAMED, "")
    assert found(company="GLOBEX corp", settings=settings).owner == "ana"


def test_evidence_is_tried_in_the_stated_order():
    by_domain, by_name = account(1, "Acme Spain", domain="acme.example"), account(2, "Globex")
    fields = {"email": "eva@acme.example", "company": "Globex"}
    assert found(by_domain, by_name, **fields).name == "Acme Spain"
    other = replace(_USUAL, account=(AccountBy.COMPANY, AccountBy.DOMAIN))
    assert found(by_domain, by_name, settings=other, **fields).name == "Globex"


@pytest.mark.parametrize(
    ("ties", "name"),
    [
        ((Tie.KNOWN_OWNER, Tie.OLDEST), "Acme UK"),
        ((Tie.OLDEST,), "Acme Holding"),
        ((Tie.NEWEST,), "Acme GmbH"),
        ((Tie.SAME_CRM,), "Acme GmbH"),
        ((Tie.NAME,), "Acme UK"),
    ],
)
def test_ties_go_by_the_stated_order(ties, name):
    several = [
        account(3, "Acme Holding", "005Z", domain="acme.example", created_at=_day(1)),
        account(2, "Acme UK", "005B", domain="acme.example", created_at=_day(2)),
        account(1, "Acme GmbH", crm="hubspot", domain="acme.example", created_at=_day(3)),
    ]
    settings = replace(_USUAL, ties=ties)
    assert (
        found(*several, settings=settings, email="a@acme.example", company="acme uk").name == name
    )


def test_what_was_passed_over_is_told_with_the_reason():
    older = account(1, "Acme", domain="acme.example", created_at=_day(1))
    younger = account(2, "Acme", "005B", domain="acme.example", created_at=_day(2))
    answer = found(younger, older, email="eva@acme.example")
    assert answer.owner == "ana"
    assert answer.passed_over == ("Acme (salesforce:0012): it is younger",)


def test_an_account_of_nobody_we_know_is_told_and_owns_nothing():
    assert found(account(1, "Acme", "005Z"), company="Acme").owner is None
    assert match(account(1, "Acme"), company=None, email="eva@gmail.com") is None


@given(st.permutations([1, 2, 3, 4]))
def test_the_order_of_accounts_does_not_matter(order):
    several = {n: account(n, "Acme", domain="acme.example") for n in order}
    assert found(*several.values(), email="eva@acme.example").account == "salesforce:0011"


def _day(number: int) -> datetime:
    return datetime(2020, 1, number, tzinfo=UTC)
