"""What of the past is learnt from: young leads, silent ones, fields that know the outcome."""

from dataclasses import replace
from datetime import timedelta

import pytest

from leads.keys import OwnerId
from routing.learning.history import End, PastLead, ripe
from routing.learning.leakage import leaks
from routing.learning.proxies import proxies
from routing.learning.recipe import OTHER, Recipe, recipe_of
from routing.learning.training import NothingClosedError, train
from routing.model_settings import ModelSettings
from routing.policy import Money, Strategy
from tests.builders import MONDAY, lead, one_pool, owner
from tests.unit.model_past import past

HORIZON = timedelta(days=90)
SKILL = {"ana": 0.9, "ben": 0.0, "cleo": -0.9}
SETTINGS = ModelSettings(features=("country",), control=0.2)


def gone(number: int, days_ago: float, outcome: str = "", took: float = 5) -> PastLead:
    at = MONDAY - timedelta(days=days_ago)
    end = End(won=outcome == "won", at=at + timedelta(days=took)) if outcome else None
    return PastLead(lead=lead(number, created_at=at), owner=OwnerId("ana"), at=at, end=end)


def test_a_young_lead_without_an_outcome_is_not_lost():
    found = ripe([gone(1, 200, "won"), gone(2, 200, "lost"), gone(3, 30)], MONDAY, HORIZON)
    assert (found.closed, found.young, found.silent) == (2, 1, 0)


def test_silence_is_a_loss_only_where_hardly_anybody_notes_one():
    quiet = [gone(n, 200) for n in range(5)]
    unnoted = ripe([gone(9, 200, "won"), *quiet], MONDAY, HORIZON)
    noted = ripe([*(gone(n, 200, "lost") for n in range(10, 16)), *quiet], MONDAY, HORIZON)
    assert (unnoted.closed, unnoted.silent) == (6, 5)
    assert sum(each.won for each in unnoted.told) == 1
    assert (noted.closed, noted.silent) == (6, 5)
    assert all(each.past.end for each in noted.told)


def test_what_took_long_counts_for_the_young_that_may_take_as_long():
    """Half of the leads are too young to show an end after 60 days: each that does counts twice."""
    old = [gone(n, 200, "won", took=60 if n % 2 else 5) for n in range(20)]
    young = [gone(100 + n, 20) for n in range(20)]
    weights = {each.days: each.weight for each in ripe([*old, *young], MONDAY, HORIZON).told}
    assert weights == pytest.approx({5.0: 1.0, 60.0: 2.0})


def test_an_outcome_after_the_day_it_is_told_of_is_not_known_yet():
    found = ripe([gone(1, 10, "won", took=20)], MONDAY, HORIZON)
    assert (found.closed, found.young) == (0, 1)


def told_with(status_of):
    made = past(800, SKILL)
    named = [
        replace(each, lead=replace(each.lead, custom={"tags": status_of(each)})) for each in made
    ]
    return ripe(named, MONDAY, HORIZON).told


def test_a_field_written_with_the_outcome_is_refused_with_the_reason():
    told = told_with(lambda each: "closed" if each.end and each.end.won else "ringing")
    (refused,) = leaks(told, ["country", "custom.tags"], Money())
    assert refused.field == "custom.tags"
    assert "'closed' 100% and 'ringing' 0%" in refused.why


def test_a_field_that_only_the_won_have_is_refused_whatever_it_says():
    told = told_with(lambda each: f"order {each.lead.key}" if each.end and each.end.won else "")
    (refused,) = leaks(told, ["custom.tags"], Money())
    assert "filled in for 100% of the won and 0% of the lost" in refused.why


def test_a_field_of_which_each_lead_has_its_own_value_is_no_leak():
    told = told_with(lambda each: str(each.lead.key))
    assert leaks(told, ["custom.tags", "industry"], Money()) == []


def test_what_nearly_tells_an_excluded_field_is_named():
    leads = [
        lead(n, country="ES" if n % 3 else "DE", language="es" if n % 3 else "de", channel="web")
        for n in range(90)
    ]
    (found,) = proxies(leads, ["country", "channel"], ["language"], Money())
    assert (found.field, found.of, found.share) == ("country", "language", 1.0)


def test_a_lead_is_the_same_numbers_after_the_recipe_was_stored():
    leads = [
        lead(n, industry=("Retail", "retail ", "software")[n % 3], employees=n + 1, country="ES")
        for n in range(60)
    ]
    made = recipe_of(leads, ["country", "employees", "industry"], "industry", Money())
    again = Recipe.from_json(made.to_json(), Money())
    assert again == made
    assert made.segments == ("retail", "software", OTHER)
    assert made.names == ("employees",)  # one country tells nothing, the segment is told apart
    assert (made.features(leads[7]) == again.features(leads[7])).all()
    assert made.segment_of(lead(1, industry="farming")) == OTHER
    assert made.features(lead(1)).tolist() == [0.0]


def team():
    return one_pool([owner(name) for name in (*SKILL, "dora")], strategy=Strategy.BEST_MATCH)


def test_owners_who_left_thin_and_new_ones_are_told():
    made = past(1_500, {**SKILL, "gone": 0.0})
    few = [gone(9_000 + n, 100 + n, "lost") for n in range(3)]
    made += [replace(each, owner=OwnerId("dora")) for each in few]
    plan = one_pool([owner(n) for n in (*SKILL, "dora", "eve")], strategy=Strategy.BEST_MATCH)
    trained = train(made, plan, SETTINGS, MONDAY)
    assert trained.owners.left == ("gone",)
    assert trained.owners.thin == ("dora",)
    assert trained.owners.new == ("eve",)
    assert trained.gate.passes
    chances = trained.model.logits(OTHER, trained.recipe.features(lead(1)))
    by_owner = dict(zip(trained.model.owners, chances, strict=False))
    assert by_owner["cleo"] < by_owner["dora"] < by_owner["ana"]


@pytest.mark.parametrize("segment", ["", "product"])
def test_owners_are_told_apart_without_any_word_on_the_lead(segment):
    settings = ModelSettings(features=(), segment=segment)
    trained = train(past(900, SKILL), team(), settings, MONDAY)
    assert trained.gate.passes
    assert trained.recipe.names == ()
    assert trained.recipe.segments[-1] == OTHER


def test_the_same_past_in_another_order_trains_the_same_model():
    made = past(700, SKILL)
    one = train(made, team(), SETTINGS, MONDAY)
    other = train(made[::-1], team(), SETTINGS, MONDAY)
    assert one.fingerprint == other.fingerprint
    assert one.gate.passes == other.gate.passes


def test_nothing_closed_says_so():
    with pytest.raises(NothingClosedError, match=r"no lead has closed yet \(2 are still open\)"):
        train([gone(1, 5), gone(2, 6)], team(), SETTINGS, MONDAY)
