"""The model of who is likeliest to close: what it finds, and what it must never do."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.learning.fit import calibrated, fit, judge
from routing.learning.logistic import log_loss, ranking
from routing.learning.model import Calibration, LikelihoodModel
from routing.learning.spread import Shape
from tests.unit.closed_leads import team

NOTHING = np.zeros(2)


@pytest.fixture(scope="module")
def known():
    return team(3)


@pytest.fixture(scope="module")
def model(known) -> LikelihoodModel:
    return fit(known.sample)


def test_finds_who_wins_more_and_how_much_they_differ(known, model):
    learnt = model.effects[:, 0] - model.effects[:, 0].mean()
    true = known.effect - known.effect.mean()
    assert np.corrcoef(learnt, true)[0, 1] > 0.85
    # Half the error of taking everybody for alike, at 150 leads an owner.
    assert ((learnt - true) ** 2).mean() < 0.5 * (true**2).mean()
    assert model.spreads[0] == pytest.approx(known.effect.std(), abs=0.2)


def test_owners_who_are_alike_are_found_alike():
    model = fit(team(4, spread=0.0).sample)
    assert model.spreads[0] < 0.15
    assert np.ptp(model.effects[:, 0]) < 0.2


def test_an_interaction_is_taken_to_be_there_until_leads_say_how_much():
    unknown = fit(team(8, leads=800).sample).spreads[1]
    assert 0.15 < unknown < 0.25
    strong = fit(team(8, leads=6_000, owners=10, interaction=0.7).sample).spreads[1]
    assert strong > 0.4


def test_slopes_of_owners_are_nought_until_leads_say_otherwise():
    known = team(9, leads=4_000)
    assert fit(known.sample).spreads[2] < 0.05
    dice = np.random.default_rng(2)
    slopes = dice.normal(0, 0.8, 20)[known.sample.owner] * known.sample.features[:, 0]
    won = (dice.random(4_000) < 1 / (1 + np.exp(1.5 - slopes))).astype(float)
    assert fit(replace(known.sample, won=won)).spreads[2] > 0.3


def test_later_leads_are_those_that_closed_later():
    """Wins take two months, losses a week: of the last arrivals only losses have closed."""
    sample = team(3, leads=6_000, spread=0.0).sample
    sample = replace(sample, open_days=np.where(sample.won > 0, 60.0, 7.0))
    closed = sample.at + sample.open_days
    seen = sample.rows(np.flatnonzero((closed > 60) & (closed < 365)))
    earlier, later = seen.earlier_and_later(0.2)
    assert later.won.mean() == pytest.approx(earlier.won.mean(), abs=0.04)
    assert (later.at + later.open_days).min() >= (earlier.at + earlier.open_days).max()


def test_a_thin_owner_is_near_the_prior_and_a_new_one_is_the_prior():
    sample = team(5, owners=10).sample
    lucky = np.flatnonzero((sample.owner == 9) & (sample.won == 1))[:3]
    rows = np.concatenate([np.flatnonzero(sample.owner != 9), lucky])
    model = fit(sample.rows(rows))
    three_of_three, best = model.effects[9, 0], model.effects[:9, 0].max()
    assert 0 < three_of_three < best + 0.35
    scores = model.logits("segment-1", NOTHING)
    row = model.rows_of(["somebody new", "owner-2"])
    assert list(row) == [10, 2]
    usual = model.coefficients[-1, 0] + model.coefficients[-1, 1 + 1]
    assert scores[row[0]] == pytest.approx(usual)


def test_an_owner_without_a_closed_lead_scores_as_a_new_one():
    sample = team(5, owners=10).sample
    model = fit(sample.rows(np.flatnonzero(sample.owner != 4)))
    scores = model.logits("segment-0", np.array([0.3, -1.0]))
    assert scores[4] == scores[-1]


def test_a_segment_never_seen_scores_without_one(model):
    assert model.logits("nowhere", NOTHING)[-1] == model.coefficients[-1, 0]


def test_an_owners_own_parts_add_up_to_what_they_differ_by(model):
    features = np.array([0.7, -1.2])
    logits = model.logits("segment-2", features)
    for owner in ("owner-3", "somebody new"):
        row = int(model.rows_of([owner])[0])
        parts = model.own_logits(row, "segment-2", features)
        assert parts.sum() + logits[-1] == pytest.approx(logits[row], abs=1e-12)
        assert parts.any() == (owner == "owner-3")


def test_comes_back_from_json_to_the_last_bit(model):
    again = LikelihoodModel.from_json(model.to_json())
    features = np.array([1 / 3, -2 / 7])
    assert np.array_equal(again.logits("segment-1", features), model.logits("segment-1", features))
    assert again.to_json() == model.to_json()


def test_json_of_another_format_is_refused(model):
    with pytest.raises(ValueError, match="train it again"):
        LikelihoodModel.from_json(model.to_json().replace('"format": 1', '"format": 7'))


def test_the_order_of_leads_and_of_owners_does_not_matter(known):
    sample = known.sample.rows(np.arange(800))
    dice = np.random.default_rng(0)
    rows, names = dice.permutation(len(sample)), dice.permutation(len(sample.owners))
    place = np.argsort(names)
    renamed = replace(
        sample.rows(rows),
        owner=place[sample.owner[rows]],
        owners=tuple(sample.owners[n] for n in names),
    )
    one, other = fit(sample), fit(renamed)
    for name in sample.owners:
        a, b = (each.logits("segment-1", NOTHING)[each.rows_of([name])[0]] for each in (one, other))
        assert a == pytest.approx(b, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), stretch=st.floats(-3, 4), rate=st.floats(0.02, 0.98))
def test_calibration_keeps_everybodys_order(seed, stretch, rate):
    dice = np.random.default_rng(seed)
    later = team(seed, leads=60).sample
    later = replace(later, won=(dice.random(60) < rate).astype(float))
    assert calibrated(later, stretch * dice.normal(size=60)).slope > 0


def test_calibration_mends_a_model_that_is_too_sure_and_too_hopeful():
    known = team(6, leads=4_000).sample
    dice = np.random.default_rng(1)
    honest = dice.normal(-1, 1, 4_000)
    later = replace(known, won=(dice.random(4_000) < 1 / (1 + np.exp(-honest))).astype(float))
    mended = calibrated(later, 2 * honest + 0.5)
    assert mended.slope == pytest.approx(0.5, abs=0.06)
    assert mended.offset == pytest.approx(-0.25, abs=0.12)
    nothing = calibrated(later.rows(np.arange(5)), honest[:5])
    assert nothing.slope == pytest.approx(1, abs=0.25)


def test_shapes_are_judged_on_later_leads_and_owners_are_seen_to_matter(known):
    losses = judge(known.sample).losses
    assert losses[Shape.OWNERS] < losses[Shape.POOLED] - 0.005


def test_too_few_leads_to_judge_are_learnt_from_all_the_same():
    few = team(7, leads=40).sample
    judged = judge(few)
    assert judged.losses == {}
    assert judged.calibration == Calibration(slope=1.0, offset=0.0)
    assert fit(few).leads == 40


def test_no_closed_lead_is_an_error():
    with pytest.raises(ValueError, match="there are none"):
        fit(team(1).sample.rows(np.array([], dtype=np.int64)))


def test_ranking_counts_a_tie_as_half():
    won = np.array([1.0, 0.0, 1.0, 0.0])
    assert ranking(won, np.array([2.0, 1.0, 3.0, 0.0])) == 1
    assert ranking(won, np.array([1.0, 1.0, 1.0, 1.0])) == 0.5
    assert ranking(np.ones(3), np.arange(3.0)) == 0.5
    assert log_loss(won, np.zeros(4), np.ones(4)) == pytest.approx(np.log(2))
