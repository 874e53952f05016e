"""Somebody is erased in the moment in which HubSpot is told to create them."""

from datetime import timedelta

from flows.watching.watch import watch
from leads.erasure import Subject
from sandbox.town import Town
from tests.e2e.town_case import sync, wired

EMAIL = "meanwhile@example.com"


def test_the_record_that_nothing_names_any_more_is_an_erasure_that_is_owed(tmp_path):
    with Town.open(seed=5, leads=60) as town, wired(town, tmp_path) as wiring:
        sync(wiring)
        portal, form = town.vendors.hubspot, next(iter(town.vendors.meta.forms))

        def erase():
            done = wiring.store.erase(Subject(email=EMAIL), asked_by="them", now=wiring.now())
            assert done.rows, "there was something to erase"
            assert not [each for each in done.records if each.source == "hubspot"]

        town.vendors.meta.add_lead(form, [{"name": "email", "values": [EMAIL]}])
        town.clock.skip(timedelta(minutes=1))
        portal.meanwhile.append(erase)
        sync(wiring)
        (made,) = [
            number
            for number, contact in portal.contacts.items()
            if contact.state.values.get("email") == EMAIL
        ]
        (owed,) = wiring.store.unused_requests()
        assert (owed.source, owed.is_owed) == ("hubspot", True)
        assert f"record {made} was created there while its person was being erased" in owed.reason
        assert [each.cause.kind for each in watch(wiring, [])] == ["erasure"]
