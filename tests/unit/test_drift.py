"""Fields that go bad are told of within a few leads, and chance alone is hardly ever told of."""

from datetime import UTC, datetime
from math import comb
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.drift import Measure, drifts, tail
from leads.keys import LeadKey
from leads.lead import Flaw, FlawKind, Lead

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
FIELDS = ("country", "industry", "phone", "custom.budget")


def lead(number, *, blank=(), flaws=(), form=None):
    return Lead(
        key=LeadKey("meta_ads", str(number)),
        created_at=NOW,
        country=None if "country" in blank else "ES",
        industry=None if "industry" in blank else "retail",
        phone="+34600000000",
        custom={} if "custom.budget" in blank else {"budget": "10"},
        flaws=flaws,
        form=form,
    )


def usual(number, rate, chance):
    """Leads of which a share lacks its industry."""
    return [lead(n, blank=("industry",) if chance.random() < rate else ()) for n in range(number)]


def look(newest, before, least=0.05):
    return drifts(newest, before, FIELDS, least_share=least)


def test_a_renamed_question_shows_at_the_eighth_lead():
    before = usual(200, 0.02, Random(1))
    gone = [lead(n, blank=("industry",)) for n in range(20)]
    assert look([*gone[:5], *before[:59]], before) == []
    (found,) = look([*gone[:8], *before[:56]], before)
    assert (found.field, found.measure, found.bad, found.leads) == ("industry", Measure.BLANK, 8, 8)


def test_a_custom_field_that_is_no_longer_filled():
    (found,) = look([lead(n, blank=("custom.budget",)) for n in range(8)], usual(100, 0, Random(1)))
    assert found.field == "custom.budget"


@pytest.mark.parametrize(
    ("kind", "measure"),
    [
        (FlawKind.UNREADABLE, Measure.UNREADABLE),
        (FlawKind.UNKNOWN_WORD, Measure.UNKNOWN_WORD),
        (FlawKind.ASSUMED, Measure.ASSUMED),
    ],
)
def test_what_came_is_kept_as_examples(kind, measure):
    flaws = [(Flaw(field="phone", kind=kind, raw=f"600 00 00 0{n % 4}"),) for n in range(9)]
    (found,) = look([lead(n, flaws=flaws[n]) for n in range(9)], usual(100, 0, Random(1)))
    assert (found.field, found.measure) == ("phone", measure)
    assert found.examples == ("600 00 00 00", "600 00 00 01", "600 00 00 02")


def test_what_was_always_bad_is_no_news():
    before = [lead(n, blank=("industry",)) for n in range(100)]
    assert look([lead(n, blank=("industry",)) for n in range(64)], before) == []


def test_a_source_that_is_new_is_given_time():
    assert look([lead(n, blank=("industry",)) for n in range(64)], usual(19, 0, Random(1))) == []


def test_half_of_a_form_s_leads_need_more_of_them():
    """One of two forms lost its question: each second lead is blank."""
    before = usual(300, 0.02, Random(2))
    halves = [lead(n, blank=("industry",) if n % 2 else ()) for n in range(64)]
    assert look(halves[:8], before) == []
    assert [each.leads for each in look(halves, before)] == [16]


def test_small_growth_is_not_told():
    before = usual(2000, 0.01, Random(3))
    few = [lead(n, blank=("industry",) if n < 8 else ()) for n in range(64)]
    assert look(list(reversed(few)), before, least=0.2) == []


@given(rate=st.floats(0, 0.9), seed=st.integers(0, 10_000), before=st.integers(20, 300))
def test_chance_alone_is_not_told(rate, seed, before):
    chance = Random(seed)
    assert look(usual(64, rate, chance), usual(before, rate, chance)) == []


@given(st.integers(1, 64), st.data())
def test_thetail_is_the_sum_of_what_it_sums(number, data):
    least = data.draw(st.integers(0, number))
    rate = data.draw(st.floats(0.001, 0.999))
    slow = sum(
        comb(number, k) * rate**k * (1 - rate) ** (number - k) for k in range(least, number + 1)
    )
    assert tail(least, number, rate) == pytest.approx(min(1.0, slow), rel=1e-6, abs=1e-12)


def test_a_burst_of_a_form_that_never_asked_is_no_news():
    before = [lead(n, form="long") for n in range(200)]
    before += [lead(n, form="short", blank=("industry",)) for n in range(20)]
    assert look([lead(n, form="short", blank=("industry",)) for n in range(32)], before) == []


def test_a_form_that_is_new_is_compared_with_the_others():
    before = [lead(n, form="long") for n in range(50)]
    (found,) = look([lead(n, form="new", blank=("industry",)) for n in range(8)], before)
    assert found.form == "new"


def test_two_fields_are_two_findings_in_the_order_of_their_names():
    newest = [lead(n, blank=("country", "industry")) for n in range(8)]
    assert [each.field for each in look(newest, usual(100, 0, Random(1)))] == [
        "country",
        "industry",
    ]
