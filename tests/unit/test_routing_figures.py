"""Conditions on figures (ranges, money, scores) and on territories and segments."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.errors import ConfigError
from leads.lead import Headcount
from routing.engine import Engine
from routing.facts import Facts, Truth, Vocabulary
from routing.policy import Money
from routing.when import AnyOf, Between, Condition, Not, Presence
from tests.builders import MONDAY, is_one_of, lead, owner, policy, rule, standing
from tests.unit.judging import Verdict, evaluate

EURO = Vocabulary(money=Money(base="EUR", rates={"USD": Decimal("0.92")}))


def at_least(field: str, number: int) -> Between:
    return Between(field=field, least=Decimal(number), most=None)


def judge(condition: Condition, **fields: Any) -> Verdict:
    return evaluate(condition, Facts(lead(**fields), EURO, MONDAY))


# -- head counts ---------------------------------------------------------------------------------


@given(
    st.integers(0, 30),
    st.none() | st.integers(0, 30),
    st.none() | st.integers(0, 30),
    st.none() | st.integers(0, 30),
)
def test_a_range_satisfies_bounds_only_if_every_number_in_it_does(
    least: int, more: int | None, low: int | None, high: int | None
):
    count = Headcount(least=least, most=None if more is None else least + more)
    bounds = Between(
        field="employees",
        least=None if low is None else Decimal(low),
        most=None if high is None else Decimal(high),
    )
    # Open above: 1,000 stands for "any number from here on", past every bound in play.
    numbers = range(least, (1_000 if count.most is None else count.most) + 1)
    every = all((low is None or low <= n) and (high is None or n <= high) for n in numbers)
    verdict = judge(bounds, employees=count)
    assert (verdict.truth is Truth.HOLDS) is every


def test_a_range_across_the_bound_fails_and_says_so():
    assert judge(at_least("employees", 200), employees=(51, 200)) == Verdict(
        truth=Truth.FAILS,
        failed_on=("employees: wanted at least 200, found 51-200, only partly within",),
    )


def test_a_range_wholly_beside_the_bound_is_not_called_partly_within():
    (miss,) = judge(at_least("employees", 200), employees=(11, 50)).failed_on
    assert miss == "employees: wanted at least 200, found 11-50"


def test_a_number_equals_as_a_number():
    assert judge(is_one_of("score", "50"), score=50.0).truth is Truth.HOLDS
    assert judge(is_one_of("employees", "200"), employees=(200, 300)).truth is Truth.FAILS


def test_a_number_out_of_a_custom_field():
    assert judge(at_least("custom.seats", 10), custom={"seats": "12"}).truth is Truth.HOLDS
    verdict = judge(at_least("custom.seats", 10), custom={"seats": "a dozen"})
    assert verdict.truth is Truth.UNKNOWN
    assert "not a number" in verdict.failed_on[0]


@pytest.mark.parametrize("score", [float("nan"), float("inf")])
def test_a_score_that_is_no_number_is_unknown(score: float):
    assert judge(at_least("score", 1), score=score).truth is Truth.UNKNOWN


# -- money ---------------------------------------------------------------------------------------


def test_money_compares_in_the_base_currency():
    assert judge(at_least("deal_value", 920), deal_value=1000, currency="usd").truth is Truth.HOLDS
    verdict = judge(at_least("deal_value", 921), deal_value=1000, currency="USD")
    assert verdict.failed_on == ("deal_value: wanted at least 921 EUR, found 1000 USD (920 EUR)",)


@pytest.mark.parametrize(
    ("currency", "found"),
    [(None, "1000 without a currency"), ("GBP", "1000 GBP, a currency without a rate")],
)
def test_money_that_cannot_be_converted_is_unknown(currency: str | None, found: str):
    verdict = judge(at_least("deal_value", 1), deal_value=1000, currency=currency)
    assert verdict.truth is Truth.UNKNOWN
    assert found in verdict.failed_on[0]
    other = Not(part=at_least("deal_value", 1))
    assert judge(other, deal_value=1000, currency=currency).truth is Truth.UNKNOWN


def test_money_without_a_currency_is_still_present():
    assert judge(Presence(field="deal_value", empty=False), deal_value=1).truth is Truth.HOLDS


# -- territories and segments --------------------------------------------------------------------

TERRITORIES: dict[str, Condition] = {
    "iberia": is_one_of("country", "ES", "PT"),
    "spain": is_one_of("country", "ES"),
    "madrid": is_one_of("region", "ES-MD"),
    "us-west": is_one_of("region", "US-CA", "US-WA"),
}


def trial(when: Condition, **fields: Any) -> tuple[bool, tuple[str, ...]]:
    """Ask through a policy: did the rule match, and if not, on what did it fail?"""
    segments = {
        "big-iberia": is_one_of("territory", "iberia"),
        "paid": is_one_of("channel", "google_ads"),
    }
    people = [owner("ana")]
    plan = policy(
        people,
        rules=[rule("it", "owner:ana", when=when)],
        territories=TERRITORIES,
        segments=segments,
    )
    decision = Engine(plan).decide(lead(**fields), standing(), MONDAY)
    return decision.rules[0].matched, decision.rules[0].failed_on


def test_a_lead_may_be_in_several_territories():
    for name in ("iberia", "madrid", "MADRID"):
        assert trial(is_one_of("territory", name), country="ES", region="ES-MD") == (True, ())
    assert trial(is_one_of("territory", "us-*", "mad*"), region="ES-MD") == (True, ())


def test_a_segment_may_build_on_a_territory():
    assert trial(is_one_of("segment", "big-iberia"), country="PT") == (True, ())


def test_a_territory_that_cannot_be_told_is_unknown_whatever_the_others_say():
    """Region rules out us-west; with a blank country, that says nothing about Spain."""
    outside = Not(part=is_one_of("territory", "spain"))
    matched, failed_on = trial(outside, region="US-NY")
    assert not matched
    assert failed_on == (
        "territory: wanted anything but spain, found blank (country: wanted ES, found blank)",
    )
    assert trial(outside, country="FR") == (True, ())


def test_a_miss_names_the_territories_the_lead_is_in():
    _, failed_on = trial(is_one_of("territory", "us-west"), country="ES", region="ES-MD")
    assert failed_on == ("territory: wanted us-west, found iberia and spain and madrid",)
    _, failed_on = trial(is_one_of("territory", "us-west"), country="FR", region="FR-75")
    assert failed_on == ("territory: wanted us-west, found none",)


def test_being_in_no_territory_can_be_asked_for():
    nowhere = Presence(field="territory", empty=True)
    assert trial(nowhere, country="FR", region="FR-75") == (True, ())
    assert trial(nowhere) == (True, ())
    assert not trial(nowhere, country="ES")[0]


def test_territories_may_not_go_in_a_circle():
    plan = policy([owner("ana")], territories={"a": is_one_of("segment", "b")})
    plan = replace(plan, segments={"b": AnyOf(parts=(is_one_of("segment", "b"),))})
    with pytest.raises(ConfigError) as caught:
        Engine(plan)
    assert caught.value.problems == [
        "territory a: a territory cannot build on a segment",
        "segment b: a segment cannot build on a segment",
    ]
