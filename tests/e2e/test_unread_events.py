"""Proven events that nothing can be done with: taken, logged, counted, and shown until seen to."""

import json
import logging
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families as parsed

from connectors.hubspot.webhook import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from flows.health import notes
from flows.receiver import receiving
from flows.unused import told
from flows.watching.watch import watch
from flows.wiring import utc_now
from leads.retention import Retention
from tests.builders import MONDAY
from tests.e2e.desk_case import DESK, office, person
from tests.e2e.webhook_case import JSON

SECRETS = {"FIRSTTOUCH_HUBSPOT_CLIENT_SECRET": "hubspot-secret"}
SOMEBODY = "ana.private@example.com"
ORDER = {"subscriptionType": "contact.privacyDeletion", "objectId": SOMEBODY, "eventId": 77}
CHANGE = {"subscriptionType": "contact.propertyChange", "propertyValue": SOMEBODY}


@pytest.fixture
def desk(tmp_path):
    nowhere = {"base_url": "http://127.0.0.1:9", "attempts": 1}
    document = {
        "owners": [person("ana"), DESK],
        "pools": {"all": {"members": ["ana"]}},
        "rules": [{"name": "All", "assign": "all"}],
        "sources": {"hubspot": {"intake": {"owners": [None]}, "connection": nowhere}},
    }
    with office(tmp_path, MONDAY, document) as opened:
        opened.wiring = replace(opened.wiring, now=utc_now)
        yield opened


def post(base, *events):
    url, body = f"{base}/webhooks/hubspot", json.dumps(events).encode()
    stamp = str(int(utc_now().timestamp() * 1000))
    proof = sign("POST", url, body, stamp, "hubspot-secret")
    headers = {**JSON, SIGNATURE_HEADER: proof, TIMESTAMP_HEADER: stamp}
    return httpx.post(url, content=body, headers=headers, timeout=10)


def refused(base):
    page = httpx.get(f"{base}/metrics", timeout=10).text
    (family,) = [each for each in parsed(page) if each.name == "firsttouch_webhooks_refused"]
    return {(s.labels["door"], s.labels["status"]): s.value for s in family.samples}


@pytest.fixture
def unread(desk, caplog):
    """What the store has of an order that names nobody, and of a change that names nothing."""
    caplog.set_level(logging.WARNING, "firsttouch.webhooks")
    with receiving(desk.wiring, port=0, environ=SECRETS) as base:
        for events in ([ORDER, CHANGE], [CHANGE]):
            answer = post(base, *events)
            assert (answer.status_code, answer.json()) == (200, {"accepted": 0})
    assert caplog.text.count("an event could not be read: propertyChange whose objectId") == 2
    assert "privacyDeletion whose objectId is no number (eventId 77)" in caplog.text
    with receiving(desk.wiring, port=0, environ=SECRETS) as base:
        assert refused(base) == {("hubspot", "200"): 3}

    order, change = desk.wiring.store.unused_requests()
    assert (order.is_owed, change.is_owed) == (True, False)
    return order, change


def test_an_order_while_hubspot_cannot_be_asked_whose_it_is(desk):
    """No portal but ours may have it carried out, and nothing may lose it."""
    order = {**ORDER, "objectId": 251, "portalId": 44004400}
    with receiving(desk.wiring, port=0, environ=SECRETS) as base:
        answer = post(base, order)
        assert (answer.status_code, answer.json()) == (200, {"accepted": 0})
    (kept,) = desk.wiring.store.unused_requests()
    assert kept.is_owed
    assert "could not be asked which portal is ours (objectId 251, portalId 44004400" in kept.reason


def test_they_are_told_without_what_they_say(desk, unread, caplog):
    order, change = unread
    watch(desk.wiring, [])  # the receiver may have looked, and told it, before
    (alert,) = desk.wiring.store.alerts()
    assert (alert.cause.kind, alert.cause.text) == ("erasure", told(order))
    doctor = "\n".join(notes(desk.wiring, SECRETS)["webhooks"])
    assert "/webhooks/hubspot: 2 events not readable" in doctor
    assert told(order) in doctor
    assert told(change) in doctor
    assert SOMEBODY not in caplog.text + doctor + str(alert)


def test_an_order_is_kept_until_a_person_has_seen_to_it(desk, unread, firsttouch):
    order, _ = unread
    later = utc_now() + timedelta(days=400)
    assert list(desk.wiring.store.prune(Retention(), later))
    assert [each.id for each in desk.wiring.store.unused_requests()] == [order.id]

    store = str(desk.wiring.store._db.engine.url)
    listed = firsttouch("rejects", "--store", store)
    assert f"hubspot: an order to erase of {order.received_at:%Y-%m-%d %H:%M} UTC" in listed.out
    (told_row,) = json.loads(firsttouch("rejects", "--json", "--store", store).out)
    assert (told_row["request"], told_row["field"]) == (order.id, "erasure")

    assert firsttouch("rejects", "done", order.id, "--store", store).code == 0
    again = firsttouch("rejects", "done", order.id, "--store", store)
    assert again.code == 2
    assert f"there is no request {order.id}" in again.complaint
    assert desk.wiring.store.unused_requests() == []
    desk.wiring = replace(desk.wiring, now=lambda: utc_now() + timedelta(minutes=6))
    watch(desk.wiring, [])
    assert desk.wiring.store.alerts() == []
