"""What is undone while somebody writes it, and what is written though it no longer was to be."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from leads.delivery import Delivery
from leads.keys import CrmOwnerId, OwnerId
from leads.ownership import NOBODY, WriteStatus
from store.giving_back import GivingBack
from store.rows import DeliveryState
from store.store import Store
from tests.contract.store_work import (
    ANA,
    BEN,
    LATER,
    MINUTE,
    NOW,
    RUN,
    claim,
    decide,
    deliver,
    delivery,
    key,
    load,
    new,
    outcome,
    show,
)

LONG_AFTER = NOW + timedelta(hours=1)
WRITTEN, UNCHANGED = WriteStatus.WRITTEN, WriteStatus.UNCHANGED


def begun(store: Store) -> Delivery:
    """One that a worker is writing; its lease ends in a minute."""
    show(store, new(1))
    decide(store, made=lambda lead: [replace(delivery(lead), before=NOBODY)])
    (entry,) = claim(store, worker="slow")
    return entry


def settle(
    store: Store,
    entry: Delivery,
    status: WriteStatus = WRITTEN,
    *,
    now: datetime = LONG_AFTER,
    **more: Any,
) -> None:
    store.settle([(entry, replace(outcome(status), **more))], run=RUN, now=now)


def due(store: Store, now: datetime) -> list[tuple[str, CrmOwnerId | None, DeliveryState]]:
    return [(e.delivery.id, e.to, e.was) for e in taken(store, now)]


def taken(store: Store, now: datetime) -> list[GivingBack]:
    return store.to_give_back("hubspot", limit=9, now=now)


def given_back(store: Store, status: WriteStatus, now: datetime) -> set[str]:
    return store.settle_given_back([(each, outcome(status)) for each in taken(store, now)], now)


def state(store: Store) -> DeliveryState:
    return store.deliveries_of(key(1))[0].state


def undone_while_written(store: Store) -> Delivery:
    entry = begun(store)
    assert store.withdraw_unwritten(RUN, NOW) == 0
    assert [each.delivery.id for each in store.begun_by(RUN)] == [entry.id]
    return entry


def test_what_is_being_written_is_given_back_once_it_is_written(store: Store):
    entry = undone_while_written(store)
    assert due(store, NOW) == [], "whoever is at it finishes it"
    settle(store, entry, now=NOW)
    assert due(store, NOW) == [(entry.id, None, DeliveryState.WRITTEN)]
    assert due(store, NOW + MINUTE) == [], "one at a time"
    assert given_back(store, WRITTEN, NOW + 3 * MINUTE) == {entry.id}
    assert state(store) is DeliveryState.UNDONE
    assert store.stored_lead(key(1)).is_void
    assert load(store)[ANA] == 0
    assert due(store, LONG_AFTER) == []


def test_nobody_takes_over_what_is_undone(store: Store):
    undone_while_written(store)
    assert claim(store, now=LONG_AFTER) == []


@pytest.mark.parametrize("found", [WRITTEN, UNCHANGED])
def test_what_somebody_died_over_is_taken_back_and_watched(store: Store, found: WriteStatus):
    entry = undone_while_written(store)
    assert due(store, LONG_AFTER) == [(entry.id, None, DeliveryState.PENDING)]
    now = LONG_AFTER + 3 * MINUTE
    given_back(store, found, now)
    assert state(store) is DeliveryState.WITHDRAWN
    assert store.stored_lead(key(1)).is_void
    assert load(store)[ANA] == 0
    assert due(store, now) == []
    assert due(store, now + MINUTE) == [(entry.id, None, DeliveryState.WITHDRAWN)]
    assert given_back(store, UNCHANGED, now + 4 * MINUTE) == set()
    assert due(store, now + 5 * MINUTE) != [], "it may come yet"
    given_back(store, UNCHANGED, now + 11 * MINUTE)
    assert due(store, now + 30 * MINUTE) == []


def test_a_claim_that_was_prolonged_meanwhile_is_its_holders(store: Store):
    entry = undone_while_written(store)
    (back,) = taken(store, LONG_AFTER)
    store.renew_claims([entry], worker="slow", lease_seconds=60, now=LONG_AFTER)
    assert store.settle_given_back([(back, outcome(UNCHANGED))], LONG_AFTER) == set()
    assert state(store) is DeliveryState.PENDING


def test_what_was_written_between_looking_and_noting_is_looked_at_again(store: Store):
    entry = undone_while_written(store)
    (back,) = taken(store, LONG_AFTER)
    settle(store, entry)
    assert store.settle_given_back([(back, outcome(UNCHANGED))], LONG_AFTER) == set()
    assert state(store) is DeliveryState.WRITTEN
    assert due(store, LONG_AFTER + MINUTE) == [(entry.id, None, DeliveryState.WRITTEN)]


@pytest.mark.parametrize("status", [WriteStatus.CONFLICT, WriteStatus.GONE])
def test_what_came_to_nothing_is_not_given_back(store: Store, status: WriteStatus):
    entry = undone_while_written(store)
    settle(store, entry, status)
    assert due(store, LONG_AFTER) == []
    assert state(store) == status.value


def test_what_is_refused_while_it_is_undone_goes_to_nobody_else(store: Store):
    entry = undone_while_written(store)
    settle(store, entry, WriteStatus.REFUSED)
    with store.desk(NOW) as desk:
        assert desk.reopen_refused("hubspot", but=OwnerId("desk"), limit=9) == []
    assert due(store, LONG_AFTER) == []
    assert state(store) is DeliveryState.WITHDRAWN


def withdrawn_while_written(store: Store) -> Delivery:
    entry = undone_while_written(store)
    given_back(store, UNCHANGED, LONG_AFTER)
    given_back(store, UNCHANGED, LONG_AFTER + 30 * MINUTE)
    assert due(store, LONG_AFTER + 60 * MINUTE) == []
    return entry


LATE = LONG_AFTER + timedelta(hours=9)


def test_a_write_that_comes_long_after_is_taken_back(store: Store):
    entry = withdrawn_while_written(store)
    settle(store, entry, now=LATE)
    assert due(store, LATE) == [(entry.id, None, DeliveryState.WITHDRAWN)]
    assert given_back(store, WRITTEN, LATE + 3 * MINUTE) == {entry.id}
    assert due(store, LATE + 30 * MINUTE) == []
    assert state(store) is DeliveryState.WITHDRAWN


def test_one_of_which_no_answer_came_may_have_been_carried_out(store: Store):
    entry = withdrawn_while_written(store)
    settle(store, entry, WriteStatus.RETRYABLE, unguarded=True, now=LATE)
    assert due(store, LATE + MINUTE) == [(entry.id, None, DeliveryState.WITHDRAWN)]


def given_on(store: Store) -> Delivery:
    """Undone, and Ben's by a later decision."""
    entry = withdrawn_while_written(store)
    lead = new(1).lead
    assert lead is not None
    with store.desk(LATE) as desk:
        desk.admit([new(1, version="2")], "hubspot", LATER)
    decide(store, owner=BEN, run=LATER, now=LATE, made=lambda k: [delivery(k, BEN, id="bens")])
    return entry


