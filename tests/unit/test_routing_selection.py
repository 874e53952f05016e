"""Tijdeman's rule on fixed pools: the bound, and that the obvious rule breaks it."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.keys import LeadKey, OwnerId, PoolName
from routing import selection
from routing.selection import Contest, Draw, drawer

VECTORS = [
    (20, 20, 20, 1, 1),
    (30, 30, 30, 1, 1, 1),
    (20, 20, 20, 20, 20, 20, 1, 1, 1, 1),
    (1, 1),
    (2, 1),
    (7, 5, 3, 2, 1),
]
LEADS = 5_000

Rule = Callable[[Contest, Draw], int]


class Contender(NamedTuple):
    owner: OwnerId
    share: float
    deficit: float
    load: float


Choose = Callable[[Sequence[Contender], Draw], Contender]


def by(rule: Rule) -> Choose:
    """Let a rule choose, which takes the contenders by column and answers with a place."""

    def choose(contenders: Sequence[Contender], draw: Draw) -> Contender:
        columns = (list(column) for column in zip(*contenders, strict=True))
        return contenders[rule(Contest(*columns), draw)]

    return choose


most_due, least_loaded = by(selection.most_due), by(selection.least_loaded)


def greatest_deficit(contenders: Sequence[Contender], _: Draw) -> Contender:
    """What nginx's smooth weighted round robin does; here to show that it is not enough."""
    return max(contenders, key=lambda c: c.deficit)


def worst_deviation(weights: Sequence[int], choose: Choose) -> Fraction:
    """Route by `choose`; the greatest |had - due| of anybody after any lead, in exact numbers."""
    total, had, worst = sum(weights), [0] * len(weights), Fraction(0)
    entitled = [0.0] * len(weights)
    for number in range(1, LEADS + 1):
        entitled = [e + w / total for e, w in zip(entitled, weights, strict=True)]
        contenders = [
            Contender(OwnerId(str(i)), w / total, entitled[i] - had[i], 0.0)
            for i, w in enumerate(weights)
        ]
        draw = drawer(PoolName("team"), LeadKey("hubspot", str(number)))
        had[int(choose(contenders, draw).owner)] += 1
        off = (abs(had[i] - Fraction(w * number, total)) for i, w in enumerate(weights))
        worst = max(worst, *off)
    return worst


@pytest.mark.parametrize("weights", VECTORS, ids=str)
def test_nobody_is_ever_further_from_their_share_than_the_bound(weights: tuple[int, ...]):
    bound = 1 - Fraction(1, 2 * len(weights) - 2)
    assert worst_deviation(weights, most_due) <= bound + Fraction(1, 10**9)


@pytest.mark.parametrize("weights", VECTORS[:3], ids=str)
def test_the_greatest_deficit_alone_breaks_the_bound(weights: tuple[int, ...]):
    assert worst_deviation(weights, greatest_deficit) > 1


def first_deadline(contenders: Sequence[Contender], _: Draw) -> Contender:
    """Tijdeman's rule to the letter, made for pools that do not change."""
    threshold = 1 / max(1, 2 * len(contenders) - 2)
    urgent = [c for c in contenders if c.deficit >= threshold]
    if not urgent:
        return max(contenders, key=lambda c: c.deficit)
    return min(urgent, key=lambda c: (1 - threshold - c.deficit) / c.share)


def worst_against_an_adversary(weights: Sequence[int], choose: Choose) -> float:
    """For each lead let somebody hostile pick, of 24 sets of eligible members, the worst one."""
    members, lots = range(len(weights)), Random(5)
    sets = [s for size in members for s in combinations(members, size + 1)]
    off, worst = [0.0] * len(weights), 0.0  # off: due less had
    for number in range(300):
        draw = drawer(PoolName("team"), LeadKey("hubspot", str(number)))
        options = []
        for eligible in lots.sample(sets, min(24, len(sets))):
            after = off[:]
            total = sum(weights[i] for i in eligible)
            for i in eligible:
                after[i] += weights[i] / total
            contenders = [
                Contender(OwnerId(str(i)), weights[i] / total, after[i], 0.0) for i in eligible
            ]
            after[int(choose(contenders, draw).owner)] -= 1
            options.append(after)
        off = max(options, key=lambda after: sum(x * x for x in after))
        worst = max(worst, *(abs(x) for x in off))
    return worst


