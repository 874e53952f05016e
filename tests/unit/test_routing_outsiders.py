"""Specialists out of territory: before the rest of a pool they are not in, where a rule says so."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.load import from_document
from leads.decision import CandidateStatus, Decision
from leads.errors import ConfigError
from leads.keys import OwnerId
from routing.engine import Engine
from routing.policy import Owner, Policy
from tests.builders import (
    DESK,
    MONDAY,
    calendar,
    empty_book,
    lead,
    owner,
    policy,
    pool,
    route,
    rule,
    standing,
)

STEEL = frozenset({"steel"})
NIGHT = MONDAY + timedelta(hours=12)


def plan(*people: Owner, members: tuple[str, ...] = ("ana", "ben"), **rule_fields: Any) -> Policy:
    fields = {"prefer_skills": STEEL, "prefers_outside": True, **rule_fields}
    return policy(people, [pool("iberia", members)], [rule("all", "iberia", **fields)])


def decided(setup: Policy, **state: Any) -> Decision:
    engine = Engine(setup)
    made = engine.decide(lead(), standing(**state), MONDAY)
    assert made.saw is not None
    again = engine.decide(lead(), made.saw, MONDAY)
    assert again == made
    assert list(again.candidates) == list(made.candidates)
    return made


ANA, BEN = owner("ana"), owner("ben")
KIM = owner("kim", skills=STEEL)


def test_a_specialist_from_outside_comes_before_the_rest_of_the_pool():
    made = decided(plan(ANA, BEN, KIM))
    assert (made.owner, made.pool) == ("kim", "iberia")
    told = "all matched: Kim is the only one with steel from outside pool iberia to choose."
    assert made.reason == told
    reasons = {each.owner: (each.status, each.reason) for each in made.candidates}
    without = "able to take it, but without the preferred skill steel"
    assert reasons[ANA.id] == (CandidateStatus.ELIGIBLE, without)
    assert reasons[KIM.id][0] is CandidateStatus.CHOSEN


def test_a_member_with_the_skill_comes_before_outsiders():
    assert decided(plan(ANA, replace(BEN, skills=STEEL), KIM)).owner == "ben"


def test_without_the_word_nobody_from_outside_is_asked():
    made = decided(plan(ANA, BEN, KIM, prefers_outside=False))
    assert made.owner in {"ana", "ben"}
    assert KIM.id not in {each.owner for each in made.candidates}


def test_an_outsider_who_cannot_take_it_leaves_it_to_the_rest_and_is_told():
    busy = replace(KIM, max_open=1)
    made = decided(plan(ANA, BEN, busy), open_leads={"kim": 1})
    assert made.owner in {"ana", "ben"}
    reasons = {each.owner: each.reason for each in made.candidates}
    assert reasons[KIM.id] == "at 1 of 1 open leads"


def test_a_queue_is_no_specialist_and_the_fallback_stays_the_end():
    asleep = replace(KIM, calendar=calendar())
    crowd = [replace(each, calendar=calendar()) for each in (ANA, BEN)]
    desk = owner(DESK, is_queue=True, skills=STEEL)
    made = Engine(plan(*crowd, asleep, desk)).decide(lead(), standing(), NIGHT)
    assert (made.owner, made.method.value) == (DESK, "fallback")


def test_whoever_owns_the_account_comes_first_where_the_pool_is_sticky():
    setup = plan(ANA, BEN, KIM)
    sticky = {name: replace(each, is_sticky=True) for name, each in setup.pools.items()}
    assert decided(replace(setup, pools=sticky), account_owner="ben").owner == "ben"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 4), min_size=2, max_size=5), st.integers(1, 120))
def test_outsiders_have_their_turns_by_weight(weights: list[int], count: int):
    """On a fixed crowd nobody is further than 1 - 1/(2k-2) from their share, at any number."""
    crowd = [owner(f"o{n}", skills=STEEL, weight=weight) for n, weight in enumerate(weights)]
    book = empty_book()
    had = Counter(made.owner for made in route(Engine(plan(ANA, BEN, *crowd)), count, book=book))
    bound = 1 - 1 / (2 * len(weights) - 2)
    for each in crowd:
        share = count * each.weight / sum(weights)
        assert abs(had[each.id] - share) <= bound + 1e-6
    assert had.keys() <= {each.id for each in crowd}


def test_written_in_yaml_and_refused_where_there_is_no_pool():
    document: dict[str, Any] = {
        "owners": [{"id": "ana", "name": "Ana", "skills": ["steel"]}],
        "pools": {"team": {"members": ["ana"]}},
        "fallback": {"assign": "ana", "sla": "day"},
        "sla": {"day": {"first_touch": "24h"}},
    }
    prefer = {"skills": ["steel"], "outside_pool": True}
    rules = [{"name": "all", "assign": "team", "prefer": prefer}]
    (made,) = from_document({**document, "rules": rules}).policy.rules
    assert (made.prefer_skills, made.prefers_outside) == (STEEL, True)
    with pytest.raises(ConfigError) as error:
        from_document({**document, "rules": [{**rules[0], "assign": "ana"}]})
    assert error.value.problems[0].startswith("rules[0].prefer.outside_pool: this rule assigns to")
    assert OwnerId("ana") in from_document({**document, "rules": rules}).policy.owners
