"""Leases, runs and switches."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from leads.errors import StoreError
from leads.keys import PolicyHash
from leads.record import Cursor
from store.store import Store
from tests.contract.store_work import LATER, MINUTE, NOW, RUN, SECOND


def test_a_clock_set_back_does_not_keep_a_dead_holders_lease(store: Store):
    assert store.take_lease("sync:hubspot", "killed", seconds=90, now=NOW)
    hour_ago = NOW - 60 * MINUTE
    assert store.take_lease("sync:hubspot", "next", seconds=90, now=hour_ago)
    assert not store.take_lease("sync:hubspot", "third", seconds=90, now=hour_ago)


def test_a_lease_has_one_holder_until_it_ends(store: Store):
    assert store.take_lease("sync:hubspot", "one", seconds=60, now=NOW)
    assert not store.take_lease("sync:hubspot", "two", seconds=60, now=NOW + 59 * SECOND)
    assert store.take_lease("sync:salesforce", "two", seconds=60, now=NOW)
    # The holder was killed: nobody gives it back, it ends by itself.
    assert store.take_lease("sync:hubspot", "two", seconds=60, now=NOW + MINUTE)
    assert not store.take_lease("sync:hubspot", "one", seconds=60, now=NOW + MINUTE)


def test_a_lease_is_renewed_by_its_holder(store: Store):
    assert store.take_lease("sync", "one", seconds=60, now=NOW)
    assert store.take_lease("sync", "one", seconds=60, now=NOW + 50 * SECOND)
    assert not store.take_lease("sync", "two", seconds=60, now=NOW + 109 * SECOND)


def test_only_the_holder_gives_a_lease_back(store: Store):
    store.take_lease("sync", "one", seconds=60, now=NOW)
    store.release_lease("sync", "two")
    assert not store.take_lease("sync", "two", seconds=60, now=NOW)
    store.release_lease("sync", "one")
    assert store.take_lease("sync", "two", seconds=60, now=NOW)


def test_of_eight_threads_one_takes_the_lease(store: Store):
    def take(worker: int) -> bool:
        return store.take_lease("sync", f"w{worker}", seconds=60, now=NOW)

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(take, range(8))) == 1


def test_runs_are_remembered_newest_first(store: Store):
    store.start_run(RUN, "sync", NOW)
    store.start_run(LATER, "sync", NOW + MINUTE)
    store.end_run(RUN, NOW + SECOND, error="hubspot: pull: HTTP 503")
    later, first = store.last_runs()
    assert (later.id, later.ended_at, later.error) == (LATER, None, "")
    assert (first.ended_at, first.error) == (NOW + SECOND, "hubspot: pull: HTTP 503")
    assert store.last_runs(limit=1) == [later]
    with pytest.raises(StoreError, match="starting a run"):
        store.start_run(RUN, "sync", NOW)


def test_pulled_is_the_connectors_count_page_by_page(store: Store):
    for source, pulled in (("hubspot", 100), ("hubspot", 3), ("meta_ads", 0)):
        store.save_page(source, [], Cursor("c"), run=RUN, now=NOW, pulled=pulled)
    ledger = store.ledger(RUN)
    assert {source: row.pulled for source, row in ledger.items()} == {"hubspot": 103, "meta_ads": 0}
    # 103 were pulled and nobody knows what became of them: that must show.
    assert not ledger["hubspot"].balanced
    assert ledger["meta_ads"].balanced


def test_sources_are_paused_and_resumed(store: Store):
    store.pause("hubspot", NOW)
    store.pause("hubspot", NOW)
    store.pause("meta_ads", NOW)
    assert store.paused() == {"hubspot", "meta_ads"}
    store.resume("hubspot")
    assert store.paused() == {"meta_ads"}
    store.pause(None, NOW)
    assert store.paused() == {"meta_ads", "*"}
    store.resume(None)
    assert store.paused() == set()


def test_every_policy_is_kept(store: Store):
    one, two = PolicyHash("1"), PolicyHash("2")
    assert store.save_policy(one, {"rules": [{"name": "ñ", "min": 1.5}], "z": 1, "a": None}, NOW)
    assert not store.save_policy(one, {"other": 1}, NOW + MINUTE)
    assert store.save_policy(two, {}, NOW + MINUTE)
    document = store.policy(one)
    assert document == {"rules": [{"name": "ñ", "min": 1.5}], "z": 1, "a": None}
    assert list(document) == ["rules", "z", "a"]
    assert store.policy(PolicyHash("3")) is None
