"""Prices of owners' days, and the choice by them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.learning.fit import fit
from routing.learning.prices import Objective, Prices, solve, values
from routing.learning.score import NOBODY, Scorer, best_pairs
from tests.unit.closed_leads import team

OWNERS = tuple(f"owner-{n}" for n in range(6))


def plan(seed: int, *, slots: float, floor: float = 0.0, leads: int = 150):
    """Owners whose chances rise from the first to the last, 30 days a lead, one lead a day."""
    dice = np.random.default_rng(seed)
    chances = np.linspace(0.1, 0.3, 6) * dice.uniform(0.5, 1.5, (leads, 1))
    chances *= dice.uniform(0.8, 1.2, (leads, 6))
    days = np.full_like(chances, 30.0)
    prices = solve(
        chances, days, owners=OWNERS, slots=np.full(6, slots), leads_per_day=1.0, floor=floor
    )
    return chances, days, prices


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 999), slots=st.floats(5.5, 60), floor=st.floats(0, 0.9))
def test_no_price_and_no_bonus_is_negative(seed, slots, floor):
    _, _, prices = plan(seed, slots=slots, floor=floor, leads=40)
    assert (prices.per_day >= 0).all()
    assert (prices.bonus >= 0).all()


def test_where_slots_are_slack_nobodys_day_has_a_price():
    chances, _, prices = plan(1, slots=40.0)
    assert not prices.per_day.any()
    assert prices.unit == pytest.approx(chances.mean())


def test_where_slots_are_tight_the_best_cost_most_and_keep_to_their_room():
    chances, days, prices = plan(1, slots=6.5)
    assert prices.per_day[5] > prices.per_day[3] > prices.per_day[0]
    given = np.bincount((chances - prices.per_day * days).argmax(axis=1), minlength=6)
    # 150 leads of 30 days against 6.5 slots over 150 days: 32.5 leads each.
    assert given.max() <= 40


def test_a_floor_gives_the_weakest_their_share():
    for floor in (0.0, 0.5):
        chances, days, prices = plan(2, slots=12.0, floor=floor)
        priced = chances - prices.per_day * days + prices.bonus
        given = np.bincount(priced.argmax(axis=1), minlength=6)
        assert (given[0] >= 0.75 * 0.5 * 150 / 6) == (floor > 0)


def test_who_the_rules_bar_is_not_priced_for_it():
    chances = np.full((50, 2), 0.2)
    chances[:, 1] = 0.4
    barred = np.array([[1.0, 0.0]] * 50)
    prices = solve(
        chances,
        np.full((50, 2), 30.0),
        owners=("a", "b"),
        slots=np.array([np.inf, 1.0]),
        leads_per_day=1.0,
        eligible=barred,
    )
    assert not prices.per_day.any()


@pytest.mark.parametrize("apart", [0.0, 0.01])
def test_leads_worth_about_the_same_to_all_give_nobody_a_price(apart):
    dice = np.random.default_rng(0)
    chances = 0.15 * dice.uniform(1 - apart, 1 + apart, (200, 6))
    prices = solve(
        chances,
        np.full((200, 6), 30.0),
        owners=OWNERS,
        slots=np.full(6, 6.5),
        leads_per_day=1.0,
        floor=0.5,
    )
    assert not prices.per_day.any()
    assert not prices.bonus.any()


def test_leads_that_nobody_may_have_leave_the_prices_alone():
    chances, _, prices = plan(4, slots=6.5)
    some = np.ones((200, 6))
    some[150:] = 0.0
    again = solve(
        np.vstack([chances, chances[:50]]),
        np.full((200, 6), 30.0),
        owners=OWNERS,
        slots=np.full(6, 6.5),
        leads_per_day=200 / 150,
        eligible=some,
    )
    assert again.per_day == pytest.approx(prices.per_day)


def test_prices_come_back_from_json_values():
    _, _, prices = plan(3, slots=7.0, floor=0.3)
    again = Prices.from_mapping(prices.as_mapping())
    assert again.as_mapping() == prices.as_mapping()
    assert Prices.none(OWNERS).as_mapping()["unit"] == 0.0


def test_no_recent_lead_no_price():
    empty = np.empty((0, 6))
    prices = solve(empty, empty, owners=OWNERS, slots=np.full(6, 5.0), leads_per_day=1.0)
    assert not prices.per_day.any()


def test_objectives():
    chances, money, days = np.array([[0.5, 0.1]]), np.array([200.0]), np.array([[10.0, 0.0]])
    assert values(chances, money, days, Objective.CONVERSIONS).tolist() == [[0.5, 0.1]]
    assert values(chances, money, days, Objective.VALUE).tolist() == [[100.0, 20.0]]
    assert values(chances, money, days, Objective.VALUE_PER_DAY).tolist() == [[10.0, 20.0]]


@pytest.fixture(scope="module")
def model():
    return fit(team(3).sample)


def scored(model, prices=None, **changed):
    owners = ("owner-0", "owner-1", "owner-2", "new", "other new")
    scorer = Scorer(model, prices or Prices.none(owners), owners)
    asked = {
        "money": 0.0,
        "load": np.zeros(5),
        "eligible": np.ones(5, dtype=bool),
        **changed,
    }
    return scorer.score("segment-1", np.zeros(2), **asked)


def test_the_likeliest_gets_it_unless_their_days_cost_more(model):
    free = scored(model)
    assert free.best == int(free.chances.argmax())
    owners = ("owner-0", "owner-1", "owner-2", "new", "other new")
    dear = np.zeros(5)
    dear[free.best] = 0.02
    priced = scored(model, Prices(owners=owners, per_day=dear, bonus=np.zeros(5), unit=0.2))
    assert priced.best != free.best
    assert priced.chances[free.best] > priced.chances[priced.best]


def test_who_is_not_eligible_is_never_chosen(model):
    best = scored(model).best
    others = np.ones(5, dtype=bool)
    others[best] = False
    assert scored(model, eligible=others).best != best
    nobody = scored(model, eligible=np.zeros(5, dtype=bool))
    assert nobody.best == NOBODY


def test_a_full_desk_is_spared(model):
    load = np.zeros(5)
    best = scored(model).best
    load[best] = 1.0
    owners = ("owner-0", "owner-1", "owner-2", "new", "other new")
    prices = Prices(owners=owners, per_day=np.zeros(5), bonus=np.zeros(5), unit=9.0)
    assert scored(model, prices, load=load).best != best


def test_a_batch_is_given_the_best_pair_first_within_room():
    priced = np.array([[0.9, 0.5], [0.8, 0.1], [0.7, 0.6], [-np.inf, -np.inf]])
    assert best_pairs(priced, np.array([2, 1])) == [(0, 0), (1, 0), (2, 1)]
    assert best_pairs(priced, np.array([1, 1])) == [(0, 0), (2, 1)]


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 999), leads=st.integers(0, 12), room=st.integers(0, 3))
def test_leads_decided_one_by_one_in_their_order_make_the_same_pairs(seed, leads, room):
    """So a backfill need only change the order: each decision is made as any other is."""
    dice = np.random.default_rng(seed)
    priced = np.where(dice.random((leads, 4)) < 0.8, dice.random((leads, 4)), -np.inf)
    left = np.full(4, room)
    for lead, owner in best_pairs(priced, left):
        net = np.where(left > 0, priced[lead], -np.inf)
        assert owner == int(net.argmax())
        left[owner] -= 1
    served = {lead for lead, _ in best_pairs(priced, np.full(4, room))}
    unserved = [lead for lead in range(leads) if lead not in served]
    assert not np.isfinite(priced[unserved][:, left > 0]).any()
