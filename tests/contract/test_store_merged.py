"""Contacts that a person merged in their CRM are one person, whichever of them is named."""

from dataclasses import replace

import pytest

from leads.erasure import Erasure, Subject
from leads.keys import LeadKey
from leads.record import CrmPerson, Cursor, PeoplePage
from store.rows import LeadState
from store.store import Store
from tests.contract.store_work import MINUTE, NOW, decide, ignored, key, new, show
from tests.contract.test_store_erased_records import FAIR, become, left_of

FIRST, SECOND, LEFT = key("101"), key("102"), key("205")
OTHER = key("900")
NAMES = ("badge-2", "'101'", "'102'", "'205'", "leadbadge-2@", "lead102@")


@pytest.fixture
def merged(store: Store) -> Store:
    """A lead of a fair that became one contact, a lead of the other, both merged into a third."""
    become(store, new("badge-2", source="fair"), FIRST)
    show(store, new(102), new(900))
    decide(store)
    show(store, replace(ignored(205), merged=("101", "102")))
    return store


def erase(store: Store, subject: Subject) -> Erasure:
    return store.erase(subject, asked_by="hubspot webhook", now=NOW + MINUTE)


@pytest.mark.parametrize("named", [FIRST, SECOND, LEFT, FAIR])
def test_whichever_is_named_all_are_erased(merged: Store, named: LeadKey):
    done = erase(merged, Subject(lead=named))
    assert {FAIR, SECOND, LEFT} <= set(done.leads)
    assert left_of(merged, *NAMES) == set()
    assert merged.stored_lead(OTHER).state is LeadState.DECIDED


def test_by_the_address_of_the_one_that_is_gone(merged: Store):
    done = erase(merged, Subject(email="lead102@example.com"))
    assert left_of(merged, *NAMES) == set()
    assert done.records == (FAIR, LEFT), "the CRM has what is left, and the fair its own"


def test_what_is_merged_on_is_followed(merged: Store):
    show(merged, replace(ignored(307), merged=("205", "101", "102")))
    erase(merged, Subject(lead=key("307")))
    assert left_of(merged, *NAMES, "'307'") == set()


def test_the_mirror_of_people_tells_of_it_too(store: Store):
    show(store, new(102))
    decide(store)
    person = CrmPerson(record_id="205", owner=None, keys=frozenset(), merged=("102",))
    page = PeoplePage(changes=(person,), resume_from=Cursor("p"))
    store.save_people("hubspot", page, now=NOW)
    erase(store, Subject(lead=LEFT))
    assert left_of(store, "lead102@") == set()


def test_a_lead_that_its_vendor_deleted_takes_no_other_along(merged: Store):
    erase(merged, Subject(lead=LEFT, whole_person=False))
    assert merged.stored_lead(SECOND).state is LeadState.DECIDED


def test_whoever_was_erased_is_not_merged_again(merged: Store):
    erase(merged, Subject(lead=LEFT))
    show(merged, replace(ignored(205, version="2"), merged=("101", "102")))
    assert left_of(merged, *NAMES) == set()
