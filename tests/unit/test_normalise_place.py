"""Countries, regions, and what one says about the other."""

import pytest

from leads.keys import LeadKey
from leads.lead import FlawKind, Lead
from leads.normalise.build import lead_from
from leads.normalise.country import read_country
from leads.normalise.reading import AMBIGUOUS, UNREADABLE, Reading
from leads.normalise.region import read_region
from leads.normalise.vocabulary import Vocabulary


def lead(**text: str) -> Lead:
    answers = {"created_at": "1740000000", "email": "ana@example.com", **text}
    words = Vocabulary(values={"country": {"Asia/Pacific Region": "SG"}})
    return lead_from(LeadKey("hubspot", "1"), answers, words)


def flaws(of: Lead) -> list[tuple[str, FlawKind]]:
    return [(flaw.field, flaw.kind) for flaw in of.flaws]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ES", "ES"),
        ("esp", "ES"),
        ("España", "ES"),
        ("ESPANA", "ES"),
        ("UK", "GB"),
        ("England", "GB"),
        ("U.S.A.", "US"),
        ("United States of America (USA)", "US"),
        ("Deutschland", "DE"),
        ("Schweiz", "CH"),
        ("Nederland", "NL"),
        ("the Netherlands", "NL"),
        ("Éire", "IE"),
        ("Brasil", "BR"),
        ("Côte d’Ivoire", "CI"),  # noqa: RUF001
        ("Türkiye", "TR"),
        ("Viet Nam", "VN"),
        ("Trinidad & Tobago", "TT"),
        ("St. Lucia", "LC"),
        ("日本", "JP"),
        ("NA", "NA"),
        ("Georgia", "GE"),
    ],
)
def test_a_country_is_known_by_code_and_by_many_names(text, code):
    assert read_country(text) == Reading(code)


@pytest.mark.parametrize(
    ("text", "code"),
    [("Philipines", "PH"), ("Untied States", "US"), ("Germnay", "DE"), ("Indai", "IN")],
)
def test_a_misspelt_country_is_assumed(text, code):
    assert read_country(text) == Reading(code, FlawKind.ASSUMED)


@pytest.mark.parametrize("text", ["Korea", "Congo", "Austrlia", "Nigeri", "Virgin Islands"])
def test_a_name_that_fits_two_countries_is_neither(text):
    assert read_country(text) == AMBIGUOUS


@pytest.mark.parametrize("text", ["Asia/Pacific Region", "Europe", "EMEA", "Irax", "EU", "XX", "1"])
def test_what_is_no_country_is_not_guessed_at(text):
    assert read_country(text) == UNREADABLE


@pytest.mark.parametrize(
    ("text", "country", "code"),
    [
        ("CA", "US", "US-CA"),
        ("ca", "US", "US-CA"),
        ("California", "US", "US-CA"),
        ("State of California", "US", "US-CA"),
        ("us-ca", "US", "US-CA"),
        ("Bavaria", "DE", "DE-BY"),
        ("Bayern", "DE", "DE-BY"),
        ("Madrid", "ES", "ES-MD"),
        ("Comunidad de Madrid", "ES", "ES-MD"),
        ("La Coruña", "ES", "ES-C"),
        ("Québec", "CA", "CA-QC"),
        ("Tokyo", "JP", "JP-13"),
        ("Guangdong", "CN", "CN-GD"),
        ("Tamil Nadu", "IN", "IN-TN"),
        ("SP", "BR", "BR-SP"),
        ("London", "GB", "GB-LND"),
    ],
)
def test_a_region_is_read_within_its_country(text, country, code):
    assert read_region(text, country) == Reading(code)


def test_a_misspelt_region_is_assumed_and_a_strange_one_is_not():
    assert read_region("Californa", "US") == Reading("US-CA", FlawKind.ASSUMED)
    assert read_region("Bavaria", "US") == UNREADABLE
    assert read_region("California", None) == AMBIGUOUS
    assert read_region("US-CA", "DE") == AMBIGUOUS
    assert read_region("US-ZZ", None) == AMBIGUOUS


def test_a_full_region_code_tells_the_country():
    found = lead(region="US-CA", phone="(619) 307-7599")
    assert (found.country, found.region, found.phone) == ("US", "US-CA", "+16193077599")
    assert flaws(found) == [("country", FlawKind.ASSUMED)]


def test_a_region_by_name_alone_stays_blank():
    found = lead(region="California")
    assert (found.country, found.region) == (None, None)
    assert flaws(found) == [("region", FlawKind.AMBIGUOUS)]


def test_a_number_with_its_country_code_tells_the_country_and_then_the_region():
    found = lead(phone="+1 619 307 7599", region="CA")
    assert (found.country, found.region) == ("US", "US-CA")
    assert flaws(found) == [("country", FlawKind.ASSUMED)]


def test_a_number_never_overrules_the_country_the_record_states():
    found = lead(country="Spain", phone="+49 30 123456")
    assert (found.country, found.phone, found.flaws) == ("ES", "+4930123456", ())


@pytest.mark.parametrize("phone", ["+1 555 000 0000", "+7 000 000 00 00", "+800 1234 5678"])
def test_a_code_that_several_countries_share_tells_none_by_itself(phone):
    assert lead(phone=phone).country is None


def test_an_ambiguous_country_is_settled_by_the_number():
    found = lead(country="Korea", phone="+82 2 312 3456")
    assert found.country == "KR"
    assert flaws(found) == [("country", FlawKind.AMBIGUOUS), ("country", FlawKind.ASSUMED)]


def test_the_configurations_word_for_a_country_comes_first():
    assert lead(country="asia/pacific  region").country == "SG"
