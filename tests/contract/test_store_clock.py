"""A clock that is set back by an hour keeps nothing waiting for that hour."""

from dataclasses import replace

from store.running_rows import InboxEntry
from store.store import Store
from tests.contract.store_work import (
    MINUTE,
    NOW,
    RUN,
    claim,
    decide,
    decision,
    deliver,
    delivery,
    key,
    new,
    show,
)

HOUR_AGO = NOW - 60 * MINUTE


def test_what_was_decided_before_is_delivered_after(store: Store):
    show(store, new(1))
    decide(store)
    assert len(claim(store, now=HOUR_AGO)) == 1


def test_what_a_person_may_look_at_waits_for_its_deadline(store: Store):
    show(store, new(1))
    deadline = NOW + 120 * MINUTE
    with store.desk(NOW) as desk:
        desk.waiting(None, limit=1, now=NOW)
        made, entries = decision(key(1)), [delivery(key(1))]
        desk.record_decision(made, frozenset(), entries, run=RUN, review_until=deadline)
    for now in (HOUR_AGO, NOW, deadline - MINUTE):
        assert claim(store, now=now) == []
    assert len(claim(store, now=deadline)) == 1


def test_what_the_dead_was_writing_is_taken_over(store: Store):
    show(store, new(1))
    decide(store)
    assert len(claim(store, worker="dead")) == 1
    (again,) = claim(store, worker="next", now=HOUR_AGO)
    assert again.attempts == 1
    assert claim(store, worker="third", now=HOUR_AGO) == []


def test_a_webhook_that_was_stored_is_worked_off(store: Store):
    entry = InboxEntry(source="meta_ads", body_hash="hash", payload={"ids": ["1"]})
    store.put_inbox([entry], NOW)
    for worker in ("dead", "next"):
        taken = store.take_inbox(
            "meta_ads",
            limit=9,
            worker=worker,
            lease_seconds=60,
            now=NOW if worker == "dead" else HOUR_AGO,
            received_before=NOW if worker == "dead" else HOUR_AGO,
        )
        assert len(taken) == 1, worker


def test_who_was_to_be_told_is_told(store: Store):
    show(store, new(1))
    decide(store, made=lambda key: [replace(delivery(key), notify=("slack",))])
    deliver(store)
    for worker, now in (("dead", NOW), ("next", HOUR_AGO)):
        assert len(store.claim_notices(limit=9, worker=worker, lease_seconds=60, now=now)) == 1
    assert store.claim_notices(limit=9, worker="third", lease_seconds=60, now=HOUR_AGO) == []
