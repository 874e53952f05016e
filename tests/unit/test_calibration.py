"""What the outcomes propose: by plain formulas, within bounds, and nothing on thin evidence."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.keys import OwnerId, PoolName
from routing.calibration import (
    FASTEST,
    LEAST_OF_POOL,
    SLOWEST,
    Closed,
    Evidence,
    Proposal,
    propose,
    told,
)
from routing.policy import Policy, Strategy
from tests.builders import owner, policy, pool, rule

TEAM = PoolName("team")
NAMES = ("ana", "ben", "cat")


def team(strategy: Strategy = Strategy.ROUND_ROBIN, **most: int) -> Policy:
    people = [owner(name, max_open=most.get(name, 25)) for name in NAMES]
    return policy(people, [pool("team", NAMES, strategy)], [rule("all", "team")])


def closed(who: str, won: int, lost: int, days: float = 30) -> list[Closed]:
    def one(*, is_won: bool) -> Closed:
        after = timedelta(days=days)
        return Closed(owner=OwnerId(who), pool=TEAM, won=is_won, after=after)

    return [one(is_won=True)] * won + [one(is_won=False)] * lost


def of(plan: Policy, ends: list[Closed], **open_leads: float) -> Proposal:
    held = {OwnerId(who): count for who, count in open_leads.items()}
    return propose(plan, Evidence(closed=ends, open_leads=held), {TEAM})


def weights(found: Proposal) -> dict[str, int]:
    return {each.owner: each.new for each in found.weights}


def test_who_wins_more_gets_more_and_the_numbers_are_those_of_the_page():
    ends = closed("ana", 20, 20) + closed("ben", 10, 30) + closed("cat", 10, 30)
    found = of(team(), ends)
    # The pool wins 1/3; Ana (20 + 20/3) / 60 of it, Ben and Cat (10 + 20/3) / 60: 4/3 and 5/6.
    assert weights(found) == {"ana": 13, "ben": 8, "cat": 8}
    (ana, *_) = found.weights
    assert ana.why == "won 20 of 40 (50%, the pool 33%); 0 of 25 open leads (0% full, the pool 0%)"
    assert ana.sure == "the rate is between 35% and 65% (95 %): it differs"
    assert "may be the pool's" in found.weights[1].sure


def test_who_has_more_in_hand_gets_fewer():
    ends = [each for name in NAMES for each in closed(name, 10, 10)]
    found = of(team(), ends, ana=20, ben=10, cat=0)
    # Room: 0.2, 0.6 and 1 of a mean of 0.6, within a half and one and a half.
    assert weights(found) == {"ana": 1, "ben": 2, "cat": 3}


def test_on_thin_evidence_nothing_is_proposed_and_it_says_so():
    few = LEAST_OF_POOL - 1
    found = of(team(), closed("ana", few, 0), ana=25)
    assert found.weights == ()
    assert f"pool team: {few} of its leads are closed; 50 are needed to compare" in found.left
    assert of(team(), []).is_empty
    assert any("Ben: max_open stays 25: 0 of the leads" in line for line in found.left)


def test_a_member_with_few_closed_leads_is_weighed_by_the_load_alone():
    ends = closed("ana", 15, 15) + closed("ben", 15, 15) + closed("cat", 5, 0)
    found = of(team(), ends, ana=20)
    (*_, cat) = found.weights
    assert cat.sure == "by the load alone"
    assert cat.new == 14, "its room is 1 of a mean of 11/15; five won of five say nothing"


def test_what_would_hardly_move_anybody_is_left():
    ends = [each for name in NAMES for each in closed(name, 10, 10)]
    found = of(team(), ends, ana=1)
    assert found.weights == ()
    assert "pool team: no share would change by 10% or more" in found.left


@pytest.mark.parametrize("strategy", [Strategy.LEAST_LOADED, Strategy.PULL])
def test_where_no_weight_decides_none_is_proposed(strategy):
    ends = closed("ana", 50, 0) + closed("ben", 0, 50)
    assert of(team(strategy), ends).weights == ()


def test_of_a_pool_by_skills_no_weight_is_proposed():
    ends = closed("ana", 50, 0) + closed("ben", 0, 50)
    found = propose(team(), Evidence(closed=ends), set())
    assert found.weights == ()
    assert any("picked by what they can do" in line for line in found.left)


@pytest.mark.parametrize(
    ("days", "old", "new"),
    [(30, 25, None), (60, 25, 31), (60, 40, 50), (12, 40, 30), (2, 12, 10), (400, 50, 60)],
)
def test_a_cap_follows_the_cycle_within_bounds_a_quarter_at_once(days, old, new):
    found = of(team(ana=old), closed("ana", 0, 20, days))
    assert [(each.old, each.new) for each in found.caps] == ([(old, new)] if new else [])


def test_the_middle_of_the_cycle_counts_not_one_that_took_for_ever():
    ends = closed("ana", 10, 9, 30) + closed("ana", 0, 1, 3_000)
    assert of(team(), ends).caps == ()


def test_each_change_is_told_with_its_reason():
    found = of(team(), closed("ana", 0, 20, 60))
    (line,) = [each for each in told(found, team()) if each.startswith("Ana: max_open")]
    assert line == (
        "Ana: max_open 25 → 31. Half of 20 closed within 60 days speaks for 50; a quarter at "
        "once, so; the middle half took 60 days to 60 days."
    )


_PEOPLE = st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 40), st.integers(1, 5))


@given(st.lists(_PEOPLE, min_size=2, max_size=6))
def test_nobody_moves_by_more_than_the_bounds(records):
    names = [f"p{number}" for number in range(len(records))]
    people = [owner(name, max_open=25) for name in names]
    had = {name: weight for name, (*_, weight) in zip(names, records, strict=True)}
    plan = policy(people, [pool("team", had)], [rule("all", "team")])
    ends: list[Closed] = []
    for name, (won, lost, *_) in zip(names, records, strict=True):
        ends += closed(name, won, lost)
    held = {OwnerId(n): float(r[2]) for n, r in zip(names, records, strict=True)}
    found = propose(plan, Evidence(closed=ends, open_leads=held), {TEAM})
    factors = {each.owner: each.new / each.old for each in found.weights}
    if factors:
        assert min(factors.values()) > 0
        spread = max(factors.values()) / min(factors.values())
        assert spread <= FASTEST / SLOWEST * 1.25, "but for rounding to tenths"
