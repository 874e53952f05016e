"""Pools with strategy best_match: by the model, by turns to compare, and replayed."""

from collections import Counter
from dataclasses import replace
from functools import cache
from math import ceil, floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.decision_json import full_json
from leads.decision import Arm, Decision, Match, Method, Part
from leads.keys import OwnerId, PoolName
from routing.best_match import BestMatch
from routing.book import Book
from routing.engine import Engine
from routing.explain import explain
from routing.learning.training import train
from routing.matcher import BLOCK, arm_of, place_of
from routing.model_settings import ModelSettings
from routing.policy import Strategy
from routing.turn import Turn, take_turn
from store import codec
from tests.builders import MONDAY, empty_book, lead, one_pool, owner
from tests.unit.model_past import past

TEAM = PoolName("team")
SKILL = {"ana": 1.2, "ben": 0.0, "cleo": -1.2}


def settings_with(**stated) -> ModelSettings:
    return ModelSettings(features=("country",), **{"control": 0.2, "floor": 0.0, **stated})


def policy_with(model, *names: str, **fields):
    team = [owner(name, **fields) for name in (names or SKILL)]
    return replace(one_pool(team, strategy=Strategy.BEST_MATCH), model=model)


class Said:
    """A model that says what it is told to: chances by owner, and what each costs."""

    version = 3

    def __init__(self, stated, chances, charges=None):
        self.settings, self._chances, self._charges = stated, chances, charges or {}
        self.asked = 0

    def segment_of(self, read):
        return read.industry or "other"

    def match(self, read, pool, owners, loads, place):
        del loads
        self.asked += 1
        chances = tuple(self._chances[who] for who in owners)
        charges = tuple(self._charges.get(who, 0.0) for who in owners)
        return Match(
            version=3,
            pool=pool,
            arm=arm_of(place, self.settings),
            draw=place,
            owners=tuple(owners),
            chances=chances,
            charges=charges,
            priced=tuple(p - c for p, c in zip(chances, charges, strict=True)),
            usual=0.12,
            segment=self.segment_of(read),
            parts={OwnerId("ana"): (Part("manufacturing", 0.04), Part("", 0.02))},
        )


def routed(model, matcher, count=200, policy=None, book=None) -> list[Decision]:
    engine = Engine(policy or policy_with(model))
    book = book or Book(open_leads={}, rotation={}, away={}, matcher=matcher)
    turns = [take_turn(engine, book, lead(n), MONDAY) for n in range(count)]
    return [turn.decision for turn in turns if isinstance(turn, Turn)]


def match_of(made: Decision) -> Match:
    assert made.saw is not None
    assert made.saw.match is not None
    return made.saw.match


LIKES_ANA = {"ana": 0.18, "ben": 0.12, "cleo": 0.1}


def test_the_one_worth_most_has_it_and_the_reason_says_why():
    stated = settings_with(control=0.0)
    (made,) = routed(stated, Said(stated, LIKES_ANA), 1)
    assert (made.owner, made.method) == ("ana", Method.BEST_MATCH)
    assert (
        "18% to close against 12% on average: stronger with manufacturing (+4), "
        "owner effect (+2)" in made.reason
    )


def test_a_likelier_owner_whose_time_is_worth_more_elsewhere_is_told_of():
    stated = settings_with(control=0.0)
    model = Said(stated, {**LIKES_ANA, "ben": 0.19}, {"ben": 0.05})
    (made,) = routed(stated, model, 1)
    assert made.owner == "ana"
    assert "Ben was likelier (19%), but the slots Ben has left are worth more" in made.reason
    told = {str(each.owner): each.reason for each in made.candidates}
    assert told["ben"].startswith("19% to close, but the slots Ben has left")
    assert told["cleo"] == "10% to close, Ana 18%"


def test_the_control_group_goes_by_turns_and_is_the_share_that_is_stated():
    stated = settings_with()
    made = routed(stated, Said(stated, LIKES_ANA), 2_000)
    control = [each for each in made if match_of(each).arm is Arm.CONTROL]
    assert len(control) / len(made) == pytest.approx(0.2, abs=0.03)
    assert {each.method for each in control} == {Method.ROUND_ROBIN}
    counts = Counter(each.owner for each in control)
    assert max(counts.values()) - min(counts.values()) <= 1
    assert "one of the group that version 3 is compared with" in control[0].reason
    assert {each.owner for each in made if each not in control} == {"ana"}


