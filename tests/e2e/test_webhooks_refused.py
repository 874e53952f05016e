"""Requests that the receiver refuses: logged with the reason, counted for doctor, never quoted."""

import logging
from dataclasses import replace

import httpx
import pytest

from flows.health import notes
from flows.receiver import receiving
from flows.webhooks import LARGEST_BODY
from flows.wiring import utc_now
from tests.builders import MONDAY
from tests.e2e.desk_case import DESK, office, person
from tests.e2e.webhook_case import JSON, SECRETS, post_ids, post_lead

SOMEBODY = "ana.private@example.com"


@pytest.fixture
def desk(tmp_path):
    """Nobody answers for HubSpot: what is refused never gets so far."""
    nowhere = {"base_url": "http://127.0.0.1:9", "attempts": 1}
    document = {
        "owners": [person("ana"), DESK],
        "pools": {"all": {"members": ["ana"]}},
        "rules": [{"name": "All", "assign": "all"}],
        "sources": {
            "hubspot": {"intake": {"owners": [None]}, "connection": nowhere},
            "webhook": {"destination": "hubspot"},
        },
    }
    with office(tmp_path, MONDAY, document) as opened:
        opened.wiring = replace(opened.wiring, now=utc_now)
        yield opened


def refused(base):
    """One request for each way to be turned away."""
    door = f"{base}/webhooks/webhook"
    lead = {"id": "f-1", "email": SOMEBODY}
    yield 401, httpx.post(door, json=lead, timeout=10)
    yield 413, httpx.post(door, content=b" " * (LARGEST_BODY + 1), headers=JSON, timeout=10)
    yield 422, post_lead(base, {**lead, SOMEBODY: "x"})
    yield 422, post_lead(base, [lead, {"id": "f-2", "emial": SOMEBODY}])
    yield 422, post_lead(base, [{**lead, "created_at": SOMEBODY}])
    yield 422, post_ids(base, "hubspot", [])
    yield 422, post_ids(base, "salesforce", [SOMEBODY])
    leads = {"source": "hubspot", "leads": [{"id": "1"}, {"id": None}]}
    yield 422, post_lead(base, leads)
    yield 503, httpx.post(f"{base}/webhooks/hubspot", content=b"{}", headers=JSON, timeout=10)


def test_each_refusal_is_logged_and_counted_with_its_reason_and_without_the_request(desk, caplog):
    caplog.set_level(logging.WARNING, "firsttouch.webhooks")
    with receiving(desk.wiring, port=0, environ=SECRETS) as base:
        for status, answer in [*refused(base), *refused(base)]:
            assert answer.status_code == status, answer.text
    told = "\n".join(notes(desk.wiring, SECRETS)["webhooks"])
    for text in (caplog.text, told):
        assert SOMEBODY not in text
        assert "the request is not signed" in text
        assert f"the body is larger than {LARGEST_BODY} bytes" in text
        assert "refused with 422: leads[].id: must be the record's id" in caplog.text
        assert "emial: not a field of a lead; did you mean email?" in text
        assert "leads[].id: must be the record's id" in text
        assert "a field: not a field of a lead; for one of your own write custom.NAME" in text
        assert "created_at: must be an instant with its time zone" in text
        assert "FIRSTTOUCH_HUBSPOT_CLIENT_SECRET is not set" in text
    assert caplog.text.count("webhook webhook: refused with 422") == 12
    assert "/webhooks/webhook: 2 requests refused with 401, the last 20" in told
    assert "/webhooks/hubspot: 2 requests refused with 503" in told


def test_no_more_kinds_are_kept_than_anybody_would_read(desk):
    """A sender that goes wrong in a thousand ways fills neither the memory nor the store."""
    with receiving(desk.wiring, port=0, environ=SECRETS) as base:
        for n in range(3):
            post_lead(base, {"id": f"f-{n}", f"field{n}": "x"})
    kinds = desk.wiring.store.turned_away(utc_now())
    assert [(row.status, row.count) for row in kinds] == [(422, 3)]
