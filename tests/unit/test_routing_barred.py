"""Owners whom the CRM has deactivated: passed over, told of, and due nothing meanwhile."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.barred import barred_by
from leads.absence import Barred
from leads.decision import CandidateStatus, Method, Standing
from leads.keys import CrmOwnerId, LeadKey, OwnerId
from leads.matches import SameBy, SamePerson
from leads.record import CrmOwner
from routing.book import Book
from routing.engine import Engine
from tests.builders import (
    DESK,
    MONDAY,
    account_of,
    crm_ids,
    lead,
    one_pool,
    owner,
    policy,
    pool,
    rule,
    standing,
)

ANA, BEN, CAT = OwnerId("ana"), OwnerId("ben"), OwnerId("cat")
WHY = "deactivated in hubspot since the mirror of 2026-11-23 09:00 UTC"
TEAM = one_pool([owner("ana"), owner("ben"), owner("cat")])


def without(*who: OwnerId, **more) -> Standing:
    return replace(standing(**more), barred=dict.fromkeys(who, WHY))


def test_who_was_deactivated_is_passed_over_and_the_trace_says_since_when():
    made = Engine(TEAM).decide(lead(1), without(ANA, BEN), MONDAY)
    assert (made.owner, made.method) == (CAT, Method.ROUND_ROBIN)
    told = {each.owner: (each.status, each.reason) for each in made.candidates}
    assert told[ANA] == told[BEN] == (CandidateStatus.SKIPPED, WHY)
    assert set(made.accruals[0].shares) == {CAT}, "who cannot have it is due no part of it"


@given(st.sets(st.sampled_from([ANA, BEN, CAT])), st.integers(0, 200))
def test_nobody_who_is_barred_is_chosen_and_it_replays_from_what_it_saw(barred, number):
    engine = Engine(TEAM)
    made = engine.decide(lead(number), without(*barred), MONDAY)
    assert made.owner not in barred
    assert (made.owner == DESK) == (len(barred) == 3)
    assert made.saw is not None
    assert engine.decide(lead(number), made.saw, MONDAY) == made


def test_a_rules_own_owner_is_replaced_by_the_backup():
    setup = policy([owner("ana", backup=BEN), owner("ben")], rules=[rule("hers", "owner:ana")])
    made = Engine(setup).decide(lead(1), without(ANA), MONDAY)
    assert (made.owner, made.method) == (BEN, Method.BACKUP)
    assert WHY in made.reason


def test_an_accounts_owner_who_left_does_not_keep_it():
    people = [owner("ana"), owner("ben")]
    setup = policy(people, [pool("team", ["ben"])], [rule("known", "account_owner", "team")])
    known = replace(without(ANA), account=account_of("ana"))
    assert Engine(setup).decide(lead(1), known, MONDAY).owner == BEN


def test_a_persons_first_owner_who_left_does_not_keep_them():
    first = SamePerson(record=LeadKey("hubspot", "0"), owner=ANA, by=SameBy.EMAIL, in_crm=False)
    made = Engine(TEAM).decide(lead(1), replace(without(ANA), person=first), MONDAY)
    assert (made.owner in {BEN, CAT}, made.method) == (True, Method.ROUND_ROBIN)
    assert made.saw is not None
    assert Engine(TEAM).decide(lead(1), made.saw, MONDAY) == made


@pytest.mark.parametrize(("minutes", "has_ana"), [(-1, True), (0, False), (1, False)])
def test_a_book_leaves_out_whom_the_leads_own_crm_had_barred_by_then(minutes, has_ana):
    barred = {"hubspot": {ANA: Barred(since=MONDAY, why=WHY)}}
    book = Book(open_leads={}, rotation={}, away={}, barred=barred)
    at = MONDAY + timedelta(minutes=minutes)
    assert (ANA not in book.standing(crm="hubspot", at=at).barred) is has_ana
    assert book.standing(crm="salesforce", at=at).barred == {}


def test_owners_are_barred_by_their_own_id_in_each_crm():
    people = [owner("ana", crm=crm_ids(hubspot="1", salesforce="005A")), owner("ben")]
    gone = CrmOwner(
        crm_id=CrmOwnerId("1"),
        name="Ana",
        email=None,
        is_active=False,
        is_queue=False,
        seen_at=MONDAY,
    )
    found = barred_by({"hubspot": [gone], "salesforce": [gone]}, policy(people))
    assert found == {
        "hubspot": {
            ANA: Barred(
                since=MONDAY,
                why="deactivated in hubspot since the mirror of 2026-11-23 10:00 UTC",
            )
        },
        "salesforce": {},
    }
