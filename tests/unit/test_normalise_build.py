"""A whole record: instants, words, placeholders, custom fields, and what sets it aside."""

from datetime import UTC, datetime

import pytest

from leads.errors import RecordError
from leads.keys import LeadKey
from leads.lead import FlawKind, Lead
from leads.normalise.build import lead_from
from leads.normalise.language import read_language
from leads.normalise.moments import read_moment
from leads.normalise.vocabulary import Vocabulary

KEY = LeadKey("salesforce", "00Qxx0000012345AAA")
WORDS = Vocabulary(
    values={
        "product": {"GTXPro": "GTX Pro", "gtx  pro max": "GTX Pro Max"},
        "industry": {"technolgy": "technology", "tech": "technolgy"},
        "lead_source": {"other": ""},
    },
    custom={"seats": "number", "start": "date", "trial": "boolean", "note": "text"},
)


def lead(**text: str | None) -> Lead:
    answers = {"created_at": "1740000000", "email": "ana@example.com", **text}
    return lead_from(KEY, answers, WORDS)


def flaws(of: Lead) -> list[tuple[str, FlawKind]]:
    return [(flaw.field, flaw.kind) for flaw in of.flaws]


@pytest.mark.parametrize(
    "text",
    [
        "2018-02-28T08:49:14+0000",
        "2018-02-28T08:49:14Z",
        "2018-02-28T08:49:14.000+0000",
        "2018-02-28 09:49:14+01:00",
        "2018-02-28 08:49:14 UTC",
        "1519807754",
        "1519807754000",
        "1519807754.0",
    ],
)
def test_an_instant_is_read_as_every_vendor_writes_it(text):
    assert lead(created_at=text).created_at == datetime(2018, 2, 28, 8, 49, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        None,
        "yesterday",
        "2018-02-28T08:49:14",
        "2018-02-28",
        "20180228",
        "02/28/2018 08:49",
        "0",
        "1989-12-31T23:59:59Z",
        "1990-01-01T00:00:00+05:00",
        "2101-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999999999999",
    ],
)
def test_a_record_without_an_instant_is_set_aside_by_name_of_the_field(text):
    with pytest.raises(RecordError) as caught:
        lead(created_at=text)
    assert (caught.value.source_id, caught.value.field) == (KEY.source_id, "created_at")


def test_nobody_to_contact_sets_the_record_aside_without_telling_who():
    with pytest.raises(RecordError) as caught:
        lead(email="ana ruiz at example", mobile_phone="0901234567", last_name="Ruiz")
    assert caught.value.field == "email or phone"
    assert caught.value.reason == "nobody can be contacted (could not be read: email, mobile_phone)"
    assert "ruiz" not in str(caught.value).lower()


def test_the_configuration_says_what_a_contact_is():
    text = {"created_at": "1740000000", "company": "Acme"}
    words = Vocabulary(required_any=("phone", "company"))
    assert lead_from(KEY, text, words).company == "Acme"
    with pytest.raises(RecordError):
        lead_from(KEY, text, Vocabulary(required_any=("phone",)))


@pytest.mark.parametrize(
    "text",
    [
        "Select", "--Select--", "-", "--", "n/a", "N/A", "NA", "none", "null", "Unknown",
        "undefined", "[not provided]", "[not given]", "?", "...", "Please select", "(none)",
    ],
)  # fmt: skip
def test_a_placeholder_is_blank_and_noted(text):
    found = lead(company=text)
    assert found.company is None
    assert flaws(found) == [("company", FlawKind.PLACEHOLDER)]


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "\t\n", None])
def test_a_blank_is_no_flaw(text):
    found = lead(company=text)
    assert (found.company, found.flaws) == (None, ())


@pytest.mark.parametrize("text", ["test", "Nones & Sons", "Select Comfort", "Na Pali Tours"])
def test_a_word_that_looks_like_a_placeholder_is_kept(text):
    assert lead(company=text).company == text


@pytest.mark.parametrize("text", ["GTXPro", "gtxpro", " GTXPRO ", "GTX Pro", "gtx  pro"])
def test_their_word_becomes_ours(text):
    found = lead(product=text)
    assert (found.product, found.flaws) == ("GTX Pro", ())


def test_a_mapped_word_is_not_mapped_again():
    assert lead(industry="tech").industry == "technolgy"
    assert lead(industry="technolgy").industry == "technology"


def test_a_word_without_an_entry_is_kept_and_noted_only_where_there_is_a_map():
    found = lead(product="GTX Basic", campaign="ent-2026")
    assert (found.product, found.campaign) == ("GTX Basic", "ent-2026")
    assert flaws(found) == [("product", FlawKind.UNKNOWN_WORD)]


def test_a_word_mapped_to_nothing_is_blank():
    found = lead(lead_source="Other")
    assert (found.lead_source, found.flaws) == (None, ())


def test_text_is_kept_visible_and_short():
    found = lead(company="  Acme\u200b\x00\n Ltd\u202e ", job_title="x" * 300)
    assert found.company == "Acme Ltd"
    assert found.job_title == "x" * 255


def test_the_raw_value_of_a_flaw_can_be_stored():
    found = lead(website="@ana\x00\ud800" + "x" * 400)
    assert found.flaws[0].raw == ("@ana" + "x" * 249)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("en", "en"), ("EN-us", "en"), ("pt_BR", "pt"), ("eng", "en"), ("ger", "de"),
        ("English", "en"), ("español", "es"), ("Deutsch", "de"), ("zh-Hant", "zh"), ("xx", None),
        ("Klingon", None),
    ],
)  # fmt: skip
def test_a_language_is_two_letters(text, language):
    assert read_language(text).value == language


def test_custom_fields_are_text_of_their_declared_type():
    found = lead(**{
        "custom.seats": "1,250",
        "custom.start": "2026-12-01T23:30:00-05:00",
        "custom.trial": "Yes",
        "custom.note": " call  first ",
        "custom.undeclared": "kept",
    })  # fmt: skip
    assert found.custom == {
        "seats": "1250",
        "start": "2026-12-02",
        "trial": "true",
        "note": "call first",
        "undeclared": "kept",
    }


def test_an_unreadable_custom_field_is_absent_and_noted():
    found = lead(**{"custom.seats": "many", "custom.start": "soon", "custom.trial": "perhaps"})
    assert found.custom == {}
    assert {kind for _, kind in flaws(found)} == {FlawKind.UNREADABLE}


@pytest.mark.parametrize(
    ("raw", "is_test"), [("true", True), ("1", True), ("false", False), ("", False), ("?", False)]
)
def test_a_test_lead_may_say_so(raw, is_test):
    assert lead(is_test=raw).is_test is is_test


def test_a_spreadsheets_postal_code_loses_its_fraction():
    assert lead(postal_code="94107.0").postal_code == "94107"
    assert lead(postal_code="sw1a 1aa").postal_code == "SW1A 1AA"
    assert lead(postal_code="01067").postal_code == "01067"


def test_the_fields_of_one_record_do_not_spoil_each_other():
    found = lead(
        phone="call me", country="Nowhere", employees="many", deal_value="lots", website="@ana"
    )
    assert found.email == "ana@example.com"
    assert [kind for _, kind in flaws(found)] == [FlawKind.UNREADABLE] * 5


def test_an_instant_reads_the_same_again():
    at = read_moment("2018-02-28T08:49:14.123456+05:30").value
    assert at
    assert read_moment(at.isoformat()).value == at
