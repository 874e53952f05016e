"""Headcounts, money, currencies and scores."""

from decimal import Decimal

import pytest

from leads.keys import LeadKey
from leads.lead import FlawKind, Headcount, Lead
from leads.normalise.answers import read_score
from leads.normalise.build import lead_from
from leads.normalise.decimals import read_decimal
from leads.normalise.employees import read_employees
from leads.normalise.reading import UNREADABLE, Reading
from leads.normalise.text import clean
from leads.normalise.vocabulary import Vocabulary


def lead(**text: str) -> Lead:
    answers = {"created_at": "1740000000", "email": "ana@example.com", **text}
    return lead_from(LeadKey("hubspot", "1"), answers, Vocabulary())


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("4807", 4807, 4807),
        ("4807.0", 4807, 4807),
        ("1 001-5 000", 1001, 5000),
        ("1\u00a0001\u20135\u00a0000", 1001, 5000),
        ("1\u2009001\u20145\u2009000", 1001, 5000),
        ("1.000-5.000", 1000, 5000),
        ("1k-5k", 1000, 5000),
        ("SIZE_1", 1, 1),
        ("SIZE_51_TO_200", 51, 200),
        ("SIZE_10001_OR_MORE", 10001, None),
        ("<50", 0, 49),
        ("under 10", 0, 9),
        ("up to 50", 0, 50),
        ("more than 500", 501, None),
        ("plus de 50", 51, None),
        ("über 100", 101, None),
        (">= 500", 500, None),
        ("> 500", 501, None),
        ("500 or more", 500, None),
        ("10 bis 49 Mitarbeiter", 10, 49),
        ("51-200 zaměstnanců", 51, 200),
        ("self-employed", 1, 1),
        ("about 50 people", 50, 50),
    ],
)
def test_a_headcount_is_read(text, least, most):
    assert read_employees(clean(text)) == Reading(Headcount(least=least, most=most))


@pytest.mark.parametrize(
    ("text", "least", "most"), [("1-5k", 1000, 5000), ("Nov-50", 11, 50), ("2-Oct", 2, 10)]
)
def test_a_headcount_that_took_some_guessing_is_noted(text, least, most):
    reading = read_employees(text)
    assert reading == Reading(Headcount(least=least, most=most), FlawKind.ASSUMED)


@pytest.mark.parametrize(
    "text", ["many", "founded 1999", "-5", "200-51", "1,2,3", "1,5", "99999999", "10 20 30", "+"]
)
def test_nonsense_is_no_headcount(text):
    assert read_employees(text) == UNREADABLE


@pytest.mark.parametrize(
    ("least", "most", "count"),
    [
        ("51", "200", Headcount(least=51, most=200)),
        ("0", "4", Headcount(least=0, most=4)),
        ("51", "", Headcount(least=51, most=None)),
        ("", "200", Headcount(least=0, most=200)),
        ("200", "51", None),
        ("many", "51", None),
        ("", "", None),
    ],
)
def test_a_range_may_come_in_two_fields(least, most, count):
    found = lead(employees_min=least, employees_max=most)
    assert found.employees == count
    assert bool(found.flaws) == (count is None and bool(least or most))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1 234,50", "1234.5"),
        ("1'234.50", "1234.5"),
        ("1.234.567", "1234567"),
        ("1,00,000", "100000"),
        ("1.234", "1234"),
        ("1234.567", "1234.567"),
        ("0,5", "0.5"),
        ("50000.0", "50000"),
        ("1.0E7", "10000000"),
    ],
)
def test_either_mark_may_be_the_decimal_one(text, number):
    assert str(read_decimal(text)) == number


@pytest.mark.parametrize(
    "text", ["1,23,4", "1.2.3", "-1", "1e99", "nan", "inf", "", "1_000", "\u0661"]
)
def test_what_is_no_number_is_none(text):
    assert read_decimal(text) is None


@pytest.mark.parametrize(
    ("value", "stated", "country", "amount", "currency"),
    [
        ("€1.234,56", "", "", "1234.56", "EUR"),
        ("1,234.56 USD", "", "", "1234.56", "USD"),
        ("USD 50k", "", "", "50000", "USD"),
        ("12.5k", "", "", "12500", None),
        ("$100", "", "", "100", None),
        ("$100", "CAD", "", "100", "CAD"),
        ("$100", "", "AU", "100", "AUD"),
        ("US$ 100", "", "AU", "100", "USD"),
        ("$100 USD", "", "AU", "100", "USD"),
        ("100 kr", "", "SE", "100", "SEK"),
        ("Rs. 5 lakh", "", "IN", "500000", "INR"),
        ("€100", "USD", "", "100", None),
        ("2,5 Mio. €", "", "", "2500000", "EUR"),
        ("CHF 1'000.50", "", "", "1000.5", "CHF"),
        ("50000", "euro", "", "50000", "EUR"),
        ("50000", "$", "US", "50000", "USD"),
        ("0", "", "", "0", None),
    ],
)
def test_money_is_an_amount_in_a_currency(value, stated, country, amount, currency):
    found = lead(deal_value=value, currency=stated, country=country)
    assert (found.deal_value, found.currency) == (Decimal(amount), currency)


def test_a_shared_sign_is_ambiguous_until_the_country_tells():
    assert [flaw.kind for flaw in lead(deal_value="$100").flaws] == [FlawKind.AMBIGUOUS]
    told = lead(deal_value="$100", country="US")
    assert [(flaw.field, flaw.kind) for flaw in told.flaws] == [("currency", FlawKind.ASSUMED)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("10k - 20k", FlawKind.AMBIGUOUS),
        ("10k+", FlawKind.AMBIGUOUS),
        ("under $10k", FlawKind.AMBIGUOUS),
        ("-100", FlawKind.UNREADABLE),
        ("(100)", FlawKind.UNREADABLE),
        ("a lot", FlawKind.UNREADABLE),
        ("1e400", FlawKind.UNREADABLE),
    ],
)
def test_what_is_no_one_amount_is_blank(text, kind):
    found = lead(deal_value=text)
    assert found.deal_value is None
    assert [flaw.kind for flaw in found.flaws] == [kind]


@pytest.mark.parametrize(
    ("text", "score"),
    [("85", 85.0), ("85%", 85.0), ("0.85", 0.85), ("-3", -3.0), ("nan", None), ("A+", None)],
)
def test_a_score_is_a_number(text, score):
    assert read_score(text).value == score
