"""Webhooks that keep coming: what is there already has its owner before the rest is looked at."""

from dataclasses import replace
from datetime import timedelta
from shutil import copytree

import pytest

from connectors.inbound import Notice
from flows.inbox import entries_of, open_inbox, route_inbox
from flows.wiring import DEFAULT_CONFIG
from leads.keys import LeadKey
from leads.record import RawRecord
from sandbox.town import Town
from store.rows import LeadState
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


def test_what_comes_while_it_gathers_is_one_batch_and_a_full_inbox_waits_for_nothing(
    town, tmp_path
):
    with wired(town, tmp_path) as wiring:
        sync(wiring)
        ids = call_back(town, wiring, BATCH + MORE, "first")
        lying = []

        def gather():
            lying.append(wiring.store.inbox_counts()["hubspot"].waiting)
            if len(lying) < 3:  # one after the other, as a stream of them comes
                ids.extend(call_back(town, wiring, 1, f"then{len(lying)}a"))
                ids.extend(call_back(town, wiring, 1, f"then{len(lying)}b"))

        batches = route_inbox(wiring, "hubspot", gather=gather)
        assert list(batches) == [[]] * 4  # of 100, of 3, and twice of the two that came meanwhile
        assert lying == [0, 0, 0]  # the three that were left over did not wait for others
        assert owned(town, ids) == len(ids) == BATCH + MORE + 4


def brings(wiring, word, **lead):
    body = {"received_at": wiring.now().isoformat(), "lead": {"id": "f-1", **lead}}
    notice = Notice(
        source="webhook", records=(RawRecord(source_id="f-1", version=word, body=body),)
    )
    wiring.store.put_inbox(entries_of([notice], word.encode()), wiring.now())


@pytest.fixture
def config(tmp_path):
    folder = copytree(DEFAULT_CONFIG, tmp_path / "config")
    sources = folder / "sources.yaml"
    sources.write_text(sources.read_text() + "\n  webhook: {destination: hubspot}\n")
    return folder


def test_what_a_later_message_leaves_out_the_earlier_one_of_that_moment_still_says(
    town, tmp_path, config
):
    with wired(town, tmp_path, config) as wiring:
        brings(wiring, "whole", email="jo@example.com", company="Acme", country="Spain")
        brings(wiring, "short", email="jo@example.org", job_title="Buyer")
        assert [*route_inbox(wiring, "webhook")] == [[]]
        lead = wiring.store.stored_lead(LeadKey("webhook", "f-1")).lead
        assert lead is not None
        told = (lead.email, lead.company, lead.country, lead.job_title)
        assert told == ("jo@example.org", "Acme", "ES", "Buyer")


def brought(wiring, word, **fields):
    """A message that was brought in before the next one came."""
    brings(wiring, word, **fields)
    opened = open_inbox(wiring, "webhook", age=timedelta(0))
    wiring.store.end_run(opened.run, wiring.now())
    return wiring.store.stored_lead(LeadKey("webhook", "f-1"))


@pytest.mark.parametrize("until", ["nobody", "a hold"])
def test_so_it_does_where_the_lead_waits_already(town, tmp_path, config, until):
    if until == "a hold":
        (config / "hold.yaml").write_text("hold: {until: [industry], at_most: 5m}\n")
    with wired(town, tmp_path, config) as wiring:
        whole = {"company": "Acme", "country": "Spain", "employees": "51-200", "consent": True}
        first = brought(wiring, "whole", email="jo@example.com", **whole, **{"custom.team": "B"})
        second = brought(wiring, "short", email="jo@example.org", country=None, job_title="Buyer")
        assert second.state is {"nobody": LeadState.WAITING}.get(until, LeadState.HELD)
        wanted = replace(first.lead, email="jo@example.org", country=None, job_title="Buyer")
        assert second.lead == wanted
        assert (second.lead.company, dict(second.lead.custom)) == ("Acme", {"team": "B"})
        assert second.held_until == first.held_until


def test_an_address_that_comes_later_completes_what_was_set_aside(town, tmp_path, config):
    with wired(town, tmp_path, config) as wiring:
        assert brought(wiring, "nobody", company="Acme").state is LeadState.REJECTED
        found = brought(wiring, "address", email="jo@example.com")
        assert found.state is LeadState.WAITING
        assert (found.lead.company, found.lead.email) == ("Acme", "jo@example.com")
        assert wiring.store.rejects(source="webhook") == []


def test_once_it_is_decided_a_message_changes_nothing(town, tmp_path, config):
    with wired(town, tmp_path, config) as wiring:
        brings(wiring, "whole", email="jo@example.com", company="Acme")
        assert [*route_inbox(wiring, "webhook")] == [[]]
        assert brought(wiring, "short", email="jo@example.org").lead.email == "jo@example.com"
