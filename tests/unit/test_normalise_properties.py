"""Whatever text comes: no exception but RecordError, and what was read reads the same again."""

import re
from collections.abc import Callable

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from leads.errors import RecordError
from leads.keys import LeadKey
from leads.lead import FlawKind
from leads.normalise.answers import read_postal_code, read_score
from leads.normalise.build import lead_from
from leads.normalise.country import read_country
from leads.normalise.currency import read_currency
from leads.normalise.email import read_email
from leads.normalise.employees import read_employees
from leads.normalise.language import read_language
from leads.normalise.moments import read_date, read_moment
from leads.normalise.money import read_money
from leads.normalise.person_name import read_name, split_name
from leads.normalise.phone import read_phone
from leads.normalise.questions import standard_field
from leads.normalise.reading import UNREADABLE, Reading
from leads.normalise.region import read_region
from leads.normalise.text import clean, fold, plain, storable
from leads.normalise.vocabulary import Vocabulary
from leads.normalise.website import read_website
from leads.normalise.yes_no import read_yes_no

ANY = st.text(st.characters(), max_size=60)  # surrogates, controls and all
NEARLY = st.text(st.sampled_from("aAbzé@.,;:-–+/ 0159kK$€()<>'\"pP\u00a0\u200bØ田"), max_size=24)  # noqa: RUF001
TEXT = st.one_of(ANY, NEARLY)
BLANKING = {FlawKind.UNREADABLE, FlawKind.PLACEHOLDER, FlawKind.AMBIGUOUS}
FIELDS = [
    "email", "work_email", "phone", "mobile_phone", "work_phone", "whatsapp", "full_name",
    "first_name", "last_name", "company", "website", "job_title", "country", "region", "city",
    "postal_code", "street", "industry", "employees", "employees_min", "employees_max", "product",
    "deal_type", "deal_value", "currency", "score", "language", "lead_source", "channel",
    "campaign", "form", "click_id", "current_owner", "status", "consent", "is_test",
    "custom.size", "custom.day", "custom.told", "custom.note",
]  # fmt: skip
WORDS = Vocabulary(
    values={"industry": {"technolgy": "technology"}, "country": {"Asia/Pacific Region": "SG"}},
    custom={"size": "number", "day": "date", "told": "boolean", "note": "text"},
)
READERS: list[Callable[[str], Reading[object]]] = [
    read_country, lambda t: read_region(t, "US"), lambda t: read_region(t, None),
    lambda t: read_phone(t, "US"), lambda t: read_phone(t, None), read_email, read_employees,
    read_money, lambda t: read_currency(t, "US"), read_language, read_moment, read_date,
    read_website, read_yes_no, read_score, read_postal_code, read_name,
]  # fmt: skip
STABLE: list[Callable[[str], Reading[str]]] = [
    read_email, read_country, read_language, read_website, read_postal_code, read_name,
    lambda t: read_region(t, "ES"), lambda t: read_currency(t, None),
]  # fmt: skip


@pytest.mark.parametrize("reader", READERS)
@given(text=TEXT)
def test_a_reader_takes_any_text_and_a_blank_says_why(reader, text):
    for given_text in (text, clean(text)):
        reading = reader(given_text)
        assert (reading.value is None) == (reading.flaw in BLANKING)


@pytest.mark.parametrize("reader", STABLE)
@given(text=TEXT)
def test_what_was_read_reads_the_same_again(reader, text):
    value = reader(clean(text)).value
    if value is not None:
        assert reader(value).value == value


@pytest.mark.parametrize("shape", [clean, fold, plain, storable])
@given(text=TEXT)
def test_shaping_text_twice_changes_nothing_more(shape, text):
    once = shape(text)
    assert shape(once) == once


@given(st.text(st.characters(), max_size=600))
@example("Acme \ud800 Ltd")
@example("Acme \0 Ltd")
def test_clean_text_is_short_visible_and_storable(text):
    cleaned = clean(text)
    assert len(cleaned) <= 255
    assert cleaned == cleaned.strip()
    cleaned.encode()
    assert not re.search("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\ufeff]", cleaned)
    assert "\0" not in storable(text)
    storable(text).encode()


@given(text=TEXT, country=st.sampled_from(["US", "DE", "BR", "VN", "IN", None]))
def test_a_phone_number_is_e164_or_blank(text, country):
    phone = read_phone(text, country).value
    if phone:
        assert re.fullmatch(r"\+[1-9]\d{6,14}", phone.number, re.ASCII)
        again = read_phone(phone.number, None).value
        assert again
        assert again.number == phone.number


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.sampled_from("-–—"))  # noqa: RUF001
def test_any_range_of_employees_reads_whichever_way_it_is_written(one, other, dash):
    least, most = sorted((one, other))
    for text in (
        f"{least}{dash}{most}",
        f"{least:,} {dash} {most:,} employees",
        f"De {least} a {most} empleados",
        f"{least:,}{dash}{most:,}".replace(",", "."),
        f"{least:,}{dash}{most:,}".replace(",", "\u202f"),
    ):
        count = read_employees(clean(text)).value
        assert count
        assert (count.least, count.most) == (least, most)


@given(TEXT)
def test_a_headcount_is_never_upside_down(text):
    count = read_employees(clean(text)).value
    assert count is None or count.most is None or 0 <= count.least <= count.most


@given(TEXT)
def test_a_name_loses_no_letters_when_it_is_split(text):
    name = read_name(clean(text)).value
    if name:
        parts = split_name(name)
        assert parts.first or parts.last


@given(st.dictionaries(st.sampled_from(FIELDS), TEXT))
def test_a_record_becomes_a_lead_or_is_set_aside(text):
    answers = {"created_at": "2026-11-22T09:00:00Z", **text}
    try:
        lead = lead_from(LeadKey("hubspot", "7"), answers, WORDS)
    except RecordError:
        return
    assert lead.is_test or lead.email or lead.phone
    assert "" not in {lead.company, lead.city, lead.industry, lead.status, lead.last_name}
    assert standard_field("") is None


@given(created_at=TEXT)
def test_a_record_without_an_instant_is_set_aside(created_at):
    text = {"created_at": created_at, "email": "ana@example.com"}
    if read_moment(created_at.strip()).value is None:
        with pytest.raises(RecordError) as caught:
            lead_from(LeadKey("hubspot", "7"), text, WORDS)
        assert caught.value.field == "created_at"


_LABELS = st.text(st.sampled_from("ab9-_x\u00e9n"), max_size=6) | st.sampled_from(
    ["com", "test", "arpa", "localhost", "xn--bcher-kva", "a" * 63, "a" * 64, "ab--c", "INFO"]
)
_ADDRESSES = st.builds(
    lambda local, domain: f"{'.'.join(local)}@{'.'.join(domain)}",
    st.lists(_LABELS | st.sampled_from(["info", "o'hara", "a+b"]), min_size=1, max_size=5),
    st.lists(_LABELS, min_size=1, max_size=6),
)


@given(_ADDRESSES)
@example(f"{'a' * 64}@{'a' * 61}.{'a' * 61}.{'a' * 61}.com")
@example("ana@ab--c.com")
@example("ana@x.arpa")
@example(f"{'a' * 65}@example.com")
@example(f"ana@{'a' * 64}.com")
@example(f"{'a' * 64}@{'a' * 61}.{'a' * 61}.{'a' * 61}.coom")
def test_an_address_is_one_where_the_validator_says_so(text):
    core = text.strip(".")
    try:
        valid = validate_email(core, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        assert read_email(core) == UNREADABLE
    else:
        assert read_email(core) == Reading(f"{valid.local_part}@{valid.domain.lower()}")
