"""A worker whose lease ended, and who writes all the same after another settled the delivery."""

from dataclasses import replace
from datetime import timedelta

import pytest

from leads.keys import CrmOwnerId
from leads.ownership import WriteOutcome, WriteStatus
from store.rows import DeliveryState
from store.store import Store
from tests.contract.store_work import LATER, NOW, RUN, claim, decide, delivery, key, new, show

AFTER = NOW + timedelta(minutes=5)
SECOND = timedelta(seconds=1)
OURS, THEIRS = CrmOwnerId("ours"), CrmOwnerId("theirs")
WRITTEN = WriteOutcome(status=WriteStatus.WRITTEN, owner=OURS, unguarded=True)
UNANSWERED = WriteOutcome(status=WriteStatus.RETRYABLE, reason="no answer", unguarded=True)
TAKEN = WriteOutcome(status=WriteStatus.CONFLICT, owner=THEIRS, reason="given back")


def two_workers(store: Store):
    """The same delivery as it was claimed by one who then stood still, and by the next."""
    show(store, new(1))
    decide(store)
    (first,) = claim(store, now=NOW)
    (second,) = claim(store, now=AFTER)
    assert first.id == second.id
    return first, second


def looks(store: Store, now) -> list[str]:
    return [each.id for each in store.second_looks("hubspot", limit=9, now=now)]


@pytest.mark.parametrize("late", [WRITTEN, UNANSWERED])
def test_it_is_looked_at_though_the_first_outcome_stands(store: Store, late: WriteOutcome):
    first, second = two_workers(store)
    store.settle([(second, TAKEN)], run=LATER, now=AFTER)
    assert looks(store, AFTER) == []
    store.settle([(first, late)], run=RUN, now=AFTER + SECOND)
    assert looks(store, AFTER + SECOND) == [first.id]
    undone = store.settle_second_looks([(first, TAKEN)], now=AFTER + SECOND)
    assert [each.id for each, _ in undone] == [first.id]
    assert looks(store, AFTER + SECOND) == []
    (delivery,) = store.deliveries_of(key(1))
    assert delivery.state is DeliveryState.CONFLICT
    assert store.ledger(LATER)["hubspot"].conflicts == 1
    assert "hubspot" not in store.ledger(RUN) or store.ledger(RUN)["hubspot"].conflicts == 0


def test_an_unanswered_write_is_looked_at_once_the_next_worker_has_found_a_choice(store: Store):
    """It may be carried out after the other has read the owner: nobody else would look."""
    first, second = two_workers(store)
    store.settle([(first, UNANSWERED)], run=RUN, now=AFTER)
    assert looks(store, AFTER) == [], "another worker is still at it"
    store.settle([(second, TAKEN)], run=LATER, now=AFTER + SECOND)
    assert looks(store, AFTER + SECOND) == [first.id]


def test_one_that_was_found_to_stand_is_looked_at_again(store: Store):
    first, second = two_workers(store)
    store.settle([(second, WRITTEN)], run=LATER, now=AFTER)
    store.settle_second_looks([(second, WRITTEN)], now=AFTER)
    store.settle([(first, WRITTEN)], run=RUN, now=AFTER + SECOND)
    assert looks(store, AFTER + SECOND) == [first.id]


def test_a_look_that_began_before_it_does_not_end_it(store: Store):
    first, second = two_workers(store)
    store.settle([(second, WRITTEN)], run=LATER, now=AFTER)
    assert looks(store, AFTER) == [second.id]
    store.settle([(first, WRITTEN)], run=RUN, now=AFTER + SECOND)
    assert store.settle_second_looks([(second, TAKEN)], now=AFTER) == []
    assert looks(store, AFTER) == [], "the same clock sees it neither to look nor to end"
    assert looks(store, AFTER + SECOND) == [first.id]


@pytest.mark.parametrize(
    "outcome",
    [
        WriteOutcome(status=WriteStatus.WRITTEN, owner=OURS),
        WriteOutcome(status=WriteStatus.UNCHANGED, owner=OURS, unguarded=True),
        WriteOutcome(status=WriteStatus.CONFLICT, owner=THEIRS),
        WriteOutcome(status=WriteStatus.RETRYABLE),
    ],
)
def test_what_wrote_nothing_over_anybody_is_not(store: Store, outcome: WriteOutcome):
    first, second = two_workers(store)
    store.settle([(second, TAKEN)], run=LATER, now=AFTER)
    store.settle([(first, outcome)], run=RUN, now=AFTER + SECOND)
    assert looks(store, AFTER + SECOND) == []


FOUND = WriteOutcome(status=WriteStatus.UNCHANGED, record_id="1", owner=OURS, unguarded=True)


def given_and_given_on(store: Store):
    """A record of ours by one lead, then by another: each delivery expects what it replaced."""
    for number, owner, replaced in ((1, OURS, None), (2, OURS, THEIRS), (3, OURS, None)):
        at = NOW + number * SECOND
        show(store, new(number), now=at)

        def made(lead, owner=owner, replaced=replaced):
            expected = frozenset({replaced})
            written = delivery(lead)
            return [replace(written, record_id="1", crm_owner=owner, expected=expected)]

        decide(store, now=at, made=made)
        if number < 3:
            (claimed,) = claim(store, now=at)
            store.settle([(claimed, replace(FOUND, unguarded=False))], run=RUN, now=at)


def test_what_the_first_try_found_as_wanted_overwrote_nobody(store: Store):
    given_and_given_on(store)
    (last,) = claim(store, now=AFTER)
    store.settle([(last, FOUND)], run=RUN, now=AFTER)
    assert looks(store, AFTER) == []


def test_what_a_later_try_found_is_no_choice_against_what_we_wrote_before(store: Store):
    given_and_given_on(store)
    claim(store, now=AFTER)
    again = AFTER + timedelta(minutes=5)
    (last,) = claim(store, now=again)
    store.settle([(last, FOUND)], run=RUN, now=again)
    (looked,) = store.second_looks("hubspot", limit=9, now=again)
    assert (looked.id, looked.expected) == (last.id, frozenset({None, OURS, THEIRS}))


def test_a_write_of_ours_gives_nobody_up_whom_we_had_written_before(store: Store):
    """It saw the record unowned: whoever stands in the history since chose after that."""
    given_and_given_on(store)
    (last,) = claim(store, now=AFTER)
    store.settle([(last, replace(FOUND, status=WriteStatus.WRITTEN))], run=RUN, now=AFTER)
    (looked,) = store.second_looks("hubspot", limit=9, now=AFTER)
    assert looked.expected == {None}
