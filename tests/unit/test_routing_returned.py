"""A lead that is handed back: never to the same owner again, and never round for ever."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.decision import Decision, Method, Standing
from leads.keys import LeadKey, OwnerId
from leads.matches import SameBy, SamePerson
from routing.engine import Engine
from routing.policy import Policy
from tests.builders import DESK, MONDAY, lead, one_pool, owner, policy, pool, queue, rule, standing

ANA, BEN, CAT = OwnerId("ana"), OwnerId("ben"), OwnerId("cat")
WRONG = "wrong territory"


def team(**more: Any) -> Policy:
    people = [owner("ana", manager="mia"), owner("ben"), owner("cat"), owner("mia")]
    return replace(one_pool(people, {"ana": 3, "ben": 2, "cat": 1}), **more)


def after(*who: str, **more: Any) -> Standing:
    known = standing()
    return replace(known, returned={OwnerId(each): WRONG for each in who}, **more)


def decide(by: Policy, known: Standing, number: int = 1) -> Decision:
    return Engine(by).decide(lead(number), known, MONDAY)


def test_who_handed_it_back_is_passed_over_and_the_reason_says_so():
    made = decide(team(), after("ana"))
    assert made.owner == BEN
    assert made.reason.endswith(" Handed back by Ana (wrong territory).")
    told = {each.owner: each.reason for each in made.candidates}
    assert told[ANA] == "out of it, having handed it back"
    (accrual,) = made.accruals
    assert ANA not in accrual.shares, "who may not have it is due no part of it"


def test_the_next_lead_is_theirs_again():
    """What is known of the shift is kept from lead to lead; who handed one back is not."""
    engine = Engine(team())
    assert engine.decide(lead(1), after("ana"), MONDAY).owner == BEN
    assert engine.decide(lead(2), standing(), MONDAY).owner == ANA


def test_it_replays_from_what_it_saw():
    made = decide(team(), after("ana", "ben"))
    assert made.saw is not None
    assert dict(made.saw.returned) == {ANA: WRONG, BEN: WRONG}
    assert Engine(team()).decide(lead(1), made.saw, MONDAY) == made


def test_after_so_many_it_goes_round_no_more():
    limited = team(most_returns=2)
    assert decide(limited, after("ben")).owner == ANA
    made = decide(limited, after("ana", "ben"))
    assert (made.owner, made.method) == ("mia", Method.MANAGER)
    assert "it was handed back 2 times and goes round no more" in made.reason
    assert decide(limited, after("ana", "ben", "mia")).owner == DESK


@given(st.integers(1, 6), st.integers(0, 50))
def test_whoever_hands_it_back_it_ends_with_somebody_who_has_not(most, number):
    """Everybody gives it up in turn: each has it once at most, and it ends at the fallback."""
    by, had = team(most_returns=most), list[OwnerId]()
    for _ in range(10):
        made = decide(by, after(*had), number)
        if made.owner == DESK:
            break
        assert made.owner not in had
        had.append(made.owner)
    assert made.owner == DESK
    assert len(had) <= most + 1


@pytest.mark.parametrize("assign", ["owner:ana", "account_owner", "team"])
def test_by_no_road_does_it_come_back(assign):
    people = [owner("ana", backup="ben"), owner("ben")]
    by = policy(people, [pool("team", ["ana"])], [rule("all", assign)])
    known = replace(after("ana"), account=standing(account_owner="ana").account)
    assert decide(by, known).owner in {BEN, DESK}


def test_the_same_persons_owner_does_not_get_it_either():
    person = SamePerson(owner=ANA, record=LeadKey("hubspot", "9"), by=SameBy.EMAIL)
    known = replace(after("ana"), person=person)
    made = decide(team(), known)
    assert (made.owner, made.method) == (BEN, Method.ROUND_ROBIN)
    assert made.saw is not None
    assert Engine(team()).decide(lead(1), made.saw, MONDAY) == made
    assert decide(team(), replace(known, returned={})).method is Method.SAME_PERSON


def test_no_lead_is_the_stewards():
    by = policy([owner("ana"), queue("bin")], [pool("t", ["ana"])], [rule("all", "t")])
    made = decide(replace(by, steward=OwnerId("bin")), replace(after("ana"), no_lead=True))
    assert (made.owner, made.method, made.accruals) == ("bin", Method.STEWARD, ())
    assert made.reason == "Set aside with Bin: no lead. Handed back by Ana (wrong territory)."
    assert made.saw is not None
    again = Engine(replace(by, steward=OwnerId("bin"))).decide(lead(1), made.saw, MONDAY)
    assert again == made
