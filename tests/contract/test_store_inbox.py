"""The inbox: nothing that was answered with 200 is lost, and nobody works on it twice at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from leads.retention import WEBHOOKS, Retention
from store.inbox import MOST_ATTEMPTS
from store.running_rows import InboxEntry, InboxRow
from store.store import Store
from tests.contract.store_work import MINUTE, NOW, SECOND


def entry(number: int, source: str = "meta_ads") -> InboxEntry:
    return InboxEntry(source=source, body_hash=f"hash-{number}", payload={"ids": [str(number)]})


def take(
    store: Store, *, worker: str = "w", now: datetime = NOW, limit: int = 1000, age: int = 0
) -> list[InboxRow]:
    before = now - timedelta(seconds=age)
    return store.take_inbox(
        "meta_ads", limit=limit, worker=worker, lease_seconds=60, now=now, received_before=before
    )


def numbers(rows: list[InboxRow]) -> list[str]:
    return [row.entry.payload["ids"][0] for row in rows]


def test_what_was_put_is_taken_once_oldest_first(store: Store):
    store.put_inbox([entry(1)], NOW)
    store.put_inbox([entry(3), entry(2), entry(9, source="hubspot")], NOW)
    assert numbers(take(store, limit=1)) == ["1"]
    assert sorted(numbers(take(store))) == ["2", "3"]
    assert take(store) == []


def test_a_delivery_repeated_while_it_waits_is_one(store: Store):
    store.put_inbox([entry(1), entry(1)], NOW)
    store.put_inbox([entry(1)], NOW + SECOND)
    assert len(take(store, now=NOW + SECOND)) == 1


def test_the_same_words_after_it_was_done_are_looked_at_again(store: Store):
    store.put_inbox([entry(1)], NOW)
    store.settle_inbox(take(store), NOW)
    store.put_inbox([entry(1)], NOW + SECOND)
    assert numbers(take(store, now=NOW + SECOND)) == ["1"]


def test_what_comes_again_while_it_is_worked_on_waits_once_more(store: Store):
    store.put_inbox([entry(1)], NOW)
    rows = take(store)
    store.put_inbox([entry(1)], NOW + SECOND)
    assert take(store, worker="other", now=NOW + SECOND) == []  # one at a time
    store.settle_inbox(rows, NOW + SECOND)
    assert numbers(take(store, now=NOW + SECOND)) == ["1"]


def test_a_worker_that_died_loses_nothing(store: Store):
    store.put_inbox([entry(1)], NOW)
    assert numbers(take(store, worker="dead")) == ["1"]
    assert take(store, worker="other", now=NOW + 59 * SECOND) == []
    (row,) = take(store, worker="other", now=NOW + MINUTE)
    assert row.attempts == 1


def test_the_sweep_leaves_what_has_just_come(store: Store):
    store.put_inbox([entry(1)], NOW)
    assert take(store, now=NOW + 4 * SECOND, age=5) == []
    assert len(take(store, now=NOW + 5 * SECOND, age=5)) == 1


def test_a_failure_waits_longer_each_time_and_at_last_is_given_up(store: Store):
    store.put_inbox([entry(1)], NOW)
    now = NOW
    pauses = [5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900]
    assert len(pauses) == MOST_ATTEMPTS - 1
    for pause in pauses:
        (row,) = take(store, now=now)
        store.settle_inbox([row], now, error="meta_ads: fetch: HTTP 503")
        assert take(store, now=now + (pause - 1) * SECOND) == []
        now += pause * SECOND
    store.settle_inbox(take(store, now=now), now, error="meta_ads: fetch: HTTP 503")
    assert take(store, now=now + timedelta(days=9)) == []
    found = store.inbox_counts()["meta_ads"]
    assert (found.waiting, found.failed) == (0, 1)


def test_what_waits_tells_why_and_only_as_long_as_it_waits(store: Store):
    store.put_inbox([entry(1)], NOW)
    assert store.inbox_counts()["meta_ads"].reason == ""
    store.settle_inbox(take(store), NOW, error="its source shows no record of this id")
    assert store.inbox_counts()["meta_ads"].reason == "its source shows no record of this id"
    store.settle_inbox(take(store, now=NOW + 5 * SECOND), NOW)
    assert store.inbox_counts()["meta_ads"].reason == ""


def forget(store: Store, now: datetime) -> None:
    assert list(store.prune(Retention(), now))


def test_a_lead_is_not_kept_longer_than_needed(store: Store):
    store.put_inbox([InboxEntry(source="meta_ads", body_hash="h", payload={"e": "a@b.c"})], NOW)
    store.settle_inbox(take(store), NOW)
    with store._db.engine.connect() as connection:
        (kept,) = connection.exec_driver_sql("SELECT payload, state FROM inbox").all()
    assert tuple(kept) == ("{}", "done")
    forget(store, NOW + WEBHOOKS)
    assert "meta_ads" in store.inbox_counts()
    forget(store, NOW + WEBHOOKS + SECOND)
    assert store.inbox_counts() == {}


def test_what_waits_is_never_pruned(store: Store):
    store.put_inbox([entry(1)], NOW)
    forget(store, NOW + timedelta(days=365))
    found = store.inbox_counts()["meta_ads"]
    assert (found.waiting, found.failed, found.oldest) == (1, 0, NOW)


def test_of_eight_workers_each_gets_others(store: Store):
    store.put_inbox([entry(n) for n in range(80)], NOW)

    def work(worker: int) -> list[str]:
        return numbers(take(store, worker=f"w{worker}", limit=10))

    with ThreadPoolExecutor(8) as threads:
        taken = [number for batch in threads.map(work, range(8)) for number in batch]
    taken += numbers(take(store))
    assert sorted(taken, key=int) == [str(n) for n in range(80)]


def test_eight_receivers_put_the_same_at_once(store: Store):
    entries = [entry(n) for n in range(40)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: store.put_inbox(entries[:: (-1) ** n], NOW), range(8)))
    assert len(take(store)) == 40