def test_the_next_owners_write_replaces_what_came_meanwhile(store: Store):
    entry = given_on(store)
    settle(store, entry, now=LATE)
    assert due(store, LATE) == [], "it is put right by what is about to be written"
    (next_one,) = claim(store, now=LATE + MINUTE)
    assert next_one.id == "bens"
    assert entry.crm_owner in next_one.expected


def test_what_overwrote_the_next_owner_is_theirs_again_with_their_notes(store: Store):
    entry = given_on(store)
    deliver(store, run=LATER, now=LATE)
    settle(store, entry, now=LATE)
    (back,) = taken(store, LATE)
    bens = delivery(key(1), BEN)
    assert (back.delivery.id, back.to, back.notes) == (entry.id, bens.crm_owner, bens.notes)
    assert store.settle_given_back([(back, outcome(WRITTEN))], LATE) == {entry.id}
    stored = store.stored_lead(key(1))
    assert [each.state for each in stored.deliveries] == [
        DeliveryState.WITHDRAWN,
        DeliveryState.WRITTEN,
    ]
    assert not stored.is_void


def test_whom_a_late_write_without_a_history_overwrote_has_it_back(store: Store):
    entry = begun(store)
    (second,) = claim(store, worker="next", now=LONG_AFTER)
    settle(store, second, WriteStatus.CONFLICT, owner=CrmOwnerId("theirs"))
    settle(store, entry, now=LATE)
    assert due(store, LATE) == [(entry.id, CrmOwnerId("theirs"), DeliveryState.CONFLICT)]


def test_a_second_worker_at_the_same_delivery_is_no_stray(store: Store):
    entry = begun(store)
    (second,) = claim(store, worker="next", now=LONG_AFTER)
    settle(store, second)
    settle(store, entry, now=LATE)
    assert due(store, LATE) == []


def test_an_undo_is_noted_and_whoever_comes_next_finishes_it(store: Store):
    show(store, new(1))
    decide(store, made=lambda lead: [replace(delivery(lead), before=CrmOwnerId("queue"))])
    (entry,) = deliver(store)
    assert store.ask_back([entry.id], NOW) == {entry.id}
    assert due(store, NOW + MINUTE) == [], "whoever asked is at it"
    assert due(store, NOW + 2 * MINUTE) == [(entry.id, "queue", DeliveryState.WRITTEN)]
    standing = store.standings("hubspot", ["1"])[key(1)]
    assert standing.delivery is not None
    assert standing.delivery.is_being_undone
    reopened = store.reopen({key(1): None}, reason="sweep", most_a_day=9, now=NOW)
    assert reopened == [], "it is not given away again before it is known to be back"
    assert given_back(store, UNCHANGED, NOW + 5 * MINUTE) == {entry.id}
    assert state(store) is DeliveryState.UNDONE


def test_what_is_decided_again_is_no_longer_to_be_undone(store: Store):
    show(store, new(1))
    decide(store)
    (entry,) = deliver(store)
    store.reopen({key(1): None}, reason="sweep", most_a_day=9, now=NOW)
    assert store.ask_back([entry.id], NOW) == set()
    decide(store, owner=BEN, run=LATER, made=lambda lead: [delivery(lead, BEN, id="bens")])
    assert store.ask_back([entry.id], NOW) == set()
