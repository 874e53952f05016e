"""A canonical value as one of a HubSpot property's options."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.options import fitting
from sandbox.hubspot.choices import OF_CONTACTS

SIZES, LANGUAGES = OF_CONTACTS["numemployees"], OF_CONTACTS["hs_language"]


@pytest.mark.parametrize(
    ("text", "options", "option"),
    [
        ("anything", (), "anything"),
        ("100-500", SIZES, "100-500"),
        ("240", SIZES, "100-500"),
        ("25", SIZES, "5-25"),
        ("120-400", SIZES, "100-500"),
        ("1,001-5,000", SIZES, "1000+"),
        ("10001+", SIZES, "1000+"),
        ("51-200", SIZES, None),  # 50-100 and 100-500 both say more than is known
        ("0", SIZES, None),
        ("many", SIZES, None),
        ("pt-BR", LANGUAGES, "pt-br"),
        ("pt_BR", LANGUAGES, "pt-br"),
        ("es-UY", LANGUAGES, "es"),
        ("tlh", LANGUAGES, None),
        ("paid search", ("PAID_SEARCH",), "PAID_SEARCH"),
        ("PAID", ("PAID_SEARCH",), None),
        ("sales-ops", ("sales",), None),
        ("100-200", ("100", "200"), None),
    ],
)
def test_an_option_that_says_the_same(text: str, options: tuple[str, ...], option: str | None):
    assert fitting(text, options) == option


@given(st.text(), st.lists(st.text()))
def test_only_an_option_is_ever_answered(text: str, options: list[str]):
    assert fitting(text, options) in ({None, *options} if options else {text})


@given(st.integers(1, 10**7))
def test_every_company_has_a_size(employees: int):
    assert fitting(str(employees), SIZES) in SIZES
