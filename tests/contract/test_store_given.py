"""What a run gave, when its leads have gone on since: to somebody else, or back to the rules."""

from datetime import timedelta

from leads.delivery import Delivery
from leads.keys import LeadKey, OwnerId
from leads.ownership import WriteOutcome, WriteStatus
from store.giving_back import GivingBack
from store.rows import DeliveryState
from store.store import Store
from store.undoing import Given
from tests.contract.store_work import (
    ANA,
    BEN,
    LATER,
    NOW,
    RUN,
    decide,
    deliver,
    delivery,
    key,
    new,
    show,
)

HOUR = timedelta(hours=1)
BACK = WriteOutcome(status=WriteStatus.WRITTEN)


def told(store: Store, run=RUN) -> list[tuple[object, ...]]:
    return [(e.delivery.lead, e.handed_to, e.waits) for e in store.given_by(run)]


def taken_back(store: Store, *numbers: int) -> None:
    fresh = {key(number): None for number in numbers}
    store.reopen(fresh, reason="handed back", most_a_day=3, now=NOW + HOUR)


def decide_again(store: Store, owner: OwnerId) -> None:
    def made(lead: LeadKey) -> list[Delivery]:
        return [delivery(lead, owner, id=f"later-{lead.source_id}")]

    decide(store, owner=owner, run=LATER, now=NOW + HOUR, made=made)


def undo(store: Store, given: list[Given]) -> None:
    asked = store.ask_back([each.delivery.id for each in given], NOW + HOUR)
    back = [
        GivingBack(delivery=each.delivery, to=each.before, was=DeliveryState.WRITTEN)
        for each in given
        if each.delivery.id in asked
    ]
    ours = store.settle_given_back([(each, BACK) for each in back], NOW + HOUR)
    assert ours == {each.delivery.id for each in given}


def test_what_was_given_on_is_its_second_owners(store: Store):
    show(store, new(1), new(2), new(3))
    decide(store)
    deliver(store)
    assert told(store) == [(key(n), None, False) for n in (1, 2, 3)]
    taken_back(store, 1, 2)
    assert told(store) == [(key(1), None, True), (key(2), None, True), (key(3), None, False)]
    decide_again(store, BEN)
    stands = [(key(1), BEN, False), (key(2), BEN, False), (key(3), None, False)]
    assert told(store) == stands, "decided, and not written yet"
    deliver(store, run=LATER, now=NOW + HOUR)
    assert told(store) == stands
    assert told(store, LATER) == [(key(1), None, False), (key(2), None, False)]
    undo(store, [store.given_by(LATER)[0]])
    assert told(store) == [(key(1), None, False), *stands[1:]], "the first owner has it again"


def test_it_may_be_the_same_owner_again(store: Store):
    show(store, new(1))
    decide(store)
    deliver(store)
    taken_back(store, 1)
    decide_again(store, ANA)
    deliver(store, run=LATER, now=NOW + HOUR)
    assert told(store) == [(key(1), ANA, False)]


def test_a_later_decision_that_came_to_nothing_is_none(store: Store):
    show(store, new(1))
    decide(store)
    deliver(store)
    taken_back(store, 1)
    decide_again(store, BEN)
    assert store.withdraw_unwritten(LATER, NOW + HOUR) == 1
    assert told(store) == [(key(1), None, False)]
