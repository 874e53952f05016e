"""HubSpot's callbacks: nobody else's are believed, and each record is fetched once."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hubspot.utils.signature import Signature
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.hubspot.webhook import (
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    decoded,
    sign,
    verify_webhook,
)
from connectors.inbound import Notice, Received, Refusal, Unread
from sandbox.hubspot.hooks import CLIENT_SECRET, contact_event, send_events
from sandbox.serve import serve_in_thread
from tests.contract.hubspot_stage import HubSpotStage

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp() * 1000))
URI = "https://leads.example.com/webhooks/hubspot"
SECRET = "a secret of ours"
EVENTS = b'[{"subscriptionType":"contact.creation","objectId":101}]'


def verify(**changed: Any) -> Received:
    asked: dict[str, Any] = {
        "method": "POST",
        "uri": URI,
        "body": EVENTS,
        "timestamp": STAMP,
        "secret": SECRET,
    }
    asked |= {"signature": sign("POST", URI, EVENTS, STAMP, SECRET), "now": NOW, **changed}
    return verify_webhook(**asked)


def told(*events: Any, kind: str = "contacts") -> Received:
    body = json.dumps(events).encode()
    return verify(body=body, signature=sign("POST", URI, body, STAMP, SECRET), kind=kind)


def is_refused(received: Received, status: int = 401) -> bool:
    return isinstance(received, Refusal) and received.status == status


def test_a_signed_event_names_its_contact():
    assert verify() == (Notice(source="hubspot", ids=("101",)),)


@given(st.sampled_from(["POST", "GET"]), st.text("abc/?=&%Zäñ"), st.text(), st.text(min_size=1))
def test_what_the_vendors_own_client_signs_is_believed(
    method: str, path: str, text: str, secret: str
):
    uri, body = f"https://example.com/{path}", json.dumps([text])
    theirs = Signature.get_signature(secret, body, "v3", uri, method, STAMP)
    assert sign(method, uri, body.encode(), STAMP, secret) == theirs
    asked = {"method": method, "uri": uri, "body": body.encode(), "secret": secret}
    assert not isinstance(verify(**asked, signature=theirs), Refusal)


def test_a_signature_once_worked_out_by_hand():
    # With `openssl dgst -sha256 -hmac`, of method, address, body and time in one.
    given = sign(
        "POST",
        "https://www.example.com/webhook_uri",
        b'{"example_field":"example_value"}',
        "1587239112000",
        "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy",
    )
    assert given == "GGUmna1kI0L0Aiw7ackTuMmZjk3SQeN24F3gA4vqEck="


@pytest.mark.parametrize(
    "changed",
    [
        {"signature": None},
        {"signature": ""},
        {"signature": "ñandú \ud800"},
        {"signature": "x" * 44},
        {"timestamp": None},
        {"timestamp": ""},
        {"timestamp": "now"},
        {"timestamp": "٣٤٥"},
        {"timestamp": str(int(STAMP) + 1)},
        {"secret": ""},
        {"secret": "another"},
        {"method": "PUT"},
        {"uri": "https://leads.example.com/webhooks/meta"},
        {"body": EVENTS + b" "},
        {"body": b"\xff\xfe"},
    ],
)
def test_anything_else_is_refused_and_never_raises(changed: dict[str, Any]):
    assert is_refused(verify(**changed))


@pytest.mark.parametrize("unset", ["", None])
def test_a_secret_that_is_not_set_opens_nothing(unset: str | None):
    empty = sign("POST", URI, EVENTS, STAMP, "")
    assert is_refused(verify(secret=unset or "", signature=empty))


@pytest.mark.parametrize(
    ("seconds", "believed"), [(0, True), (299, True), (301, False), (-299, True), (-301, False)]
)
def test_five_minutes_back_and_five_ahead(seconds: int, believed: bool):  # noqa: FBT001
    assert is_refused(verify(now=NOW + timedelta(seconds=seconds))) is not believed


@pytest.mark.parametrize("stamp", ["9" * 15, "9" * 400, "-1", "1e3", "0", "+0", " 1 "])
def test_a_time_that_is_none_is_refused_even_when_it_is_signed(stamp: str):
    assert is_refused(verify(timestamp=stamp, signature=sign("POST", URI, EVENTS, stamp, SECRET)))


def test_the_address_is_decoded_as_documented():
    uri = f"{URI}?to=https%3A%2F%2fexample.com%20x%26y"
    plain = f"{URI}?to=https://example.com%20x%26y"
    assert decoded(uri) == plain
    for signed in (plain, uri):
        assert not is_refused(
            verify(uri=uri, signature=sign("POST", signed, EVENTS, STAMP, SECRET))
        )


def test_each_record_is_named_once_however_often_it_is_told():
    created = {"eventId": 1, "subscriptionType": "contact.creation", "objectId": 101}
    changed = {**created, "subscriptionType": "contact.propertyChange", "eventId": 1}
    other = {**created, "objectId": "151"}  # the same eventId, and another contact
    assert told(created, changed, created, other) == (Notice(source="hubspot", ids=("101", "151")),)


def test_merged_deleted_and_erased():
    merge = {"subscriptionType": "contact.merge", "primaryObjectId": 101, "newObjectId": 151}
    deletion = {"subscriptionType": "contact.deletion", "objectId": 201}
    privacy = {"subscriptionType": "contact.privacyDeletion", "objectId": 251}
    created = {"subscriptionType": "contact.creation", "objectId": 251}
    assert told(created, merge, deletion, privacy) == (
        Notice(source="hubspot", ids=("151", "101"), erased=("251",), erases_person=True),
    )


@pytest.mark.parametrize(
    "event",
    [
        {"subscriptionType": "company.creation", "objectId": 101},
        {"subscriptionType": "object.creation", "objectTypeId": "0-2", "objectId": 101},
    ],
)
def test_events_of_something_else_are_nothing(event: Any):
    assert told(event) == ()


def test_a_contact_to_be_erased_where_leads_are_read_is_for_a_person_to_find():
    event = {"subscriptionType": "contact.privacyDeletion", "objectId": 251}
    assert told(event, kind="leads") == (
        Notice(
            source="hubspot",
            unread=(
                Unread(
                    problem="privacyDeletion of a contact, while leads are read here by ids of "
                    "their own",
                    about="objectId 251",
                    erases=True,
                ),
            ),
        ),
    )


def test_generic_subscriptions_are_told_apart_by_the_objects_type():
    contact = {"subscriptionType": "object.creation", "objectTypeId": "0-1", "objectId": 101}
    lead = {"subscriptionType": "object.creation", "objectTypeId": "0-136", "objectId": 7}
    assert told(contact, lead) == (Notice(source="hubspot", ids=("101",)),)
    assert told(contact, lead, kind="leads") == (Notice(source="hubspot", ids=("7",)),)


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b'"\xff"'])
def test_a_signed_body_that_is_no_json(body: bytes):
    received = verify(body=body, signature=sign("POST", URI, body, STAMP, SECRET))
    assert is_refused(received, 400)


class Endpoint:
    """Refuses the first requests, then takes what is signed."""

    def __init__(self, stage: HubSpotStage, refusals: int) -> None:
        self.stage, self.refusals = stage, refusals
        self.url = ""
        self.taken: list[tuple[Notice, ...]] = []

    async def __call__(self, request: Request) -> Response:
        body = await request.body()
        if self.refusals:
            self.refusals -= 1
            return Response(status_code=503)
        received = verify_webhook(
            method=request.method,
            uri=str(request.url),
            body=body,
            timestamp=request.headers.get(TIMESTAMP_HEADER),
            signature=request.headers.get(SIGNATURE_HEADER),
            secret=CLIENT_SECRET,
            now=self.stage.ground.clock.now(),
        )
        if isinstance(received, Refusal):
            return Response(status_code=received.status)
        self.taken.append(received)
        return Response()


@pytest.fixture
def stage() -> Iterator[HubSpotStage]:
    with HubSpotStage.open() as opened:
        yield opened


def test_the_sandbox_calls_back_in_batches_until_it_is_heard(stage: HubSpotStage):
    wanted = stage.add(250)
    endpoint = Endpoint(stage, refusals=2)
    app = Starlette(routes=[Route("/webhooks/hubspot", endpoint.__call__, methods=["POST"])])
    events = [contact_event(stage.portal, i) for i in wanted]
    with serve_in_thread(app) as url:
        statuses = send_events(stage.portal, f"{url}/webhooks/hubspot", events, pause=0.01)
        wrong = send_events(
            stage.portal, f"{url}/webhooks/hubspot", events[:1], secret="x", attempts=2, pause=0.01
        )
    assert (statuses, wrong) == ([200, 200, 200], [401])
    ids = [i for notices in endpoint.taken for notice in notices for i in notice.ids]
    assert ids == wanted
    assert [raw.source_id for raw in stage.crm().fetch(ids)] == wanted
