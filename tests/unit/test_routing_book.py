"""The standing of a batch: what a decision adds, what taking it back undoes."""

from dataclasses import replace
from typing import Any

import pytest

from leads.decision import HeldBy, Tally
from leads.keys import LeadKey, OwnerId, PoolName
from leads.matches import SameBy, SamePerson
from routing.book import Book
from routing.engine import Engine
from tests.builders import (
    DESK,
    MONDAY,
    account_of,
    empty_book,
    lead,
    one_pool,
    owner,
    policy,
    route,
)

ANA, BEN, TEAM = OwnerId("ana"), OwnerId("ben"), PoolName("team")


def test_an_assignment_counts_at_once_so_a_batch_keeps_the_cap():
    engine = Engine(one_pool([owner("ana", max_open=3), owner("ben", max_open=4)]))
    decisions = route(engine, 10)
    owners = [decision.owner for decision in decisions]
    assert (owners.count(ANA), owners.count(BEN), owners.count(DESK)) == (3, 4, 3)


def test_a_decision_charges_one_and_accrues_to_all():
    book = empty_book()
    (decision,) = route(Engine(one_pool([owner("ana"), owner("ben")])), 1, book=book)
    tallies = book.rotation[TEAM]
    assert [tally.entitled for tally in tallies.values()] == [0.5, 0.5]
    assert {who: tally.assigned for who, tally in tallies.items()} == {
        who: int(who == decision.owner) for who in (ANA, BEN)
    }
    assert book.open_leads == {decision.owner: 1}


def test_taking_a_decision_back_undoes_all_of_it():
    book = empty_book()
    engine = Engine(one_pool([owner("ana"), owner("ben")]))
    decisions = route(engine, 7, book=book)
    for decision in decisions:
        book.void(decision)
    assert all(tally.assigned == 0 for tally in book.rotation[TEAM].values())
    assert [t.entitled for t in book.rotation[TEAM].values()] == pytest.approx([0, 0])
    assert set(book.open_leads.values()) == {0}


def test_what_a_decision_saw_does_not_move_with_the_book():
    book = empty_book()
    engine = Engine(one_pool([owner("ana"), owner("ben")]))
    (first,) = route(engine, 1, book=book)
    route(engine, 5, book=book, first=1)
    assert first.saw is not None
    assert first.saw.open_leads == {ANA: 0, BEN: 0}
    assert all(tally.assigned == 0 for tally in first.saw.rotation[TEAM].values())
    assert engine.decide(lead(0), first.saw, MONDAY) == first


def test_the_book_does_not_write_into_what_it_was_made_of():
    open_leads = {ANA: 1.0}
    rotation = {TEAM: {ANA: Tally(entitled=0.5, assigned=0)}}
    book = Book(open_leads=open_leads, rotation=rotation, away={})
    route(Engine(one_pool([owner("ana")])), 3, book=book)
    assert open_leads == {ANA: 1.0}
    assert rotation[TEAM][ANA].assigned == 0


def test_a_fallback_is_counted_as_open_and_turns_no_rotation():
    book = empty_book()
    route(Engine(policy([])), 2, book=book)
    assert book.open_leads == {DESK: 2}
    assert book.rotation == {}


PERSON = SamePerson(record=LeadKey("hubspot", "7"), owner=ANA, by=SameBy.EMAIL)


@pytest.mark.parametrize(
    "own",
    [
        {"person": PERSON},
        {"account": account_of("ana")},
        {"held_since": MONDAY},
        {"held_by": HeldBy(pool=TEAM, rule=None)},
        {"taker": ANA},
        {"returned": {BEN: "spam"}},
        {"no_lead": True},
    ],
)
def test_what_one_lead_has_of_its_own_is_not_seen_by_the_next(own: dict[str, Any]):
    """Most leads have nothing, and one view of the book is given to all of them."""
    book = empty_book()
    before = book.standing()
    assert book.standing(**own) == replace(before, **own) != before
    assert book.standing() == before


def test_both_kinds_of_standing_move_with_the_book():
    engine, book = Engine(one_pool([owner("ana")])), empty_book()
    plain, own = book.standing(), book.standing(held_since=MONDAY)
    route(engine, 1, book=book)
    assert plain.open_leads == own.open_leads == {ANA: 1}
    assert plain.rotation == own.rotation == book.rotation
