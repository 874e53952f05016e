"""What a webhook brought is seen in Prefect, after its leads have their owners."""

import time

import pytest
from prefect.client.orchestration import get_client
from prefect.events.worker import EventsWorker

from connectors.inbound import Notice
from flows.inbox import entries_of, route_inbox
from flows.watching.events import ROUTED, raise_routed
from sandbox.town import Town
from tests.e2e.town_case import sync, wired
from tests.forgotten_sockets import prefect_forgets_to_close

PATIENCE = 60
pytestmark = pytest.mark.timeout(400)


def test_each_run_is_an_event_with_its_counts_and_nobodys_data(prefect, tmp_path):
    with Town.open(seed=9, leads=60) as town, wired(town, tmp_path) as wiring:
        sync(wiring)
        form = {"lifecyclestage": "lead", "email": "zuleika@example.com"}
        contact = town.vendors.hubspot.add_contact(form)
        notice = Notice(source="hubspot", ids=(contact,))
        wiring.store.put_inbox(entries_of([notice], b"one"), wiring.now())
        runs = []

        def routed(source, run):
            assert town.vendors.hubspot.contacts[contact].state.values["hubspot_owner_id"]
            runs.append(run)
            raise_routed(wiring, source, run)

        with prefect_forgets_to_close():
            assert [*route_inbox(wiring, "hubspot", routed)] == [[]]
            EventsWorker.instance().wait_until_empty()
            found = _events()
    (event,) = found
    assert (
        event["resource"]["prefect.resource.name"]
        == "hubspot by webhook: 1 record, 1 owner written"
    )
    assert event["payload"]["run"] == runs[0]
    assert (event["payload"]["pulled"], event["payload"]["delivered"]) == (1, 1)
    assert "@" not in str(event)


def _events():
    with get_client(sync_client=True) as client:
        wanted = {"filter": {"event": {"name": [ROUTED]}}}
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = client._client.post("/events/filter", json=wanted).raise_for_status().json()
            if found["events"]:
                return found["events"]
            time.sleep(0.2)  # the server writes them down together, some seconds later
    return []
