"""Delivering: each entry claimed once, settled once, and what follows from every outcome."""

import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from leads.decision import Tally
from leads.delivery import Delivery, DeliveryKind
from leads.errors import StoreError
from leads.ownership import WriteStatus
from store.rows import DeliveryState
from store.store import Store
from tests.contract.store_work import (
    ANA,
    BEN,
    LATER,
    MINUTE,
    NOW,
    RUN,
    SECOND,
    TEAM,
    claim,
    counts,
    decide,
    decision,
    deliver,
    delivery,
    key,
    load,
    new,
    outcome,
    show,
)

FAILURES = [WriteStatus.CONFLICT, WriteStatus.REFUSED]


def backlog(store: Store, size: int) -> None:
    show(store, *(new(n) for n in range(size)))
    decide(store)


def test_deliveries_are_claimed_oldest_first_and_by_crm(store: Store):
    show(store, new(1), new(2))
    show(store, new(3, source="meta_ads"))
    decide(store, made=lambda each: [delivery(each, crm=each.source.replace("meta_ads", "sf"))])
    assert [each.lead for each in claim(store, limit=1)] == [key(1)]
    assert [each.lead for each in claim(store)] == [key(2)]
    assert claim(store) == []
    assert [each.lead for each in claim(store, crm="sf")] == [key(3, "meta_ads")]


def test_a_claim_hands_over_what_was_recorded(store: Store):
    show(store, new(1))
    made = delivery(key(1), kind=DeliveryKind.CREATE)
    decide(store, made=lambda _: [made])
    assert claim(store) == [made]


def test_a_lease_that_ran_out_is_taken_over(store: Store):
    backlog(store, 1)
    (lost,) = claim(store, worker="dead")
    assert claim(store, now=NOW + 59 * SECOND) == []
    (taken,) = claim(store, now=NOW + 60 * SECOND)
    assert taken.attempts == lost.attempts + 1
    # The dead worker was only slow: its failure says nothing about the one now at it ...
    store.settle([(lost, outcome(WriteStatus.RETRYABLE))], run=RUN, now=NOW + 61 * SECOND)
    assert claim(store, now=NOW + 90 * SECOND) == []
    # ... but what it wrote is written.
    store.settle([(lost, outcome(WriteStatus.WRITTEN))], run=RUN, now=NOW + 91 * SECOND)
    store.settle([(taken, outcome(WriteStatus.CONFLICT))], run=RUN, now=NOW + 92 * SECOND)
    assert (counts(store).delivered, counts(store).conflicts) == (1, 0)


def test_eight_threads_claim_each_delivery_once(store: Store):
    backlog(store, 200)

    def work(worker: int) -> list[Delivery]:
        claimed: list[Delivery] = []
        while some := claim(store, worker=f"w{worker}", limit=7):
            claimed += some
        return claimed

    with ThreadPoolExecutor(8) as threads:
        hauls = list(threads.map(work, range(8)))
    times = Counter(each.id for haul in hauls for each in haul)
    assert len(times) == 200
    assert set(times.values()) == {1}


_WORKER = """
import sys
from datetime import datetime, UTC
from store.store import Store
store = Store.open(sys.argv[1])
now = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
while some := store.claim_deliveries(
    "hubspot", limit=5, worker=sys.argv[2], lease_seconds=600, now=now
):
    print(*(each.id for each in some), sep="\\n", flush=True)
store.close()
"""


def test_four_processes_claim_each_delivery_once(store: Store, store_url: str):
    backlog(store, 100)
    workers = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", _WORKER, store_url, f"w{n}"],
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(4)
    ]
    printed = "".join(worker.communicate(timeout=60)[0] for worker in workers)
    assert [worker.returncode for worker in workers] == [0] * 4
    assert Counter(printed.split()) == Counter(delivery(key(n)).id for n in range(100))


def test_a_failure_that_may_pass_is_tried_again_later_and_later(store: Store):
    backlog(store, 1)
    now, pauses = NOW, []
    for _ in range(12):
        (claimed,) = claim(store, now=now)
        store.settle([(claimed, outcome(WriteStatus.RETRYABLE))], run=RUN, now=now)
        (stored,) = store.deliveries_of(key(0))
        assert stored.state is DeliveryState.PENDING
        pauses.append((stored.due_at - now).total_seconds())
        assert claim(store, now=stored.due_at - SECOND) == []
        now = stored.due_at
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]
    assert stored.delivery.attempts == 12
    assert load(store)[ANA] == 1  # it is still hers


def test_a_delivery_tried_for_years_does_not_overflow(store: Store):
    backlog(store, 1)
    (claimed,) = claim(store)
    with store._db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE delivery SET attempts = 100000")
    tired = replace(claimed, attempts=100_000)
    store.settle([(tired, outcome(WriteStatus.RETRYABLE))], run=RUN, now=NOW)
    (stored,) = store.deliveries_of(key(0))
    assert stored.due_at == NOW + timedelta(minutes=15)


