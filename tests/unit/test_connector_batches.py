"""Batches of writes: order, second looks, halving, and a pace that is kept."""

import threading
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.batch import Batch, weigh_owners, write_in_batches
from connectors.http import Caller, Patience
from connectors.pace import Pace
from leads.errors import AuthError, ContractError, TransientError
from leads.keys import CrmOwnerId
from leads.ownership import OwnerChange, WriteOutcome, WriteStatus

CALLER = Caller("vendor", Patience(attempts=3, first_pause=0.001))
ANA, BEN = CrmOwnerId("ana"), CrmOwnerId("ben")


class Vendor:
    """Owners by record; `poison` refuses any batch that holds it, `spoilt` has no owner to read."""

    def __init__(
        self,
        *records: str,
        poison: frozenset[str] = frozenset(),
        spoilt: frozenset[str] = frozenset(),
    ) -> None:
        self.owners: dict[str, CrmOwnerId | None] = dict.fromkeys(records)
        self.poison, self.spoilt = poison, spoilt
        self.writes: list[str] = []
        self.lost_answers = 0
        self.before_write: list[tuple[str, CrmOwnerId]] = []

    def attempt(self, batch: Batch[OwnerChange]) -> None:
        if self.spoilt & {batch.asked[n].record_id for n in batch.pending}:
            raise KeyError("owner")
        numbers = weigh_owners(batch, self.owners)
        batch.sending(numbers)
        asked = [batch.asked[n] for n in numbers]
        if self.poison & {c.record_id for c in asked}:
            raise ContractError("vendor", "write", "400")
        if self.lost_answers == 0:
            self._write(asked)
        else:
            self.lost_answers -= 1
            if not self.before_write:
                self._write(asked)
            for record_id, owner in self.before_write:
                self.owners[record_id] = owner
            raise TransientError("vendor", "write", "time-out")
        for n in numbers:
            batch.settle(n, WriteStatus.WRITTEN, record_id=batch.asked[n].record_id)

    def _write(self, asked: Sequence[OwnerChange]) -> None:
        for change in asked:
            self.owners[change.record_id] = change.owner
            self.writes.append(change.record_id)


def write(vendor: Vendor, records: Sequence[str], size: int = 4) -> list[WriteOutcome]:
    changes = [
        OwnerChange(record_id=r, owner=ANA, expected=frozenset({None}), notes={}) for r in records
    ]
    return write_in_batches(
        changes,
        size=size,
        identity=lambda change: change.record_id,
        attempt=vendor.attempt,
        caller=CALLER,
        operation="write",
    )


def test_a_lost_answer_is_looked_up_and_not_written_again():
    vendor = Vendor("1", "2")
    vendor.lost_answers = 1
    assert [o.status for o in write(vendor, ["1", "2"])] == [WriteStatus.WRITTEN] * 2
    assert vendor.writes == ["1", "2"]


def test_a_person_who_comes_between_two_tries_is_not_overwritten():
    vendor = Vendor("1", "2")
    vendor.lost_answers, vendor.before_write = 1, [("1", BEN)]
    outcomes = write(vendor, ["1", "2"])
    assert [o.status for o in outcomes] == [WriteStatus.CONFLICT, WriteStatus.WRITTEN]
    assert outcomes[0].owner == BEN
    assert vendor.owners["1"] == BEN


def test_a_vendor_that_never_answers_leaves_all_to_be_tried_again():
    vendor = Vendor(*"123456")
    vendor.lost_answers, vendor.before_write = 99, [("6", ANA)]
    outcomes = write(vendor, list("12345"), size=2)
    assert {o.status for o in outcomes} == {WriteStatus.RETRYABLE}
    assert vendor.lost_answers == 99 - 3
    assert outcomes[-1].reason.startswith("not tried")


@given(
    bad=st.sets(st.integers(0, 19), max_size=6),
    size=st.integers(1, 9),
)
def test_halving_finds_exactly_the_bad_ones(bad: set[int], size: int):
    records = [str(n) for n in range(20)]
    vendor = Vendor(*records, poison=frozenset(str(n) for n in bad))
    outcomes = write(vendor, records, size)
    refused = {n for n, o in enumerate(outcomes) if o.status is WriteStatus.REFUSED}
    assert refused == bad
    assert sorted(vendor.writes) == sorted(str(n) for n in set(range(20)) - bad)


@given(
    bad=st.sets(st.integers(0, 19), max_size=6),
    size=st.integers(1, 9),
)
def test_a_record_that_cannot_be_read_waits_and_the_others_are_written(bad: set[int], size: int):
    records = [str(n) for n in range(20)]
    vendor = Vendor(*records, spoilt=frozenset(str(n) for n in bad))
    outcomes = write(vendor, records, size)
    waiting = {n for n, o in enumerate(outcomes) if o.status is WriteStatus.RETRYABLE}
    assert waiting == bad
    assert all("shape" in outcomes[n].reason for n in bad)
    assert sorted(vendor.writes) == sorted(str(n) for n in set(range(20)) - bad)


@given(
    records=st.lists(st.sampled_from("abcdef"), max_size=30),
    size=st.integers(1, 7),
)
def test_one_outcome_each_in_order_and_one_write_a_record(records: list[str], size: int):
    vendor = Vendor(*"abcdef")
    outcomes = write(vendor, records, size)
    assert len(outcomes) == len(records)
    for n, (record, outcome) in enumerate(zip(records, outcomes, strict=True)):
        is_first = record not in records[:n]
        wanted = WriteStatus.WRITTEN if is_first else WriteStatus.UNCHANGED
        assert (outcome.status, outcome.record_id) == (wanted, record)
    assert sorted(vendor.writes) == sorted(set(records))


def test_credentials_that_end_half_way_keep_what_was_done():
    vendor = Vendor(*"1234")
    tries: list[int] = []

    def attempt(batch: Batch[OwnerChange]) -> None:
        tries.append(1)
        if len(tries) == 2:
            raise AuthError("vendor", "write", "401")
        vendor.attempt(batch)

    changes = [
        OwnerChange(record_id=r, owner=ANA, expected=frozenset({None}), notes={}) for r in "1234"
    ]
    outcomes = write_in_batches(
        changes,
        size=2,
        identity=lambda c: c.record_id,
        attempt=attempt,
        caller=CALLER,
        operation="write",
    )
    statuses = [o.status for o in outcomes]
    assert statuses == [WriteStatus.WRITTEN] * 2 + [WriteStatus.RETRYABLE] * 2


class _Time:
    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.mark.parametrize(("calls", "seconds"), [(5, 1.1), (190, 10.3), (1, 0.5)])
def test_no_window_holds_more_than_its_calls(calls: int, seconds: float):
    clock = _Time()
    pace = Pace(calls, seconds, clock=lambda: clock.now, sleep=clock.sleep)
    taken: list[float] = []
    for _ in range(calls * 3 + 1):
        pace.wait()
        taken.append(clock.now)
    for n, at in enumerate(taken[calls:]):
        assert at - taken[n] >= seconds - 1e-9
    assert clock.now - 100.0 == pytest.approx(3 * seconds)


def test_threads_share_one_pace():
    waits: list[float] = []
    pace = Pace(3, 10.0, clock=lambda: 0.0, sleep=waits.append)
    threads = [threading.Thread(target=pace.wait) for _ in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits) == [10.0] * 3 + [20.0] * 3
