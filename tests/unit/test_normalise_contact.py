"""E-mail addresses, phone numbers and websites."""

import pytest

from leads.keys import LeadKey
from leads.lead import FlawKind, Lead, Written
from leads.normalise.build import lead_from
from leads.normalise.email import read_email
from leads.normalise.phone import read_phone
from leads.normalise.reading import UNREADABLE, Reading
from leads.normalise.vocabulary import Vocabulary
from leads.normalise.website import read_website


def lead(default_country: str | None = None, **text: str) -> Lead:
    answers = {"created_at": "1740000000", **text}
    words = Vocabulary(default_country=default_country)
    return lead_from(LeadKey("hubspot", "1"), answers, words)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ana",
        "a@@example.com",
        "ana@example@example.com",
        "ana ruiz@example.com",
        "ana@exa mple.com",
        "ana@localhost",
        "ana@example",
        "ana(at)example.com",
        "@example.com",
        "ana@",
        f"{'a' * 250}@example.com",
    ],
)
def test_a_broken_address_is_no_address(text):
    assert read_email(text) == UNREADABLE


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" ana@example.com ", "ana@example.com"),
        ("mailto:ana@example.com", "ana@example.com"),
        ("<ana@example.com>", "ana@example.com"),
        ("Ana Ruiz <Ana.Ruiz@EXAMPLE.com>", "Ana.Ruiz@example.com"),
        ("ana@example.com.", "ana@example.com"),
        ("ana@example.com,", "ana@example.com"),
        ("'ana@example.com'", "ana@example.com"),
        ("ana+news@example.com", "ana+news@example.com"),
        ("ana@shop.example", "ana@shop.example"),
        ("ana@example.test", "ana@example.test"),
        ("josé@bücher.example", "josé@bücher.example"),
    ],
)
def test_an_address_is_found_among_what_surrounds_it(text, address):
    assert read_email(text) == Reading(address)


@pytest.mark.parametrize(
    "text",
    [
        "ana@example.com; ben@example.com",
        "ana@example.com, ben@example.com",
        "ana@example.com ben@example.com",
        "ana@example.com / ben@example.com",
        "n/a; ana@example.com",
        "ana@@example.com; ana@example.com",
        "Ana <ana@example.com>, Ben <ben@example.com>",
    ],
)
def test_of_several_addresses_the_first_valid_one_is_taken_and_noted(text):
    assert read_email(text) == Reading("ana@example.com", FlawKind.ASSUMED)


@pytest.mark.parametrize(
    ("private", "work", "kept"),
    [
        ("ana@gmail.com", "ana@example.com", "ana@example.com"),
        ("ana@example.org", "ana@example.com", "ana@example.org"),
        ("ana@gmail.com", "ana@yahoo.com", "ana@gmail.com"),
        ("ana", "ana@example.com", "ana@example.com"),
        ("", "ana@example.com", "ana@example.com"),
        ("ana@gmail.com", "ana", "ana@gmail.com"),
    ],
)
def test_the_address_that_tells_the_company_is_preferred(private, work, kept):
    assert lead(email=private, work_email=work).email == kept


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("00 49 30 123456", "US", "+4930123456"),
        ("0049 (0)30 123456", None, "+4930123456"),
        ("+49 (0) 30 123456", None, "+4930123456"),
        ("030/123456", "DE", "+4930123456"),
        ("'+34600000000", None, "+34600000000"),
        ("tel:+34-600-000-000", None, "+34600000000"),
        ("619 307-7599 ext. 12", "US", "+16193077599"),
        ("+1 (619) 307-7599 x12", None, "+16193077599"),
        ("٠٥٠١٢٣٤٥٦٧", "AE", "+971501234567"),
        ("０３-１２３４-５６７８", "JP", "+81312345678"),  # noqa: RUF001
        ("919279086530", "IN", "+919279086530"),
        ("00 34 600 000 000", "US", "+34600000000"),
    ],
)
def test_a_number_is_read_whatever_is_dialled_or_written_around_it(text, country, number):
    reading = read_phone(text, country)
    assert reading.value
    assert (reading.value.number, reading.flaw) == (number, None)


