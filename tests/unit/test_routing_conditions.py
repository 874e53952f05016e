"""Conditions: three-valued logic against a plain reading of it, and each kind of field."""

from decimal import Decimal
from typing import assert_never

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.errors import ConfigError
from leads.lead import Lead
from routing.conditions import compile_condition
from routing.facts import Facts, Truth, Vocabulary
from routing.policy import Money
from routing.when import AllOf, AnyOf, Between, Condition, During, Not, OnClock, OneOf, Presence
from tests.builders import MONDAY, is_one_of, lead
from tests.unit.judging import Verdict, evaluate

NOTHING = Vocabulary(money=Money(base="EUR", rates={"USD": Decimal("0.92")}))


def judge(condition: Condition, subject: Lead, vocabulary: Vocabulary = NOTHING) -> Verdict:
    return evaluate(condition, Facts(subject, vocabulary, MONDAY))


# -- against a plain reading ---------------------------------------------------------------------

FIELDS = ("country", "industry", "custom.tier")
RANK = {Truth.FAILS: 0, Truth.UNKNOWN: 1, Truth.HOLDS: 2}
BY_RANK = {rank: truth for truth, rank in RANK.items()}


def plainly(condition: Condition, values: dict[str, str | None]) -> int:
    """Kleene's logic with 0, 1, 2 for fails, unknown, holds: and is min, or is max."""
    match condition:
        case AllOf(parts=parts):
            return min((plainly(part, values) for part in parts), default=2)
        case AnyOf(parts=parts):
            return max((plainly(part, values) for part in parts), default=0)
        case Not(part=part):
            return 2 - plainly(part, values)
        case OneOf(field=field, values=wanted):
            value = values[field]
            return 1 if value is None else 2 * (value in wanted)
        case Presence(field=field, empty=empty):
            return 2 * ((values[field] is None) == empty)
        case Between() | During() | OnClock():
            raise AssertionError("not among the generated conditions")
    assert_never(condition)


words = st.sampled_from(["a", "b", "c"])
leaves: st.SearchStrategy[Condition] = st.one_of(
    st.builds(
        OneOf,
        field=st.sampled_from(FIELDS),
        values=st.lists(words, min_size=1, max_size=2).map(tuple),
    ),
    st.builds(Presence, field=st.sampled_from(FIELDS), empty=st.booleans()),
)


