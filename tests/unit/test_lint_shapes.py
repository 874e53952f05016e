"""Words for e-mail, phone and website that no lead has: told, and none that some lead may have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.normalise.email import read_email
from leads.normalise.phone import read_phone
from leads.normalise.website import read_website
from routing.lint.findings import Code
from routing.lint.look import lint
from routing.lint.shapes import SHAPES
from routing.when import Not
from tests.builders import is_one_of, owner, policy, rule

PHONES = ("+49 171 1234567", "+1 201 555 0123", "0034 600 000 001", "+44 (0)20 7946 0000")
EMAILS = (
    "Ana.Ruiz+news@Mail.Acme.example",
    "a@b.example",
    "o'neil@acme.example",
    "ö@bücher.example",
)
SITES = ("https://www.acme.example/about", "ACME.example", "a-b.co.example:8080", "www.example")
NUMBERS = [read_phone(each, None).value for each in PHONES]
VALUES = [
    *(("phone", each.number) for each in NUMBERS if each),
    *(("email", each) for each in (read_email(each).value for each in EMAILS) if each),
    *(("website", each) for each in (read_website(each).value for each in SITES) if each),
]


@given(st.sampled_from(VALUES), st.data())
def test_a_pattern_that_some_value_matches_is_never_said_to_match_none(
    known: tuple[str, str], data: st.DataObject
):
    """Any stretch of the value becomes *, any other character ?, in any case."""
    field, value = known
    cuts = st.integers(0, len(value))
    first, last = sorted((data.draw(cuts), data.draw(cuts)))
    hidden = data.draw(st.sets(st.integers(0, len(value) - 1)))
    marked = "".join("?" if n in hidden else char for n, char in enumerate(value))
    pattern = f"{marked[:first]}*{marked[last:]}"
    shape = SHAPES[field]
    for each in (value, marked, pattern, pattern.upper()):
        assert shape.may_be(each), each


def test_all_of_the_values_were_read():
    assert len(VALUES) == len(PHONES) + len(EMAILS) + len(SITES)


@pytest.mark.parametrize(
    ("field", "word", "meant"),
    [
        ("phone", "0171*", None),
        ("phone", "+49 171*", "+49171*"),
        ("phone", "0049171*", "+49171*"),
        ("phone", "+49 (0)171/123", "+49171123"),
        ("phone", "49171", "+49171*"),
        ("phone", "+0*", None),
        ("phone", "+49???", "+49???*"),
        ("phone", "+4917112345678901", None),
        ("phone", "*4567x", None),
        ("email", "acme.example", "*@acme.example"),
        ("email", "@acme.example", "*@acme.example"),
        ("email", "*@acme", "*@acme.*"),
        ("email", "mailto:ana@acme.example", "ana@acme.example"),
        ("email", "*@*@*", None),
        ("email", "ana ruiz*", None),
        ("website", "https://www.acme.example/*", "acme.example"),
        ("website", "www.acme.example", "acme.example"),
        ("website", "WWW.acme.example", "acme.example"),
        ("website", "acme", "acme.*"),
    ],
)
def test_one_that_no_value_matches_is_told_with_what_was_meant(
    field: str, word: str, meant: str | None
):
    shape = SHAPES[field]
    assert not shape.may_be(word)
    assert shape.meant(word) == meant
    assert shape.may_be(shape.example)


def test_check_says_it_of_rules_and_segments_also_under_not():
    segments = {"ours": Not(part=is_one_of("email", "acme.example", "*@acme.example"))}
    rules = [
        rule("mobile", "owner:ana", when=is_one_of("phone", "0171*", "+49171*")),
        rule("rest", "owner:ana", when=is_one_of("segment", "ours")),
    ]
    found = lint(policy([owner("ana")], rules=rules, segments=segments))
    told = [(f.about, f.message, f.remedy) for f in found if f.code is Code.NEVER_ARRIVES]
    phone = f'no lead arrives with phone "0171*": {SHAPES["phone"].kept}'
    email = f'no lead arrives with email "acme.example": {SHAPES["email"].kept}'
    assert sorted(told) == [
        (("rules", "mobile", "when"), phone, 'write it as in "+49171*"'),
        (("segments", "ours"), email, 'write "*@acme.example"'),
    ]
