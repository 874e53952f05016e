"""The simulator of sales floors: the same luck for all, and no plan above the bound."""

from dataclasses import replace

import numpy as np
import pytest

from bench.likeliest import BOUND, one
from bench.likeliest_chart import chart
from bench.likeliest_floor import QUEUE, Floor, in_turn
from bench.likeliest_world import WORLDS, draw

SMALL = replace(WORLDS["base"], owners=8, cap=6)


def test_nobody_is_over_their_cap_and_the_past_is_closed_in_order():
    world = draw(replace(SMALL, load=1.2), 100, 1)
    floor = Floor.of(world)
    floor.run(world.start, in_turn)
    assert (floor.open <= world.caps).all()
    assert (floor.owner[: floor.next] == QUEUE).any()
    sample = floor.sample(0)
    assert (np.diff(sample.at + sample.open_days) >= 0).all()
    assert len(floor.closed) >= 100


@pytest.mark.parametrize("name", WORLDS)
def test_a_world_wins_what_it_is_set_to(name):
    world = draw(replace(WORLDS[name], owners=8, cap=6), 200, 3)
    assert world.chances.mean() == pytest.approx(0.15, abs=0.02)
    if name == "no-effects":
        assert np.ptp(world.chances, axis=1).max() < 1e-12


@pytest.mark.parametrize("spread", [0.0, 0.4, 1.2])
def test_leads_differ_by_what_is_asked(spread):
    alike = replace(SMALL, owner=0.0, within=0.0, segments=400).with_leads(spread)
    world = draw(alike, 2_000, 3)
    logit = np.log(world.chances / (1 - world.chances))
    assert logit[:, 0].std() == pytest.approx(spread, rel=0.35, abs=1e-9)
    assert np.ptp(logit, axis=1).max() < 1e-9


def test_policies_are_compared_for_as_long_as_the_world_says():
    short = replace(SMALL, compared=30)
    world = draw(short, 100, 1)
    assert world.at[-1] == pytest.approx(world.start + 30, abs=2)
    wins = one((short, 100, 1, ("rotation", "true chances + price")))
    assert wins["rotation"] < wins["true chances + price"] < wins[BOUND]


def test_what_knows_all_wins_most_and_nothing_beats_the_bound():
    policies = ("rotation", "hierarchical + price (ours)", "true chances + price")
    wins = one((replace(SMALL, owner=0.8, within=0.6), 1_500, 2, policies))
    rotation, ours, all_known, bound = (wins[each] for each in (*policies, BOUND))
    assert rotation < ours < all_known < bound


def test_a_chart_has_a_bar_a_way():
    drawn = chart([("base & all", [("rotation", 0.0, 0.0, 0.0), ("x (ours)", 0.5, 0.02, 0.2)])])
    assert drawn.count('class="bar"') == 1
    assert drawn.count('class="ours"') == 1
    assert "base &amp; all" in drawn
