"""Refused requests in the store: added up by day, and forgotten in time."""

from dataclasses import replace
from datetime import timedelta

from store.running_rows import TurnedAwayRow
from store.store import Store
from store.turned_away import KEPT
from tests.contract.store_work import NOW

DAY = timedelta(days=1)
ONE = TurnedAwayRow(door="webhook", status=401, reason="not signed", count=2, last_at=NOW)
OTHER = replace(ONE, reason="too old", count=1)


def test_counts_of_a_reason_add_up_over_days_and_the_latest_comes_first(store: Store):
    store.add_turned_away([ONE, OTHER], NOW)
    later = NOW + DAY
    store.add_turned_away([replace(ONE, count=3, last_at=later)], later)
    assert store.turned_away(NOW) == [replace(ONE, count=5, last_at=later), OTHER]
    assert store.turned_away(later) == [replace(ONE, count=3, last_at=later)]


def test_what_is_long_ago_is_forgotten(store: Store):
    store.add_turned_away([ONE], NOW)
    later = NOW + KEPT + DAY
    store.add_turned_away([replace(OTHER, last_at=later)], later)
    assert store.turned_away(NOW - DAY) == [replace(OTHER, last_at=later)]
