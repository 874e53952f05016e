"""How long to wait between polls: a day's calls last, whoever else uses them, and come back."""

from collections import deque
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import EVERYTHING
from connectors.setup import Quota
from flows.pace import LONGEST_PAUSE, MINUTE, paced, pause_after
from store.running_rows import PaceRow

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
NEW = PaceRow(
    source="salesforce", part=EVERYTHING, cost=0.0, seconds=MINUTE, next_at=NOON, reason=""
)


@given(
    used=st.integers(0, 20_000),
    limit=st.integers(0, 10_000),
    cost=st.floats(0, 500),
    hours=st.floats(-1, 30) | st.none(),
)
def test_never_faster_than_each_minute_nor_slower_than_a_quarter_of_an_hour(
    used: int, limit: int, cost: float, hours: float | None
):
    resets_at = None if hours is None else NOON + timedelta(hours=hours)
    quota = Quota(used=used, limit=limit, resets_at=resets_at)
    assert MINUTE <= pause_after(quota, cost, NOON) <= LONGEST_PAUSE


def test_the_less_is_left_the_longer():
    pauses = [pause_after(Quota(used=n, limit=100), 0, NOON) for n in range(101)]
    assert pauses == sorted(pauses)
    assert pauses[:51] == [MINUTE] * 51
    assert pauses[90:] == [LONGEST_PAUSE] * 11
    assert MINUTE < pauses[60] < 2 * MINUTE < pauses[75]


def test_a_day_on_its_way_to_an_even_end_is_not_slowed():
    """Three quarters of the calls are gone, and more than three quarters of the day are."""
    evening = NOON + timedelta(hours=7)
    quota = Quota(used=70_000, limit=100_000, resets_at=NOON + timedelta(hours=12))
    assert pause_after(quota, 3, evening) == MINUTE
    assert pause_after(quota, 3, NOON) > MINUTE


@pytest.mark.parametrize("others", [0, 1, 3])
def test_a_day_of_polls_never_comes_to_the_reserve_and_recovers(others: int):
    """2,500 calls in any 24 hours: 3 a poll would be 4,320, and others take some as well."""
    polls = _polls(limit=2500, cost=3, others_an_hour=20 * others, hours=48)
    assert max(used for _, used in polls) < 2500 * 0.95
    gaps = [later - at for (at, _), (later, _) in pairwise(polls)]
    assert max(gaps) <= timedelta(seconds=LONGEST_PAUSE + MINUTE)
    # Leads wait little while most of the day's calls are there, and none at all once it is over.
    first_hour = [at for at, _ in polls if at < NOON + timedelta(hours=1)]
    assert len(first_hour) > 30


def _polls(*, limit: int, cost: int, others_an_hour: int, hours: int) -> list[tuple[datetime, int]]:
    """Each minute a tick, as flows.tick makes it; when it polled, and what was used by then."""
    calls: deque[datetime] = deque()
    row, before, ours = NEW, Quota(used=0, limit=limit), 0
    polls = []
    for minute in range(hours * 60):
        now = NOON + timedelta(minutes=minute)
        while calls and calls[0] <= now - DAY:
            calls.popleft()
        calls.extend([now] * (others_an_hour if minute % 60 == 0 else 0))
        if now < row.next_at - timedelta(seconds=5):
            continue
        calls.extend([now] * cost)
        ours += cost
        quota = Quota(used=len(calls), limit=limit, ours=ours)
        row, before = paced(row, quota, before, now), quota
        polls.append((now, len(calls)))
    return polls


def test_many_accounts_are_polled_as_often_as_a_days_operations_allow():
    """Google tells nothing: 30 accounts would be 43,200 operations of 15,000, restarts or not."""
    polls = _polls(limit=15_000, cost=30, others_an_hour=0, hours=48)
    assert max(used for _, used in polls) <= 15_000 * 0.95


def test_what_one_poll_reads_much_slows_nothing_down_for_long():
    row, ours = NEW, 0
    for minute in range(20):
        now = NOON + timedelta(minutes=minute)
        cost = 50 if minute == 0 else 1
        before, ours = Quota(used=0, limit=4800, ours=ours), ours + cost
        row = paced(row, Quota(used=0, limit=4800, ours=ours), before, now)
    assert row.seconds == MINUTE


def test_a_part_that_was_not_polled_keeps_its_turn():
    row = paced(NEW, Quota(used=95, limit=100, ours=3), None, NOON)
    later = NOON + timedelta(minutes=3)
    assert (
        paced(row, Quota(used=95, limit=100, ours=3), Quota(used=95, limit=100, ours=3), later)
        is row
    )
