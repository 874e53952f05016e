"""Fields that go bad are told of within a few leads, and chance alone is hardly ever told of."""

from dataclasses import replace
from datetime import UTC, datetime
from math import comb
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.drift import Measure, drifts, tail
from leads.keys import LeadKey
from leads.lead import Flaw, FlawKind, Lead, Written

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


def called(number, written, form=None, **more):
    """Leads with a number that came so; of None it is not known how."""
    made = [lead(n, form=form, **more) for n in range(number)]
    return [replace(each, phone_written=written) for each in made]


WITH, WITHOUT = Written(), Written(has_code=False, shape="999 999 999")


def test_numbers_that_lose_their_country_code_are_told_though_each_reads_well():
    (found,) = look([*called(8, WITHOUT), *called(56, WITH)], called(200, WITH))
    assert (found.field, found.measure) == ("phone", Measure.NATIONAL)
    assert (found.bad, found.leads, found.bad_before, found.before) == (8, 8, 0, 200)
    assert found.examples == ("999 999 999",)


def test_leads_without_a_number_are_not_counted_among_numbers():
    none = [replace(each, phone=None, phone_written=None) for each in called(40, None)]
    before = [*called(100, WITH), *none, *none]
    assert look([*called(7, WITHOUT), *none[:20]], before) == []
    (found,) = look([*none[:20], *called(8, WITHOUT)], before)
    assert (found.leads, found.before) == (8, 100)


def test_national_numbers_as_ever_and_those_of_before_it_was_noted_are_no_news():
    assert look(called(64, WITHOUT), called(200, WITHOUT)) == []
    assert look(called(64, WITHOUT), called(200, None)) == []
    assert look(called(64, WITH), called(200, WITHOUT)) == []


def test_a_form_s_numbers_are_compared_with_its_own_and_a_new_one_s_with_all():
    before = [*called(100, WITH, form="long"), *called(50, WITHOUT, form="short")]
    assert look(called(16, WITHOUT, form="short"), before) == []
    (found,) = look([*called(16, WITHOUT, form="short"), *called(8, WITHOUT, form="long")], before)
    assert (found.form, found.before) == ("long", 100)
    mostly = [*called(500, WITH, form="long"), *called(19, WITH, form="new")]
    (found,) = look(called(8, WITHOUT, form="new"), mostly)
    assert (found.form, found.before) == ("new", 519)


def test_numbers_read_by_guess_for_want_of_their_code_are_one_finding():
    guessed = (Flaw(field="phone", kind=FlawKind.ASSUMED, raw="600 000 000"),)
    (found,) = look(called(8, WITHOUT, flaws=guessed), called(100, WITH))
    assert (found.field, found.measure) == ("phone", Measure.ASSUMED)


UNREAD = (Flaw(field="phone", kind=FlawKind.UNREADABLE, raw="600 000 000"),)
TOLD = (Flaw(field="country", kind=FlawKind.ASSUMED, raw=""),)


def test_the_country_that_numbers_told_goes_with_them_as_one_finding():
    gone = [lead(n, blank=("country",), flaws=UNREAD) for n in range(8)]
    (found,) = look(gone, [lead(n, flaws=TOLD) for n in range(60)])
    assert (found.field, found.with_it) == ("phone", ("country",))


def test_a_country_that_was_asked_for_goes_bad_on_its_own():
    gone = [lead(n, blank=("country",), flaws=UNREAD) for n in range(8)]
    before = [lead(n, flaws=TOLD if n % 3 == 0 else ()) for n in range(60)]
    found = look(gone, before)
    assert [(each.field, each.with_it) for each in found] == [("country", ()), ("phone", ())]


def test_a_number_that_is_asked_no_more_takes_only_a_country_that_is_gone_with_it():
    stated = [replace(lead(n), phone=None) for n in range(8)]
    (found,) = look(stated, [lead(n, flaws=TOLD) for n in range(60)])
    assert (found.field, found.measure, found.with_it) == ("phone", Measure.BLANK, ())


def test_a_country_that_goes_blank_beside_numbers_that_are_well_is_told():
    gone = [lead(n, blank=("country",)) for n in range(8)]
    (found,) = look(gone, [lead(n, flaws=TOLD) for n in range(60)])
    assert found.field == "country"


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
