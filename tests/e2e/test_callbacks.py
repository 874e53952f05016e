"""The sandbox's vendors call our receiver: each lead is one lead, whichever road it takes."""

from collections import Counter
from dataclasses import replace

import httpx
import pytest

from flows.receiver import receiving
from leads.keys import LeadKey
from sandbox.salesforce import flow
from sandbox.town import SERVED, Town
from tests.e2e.town_case import sync
from tests.e2e.webhook_case import until
from tests.e2e.witness import created_for, owners_written


@pytest.fixture(scope="module")
def town():
    with Town.open(seed=23, leads=60) as opened:
        yield opened


@pytest.fixture(scope="module")
def base(town, wiring):
    with receiving(wiring, port=0, environ=town.environment) as address:
        yield address


@pytest.fixture(scope="module")
def couriers(town, base):
    """All that is taken is sent a second time."""
    couriers = town.delivering(base, hurry=1e6, twice=1.0)
    until(lambda: couriers.registered == set(SERVED))
    yield couriers
    couriers.stop()


def _owner(town, source, record_id):
    """The vendor's own word; of an ad's lead, its contact's."""
    if source == "salesforce":
        owner = town.vendors.salesforce.leads[record_id]["OwnerId"]
        return owner if record_id in owners_written(town) else None
    contacts = town.vendors.hubspot.contacts
    if source == "hubspot":
        return contacts[record_id].state.values.get("hubspot_owner_id")
    of_lead = [c for c in contacts.values() if _firsttouch_id(c) == f"{source}:{record_id}"]
    assert len(of_lead) <= 1
    return of_lead[0].state.values.get("hubspot_owner_id") if of_lead else None


def _firsttouch_id(contact):
    return contact.state.values.get("firsttouch_id")


@pytest.mark.parametrize("vendor", SERVED)
def test_a_signed_callback_is_a_lead_and_the_poll_makes_it_no_second(
    town, wiring, couriers, vendor
):
    arrived = [town.life.lead_arrives(vendor)[1] for _ in range(4)]
    until(lambda: all(_owner(town, vendor, each) for each in arrived))
    of_it = replace(wiring, sources={vendor: wiring.sources[vendor]})
    sync(of_it)
    until(lambda: couriers.waiting == 0)
    sync(of_it)
    sent = town.journal.entries(vendor, "webhook")
    assert Counter(entry.ids[0] for entry in sent) == dict.fromkeys(arrived, 2)
    assert {entry.detail["status"] for entry in sent} == {200}
    for each in arrived:
        assert len(wiring.store.deliveries_of(LeadKey(vendor, each))) == 1
    assert {r: w for r, w in owners_written(town).items() if len(w) > 1} == {}
    assert len(created_for(town)) == len(set(created_for(town)))


def test_what_is_not_signed_by_the_vendor_is_refused(town, wiring, tmp_path):
    """Another secret at the receiver than at the vendors: nobody gets in, and nothing is kept."""
    others = {
        name: "another-secret"
        for name in town.environment
        if name.endswith(("SECRET", "VERIFY_TOKEN", "WEBHOOK_TOKEN"))
    }
    before = len(town.journal.entries(event="webhook"))
    with receiving(wiring, port=0, environ={**town.environment, **others}) as base:
        stranger = town.delivering(base, hurry=1e6, twice=0.0)
        until(lambda: len(stranger.registered) == 3)
        for vendor in ("salesforce", "hubspot"):
            stranger.tell(vendor, town.life.lead_arrives(vendor)[1])
        until(lambda: stranger.waiting == 0)
        stranger.stop()
    told = town.journal.entries(event="webhook")[before:]
    assert {e.detail["status"] for e in told if e.detail["status"] != 200} == {401}
    assert stranger.registered.isdisjoint({"meta_ads", "linkedin_ads"})


def test_a_callout_may_be_signed_too(town, base):
    """By Apex, which can sign what a Flow cannot."""
    body = flow.callout(next(iter(town.vendors.salesforce.leads)))
    url = f"{base}/webhooks/webhook"
    signed = httpx.post(url, content=body, headers=flow.signed(body, town.clock.now()))
    assert (signed.status_code, signed.json()) == (200, {"accepted": 1})
    forged = httpx.post(url, content=body + b" ", headers=flow.signed(body, town.clock.now()))
    assert forged.status_code == 401