def test_outcomes_are_counted_where_they_are_settled(store: Store):
    backlog(store, 6)
    claimed = claim(store)
    kinds = list(WriteStatus)
    store.settle(
        [(each, outcome(kind)) for each, kind in zip(claimed, kinds, strict=True)],
        run=LATER,
        now=NOW,
    )
    row = store.ledger(LATER)["hubspot"]
    assert (row.delivered, row.unchanged, row.conflicts, row.refused, row.gone) == (1, 1, 1, 1, 1)
    assert (counts(store).pending, counts(store).decided, counts(store).delivered) == (1, 6, 0)


def test_half_a_batch_refused_leaves_the_other_half(store: Store):
    backlog(store, 4)
    claimed = claim(store)
    kinds = [WriteStatus.WRITTEN, WriteStatus.REFUSED] * 2
    store.settle(
        [(each, outcome(kind)) for each, kind in zip(claimed, kinds, strict=True)],
        run=RUN,
        now=NOW,
    )
    states = [store.stored_lead(key(n)).is_void for n in range(4)]
    assert states == [False, True, False, True]
    assert load(store)[ANA] == 2


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failed_write_takes_back_charge_accrual_and_match(store: Store, failure: WriteStatus):
    show(store, new(1), new(2))
    before = {TEAM: {ANA: Tally(entitled=3.25, assigned=3), BEN: Tally(entitled=2.75, assigned=3)}}
    after = {TEAM: {ANA: Tally(entitled=3.75, assigned=4), BEN: Tally(entitled=3.25, assigned=3)}}
    with store.desk(NOW) as desk:
        desk.save_rotation(after)
        entries = [delivery(key(1))]
        desk.record_decision(decision(key(1)), frozenset({"mail"}), entries, run=RUN)
    (claimed,) = claim(store)
    for _ in range(2):  # told twice, taken back once
        store.settle([(claimed, outcome(failure, owner="crm-x"))], run=RUN, now=NOW)
    with store.desk(NOW) as desk:
        assert desk.rotation() == before
        assert desk.same_people({key(2): frozenset({"mail"})}) == {}
    assert load(store)[ANA] == 0
    stored = store.stored_lead(key(1))
    assert stored.is_void
    assert stored.deliveries[0].owner_found == "crm-x"
    assert stored.deliveries[0].reason == f"said {failure}"


def test_a_decision_stands_while_one_of_its_writes_may_take_effect(store: Store):
    show(store, new(1))
    decide(store, made=lambda each: [delivery(each), delivery(each, crm="sf")])
    deliver(store, WriteStatus.CONFLICT)
    assert not store.stored_lead(key(1)).is_void
    deliver(store, WriteStatus.REFUSED, crm="sf")
    assert store.stored_lead(key(1)).is_void


def test_a_created_record_is_linked_and_known_by_its_id(store: Store):
    show(store, new(1, source="meta_ads"))
    decide(store, made=lambda each: [delivery(each, kind=DeliveryKind.CREATE)])
    (claimed,) = claim(store)
    store.settle([(claimed, outcome(WriteStatus.WRITTEN, record="77"))], run=RUN, now=NOW)
    (stored,) = store.deliveries_of(key(1, "meta_ads"))
    assert stored.delivery.record_id == "77"
    with store._db.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT source, source_id, crm, record_id FROM link")
        assert [tuple(row) for row in rows] == [("meta_ads", "1", "hubspot", "77")]


def test_assignments_are_told_in_the_order_they_were_written(store: Store):
    show(store, *(new(n) for n in range(6)))
    decide(store)
    first, second, *rest = claim(store)
    store.settle([(second, outcome(WriteStatus.WRITTEN))], run=RUN, now=NOW)
    store.settle([(first, outcome(WriteStatus.UNCHANGED))], run=RUN, now=NOW + SECOND)
    store.settle([(each, outcome(WriteStatus.CONFLICT)) for each in rest], run=RUN, now=NOW)
    one, two = store.recent_assignments(0, 10)
    assert (one.lead, two.lead) == (second.lead, first.lead)
    assert one.id < two.id
    assert (one.owner, one.crm, one.rule, one.method) == (
        "ana",
        "hubspot",
        "everything",
        "round_robin",
    )
    assert (two.written_at, two.created_at) == (NOW + SECOND, new(0).lead.created_at)  # type: ignore[union-attr]
    assert store.recent_assignments(one.id, 1) == [two]
    assert store.recent_assignments(two.id, 1) == []


def test_a_delivery_nobody_recorded_is_named(store: Store):
    backlog(store, 1)
    (claimed,) = claim(store)
    stray = delivery(key(1), id="stray")
    done = outcome(WriteStatus.WRITTEN)
    with pytest.raises(StoreError, match="delivery stray is not in the outbox"):
        store.settle([(claimed, done), (stray, done)], run=RUN, now=NOW + MINUTE)
    assert counts(store).delivered == 0
