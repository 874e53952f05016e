"""What the sandbox's LinkedIn refuses: encodings, headers, tokens, owners, too many calls."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.faults import Fault, FaultKind
from sandbox.linkedin.business import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, TOKEN
from sandbox.linkedin.notify import notify
from sandbox.linkedin.webhooks import challenge_again, challenge_response, signature
from sandbox.serve import serve_in_thread
from tests.sandbox.linkedin_desk import (
    ACCOUNT,
    FIELDS,
    FORM,
    HEADERS,
    NOON,
    OWNER,
    Desk,
    finder,
    ids,
    linkedin_desk,
)
from tests.sandbox.stage import Stage


@pytest.fixture
def desk(stage: Stage) -> Iterator[Desk]:
    with linkedin_desk(stage) as desk:
        yield desk


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("owner", "(sponsoredAccount:urn:li:sponsoredAccount:1234567)"),
        ("owner", "(sponsoredAccount:urn%253Ali%253AsponsoredAccount%253A1234567)"),
        ("owner", "%28sponsoredAccount%3Aurn%3Ali%3AsponsoredAccount%3A1234567%29"),
        ("owner", "(sponsoredAccount%3Aurn%3Ali%3AsponsoredAccount%3A1234567)"),
        ("owner", "urn%3Ali%3AsponsoredAccount%3A1234567"),
        ("owner", "(sponsoredAccount:urn%3Ali%3Aorganization%3A1234567)"),
        ("owner", "(sponsoredAccount:urn%3Ali%3AsponsoredAccount%3A1234567"),
        ("leadType", "SPONSORED"),
        ("leadType", "%28leadType%3ASPONSORED%29"),
        ("leadType", "(leadType:COMPANY)"),
        ("submittedAtTimeRange", "(start%3A1%2Cend%3A2)"),
        ("submittedAtTimeRange", "(start:2,end:1)"),
        ("fields", "id,form%3A%28name%29"),
        ("fields", "id,form:(name"),
        ("fields", "id,nonsense"),
        ("count", "all"),
        ("count", "100000"),
        ("q", "creator"),
    ],
)
def test_a_wrong_encoding_is_refused_in_linkedin_s_words(desk: Desk, name: str, sent: str):
    status, body = desk.leads(**{name: sent})
    assert status == 400
    assert (body["status"], body["code"]) == (400, "ILLEGAL_ARGUMENT")
    assert name in body["message"]


def test_a_client_that_encodes_parameters_for_us_is_refused(desk: Desk):
    """What httpx, and most others, make of `params=`."""
    asked = {"q": "owner", "owner": "(sponsoredAccount:urn:li:sponsoredAccount:1234567)"}
    address = f"{desk.url}/rest/leadFormResponses"
    assert desk.http.get(address, params=asked, headers=HEADERS).status_code == 400


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"LinkedIn-Version": ""}, 400, "VERSION_MISSING"),
        ({"LinkedIn-Version": "v26"}, 426, "NONEXISTENT_VERSION"),
        ({"LinkedIn-Version": "202401"}, 426, "NONEXISTENT_VERSION"),
        ({"X-Restli-Protocol-Version": "1.0.0"}, 400, "ILLEGAL_ARGUMENT"),
        ({"Authorization": "Bearer nonsense"}, 401, "INVALID_ACCESS_TOKEN"),
        ({"Authorization": ""}, 401, "INVALID_ACCESS_TOKEN"),
    ],
)
def test_headers_are_required(desk: Desk, headers: dict[str, str], status: int, code: str):
    found, body = desk.get(finder(), **headers)
    assert (found, body["status"], body["code"]) == (status, status, code)


def test_the_bodies_of_refusals_as_published(desk: Desk):
    desk.business.ground.faults.script(Fault(kind=FaultKind.TOKEN_EXPIRED))
    assert desk.get(finder()) == (
        401,
        {
            "status": 401,
            "serviceErrorCode": 65602,
            "code": "EXPIRED_ACCESS_TOKEN",
            "message": "The token used in the request has expired",
        },
    )
    desk.business.denied.add(ACCOUNT)
    assert desk.get(finder()) == (
        403,
        {
            "status": 403,
            "serviceErrorCode": 100,
            "code": "ACCESS_DENIED",
            "message": "Not enough permissions to access resource",
        },
    )
    assert desk.get(f"/rest/leadForms/{FORM}")[0] == 403
    desk.business.revoked.add(TOKEN)
    assert desk.get(finder()) == (
        401,
        {
            "status": 401,
            "serviceErrorCode": 65601,
            "code": "REVOKED_ACCESS_TOKEN",
            "message": "The token used in the request has been revoked by the user",
        },
    )


def test_an_account_nobody_knows_is_denied_not_missing(desk: Desk):
    assert desk.leads(owner=OWNER.replace("1234567", "9"))[0] == 403


def test_a_day_s_calls_to_one_endpoint_end_at_midnight_utc(desk: Desk):
    desk.business.quota.limit = 2
    statuses = [desk.get(finder())[0] for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert desk.get(f"/rest/leadForms/{FORM}")[0] == 200
    desk.business.ground.clock.set(NOON + timedelta(hours=11, minutes=59))
    assert desk.get(finder())[0] == 429
    desk.business.ground.clock.advance(timedelta(minutes=1))
    assert desk.get(finder())[0] == 200


def test_a_token_is_refreshed_by_a_form(desk: Desk):
    form = {
        "grant_type": "refresh_token",
        "refresh_token": REFRESH_TOKEN,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }
    address = f"{desk.url}/oauth/v2/accessToken"
    told = desk.http.post(address, data=form).json()
    assert {"access_token", "expires_in", "refresh_token", "scope"} <= set(told)
    assert desk.get(finder(), Authorization=f"Bearer {told['access_token']}")[0] == 200
    refused = desk.http.post(address, data={**form, "refresh_token": "stale"})
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert desk.http.post(address, data={**form, "client_secret": "x"}).status_code == 401


class Receiver:
    """A webhook that answers challenges, or does not, and keeps what it is sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[bytes, str]] = []
        self.secret = CLIENT_SECRET
        routes = [
            Route("/hook", self.challenge),
            Route("/hook", self.receive, methods=["POST"]),
        ]
        self.app = Starlette(routes=routes)

    async def challenge(self, request: Request) -> Response:
        code = request.query_params["challengeCode"]
        response = challenge_response(code, self.secret)
        return JSONResponse({"challengeCode": code, "challengeResponse": response})

    async def receive(self, request: Request) -> Response:
        self.sent.append((await request.body(), request.headers["x-li-signature"]))
        return Response(status_code=202)


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def hook(receiver: Receiver) -> Iterator[str]:
    with serve_in_thread(receiver.app) as url:
        yield f"{url}/hook"


