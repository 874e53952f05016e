"""Every malformed value seen in the wild ends as the contract says."""

import pytest

from leads.keys import LeadKey
from leads.lead import FlawKind, Headcount, Lead
from leads.normalise.build import lead_from
from leads.normalise.questions import standard_field
from leads.normalise.vocabulary import Vocabulary

KEY = LeadKey("meta_ads", "1")
WORDS = Vocabulary(values={"industry": {"technolgy": "technology"}})
CONTACT = {"created_at": "2026-11-22T09:00:00+0000", "email": "ana@example.com"}


def lead(**text: str | None) -> Lead:
    return lead_from(KEY, {**CONTACT, **text}, WORDS)


def kinds(of: Lead, field: str) -> list[FlawKind]:
    return [flaw.kind for flaw in of.flaws if flaw.field == field]


@pytest.mark.parametrize(
    ("raw", "country", "number"),
    [
        ("p:+919279086530", None, "+919279086530"),
        ("p:+91 79024 28024", None, "+917902428024"),
        ("p:", None, None),
        ("<test lead: dummy data for phone_number>", None, None),
        ("1-305-555-0123", "US", "+13055550123"),
        ("1-305-555-0123", None, None),
        ("3125550177", "US", "+13125550177"),
        ("3125550177", None, None),
        ("0300-1234567", "PK", "+923001234567"),
        ("0300-1234567", None, None),
        ("0901234567", "VN", "+84901234567"),
        ("0901234567", None, None),
        ("0501234567", "AE", "+971501234567"),
        ("0501234567", None, None),
        ("67911112222", "BR", "+5567911112222"),
        ("67911112222", None, None),
    ],
)
def test_a_phone_number_is_read_by_its_country_and_never_guessed(raw, country, number):
    found = lead(phone=raw, country=country)
    assert found.phone == number
    assert bool(kinds(found, "phone")) == (number is None)


@pytest.mark.parametrize(
    ("field", "raw"),
    [
        ("phone", "<test lead: dummy data for phone_number>"),
        ("full_name", "<test lead: dummy data for full_name>"),
        ("email", "test@meta.com"),
        ("email", "test@fb.com"),
        ("email", "TEST@fb.com"),
    ],
)
def test_leads_of_metas_testing_tool_are_known_by_their_text(field, raw):
    assert not lead().is_test
    found = lead(**{field: raw})
    assert found.is_test
    assert found.phone is None
    assert found.last_name is None


def test_a_test_lead_without_any_contact_is_still_a_test_lead_and_no_reject():
    text = {
        "created_at": "1740000000",
        "email": "<test lead: dummy data for email>",
        "phone": "<test lead: dummy data for phone_number>",
    }
    assert lead_from(KEY, text, WORDS).is_test


@pytest.mark.parametrize(
    ("raw", "kept"),
    [("Alex@Example.com", "Alex@example.com"), ("Ana@Example.com", "Ana@example.com")],
)
def test_mixed_case_loses_it_in_the_domain(raw, kept):
    assert lead(email=raw).email == kept


@pytest.mark.parametrize(
    ("raw", "least", "most"),
    [
        ("De 0 a 4", 0, 4),
        ("Mais de 50", 51, None),
        ("51-200 employees", 51, 200),
        ("De 51 a 200 empleados", 51, 200),
        ("501-1,000 employees", 501, 1000),
        ("501-1000 employés", 501, 1000),
        ("10,001+ employees", 10001, None),
    ],
)
def test_sizes_are_read_in_any_language(raw, least, most):
    assert lead(employees=raw).employees == Headcount(least=least, most=most)


def test_a_range_of_money_has_no_one_value_and_is_kept_raw():
    found = lead(deal_value="$50–150K")  # noqa: RUF001 - the en dash is the point
    assert found.deal_value is None
    assert kinds(found, "deal_value") == [FlawKind.AMBIGUOUS]
    assert found.flaws[0].raw == "$50–150K"  # noqa: RUF001


def test_a_handle_is_no_website():
    found = lead(website="@smiledental")
    assert found.website is None
    assert kinds(found, "website") == [FlawKind.UNREADABLE]


@pytest.mark.parametrize(
    ("raw", "code"), [("India", "IN"), ("United Kingdom", "GB"), ("IN", "IN"), ("gb", "GB")]
)
def test_a_country_is_resolved_from_its_name_or_code(raw, code):
    assert lead(country=raw).country == code


def test_an_answer_in_the_forms_language_is_kept():
    assert lead_from(KEY, {**CONTACT, "custom.job_function": "Ingeniería"}, WORDS).custom == {
        "job_function": "Ingeniería"
    }


@pytest.mark.parametrize(
    ("raw", "consent"), [("1", True), ("", False), ("0", False), ("false", False), (None, None)]
)
def test_a_check_box_is_a_text_and_an_empty_one_means_no(raw, consent):
    assert lead(consent=raw).consent is consent


def test_option_0_is_an_answer():
    assert lead_from(KEY, {**CONTACT, "custom.choice": "0"}, WORDS).custom == {"choice": "0"}


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ("FULL_NAME", "full_name"),
        ("EMAIL", "email"),
        ("PHONE", "phone"),
        ("¿cuál_es_tu_número_teléfono?", "phone"),
        ("¿cuál_es_la_licenciatura_de_interés?_", None),
        ("¿cuántas propiedades tienes?*", None),
        ("nombre_completo", "full_name"),
        ("número_de_whatsapp", "whatsapp"),
        ("what_type_of_insurance_are_you_looking_for?", None),
    ],
)
def test_questions_are_known_without_case_marks_and_edges(raw, field):
    assert standard_field(raw) == field
