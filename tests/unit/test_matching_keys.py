"""When two records are one person, and two names one company."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.keys import LeadKey
from leads.lead import Lead
from leads.matching import company_key, email_key, identity_keys
from leads.normalise.domains import company_domain, is_free_mail

PHONE = "+34600000000"


def person(email: str | None = None, phone: str | None = None, last: str | None = None) -> Lead:
    return Lead(
        key=LeadKey("hubspot", "1"),
        created_at=datetime(2026, 11, 22, tzinfo=UTC),
        email=email,
        phone=phone,
        last_name=last,
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (person("Ana@example.com"), person("ana@example.com"), True),
        (person("ana@example.com"), person("ben@example.com"), False),
        (person("a.na+x@gmail.com"), person("ANA@googlemail.com"), True),
        (person("ana+x@example.com"), person("ana@example.com"), False),
        (person("a.na@example.com"), person("ana@example.com"), False),
        (person("ana@example.com", PHONE, "Ruiz"), person("ana@gmail.com", PHONE, "RUÍZ"), True),
        (person(None, PHONE, "Ruiz"), person(None, PHONE, "Díaz"), False),
        (person("ana@example.com", PHONE), person("ben@example.com", PHONE), False),
        (person(None, PHONE), person(None, PHONE), True),
        (person(None, PHONE), person(None, PHONE, "Ruiz"), False),
        (person(None, PHONE), person("ana@example.com", PHONE), False),
        (person(None, None, "Ruiz"), person(None, None, "Ruiz"), False),
        (person(), person(), False),
    ],
)
def test_two_records_are_one_person_when_they_share_a_key(one, other, same):
    assert bool(identity_keys(one) & identity_keys(other)) is same


def test_the_keys_are_as_documented():
    keys = identity_keys(person("Ana@example.com", PHONE, "de la Cruz"))
    assert keys == {"email:ana@example.com", f"phone:{PHONE}|de la cruz"}


@given(st.emails())
def test_a_key_is_its_own_key(email):
    assert email_key(email_key(email)) == email_key(email)


@pytest.mark.parametrize(
    "name",
    [
        "Acme", "ACME GmbH", "Acme GmbH & Co. KG", "acme, inc.", "Acme S.A. de C.V.",
        "Acme S. de R.L. de C.V.", "Acme Sp. z o.o.", "The Acme Company, Inc.", "Acme S.L.U.",
        "Acme B.V.", "Acme S.p.A.", "Acmé SARL", "Acme Pty Ltd", "Acme Oy Ab",
        "Acme株式会社", "㈱Acme", "株式会社 Acme", "PT Acme Tbk", "Acme Ltd t/a Acme Plumbing",
        "\u041e\u041e\u041e Acme",
        "Acme (株)", "Acme K.K.", "Acme Sdn. Bhd.", "Acme y Cía.", "Acme Holdings plc",
    ],
)  # fmt: skip
def test_legal_forms_do_not_tell_companies_apart(name):
    assert company_key(name) == "acme"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("SA", "sa"),
        ("Company", "company"),
        ("Procter & Gamble Co.", "procter and gamble"),
        ("Hettinger and Sons", "hettinger and sons"),
        ("3M", "3m"),
        ("Coop", "coop"),
        ("Sage", "sage"),
        ("!!!", ""),
        ("", ""),
    ],
)
def test_a_name_keeps_what_is_its_own(name, key):
    assert company_key(name) == key


@given(st.text(max_size=60))
def test_a_company_key_is_its_own_key(name):
    assert company_key(company_key(name)) == company_key(name)


@pytest.mark.parametrize(
    ("email", "website", "domain"),
    [
        ("ana@Example.com", "example.org", "example.com"),
        ("ana@gmail.com", "example.org", "example.org"),
        ("ana@mailinator.com", None, None),
        ("ana@gmail.com", "facebook.com", None),
        (None, "shop.business.site", None),
        (None, None, None),
    ],
)
def test_a_company_is_told_by_a_domain_of_its_own(email, website, domain):
    assert company_domain(email, website) == domain
    assert is_free_mail("ana@GMAIL.com")