def test_a_lead_is_in_the_same_arm_whatever_the_version():
    stated = settings_with()
    one = routed(stated, Said(stated, LIKES_ANA), 300)
    other = routed(stated, Said(stated, {**LIKES_ANA, "cleo": 0.5}), 300)
    assert [match_of(e).arm for e in one] == [match_of(e).arm for e in other]


@settings(max_examples=30, deadline=None)
@given(
    industries=st.lists(st.sampled_from(["retail", "software", "farming"]), max_size=90),
    control=st.sampled_from([0.1, 0.2, 0.25, 0.5]),
)
def test_the_control_group_has_the_same_mix_of_segments_at_any_time(industries, control):
    stated = settings_with(control=control)
    book = Book(open_leads={}, rotation={}, away={}, matcher=Said(stated, LIKES_ANA))
    engine, seen = Engine(policy_with(stated)), Counter[str]()
    controls = Counter[str]()
    for number, industry in enumerate(industries):
        turn = take_turn(engine, book, lead(number, industry=industry), MONDAY)
        assert isinstance(turn, Turn)
        seen[industry] += 1
        controls[industry] += match_of(turn.decision).arm is Arm.CONTROL
        # Of a whole block its share to the lead, of one begun what it can hold at most.
        whole, begun = divmod(seen[industry], BLOCK)
        exact = control * BLOCK
        least = whole * floor(exact) + max(0, begun - BLOCK + floor(exact))
        assert least <= controls[industry] <= whole * ceil(exact) + min(begun, ceil(exact))


def test_what_is_drawn_goes_on_where_it_was_left_and_is_never_taken_back():
    stated = settings_with()
    model = Said(stated, LIKES_ANA)
    whole = [match_of(each).draw for each in routed(stated, model, 25)]
    engine, parts = Engine(policy_with(stated)), []
    drawn = empty_book().standing().drawn
    for number in range(25):  # each lead in a batch of its own
        book = Book(open_leads={}, rotation={}, away={}, matcher=model, drawn=drawn)
        turn = take_turn(engine, book, lead(number), MONDAY)
        assert isinstance(turn, Turn)
        book.void(turn.decision)
        drawn = book.standing().drawn
        parts.append(match_of(turn.decision).draw)
    assert parts == whole
    assert all(0 <= each < 1 for each in whole)


def test_nobody_can_foresee_which_of_ten_are_compared_with():
    orders = {
        tuple(int(place_of(lead(n).key, TEAM, industry, n) * BLOCK) for n in range(BLOCK * block))
        for industry in ("retail", "software")
        for block in (1, 2)
    }
    assert len(orders) == 4
    assert all(sorted(order[:BLOCK]) == list(range(BLOCK)) for order in orders)
    assert all(len(order) == BLOCK or order[:BLOCK] != order[BLOCK:] for order in orders)


def test_what_the_model_gives_counts_as_nobodys_turn():
    """Else whoever it gives fewer would be owed a flood on the day it is stopped."""
    stated = settings_with(control=0.0)
    book = Book(open_leads={}, rotation={}, away={}, matcher=Said(stated, LIKES_ANA))
    routed(stated, None, 50, book=book)
    assert book.rotation.get(TEAM, {}) == {}
    book.matcher = None
    counts = Counter(each.owner for each in routed(stated, None, 30, book=book))
    assert set(counts.values()) == {10}


def test_of_whom_the_floor_brings_more_by_the_prices_nobodys_slots_are_blamed():
    stated = settings_with(control=0.0, floor=0.5)
    model = Said(stated, {**LIKES_ANA, "ben": 0.19}, {"ana": -0.05})
    (made,) = routed(stated, model, 1)
    assert made.owner == "ana"
    assert "Ben was likelier (19%), but the floor asks for more leads for Ana" in made.reason