def nested(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(
        st.builds(AllOf, parts=several),
        st.builds(AnyOf, parts=several),
        st.builds(Not, part=inner),
    )


conditions = st.recursive(leaves, nested, max_leaves=12)
values = st.fixed_dictionaries(dict.fromkeys(FIELDS, st.none() | words))


@settings(max_examples=500)
@given(conditions, values)
def test_any_condition_means_what_kleene_says(condition: Condition, fields: dict[str, str | None]):
    tier = fields["custom.tier"]
    subject = lead(
        country=fields["country"],
        industry=fields["industry"],
        custom={} if tier is None else {"tier": tier},
    )
    verdict = judge(condition, subject)
    assert verdict.truth is BY_RANK[plainly(condition, fields)]
    assert bool(verdict.failed_on) is (verdict.truth is not Truth.HOLDS)


ASKED: dict[Truth, Condition] = {
    Truth.HOLDS: is_one_of("country", "a"),
    Truth.FAILS: is_one_of("industry", "b"),
    Truth.UNKNOWN: is_one_of("product", "c"),
}


@pytest.mark.parametrize("left", Truth)
@pytest.mark.parametrize("right", Truth)
def test_two_at_a_time(left: Truth, right: Truth):
    subject, pair = lead(country="a", industry="a"), (ASKED[left], ASKED[right])
    worse, better = sorted((left, right), key=lambda truth: RANK[truth])
    assert judge(AllOf(parts=pair), subject).truth is worse
    assert judge(AnyOf(parts=pair), subject).truth is better
    assert judge(Not(part=Not(part=AllOf(parts=pair))), subject).truth is worse


# -- words ---------------------------------------------------------------------------------------


def test_a_blank_field_is_unknown_and_stays_so_under_not():
    retail = is_one_of("industry", "retail")
    assert judge(retail, lead()).truth is Truth.UNKNOWN
    assert judge(Not(part=retail), lead()) == Verdict(
        truth=Truth.UNKNOWN, failed_on=("industry: wanted anything but retail, found blank",)
    )
    assert judge(Presence(field="industry", empty=True), lead()).truth is Truth.HOLDS


def test_an_empty_text_counts_as_blank():
    assert judge(is_one_of("custom.tier", "gold"), lead(custom={"tier": ""})).truth is Truth.UNKNOWN


@pytest.mark.parametrize(
    ("wanted", "found", "expected"),
    [
        ("GTX Pro", "gtx pro", True),
        ("STRASSE", "straße", True),
        ("90*", "90210", True),
        ("90*", "08090", False),
        ("ent-?", "ENT-7", True),
        ("ent-?", "ent-77", False),
        ("[not given]", "[not given]", True),
        ("[ab]*", "apple", False),
        ("[ab]*", "[AB] testing", True),
        ("a.c", "abc", False),
    ],
)
def test_words_and_globs(wanted: str, found: str, expected: bool):  # noqa: FBT001 - a table
    verdict = judge(is_one_of("product", wanted), lead(product=found))
    assert (verdict.truth is Truth.HOLDS) is expected


def test_switches_compare_as_true_and_false():
    assert judge(is_one_of("is_test", "false"), lead()).truth is Truth.HOLDS
    assert judge(is_one_of("consent", "true"), lead()).truth is Truth.UNKNOWN
    assert judge(is_one_of("consent", "true"), lead(consent=False)).truth is Truth.FAILS


def test_a_source_and_a_custom_field_are_fields():
    subject = lead(source="meta_ads", custom={"tier": "Gold"})
    both = AllOf(parts=(is_one_of("source", "meta_ads"), is_one_of("custom.tier", "gold")))
    assert judge(both, subject).truth is Truth.HOLDS


@pytest.mark.parametrize(
    "fields",
    [{"email": "kim@example.com"}, {"phone": "+34600000000"}, {"last_name": "Doe"}],
    ids=["email", "phone", "last_name"],
)
def test_personal_data_never_shows_in_a_miss(fields: dict[str, str]):
    (name, value), *_ = fields.items()
    (miss,) = judge(is_one_of(name, "somebody@example.org"), lead(**fields)).failed_on
    assert value not in miss
    assert "somebody" not in miss


def test_an_address_in_a_custom_field_never_shows_in_a_miss():
    subject = lead(custom={"referrer": "kim@example.com"})
    (miss,) = judge(is_one_of("custom.referrer", "nobody"), subject).failed_on
    assert "kim" not in miss


def test_every_failed_field_is_named_with_what_was_wanted_and_found():
    condition = AllOf(
        parts=(
            is_one_of("country", "ES", "PT"),
            Between(field="employees", least=Decimal(200), most=None),
            is_one_of("product", "GTX Pro"),
        )
    )
    assert judge(condition, lead(country="FR", product="GTX Pro")).failed_on == (
        "country: wanted ES or PT, found FR",
        "employees: wanted at least 200, found blank",
    )


def test_alternatives_are_one_miss_that_names_each():
    either = AnyOf(parts=(is_one_of("country", "ES"), is_one_of("region", "US-CA")))
    (miss,) = judge(either, lead(country="FR")).failed_on
    assert miss == "none of: country: wanted ES, found FR; region: wanted US-CA, found blank"


def test_a_long_list_is_not_spelt_out():
    (miss,) = judge(is_one_of("country", *map(str, range(30))), lead(country="FR")).failed_on
    assert miss == "country: wanted 0, 1, 2, 3, 4, 5, 6, 7 or 22 others, found FR"


# -- what does not compile -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        (is_one_of("contry", "ES"), "there is no field 'contry'"),
        (is_one_of("custom.", "ES"), "there is no field"),
        (is_one_of("territory", "ibera"), "no territory is called 'ibera' (there are: iberia)"),
        (is_one_of("employees", "51-200"), "is not a number; for a range use min and max"),
        (Between(field="segment", least=None, most=None), "segment is not a number"),
        (Not(part=Presence(field="emial", empty=True)), "there is no field 'emial'"),
    ],
)
def test_a_condition_that_cannot_be_meant_is_refused(condition: Condition, problem: str):
    with pytest.raises(ConfigError, match=r".") as caught:
        compile_condition(condition, {"territory": ["iberia"]}, "EUR")
    assert problem in caught.value.problems[0]
