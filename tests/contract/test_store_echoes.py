"""A record that shows what is being written to it at this moment is our own echo."""

from dataclasses import replace

import pytest

from leads.delivery import Delivery, DeliveryKind
from leads.keys import LeadKey
from leads.sighting import IgnoreReason, Sighting
from store.store import Store
from tests.contract.store_work import (
    LATER,
    claim,
    counts,
    decide,
    delivery,
    ignored,
    key,
    new,
    show,
)

AD, RECORD = LeadKey("meta_ads", "7"), "2951"


def being_created(store: Store) -> Delivery:
    show(store, new(7, source="meta_ads"))
    decide(store, made=lambda lead: [delivery(lead, kind=DeliveryKind.CREATE)])
    (entry,) = claim(store)
    return entry


def seen(store: Store, shown: Sighting) -> str:
    show(store, shown)
    counts(store)
    return store.stored_lead(shown.key).reason


@pytest.mark.parametrize(
    ("created_for", "owner", "is_echo"),
    [
        (AD, "crm-ana", True),
        (AD, "crm-ben", False),
        (LeadKey("meta_ads", "8"), "crm-ana", False),
        (None, "crm-ana", False),
    ],
)
def test_a_record_that_we_are_creating(store: Store, created_for, owner, is_echo):
    being_created(store)
    shown = replace(ignored(RECORD, owner=owner), created_for=created_for)
    expected = IgnoreReason.ECHO if is_echo else shown.reason
    assert seen(store, shown) == expected


@pytest.mark.parametrize(("owner", "is_echo"), [("crm-ana", True), ("crm-ben", False)])
def test_a_record_that_was_found_for_a_creation(store: Store, owner, is_echo):
    entry = being_created(store)
    store.note_known({entry.id: RECORD})
    shown = ignored(RECORD, owner=owner)
    assert seen(store, shown) == (IgnoreReason.ECHO if is_echo else shown.reason)


def test_a_decided_lead_whose_owner_is_there_before_it_is_settled(store: Store):
    show(store, new(1))
    decide(store)
    claim(store)
    show(store, ignored(1, version="2", owner="crm-ana"), run=LATER)
    assert counts(store, LATER).ignored[IgnoreReason.ECHO] == 1
    assert store.stored_lead(key(1)).decision is not None