@pytest.mark.parametrize(("floor", "names"), [(0.5, 3), (0.9, 3), (0.5, 12)])
def test_whoever_is_short_of_the_floor_comes_first_in_any_stretch_of_leads(floor, names):
    team = [f"rep{n}" for n in range(names)]
    stated = settings_with(control=0.0, floor=floor)
    model = Said(stated, {who: 0.5 / (n + 1) for n, who in enumerate(team)})
    made = routed(stated, model, 600, policy_with(stated, *team))
    parts = {name: [each.owner == name for each in made] for name in team}
    due = floor * 200 / names
    for had in parts.values():
        assert all(sum(had[at : at + 200]) >= due - 2 for at in range(0, 400, 25))
    assert sum(parts["rep0"]) == max(map(sum, parts.values()))
    assert {match_of(each).propensity for each in made} == {1.0}


def test_who_has_a_lead_by_the_floor_is_told_of_it_and_it_replays():
    stated = settings_with(control=0.0, floor=0.5)
    book = Book(
        open_leads={},
        rotation={},
        away={},
        matcher=Said(stated, LIKES_ANA),
        arrears={TEAM: {OwnerId("ben"): 0.99, OwnerId("cleo"): 1.0}},
    )
    made, after = routed(stated, None, 2, book=book)
    assert (made.owner, after.owner) == ("cleo", "ben")  # a sixth was added for each
    assert (
        "Cleo, short of the floor (50% of an equal share), comes first of 3 in pool team, 10% to "
        "close against 12% on average; Ana was likelier (18%), but Cleo is short of the floor"
    ) in made.reason
    told = {str(each.owner): each.reason for each in made.candidates}
    assert told["ana"] == "18% to close, but Cleo is short of the floor"
    told_whole = full_json(made, None)["model"]
    assert (told_whole["floor"], told_whole["behind"]) == (0.5, ["cleo"])
    stored = codec.loads(codec.dumps(replace(made, candidates=())), Decision)
    assert stored.saw is not None
    again = Engine(policy_with(stated)).decide(lead(0), stored.saw, MONDAY)
    assert (again.owner, again.reason) == (made.owner, made.reason)


def test_a_good_year_is_no_excuse_for_a_bad_month():
    stated = settings_with(control=0.0, floor=0.5)
    model = Said(stated, dict(LIKES_ANA))
    book = Book(open_leads={}, rotation={}, away={}, matcher=model)
    routed(stated, None, 600, book=book)
    model._chances = {**LIKES_ANA, "ana": 0.01}
    counts = Counter(each.owner for each in routed(stated, None, 120, book=book))
    assert counts[OwnerId("ana")] >= 0.5 * 40 - 2


def test_exploration_reaches_everybody_with_the_propensity_that_is_noted():
    stated = settings_with(control=0.1, explore=0.3)
    made = routed(stated, Said(stated, LIKES_ANA), 3_000)
    explored = [each for each in made if match_of(each).arm is Arm.EXPLORED]
    counts = Counter(each.owner for each in explored)
    assert set(counts) == set(SKILL)
    assert {each.method for each in explored} == {Method.BEST_MATCH}
    assert min(counts.values()) / len(explored) == pytest.approx(1 / 3, abs=0.06)
    noted = {each.owner: match_of(each).propensity for each in made}
    shares = Counter(each.owner for each in made)
    assert noted == pytest.approx({who: n / len(made) for who, n in shares.items()}, abs=0.03)
    assert sum(noted.values()) == pytest.approx(1.0)


def test_caps_hours_and_skills_come_before_the_model():
    stated = settings_with(control=0.0)
    policy = policy_with(stated, max_open=2)
    made = routed(stated, Said(stated, LIKES_ANA), 7, policy)
    assert [each.owner for each in made] == [
        *["ana"] * 2,
        *["ben"] * 2,
        *["cleo"] * 2,
        policy.fallback,
    ]


def test_without_a_model_the_reason_is_the_one_given():
    stated = settings_with()
    book = Book(open_leads={}, rotation={}, away={}, by_turns="version 2 was stopped (drift)")
    (made,) = routed(stated, None, 1, book=book)
    assert made.method is Method.ROUND_ROBIN
    assert "(by turns: version 2 was stopped (drift))" in made.reason
    assert made.saw is not None
    again = Engine(policy_with(stated)).decide(lead(0), made.saw, MONDAY)
    assert again == made