@pytest.mark.parametrize("weights", [(1,) * 6, (1, 1, 2, 3, 5, 20), (1, 1, 1, 20, 20, 20)], ids=str)
def test_whoever_is_eligible_nobody_is_further_off_than_half_the_pool(weights: tuple[int, ...]):
    assert worst_against_an_adversary(weights, most_due) <= len(weights) / 2


def test_deadlines_alone_would_be_further_off_when_eligibility_changes():
    assert worst_against_an_adversary((1, 1, 2, 3, 5, 20), first_deadline) > 3


def test_the_overdue_rule_changes_nothing_on_a_fixed_pool():
    for weights in VECTORS:
        assert worst_deviation(weights, most_due) == worst_deviation(weights, first_deadline)


@given(st.lists(st.integers(1, 30), min_size=2, max_size=8))
def test_the_bound_holds_for_any_weights(weights: list[int]):
    total, had = sum(weights), [0] * len(weights)
    entitled = [0.0] * len(weights)
    bound = 1 - 1 / (2 * len(weights) - 2)
    for number in range(200):
        entitled = [e + w / total for e, w in zip(entitled, weights, strict=True)]
        contenders = [
            Contender(OwnerId(str(i)), w / total, entitled[i] - had[i], 0.0)
            for i, w in enumerate(weights)
        ]
        draw = drawer(PoolName("team"), LeadKey("hubspot", str(number)))
        had[int(most_due(contenders, draw).owner)] += 1
        assert all(abs(e - n) <= bound + 1e-6 for e, n in zip(entitled, had, strict=True))


def even(*names: str) -> list[Contender]:
    return [Contender(OwnerId(name), 1 / len(names), 1 / len(names), 0.2) for name in names]


def test_a_tie_is_drawn_alike_whatever_the_order_of_the_members():
    for number in range(50):
        draw = drawer(PoolName("team"), LeadKey("meta_ads", str(number)))
        assert most_due(even("ana", "ben", "cleo"), draw) == most_due(
            even("cleo", "ana", "ben"), draw
        )


def test_an_early_name_has_no_edge_in_ties():
    wins = dict.fromkeys(["ana", "ben", "zoe"], 0)
    for number in range(3_000):
        draw = drawer(PoolName("team"), LeadKey("meta_ads", str(number)))
        wins[most_due(even(*wins), draw).owner] += 1
    assert all(900 <= count <= 1_100 for count in wins.values())


def test_pools_draw_apart_for_the_same_lead():
    key = LeadKey("hubspot", "1")
    assert drawer(PoolName("a"), key)(OwnerId("ana")) != drawer(PoolName("b"), key)(OwnerId("ana"))


def test_rounding_does_not_decide_a_tie():
    tied = [Contender(OwnerId("ana"), 0.5, 0.1 + 0.2, 0), Contender(OwnerId("ben"), 0.5, 0.3, 0)]
    winners = {
        most_due(tied, drawer(PoolName("team"), LeadKey("hubspot", str(n)))).owner
        for n in range(40)
    }
    assert winners == {"ana", "ben"}


def test_the_lightest_load_wins_and_the_deficit_breaks_a_tie():
    draw = drawer(PoolName("team"), LeadKey("hubspot", "1"))
    ana, ben, cleo = (
        Contender(OwnerId("ana"), 0.2, 5.0, 0.5),
        Contender(OwnerId("ben"), 0.4, 0.1, 0.4),
        Contender(OwnerId("cleo"), 0.4, 0.3, 0.4),
    )
    assert least_loaded([ana, ben, cleo], draw) is cleo
    assert least_loaded([ana, ben], draw) is ben
