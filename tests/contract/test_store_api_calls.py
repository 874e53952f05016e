"""Requests by source and day, added up and later forgotten; what of a vendor's day is left."""

from dataclasses import replace
from datetime import timedelta

from flows.calls import call_lines
from store.running_rows import CallsRow, PaceRow
from store.store import Store
from tests.contract.store_work import NOW

DAY = timedelta(days=1)


def day(at) -> str:
    return f"{at:%Y-%m-%d}"


def test_what_two_processes_counted_adds_up_by_day(store: Store):
    store.add_calls({"hubspot": 3, "salesforce": 1}, NOW)
    store.add_calls({"hubspot": 4}, NOW)
    store.add_calls({"hubspot": 5}, NOW + DAY)
    assert store.calls_since(NOW) == [
        CallsRow(source="hubspot", day=day(NOW), calls=7),
        CallsRow(source="hubspot", day=day(NOW + DAY), calls=5),
        CallsRow(source="salesforce", day=day(NOW), calls=1),
    ]
    assert [row.calls for row in store.calls_since(NOW + DAY)] == [5]


def test_days_that_are_long_over_are_forgotten(store: Store):
    store.add_calls({"hubspot": 3}, NOW)
    store.add_calls({"hubspot": 4}, NOW + 401 * DAY)
    assert [row.calls for row in store.calls_since(NOW)] == [4]


def test_doctor_says_what_a_day_costs(store: Store):
    for days, calls in ((2, 1_500), (1, 2_500), (0, 40)):
        store.add_calls({"hubspot": calls}, NOW - days * DAY)
    store.add_calls({"salesforce": 9}, NOW)
    assert list(call_lines(store, NOW, None)) == [
        "hubspot: 40 requests today (UTC), 2,000 a day before",
        "salesforce: 9 requests today (UTC)",
    ]
    assert list(call_lines(store, NOW + DAY, "salesforce")) == [
        "salesforce: 0 requests today (UTC), 9 a day before"
    ]


def test_what_is_left_of_a_day_is_told_while_it_is_that_day(store: Store):
    asked = PaceRow(
        source="meta_ads", part="", cost=1, seconds=60, next_at=NOW, reason="", share_left=0.0
    )
    page = replace(asked, part="page 1001", share_left=0.25)
    never_told = replace(asked, source="linkedin_ads", share_left=None)
    store.save_paces([asked, page, never_told])
    wanted = {("meta_ads", ""): 0.0, ("meta_ads", "page 1001"): 0.25}
    assert store.health(NOW, NOW).calls_left == wanted
    assert store.health(NOW, NOW + DAY).calls_left == {}
    store.save_paces([replace(asked, share_left=None)])
    assert store.health(NOW, NOW).calls_left == {("meta_ads", "page 1001"): 0.25}