def trained_matcher(stated: ModelSettings) -> BestMatch:
    policy = policy_with(stated)
    made = train(past(900, SKILL), policy, stated, MONDAY)
    texts = made.recipe.to_json(), made.model.to_json()
    return BestMatch.stored(1, texts, made.prices.as_mapping(), stated, policy.money)


STATED = settings_with(control=0.3, explore=0.2)


@cache
def matcher() -> BestMatch:
    return trained_matcher(STATED)


@settings(max_examples=60, deadline=None)
@given(
    number=st.integers(0, 10_000),
    industry=st.sampled_from(["retail", "software", "farming", None]),
    open_leads=st.dictionaries(st.sampled_from(sorted(SKILL)), st.integers(0, 4)),
)
def test_what_is_stored_replays_bit_for_bit_without_the_model(number, industry, open_leads):
    engine = Engine(policy_with(STATED, max_open=4))
    book = Book(open_leads=open_leads, rotation={}, away={}, matcher=matcher())
    read = lead(number, industry=industry)
    made = engine.decide(read, book.standing(), MONDAY, matcher=matcher())
    stored = codec.loads(codec.dumps(replace(made, candidates=())), Decision)
    assert stored.saw is not None
    again = engine.decide(read, stored.saw, MONDAY)
    assert replace(again, candidates=()) == stored
    assert codec.dumps(replace(again, candidates=())) == codec.dumps(replace(made, candidates=()))
    assert list(again.candidates) == list(made.candidates)
    assert explain(again, engine.policy) == explain(made, engine.policy)


def test_a_stored_model_says_what_the_trained_one_said():
    stated = settings_with(control=0.0)
    policy = policy_with(stated)
    made = train(past(900, SKILL), policy, stated, MONDAY)
    fresh = BestMatch(1, made.recipe, made.model, made.prices, stated)
    owners = tuple(map(OwnerId, SKILL))
    asked = (lead(1, industry="retail"), TEAM, owners, [0.0] * 3, 0.5)
    assert fresh.match(*asked) == trained_matcher(stated).match(*asked)


def test_parts_add_up_to_the_difference_from_the_usual_owner():
    owners = tuple(map(OwnerId, SKILL))
    said = matcher().match(lead(1, industry="retail"), TEAM, owners, [0.0] * 3, 0.9)
    ana = OwnerId("ana")
    assert said.chance_of(ana) == max(said.chances)
    points = sum(part.points for part in said.parts[ana])
    assert points == pytest.approx((said.chance_of(ana) or 0) - said.usual, abs=0.02)


def test_an_owner_whom_the_past_does_not_know_has_the_usual_chance():
    owners = (*map(OwnerId, SKILL), OwnerId("new"))
    said = matcher().match(lead(1), TEAM, owners, [0.0] * 4, 0.9)
    assert said.chance_of(OwnerId("new")) == said.usual


@pytest.mark.parametrize("stated", [None, settings_with(control=0.9), settings_with(control=0.1)])
def test_what_was_seen_is_decided_by_another_policy_too(stated):
    """As `replay --config` does: nothing of the other policy's model need be the same."""
    seen = settings_with(control=0.1, explore=0.5)
    for made in routed(seen, Said(seen, LIKES_ANA), 40):
        assert made.saw is not None
        again = Engine(policy_with(stated)).decide(lead(made.lead.source_id), made.saw, MONDAY)
        assert again.owner in SKILL
        assert stated is not None or again.method is Method.ROUND_ROBIN


def test_a_pool_of_another_strategy_never_asks():
    stated = settings_with()
    model = Said(stated, LIKES_ANA)
    policy = replace(policy_with(stated), pools=one_pool([owner(n) for n in SKILL]).pools)
    made = routed(stated, model, 5, policy)
    assert model.asked == 0
    assert all(each.saw and each.saw.match is None and not each.saw.by_turns for each in made)
    assert empty_book().matcher is None
