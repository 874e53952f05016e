"""Webhooks that keep coming: what is there already has its owner before the rest is looked at."""

import pytest

from connectors.inbound import Notice
from flows.inbox import entries_of, route_inbox
from sandbox.town import Town
from tests.e2e.town_case import sync, wired

BATCH, MORE = 100, 3


@pytest.fixture
def town():
    with Town.open(seed=9, leads=60) as opened:
        yield opened


def call_back(town, wiring, count, word):
    """New contacts that HubSpot tells of, one notice each."""
    form = {"lifecyclestage": "lead"}
    ids = [
        town.vendors.hubspot.add_contact({**form, "email": f"{word}{n}@example.com"})
        for n in range(count)
    ]
    for each in ids:
        notice = Notice(source="hubspot", ids=(each,))
        wiring.store.put_inbox(entries_of([notice], each.encode()), wiring.now())
    return ids


def owned(town, ids):
    contacts = town.vendors.hubspot.contacts
    return sum(bool(contacts[each].state.values.get("hubspot_owner_id")) for each in ids)


def test_a_batch_has_its_owners_before_the_next_is_taken(town, tmp_path):
    with wired(town, tmp_path) as wiring:
        sync(wiring)
        first = call_back(town, wiring, BATCH + MORE, "first")
        batches = route_inbox(wiring, "hubspot")
        assert next(batches) == []
        assert owned(town, first) == BATCH
        assert wiring.store.inbox_counts()["hubspot"].waiting == MORE
        then = call_back(town, wiring, MORE, "then")
        assert list(batches) == [[]]
        assert owned(town, [*first, *then]) == BATCH + 2 * MORE
