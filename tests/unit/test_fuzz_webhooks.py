"""Proven webhooks that say anything: each door refuses with 4xx, or brings what can be used."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.google_ads import webhook as google
from connectors.google_ads.mapping import webhook_record
from connectors.hubspot import webhook as hubspot
from connectors.inbound import Notice, Refusal, Sent, hmac_sha256
from connectors.linkedin_ads import webhook as linkedin
from connectors.meta_ads import webhook as meta
from connectors.registry import build
from connectors.setup import Intake, SourceSetup
from connectors.webhook import connector as generic
from connectors.webhook.signature import SIGNATURE, TIMESTAMP, sign
from flows.inbox import entries_of
from leads.errors import RecordError
from leads.normalise.vocabulary import Vocabulary
from tests.unit.spoiled import fuzzed, spoiled
from tests.unit.test_google_webhook import KEY

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECRET, URL = "a-secret", "https://hooks.example.com/webhooks/hubspot"
BAD_REQUEST, SERVER_ERROR = 400, 500


def of_meta(body):
    return meta.verify_webhook(body, f"sha256={hmac_sha256(SECRET, body)}", SECRET)


def of_linkedin(body):
    return linkedin.verify_notification(body, hmac_sha256(SECRET, b"hmacsha256=" + body), SECRET)


def of_hubspot(body):
    stamp = str(int(NOW.timestamp() * 1000))
    signature = hubspot.sign("POST", URL, body, stamp, SECRET)
    return hubspot.verify_webhook(
        method="POST",
        uri=URL,
        body=body,
        timestamp=stamp,
        signature=signature,
        secret=SECRET,
        now=NOW,
    )


def of_google(body):
    told = google.verify_webhook(body, KEY)
    if isinstance(told, Refusal):
        return told
    record = webhook_record(told, received_at=NOW, ids_agree=True)
    return (Notice(source="google_ads", records=(record,)),)


def of_anybody(body):
    stamp = str(int(NOW.timestamp()))
    headers = {SIGNATURE: sign(SECRET, stamp, body), TIMESTAMP: stamp}
    sent = Sent(body=body, headers=headers)
    return generic.verify_webhook(sent, secret=SECRET, token="", now=NOW)


DOORS = {
    "meta_ads": (
        of_meta,
        {"entry": [{"id": 1, "changes": [{"field": "leadgen", "value": {"leadgen_id": 7}}]}]},
    ),
    "linkedin_ads": (
        of_linkedin,
        {
            "type": "LEAD_ACTION",
            "leadAction": "CREATED",
            "leadGenFormResponse": "urn:li:leadGenFormResponse:249592fc-6",
        },
    ),
    "hubspot": (of_hubspot, [{"subscriptionType": "contact.creation", "objectId": 7}]),
    "google_ads": (
        of_google,
        {
            "lead_id": "g-1",
            "google_key": KEY.get_secret_value(),
            "form_id": 40,
            "user_column_data": [{"column_id": "EMAIL", "string_value": "ana@example.com"}],
            "lead_submit_time": "2026-11-22T10:00:00Z",
        },
    ),
    "webhook": (
        of_anybody,
        [
            {"id": "w-1", "email": "ana@example.com", "employees": "51-200", "custom.note": "x"},
            {"id": 2, "phone": "+34600111222", "created_at": "2026-11-22T10:00:00Z"},
        ],
    ),
}


@pytest.fixture(scope="module")
def source():
    setup = SourceSetup(
        name="webhook", intake=Intake(object="lead"), vocabulary=Vocabulary(), destination="hubspot"
    )
    return build("webhook", setup, {}, {})


@pytest.mark.parametrize("name", DOORS)
def test_the_genuine_is_taken(name):
    receive, genuine = DOORS[name]
    (notice,) = receive(json.dumps(genuine).encode())
    assert notice.ids or notice.records


@pytest.mark.parametrize("name", DOORS)
def test_whatever_is_said_is_taken_or_refused(name, source):
    receive, genuine = DOORS[name]

    @fuzzed
    @given(st.just(genuine).flatmap(spoiled))
    def nothing_else(told):
        body = json.dumps(told).encode()
        received = receive(body)
        if isinstance(received, Refusal):
            assert BAD_REQUEST <= received.status < SERVER_ERROR
            assert received.problem
            return
        for entry in entries_of(received, body):
            assert json.loads(json.dumps(entry.payload)) is not None
        records = [record for notice in received for record in notice.records]
        for record in records if name == "webhook" else ():
            assert record.source_id.isprintable()
            lead_or_reason(source, record)

    nothing_else()


def lead_or_reason(source, record):
    try:
        source.normalise(record)
    except RecordError as error:
        told = error
    else:
        return
    assert told.reason


@fuzzed
@given(st.binary(max_size=200))
def test_bytes_are_no_fault(body):
    for receive, _ in DOORS.values():
        received = receive(body)
        assert isinstance(received, Refusal | tuple)
