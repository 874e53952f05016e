"""The model against the rules: what the difference is, and when it may be believed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.learning.trial import (
    MOST_WEIGHT,
    Outcome,
    compare,
    leads_needed,
    mean_in_sequence,
    off_policy,
)


def arms(seed: int, leads: int, *, uplift: float = 0.0, share: float = 0.8, strata: int = 6):
    """Strata of which each wins more than the one before; the model wins `uplift` more."""
    dice = np.random.default_rng(seed)
    stratum = dice.integers(0, strata, leads)
    by_model = dice.random(leads) < share
    won = dice.random(leads) < 0.08 + 0.03 * stratum + uplift * by_model
    return won, by_model, stratum


def test_the_interval_holds_the_truth_as_often_as_it_says():
    holds = 0
    for seed in range(150):
        found = compare(*arms(seed, 1_500, uplift=0.03))
        holds += found.difference.low <= 0.03 <= found.difference.high
    assert 135 <= holds <= 149  # 142.5 expected


def test_a_look_every_day_is_seldom_wrong_where_the_arms_are_alike():
    wrong = usual = 0
    for seed in range(60):
        won, by_model, stratum = arms(seed, 3_000)
        looks = [
            compare(won[:n], by_model[:n], stratum[:n], planned=600) for n in range(100, 3_001, 100)
        ]
        wrong += any(look.outcome is not Outcome.OPEN for look in looks)
        usual += any(not look.difference.low <= 0 <= look.difference.high for look in looks)
    assert wrong <= 4  # 3 of 60 are allowed
    assert usual > 2 * max(
        wrong, 3
    )  # the usual interval, looked at every day, is not to be trusted


def test_a_difference_is_found_and_told_by_its_side():
    better = compare(*arms(1, 6_000, uplift=0.08, share=0.5))
    assert better.outcome is Outcome.MODEL
    assert better.p_value < 0.05
    assert better.difference.at == pytest.approx(0.08, abs=0.03)
    assert better.always.low < better.difference.low
    won, by_model, stratum = arms(1, 6_000, uplift=0.08, share=0.5)
    worse = compare(won, ~by_model, stratum)
    assert worse.outcome is Outcome.CONTROL
    assert worse.difference.at == pytest.approx(-better.difference.at)


def test_a_model_given_the_easier_leads_is_compared_like_with_like():
    dice = np.random.default_rng(4)
    stratum = dice.integers(0, 2, 8_000)
    by_model = dice.random(8_000) < np.where(stratum == 1, 0.9, 0.1)
    won = dice.random(8_000) < np.where(stratum == 1, 0.3, 0.1)
    found = compare(won, by_model, stratum)
    assert found.model_rate - found.control_rate > 0.1
    assert abs(found.difference.at) < 0.04
    assert found.outcome is Outcome.OPEN


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_one_arm_alone_says_nothing(share):
    found = compare(*arms(1, 200, share=share))
    assert found.outcome is Outcome.OPEN
    assert found.p_value == 1.0
    assert found.difference.low == -np.inf


def test_no_lead_yet_says_nothing():
    nothing = np.array([], dtype=bool)
    found = compare(nothing, nothing, np.array([], dtype=np.int64))
    assert (found.model, found.control, found.outcome) == (0, 0, Outcome.OPEN)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 999), leads=st.integers(2, 400), planned=st.integers(50, 5_000))
def test_the_interval_for_every_look_is_the_wider_one(seed, leads, planned):
    found = compare(*arms(seed, leads), planned=planned)
    assert found.always.low <= found.difference.low
    assert found.difference.high <= found.always.high
    assert (found.p_value <= 0.05) == (found.outcome is not Outcome.OPEN)


def test_leads_needed_at_a_base_of_fifteen_percent():
    assert leads_needed(0.15, 0.2).model == pytest.approx(2_403, abs=3)
    assert leads_needed(0.15, 0.3).control == pytest.approx(1_107, abs=3)
    uneven = leads_needed(0.15, 0.2, control_share=0.2)
    assert uneven.model == pytest.approx(4 * uneven.control, abs=3)
    assert uneven.control < 2_403 < uneven.model
    with pytest.raises(ValueError, match="make no difference"):
        leads_needed(0.15, 0.0)


def logged(seed: int, leads: int):
    """Three owners, given at random with a lean; the model's chances are off by a fifth."""
    dice = np.random.default_rng(seed)
    base = dice.uniform(0.05, 0.3, leads)
    true = np.clip(base[:, None] * np.array([0.7, 1.0, 1.5]), 0, 1)
    lean = np.array([0.6, 0.3, 0.1])
    owner = dice.choice(3, leads, p=lean)
    won = dice.random(leads) < true[np.arange(leads), owner]
    said = 0.8 * true
    return {
        "won": won,
        "propensity": lean[owner],
        "target": (owner == 2).astype(float),
        "chance_given": said[np.arange(leads), owner],
        "chance_target": said[:, 2],
    }, float(true[:, 2].mean())


def test_another_policy_is_valued_on_logged_leads_although_the_chances_are_wrong():
    holds = 0
    for seed in range(60):
        log, true = logged(seed, 1_500)
        found = off_policy(log.pop("won"), **log)
        holds += found.rate.low <= true <= found.rate.high
        assert found.cut == 0
        assert 100 < found.effective < 200  # a tenth of the leads went where they would have gone
    assert holds >= 53  # 57 expected


def test_leads_that_were_most_unlikely_to_go_where_they_went_are_cut_and_counted():
    log, _ = logged(1, 500)
    log["propensity"] = np.where(log["target"] > 0, 0.5 / MOST_WEIGHT, log["propensity"])
    won = log.pop("won")
    assert off_policy(won, **log).cut == int(log["target"].sum())
    log["propensity"][0] = 0.0
    with pytest.raises(ValueError, match="nought"):
        off_policy(won, **log)


def test_a_mean_is_believed_only_once_it_is_clear():
    dice = np.random.default_rng(1)
    interval, p_value = mean_in_sequence(dice.normal(0.5, 1, 400))
    assert interval.low > 0
    assert p_value < 0.01
    assert mean_in_sequence(dice.normal(0, 1, 400))[1] > 0.05
    assert mean_in_sequence(np.array([1.0]))[1] == 1.0
    assert mean_in_sequence(np.ones(5))[1] == 1.0
