"""Clocks that are begun for somebody who is erased between the reading and the writing."""

from dataclasses import replace
from datetime import timedelta

from leads.activity import Touch, TouchKind
from leads.erasure import Subject
from leads.record import Cursor
from store.activity_rows import ClockKind
from store.store import Store
from tests.contract.store_work import MINUTE, NOW, decide, deliver, key, new, show
from tests.contract.test_store_erased_records import left_of

GONE, OTHER = key("101"), key("102")


def assigned(store: Store) -> None:
    show(store, new(101), new(102))
    decide(store)
    deliver(store)


def erase(store: Store) -> None:
    store.erase(Subject(lead=GONE), asked_by="a command", now=NOW + MINUTE)


def test_the_others_begin_and_the_erased_has_none(store: Store):
    assigned(store)
    fresh = store.unclocked(limit=9)
    assert {each.lead for each in fresh} == {GONE, OTHER}
    erase(store)
    store.start_clocks(fresh, NOW)
    assert [each.kind for each in store.clocks_of(OTHER)] == [ClockKind.FIRST_TOUCH]
    assert left_of(store, "'101'") == set()
    assert store.unclocked(limit=9) == []


def test_nor_is_the_erased_followed_up(store: Store):
    assigned(store)
    store.start_clocks(store.unclocked(limit=9), NOW)
    later = NOW + MINUTE
    records = [each.record_id for key in (GONE, OTHER) for each in store.clocks_of(key)]
    touches = [
        Touch(record_id=r, at=later, recorded_at=later, kind=TouchKind.CALL, evidence=f"call-{r}")
        for r in records
        if r
    ]
    store.save_touches("hubspot", touches, (), Cursor("t"), now=later)
    touched = store.unfollowed(limit=9, now=later)
    assert {each.lead for each in touched} == {GONE, OTHER}
    erase(store)
    due = [
        replace(each, kind=ClockKind.FOLLOW_UP, due_at=later + timedelta(hours=1))
        for each in touched
    ]
    store.begin_follow_ups(touched, due, later)
    assert {each.kind for each in store.clocks_of(OTHER)} == set(ClockKind)
    assert left_of(store, "'101'") == set()
