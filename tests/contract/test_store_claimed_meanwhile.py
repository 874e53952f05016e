"""
What is being claimed at the moment in which it is taken back: it is one or the other.

Claims are short and beside each other on PostgreSQL, decisions are made one after another. On
SQLite nobody claims while somebody decides, which these tests need not show.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import delete, update

from leads.delivery import Delivery, DeliveryKind
from leads.erasure import Subject
from leads.keys import LeadKey, PolicyHash
from leads.ownership import WriteStatus
from store import outbox
from store.database import Database
from store.review_rows import ReviewState
from store.rows import DeliveryState
from store.schema import delivery as deliveries
from store.schema import reservation, sla_clock
from store.store import Store
from tests.contract.store_work import (
    MINUTE,
    NOW,
    RUN,
    decide,
    decision,
    delivery,
    key,
    new,
    outcome,
    show,
)
from tests.contract.test_store_collisions import _until_somebody_waits

pytestmark = pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)

AD = LeadKey("meta_ads", "7")


@contextmanager
def claiming(store_url: str) -> Iterator[Callable[[], None]]:
    """Another worker, between its claim and the commit; what is yielded commits."""
    database = Database.at(store_url)
    with database.engine.connect() as connection:
        claimed = outbox.claim(
            connection, "hubspot", limit=9, worker="other", seconds=120, now=NOW + 9 * MINUTE
        )
        assert claimed
        yield connection.commit
    database.close()


def to_create(lead: LeadKey) -> list[Delivery]:
    return [delivery(lead, kind=DeliveryKind.CREATE)]


def test_whoever_is_erased_while_their_creation_is_claimed_is_owed(store: Store, store_url: str):
    show(store, new(7, source="meta_ads"))
    decide(store, made=to_create)
    with store._db.engine.begin() as connection:
        # Ending one happens to wait for the claim: its foreign key is looked up.
        connection.execute(delete(reservation))
    with claiming(store_url) as commit, ThreadPoolExecutor() as threads:
        erase = partial(store.erase, Subject(lead=AD), asked_by="a command", now=NOW)
        erasing = threads.submit(erase)
        _until_somebody_waits(store_url)
        commit()
        erasing.result(30)
    (owed,) = store.unused_requests()
    assert "meta_ads:7 may have been created there" in owed.reason


def proposed(store: Store) -> None:
    """A proposal of another policy, due."""
    show(store, new(1))
    with store.desk(NOW) as desk:
        (waiting,) = desk.waiting(None, limit=9, now=NOW)
        made = decision(waiting.lead.key)
        entries = [delivery(waiting.lead.key)]
        desk.record_decision(made, frozenset(), entries, run=RUN, review_until=NOW + MINUTE)


def test_what_is_being_claimed_is_no_outdated_proposal(store: Store, store_url: str):
    proposed(store)
    with claiming(store_url) as commit:
        with store.desk(NOW + 9 * MINUTE) as desk:
            assert desk.outdated(PolicyHash("another")) == []
        commit()
    with store.desk(NOW + 9 * MINUTE) as desk:
        assert desk.outdated(PolicyHash("another")) == [], "and it is being written now"


def test_what_nobody_claims_is_one_and_nobody_claims_it_then(store: Store):
    proposed(store)
    with store.desk(NOW + 9 * MINUTE) as desk:
        (found,) = desk.outdated(PolicyHash("another"))
        assert found.review.state is ReviewState.WAITING
        assert (
            store.claim_deliveries(
                "hubspot", limit=9, worker="other", lease_seconds=9, now=NOW + 9 * MINUTE
            )
            == []
        )


def touched_after_all(store: Store) -> None:
    """A lead whose owner was late, was in touch after all, and is about to lose it."""
    show(store, new(1))
    decide(store)
    first = store.claim_deliveries("hubspot", limit=9, worker=RUN, lease_seconds=9, now=NOW)
    _written(store, first)
    store.start_clocks(store.unclocked(limit=9), NOW)
    with store._db.engine.begin() as connection:
        late = {"state": "breached", "touched_at": NOW + timedelta(seconds=5)}
        connection.execute(update(sla_clock).values(**late))
        again = {"id": "again", "attempt": 2, "state": "pending", "due_at": NOW}
        row = connection.execute(deliveries.select()).mappings().one()
        fresh = {name: value for name, value in row.items() if name != "seq"}
        connection.execute(
            deliveries.insert().values(
                **{**fresh, **again, "lease_holder": None, "lease_until": None}
            )
        )


def _written(store: Store, claimed: list[Delivery]) -> None:
    store.settle([(each, outcome(WriteStatus.WRITTEN)) for each in claimed], run=RUN, now=NOW)


def test_what_is_being_claimed_is_not_taken_back_from_the_next_owner(store: Store, store_url: str):
    touched_after_all(store)
    with claiming(store_url) as commit, ThreadPoolExecutor() as threads:
        keeping = threads.submit(store.keep_touched, "hubspot", NOW + 9 * MINUTE)
        assert keeping.result(30) == []
        commit()
    states = [each.state for each in store.deliveries_of(key("1"))]
    assert states == [DeliveryState.WRITTEN, DeliveryState.PENDING]


def test_what_is_being_claimed_is_not_decided_again(store: Store, store_url: str):
    show(store, new(1))
    decide(store)
    reopen = partial(
        store.reopen, {key(1): None}, reason="sweep", most_a_day=9, now=NOW + 9 * MINUTE
    )
    with claiming(store_url) as commit, ThreadPoolExecutor() as threads:
        reopening = threads.submit(reopen)
        _until_somebody_waits(store_url)
        commit()
        assert reopening.result(30) == []
    (entry,) = store.deliveries_of(key("1"))
    assert entry.state is DeliveryState.PENDING


def test_nor_withdrawn_by_an_undo(store: Store, store_url: str):
    show(store, new(1))
    decide(store)
    with claiming(store_url) as commit, ThreadPoolExecutor() as threads:
        undoing = threads.submit(store.withdraw_unwritten, RUN, NOW + 9 * MINUTE)
        _until_somebody_waits(store_url)
        commit()
        assert undoing.result(30) == 0
    (begun,) = store.begun_by(RUN)
    assert begun.delivery.lead == key(1)
