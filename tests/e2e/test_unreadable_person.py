"""A record of the CRM that cannot be read keeps one lead waiting, not a whole batch of them."""

from datetime import timedelta

import pytest

from leads.ownership import WriteStatus
from sandbox.hubspot.records import State
from sandbox.town import Town
from sandbox.world.roster import REPS
from store.rows import DeliveryState
from tests.e2e.town_case import sync, wired

EMAIL, OWNER = "unreadable@example.com", REPS[1].hubspot


@pytest.fixture
def town():
    with Town.open(seed=11, leads=60) as opened:
        yield opened


def test_the_others_are_created_and_the_one_is_when_it_can_be_read(town, tmp_path):
    contact, whole = _unreadable_contact(town.vendors.hubspot)
    form = next(iter(town.vendors.meta.forms))
    town.vendors.meta.add_lead(form, [{"name": "email", "values": [EMAIL]}])
    with wired(town, tmp_path) as wiring:
        sync(wiring)
        (waits,) = _deliveries(wiring)
        assert waits.state is DeliveryState.PENDING
        assert "lastmodifieddate is not an instant" in waits.reason
        assert [stuck.delivery.id for stuck in wiring.store.stuck_deliveries()] == [
            waits.delivery.id
        ]
    contact.state = whole
    with wired(town, tmp_path, later=timedelta(minutes=5)) as wiring:
        sync(wiring)
        (done,) = _deliveries(wiring)
    # Whose it was all the time.
    assert done.state == WriteStatus.CONFLICT.value
    assert (done.delivery.record_id, done.owner_found) == (contact.id, OWNER)


def _unreadable_contact(hubspot):
    fields = {"email": EMAIL, "lifecyclestage": "customer", "hubspot_owner_id": OWNER}
    contact = hubspot.contacts[hubspot.add_contact(fields)]
    whole = contact.state
    values = {n: text for n, text in whole.values.items() if n != "lastmodifieddate"}
    contact.state = State(values=values, keys=whole.keys)
    return contact, whole


def _deliveries(wiring):
    return [d for key in wiring.store.find_lead(EMAIL) for d in wiring.store.deliveries_of(key)]
