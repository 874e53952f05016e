"""Notices: made with what was written, told at least once, and never before it was written."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from leads.keys import LeadKey
from leads.ownership import WriteStatus
from store.notices import MOST_ATTEMPTS
from store.running_rows import Notice
from store.store import Store
from tests.contract.store_work import (
    MINUTE,
    NOW,
    SECOND,
    claim,
    decide,
    deliver,
    delivery,
    new,
    outcome,
    show,
)
from tests.contract.store_work import RUN as THE_RUN


def with_channels(*channels: str):
    return lambda key: [replace(delivery(key), notify=channels)]


def notices(store: Store, *, worker: str = "w", now=NOW, limit: int = 1000) -> list[Notice]:
    return store.claim_notices(limit=limit, worker=worker, lease_seconds=60, now=now)


def written(store: Store, count: int = 1, *channels: str) -> None:
    show(store, *(new(n) for n in range(1, count + 1)))
    decide(store, made=with_channels(*(channels or ("slack",))))
    deliver(store)


def test_a_notice_for_each_channel_once_it_is_written(store: Store):
    show(store, new(1))
    decide(store, made=with_channels("slack", "mail"))
    assert notices(store) == []
    deliver(store)
    found = notices(store)
    assert [each.channel for each in found] == ["mail", "slack"]
    assert {each.delivery.lead for each in found} == {LeadKey("hubspot", "1")}
    assert all(each.lead and each.decision and each.repeats == 0 for each in found)
    assert notices(store) == []


@pytest.mark.parametrize("status", [WriteStatus.CONFLICT, WriteStatus.REFUSED])
def test_nobody_is_told_of_what_does_not_stand(store: Store, status: WriteStatus):
    show(store, new(1))
    decide(store, made=with_channels("slack"))
    deliver(store, status)
    assert notices(store) == []


def test_settling_twice_tells_once(store: Store):
    show(store, new(1))
    decide(store, made=with_channels("slack"))
    claimed = claim(store)
    for status in (WriteStatus.WRITTEN, WriteStatus.UNCHANGED):
        store.settle([(each, outcome(status)) for each in claimed], run=THE_RUN, now=NOW)
    assert len(notices(store)) == 1


def test_an_owner_whose_write_was_found_done_is_told(store: Store):
    """The writer died after the CRM had taken it: nobody has been told yet."""
    show(store, new(1))
    decide(store, made=with_channels("slack"))
    deliver(store, WriteStatus.UNCHANGED)
    assert len(notices(store)) == 1


def test_what_a_dead_teller_may_have_sent_is_a_repeat_and_counted(store: Store):
    written(store)
    notices(store, worker="dead")
    assert notices(store, worker="other", now=NOW + 59 * SECOND) == []
    (again,) = notices(store, worker="other", now=NOW + MINUTE)
    assert again.repeats == 1
    assert store.settle_notice(again, NOW + MINUTE)
    count = store.notice_counts()["slack"]
    assert (count.sent, count.waiting, count.repeats) == (1, 0, 1)
    assert notices(store, now=NOW + timedelta(days=1)) == []


def test_a_channel_that_fails_is_tried_later_and_given_up_in_the_end(store: Store):
    written(store)
    now = NOW
    for _ in range(MOST_ATTEMPTS - 1):
        (one,) = notices(store, now=now)
        assert one.repeats == 0  # it is known that it was not sent
        assert store.settle_notice(one, now, reason="not taken")
        assert notices(store, now=now + 14 * SECOND) == []
        now += timedelta(minutes=16)
    (last,) = notices(store, now=now)
    assert not store.settle_notice(last, now, reason="not taken")
    assert notices(store, now=now + timedelta(days=1)) == []
    assert store.notice_counts()["slack"].failed == 1
    assert store.notice_counts()["slack"].reason == "not taken"
    assert store.untold_notices() == {}  # nothing waits for it any more


def test_what_waits_is_told_with_the_last_reason(store: Store):
    written(store, 2, "slack", "mail")
    assert store.untold_notices() == {}  # nobody tried yet
    first, second, *_ = (each for each in notices(store) if each.channel == "slack")
    store.settle_notice(first, NOW, reason="zzz, the older")
    store.settle_notice(second, NOW + SECOND, reason="the newer")
    untold = store.untold_notices()
    assert {name: (c.waiting, c.reason) for name, c in untold.items()} == {
        "slack": (2, "the newer")
    }
    (later,) = notices(store, now=NOW + 15 * SECOND)
    assert later.delivery == first.delivery
    store.settle_notice(later, NOW + 15 * SECOND)
    assert store.untold_notices()["slack"].waiting == 1


def test_of_eight_tellers_each_tells_others(store: Store):
    written(store, 40, "slack", "mail")

    def work(worker: int) -> list[tuple[str, str]]:
        found = notices(store, worker=f"w{worker}", limit=10)
        return [(each.delivery.id, each.channel) for each in found]

    with ThreadPoolExecutor(8) as threads:
        told = [one for batch in threads.map(work, range(8)) for one in batch]
    told += [(each.delivery.id, each.channel) for each in notices(store)]
    assert len(told) == len(set(told)) == 80
