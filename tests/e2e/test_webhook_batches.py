"""Webhooks that keep coming: what is there already has its owner before the rest is looked at."""

from shutil import copytree

import pytest

from connectors.inbound import Notice
from flows.inbox import entries_of, route_inbox
from flows.wiring import DEFAULT_CONFIG
from leads.keys import LeadKey
from leads.record import RawRecord
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


def brings(wiring, word, **lead):
    body = {"received_at": wiring.now().isoformat(), "lead": {"id": "f-1", **lead}}
    notice = Notice(
        source="webhook", records=(RawRecord(source_id="f-1", version=word, body=body),)
    )
    wiring.store.put_inbox(entries_of([notice], word.encode()), wiring.now())


def test_what_a_later_message_leaves_out_the_earlier_one_of_that_moment_still_says(town, tmp_path):
    config = copytree(DEFAULT_CONFIG, tmp_path / "config")
    sources = config / "sources.yaml"
    sources.write_text(sources.read_text() + "\n  webhook: {destination: hubspot}\n")
    with wired(town, tmp_path, config) as wiring:
        brings(wiring, "whole", email="jo@example.com", company="Acme", country="Spain")
        brings(wiring, "short", email="jo@example.org", job_title="Buyer")
        assert [*route_inbox(wiring, "webhook")] == [[]]
        lead = wiring.store.stored_lead(LeadKey("webhook", "f-1")).lead
        assert lead is not None
        told = (lead.email, lead.company, lead.country, lead.job_title)
        assert told == ("jo@example.org", "Acme", "ES", "Buyer")
