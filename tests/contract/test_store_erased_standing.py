"""An erased record that its vendor shows still is known to be erased, by whoever compares."""

from leads.erasure import Subject
from leads.keys import LeadKey
from store.rows import LeadState
from store.store import Store
from tests.contract.store_work import NOW, decide, key, new, show

ERASED, OTHER, UNKNOWN = key("1"), key("2"), key("3")


def standing(store: Store) -> dict[LeadKey, LeadState]:
    ids = [each.source_id for each in (ERASED, OTHER, UNKNOWN)]
    return {each: told.state for each, told in store.standings("hubspot", ids).items()}


def test_it_is_no_record_that_nobody_has_heard_of(store: Store):
    show(store, new(1), new(2))
    decide(store)
    assert standing(store) == dict.fromkeys((ERASED, OTHER), LeadState.DECIDED)
    store.erase(Subject(lead=ERASED), asked_by="a command", now=NOW)
    assert standing(store) == {ERASED: LeadState.ERASED, OTHER: LeadState.DECIDED}


def test_nor_one_that_was_erased_before_it_was_seen(store: Store):
    store.erase(Subject(lead=ERASED, whole_person=False), asked_by="a webhook", now=NOW)
    assert standing(store) == {ERASED: LeadState.ERASED}


def test_the_same_id_of_another_source_is_not_meant(store: Store):
    store.erase(Subject(lead=LeadKey("salesforce", "1")), asked_by="a command", now=NOW)
    assert standing(store) == {}