def _subscribe(desk: Desk, webhook: str) -> httpx.Response:
    body = {
        "webhook": webhook,
        "owner": {"sponsoredAccount": ACCOUNT},
        "leadType": "SPONSORED",
    }
    return desk.http.post(f"{desk.url}/rest/leadNotifications", json=body, headers=HEADERS)


def test_a_subscription_is_challenged_listed_and_removed(desk: Desk, hook: str):
    made = _subscribe(desk, hook)
    assert made.status_code == 201
    listed = f"/rest/leadNotifications?q=criteria&owner=(value:{OWNER})"
    (found,) = desk.get(listed)[1]["elements"]
    assert (found["webhook"], found["leadType"]) == (hook, "SPONSORED")
    address = f"{desk.url}/rest/leadNotifications/{made.headers['x-restli-id']}"
    assert desk.http.delete(address, headers=HEADERS).status_code == 204
    assert desk.http.delete(address, headers=HEADERS).status_code == 404


def test_a_webhook_that_fails_its_challenge_is_refused(desk: Desk, hook: str, receiver: Receiver):
    receiver.secret = "another"
    assert _subscribe(desk, hook).status_code == 400
    assert _subscribe(desk, "http://www.example.com/hook").status_code == 400
    assert desk.business.subscriptions == {}


def test_notifications_are_signed_and_may_come_twice(desk: Desk, hook: str, receiver: Receiver):
    _subscribe(desk, hook)
    lead_id = desk.lead()
    lead = desk.business.leads[lead_id]
    assert notify(desk.business, lead, times=2) == [202, 202]
    desk.business.person_deletes(lead_id)
    assert notify(desk.business, lead, action="DELETED") == [202]
    bodies = [body for body, _ in receiver.sent]
    assert bodies[0] == bodies[1]
    assert b'"leadAction":"CREATED"' in bodies[0]
    assert b'"leadAction":"DELETED"' in bodies[2]
    assert f'"urn:li:leadGenFormResponse:{lead_id}"'.encode() in bodies[0]
    assert all(proof == signature(body, CLIENT_SECRET) for body, proof in receiver.sent)


def test_three_failed_challenges_in_a_row_end_it(desk: Desk, hook: str, receiver: Receiver):
    _subscribe(desk, hook)
    (subscription,) = desk.business.subscriptions.values()
    receiver.secret = "another"
    assert [challenge_again(subscription, CLIENT_SECRET) for _ in range(2)] == [False, False]
    receiver.secret = CLIENT_SECRET
    assert challenge_again(subscription, CLIENT_SECRET)
    receiver.secret = "another"
    for _ in range(3):
        challenge_again(subscription, CLIENT_SECRET)
    assert subscription.is_blocked
    lead = desk.business.leads[desk.lead()]
    assert notify(desk.business, lead) == []


def test_the_documented_address_is_taken(desk: Desk):
    lead_id = desk.lead()
    assert ids(desk.leads()) == [lead_id]
    address = f"/rest/leadFormResponses/{lead_id}?&fields={FIELDS}"
    assert desk.get(address)[1]["id"] == lead_id
    assert desk.get(f"/rest/leadFormResponses/{quote('nobody')}")[0] == 404