@pytest.mark.parametrize(
    ("text", "country", "written"),
    [
        ("+34 600 000 000", "ES", Written()),
        ("0034 600 000 000", "ES", Written()),
        ("34600000000", "ES", Written()),
        ("+49 (0) 30 123456", "DE", Written()),
        ("tel: (+34) 600000000", None, Written()),
        ("600 000 000", "ES", Written(has_code=False, shape="999 999 999")),
        ("600 000 000 y +34 600 000 001", "ES", Written(has_code=False, shape="999 999 999")),
        ("030/12345678", "DE", Written(has_code=False, shape="999/999999…")),
        ("٠٥٠١٢٣٤٥٦٧", "AE", Written(has_code=False, shape="999999…")),
        ("٩٧١٥٠١٢٣٤٥٦٧", "AE", Written()),
    ],
)
def test_how_a_number_was_written_is_noted_and_is_no_flaw(text, country, written):
    found = lead(phone=text, email="ana@example.com", **({"country": country} if country else {}))
    assert found.phone_written == written
    assert [flaw.kind for flaw in found.flaws if flaw.field == "phone"] in ([], [FlawKind.ASSUMED])


def test_of_no_number_and_of_one_that_does_not_read_nothing_is_noted():
    assert lead(email="ana@example.com").phone_written is None
    assert lead(email="ana@example.com", phone="600 000 000").phone_written is None


@pytest.mark.parametrize("text", ["abc", "12", "555-1234", "+999123456789", "00", "+", "1" * 40])
def test_what_cannot_be_dialled_is_blank(text):
    assert read_phone(text, "US") == UNREADABLE


@pytest.mark.parametrize("text", ["0000000000", "5555555555", "1234567890"])
def test_a_number_typed_to_get_past_a_required_field_is_a_placeholder(text):
    assert read_phone(text, "US") == Reading(flaw=FlawKind.PLACEHOLDER)


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("600000000 / 600000001", "ES"),
        ("600 000 000 y 600 000 001", "ES"),
        ("+34 600 000 000 / +34 600 000 001", None),
        ("+34600000000;+34600000001", None),
    ],
)
def test_of_several_numbers_the_first_is_taken_and_noted(text, country):
    reading = read_phone(text, country)
    assert reading.value
    assert (reading.value.number, reading.flaw) == ("+34600000000", FlawKind.ASSUMED)


def test_a_number_no_plan_lists_is_kept_and_noted():
    reading = read_phone("+44 7700 900123", None)  # a range kept free for films
    assert reading.value
    assert (reading.value.number, reading.value.country) == ("+447700900123", "GB")
    assert reading.flaw == FlawKind.ASSUMED


def test_a_number_read_by_the_default_country_is_noted():
    found = lead(default_country="US", phone="619 307-7599", email="ana@example.com")
    assert found.phone == "+16193077599"
    assert [(flaw.field, flaw.kind) for flaw in found.flaws] == [("phone", FlawKind.ASSUMED)]
    assert found.country is None  # the default is not what the record says


def test_the_first_phone_field_that_reads_is_taken():
    found = lead(phone="n/a", mobile_phone="call me", work_phone="+34 600 000 000")
    assert found.phone == "+34600000000"
    assert [(flaw.field, flaw.kind) for flaw in found.flaws] == [
        ("phone", FlawKind.PLACEHOLDER),
        ("mobile_phone", FlawKind.UNREADABLE),
        ("country", FlawKind.ASSUMED),
    ]


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("https://www.Example.com/path?x=1", "example.com"),
        ("example.com", "example.com"),
        ("http:example.com", "example.com"),
        ("//example.com", "example.com"),
        ("example.com:8080/", "example.com"),
        ("bücher.example", "bücher.example"),
        ("www.com", "www.com"),
        ("@smiledental", None),
        ("ana@example.com", None),
        ("http://ana:secret@example.com", None),
        ("localhost", None),
        ("127.0.0.1", None),
        ("none yet", None),
        ("exa mple.com", None),
    ],
)
def test_a_website_is_its_host(text, host):
    assert read_website(text).value == host
