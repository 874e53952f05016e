"""What the sandbox's Google Ads refuses and how it words it; tokens, faults, and its webhooks."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from sandbox.faults import Fault, FaultKind
from sandbox.google.webhook import TEST_ID, WEBHOOK_KEY, deliver, dummy_payload, send_webhook
from sandbox.serve import serve_in_thread
from tests.sandbox.google_desk import (
    ACCOUNT,
    GRANT,
    LEAD,
    MANAGER,
    Desk,
    failure,
    google_desk,
)
from tests.sandbox.stage import Stage

QUERY = f"SELECT {LEAD}.id FROM {LEAD}"


@pytest.fixture
def desk(stage: Stage) -> Iterator[Desk]:
    with google_desk(stage) as desk:
        yield desk


@pytest.mark.parametrize(
    ("over", "status", "error", "description"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type", "Invalid grant_type: password"),
        ({"client_id": "x"}, 401, "invalid_client", "The OAuth client was not found."),
        ({"client_secret": "x"}, 401, "invalid_client", "Unauthorized"),
        ({"refresh_token": "x"}, 400, "invalid_grant", "Bad Request"),
    ],
)
def test_a_token_that_is_not_granted(desk: Desk, over, status, error, description) -> None:
    response = desk.http.post("/token", data={**GRANT, **over})
    assert response.status_code == status
    assert response.json() == {"error": error, "error_description": description}


def test_a_token_lasts_an_hour(desk: Desk) -> None:
    granted = desk.http.post("/token", data=GRANT).json()
    assert granted.keys() == {"access_token", "expires_in", "scope", "token_type"}
    assert granted["expires_in"] == 3599
    header: dict[str, str | None] = {"Authorization": f"Bearer {granted['access_token']}"}
    assert desk.ask(QUERY, headers=header).status_code == 200
    desk.accounts.ground.clock.advance(timedelta(hours=1))
    assert desk.ask(QUERY, headers=header).status_code == 401


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer nobody's", "Basic YTpi"])
def test_without_a_token_nothing_is_answered(desk: Desk, header: str | None) -> None:
    response = desk.ask(QUERY, headers={"Authorization": header})
    error = response.json()["error"]
    assert (response.status_code, error["code"], error["status"]) == (401, 401, "UNAUTHENTICATED")
    assert "details" not in error


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        (
            {"headers": {"developer-token": None}},
            400,
            {"requestError": "DEVELOPER_TOKEN_PARAMETER_MISSING"},
        ),
        (
            {"headers": {"developer-token": "nobody's"}},
            401,
            {"authenticationError": "DEVELOPER_TOKEN_INVALID"},
        ),
        (
            {"headers": {"login-customer-id": None}},
            403,
            {"authorizationError": "USER_PERMISSION_DENIED"},
        ),
        ({"account": "1000000009"}, 403, {"authorizationError": "USER_PERMISSION_DENIED"}),
        ({"account": "100-000-0001"}, 400, {"requestError": "INVALID_CUSTOMER_ID"}),
        ({"headers": {"login-customer-id": "x"}}, 400, {"requestError": "INVALID_CUSTOMER_ID"}),
    ],
)
@pytest.mark.parametrize("version", ["v23", "v26"])
def test_who_may_not_ask(desk: Desk, version: str, asked: Any, status: int, code: Any) -> None:
    response = desk.ask(QUERY, version=version, **asked)
    assert response.status_code == status
    assert failure(response)["errorCode"] == code


def test_a_closed_account(desk: Desk) -> None:
    desk.accounts.add_customer(ACCOUNT, "Closed", manager_id=MANAGER, is_enabled=False)
    error = failure(desk.ask(QUERY))
    assert error["errorCode"] == {"authorizationError": "CUSTOMER_NOT_ENABLED"}


def test_a_stream_s_error_is_in_a_list(desk: Desk) -> None:
    response = desk.ask("SELECT", method="searchStream")
    assert response.status_code == 400
    assert isinstance(response.json(), list)
    assert failure(response)["errorCode"] == {"queryError": "UNEXPECTED_END_OF_QUERY"}


def test_versions_that_are_gone(desk: Desk) -> None:
    response = desk.ask(QUERY, version="v17")
    assert (response.status_code, response.json()["error"]["status"]) == (404, "NOT_FOUND")


def test_faults(desk: Desk) -> None:
    desk.accounts.ground.faults.script(
        Fault(kind=FaultKind.RATE_LIMITED, path=":search", retry_after="30"),
        Fault(kind=FaultKind.SERVER_ERROR, path=":search"),
        Fault(kind=FaultKind.TOKEN_EXPIRED, path=":search"),
    )
    limited = desk.ask(QUERY)
    assert (limited.status_code, limited.json()["error"]["status"]) == (429, "RESOURCE_EXHAUSTED")
    assert "retry-after" not in limited.headers
    assert failure(limited)["details"]["quotaErrorDetails"]["retryDelay"] == "30s"
    down = desk.ask(QUERY)
    assert (down.status_code, down.json()["error"]["status"]) == (503, "UNAVAILABLE")
    assert desk.ask(QUERY).status_code == 401
    assert desk.ask(QUERY).status_code == 200


def test_the_page_shows_who_came(desk: Desk) -> None:
    desk.lead("Joe <b>Doe</b>")
    page = desk.http.get("/")
    assert "Joe &lt;b&gt;Doe&lt;/b&gt;" in page.text
    assert "ent-2026" in page.text


def test_the_world_cannot_add_what_has_no_place(desk: Desk) -> None:
    with pytest.raises(ValueError, match="no form 7"):
        desk.accounts.add_lead("7", "20001", [])


class Receiver:
    """Answers with the statuses given, the last one for ever, and keeps what came."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.came: list[dict[str, Any]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        self.came.append(json.loads(body))
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        headers = [(b"content-type", b"application/json"), (b"content-length", b"2")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"{}"})


@pytest.mark.parametrize(
    ("statuses", "attempts", "status"),
    [((200,), 1, 200), ((503, 500, 200), 3, 200), ((400,), 1, 400), ((500,), 3, 500)],
)
def test_a_webhook_is_repeated_on_a_5xx_only(desk: Desk, statuses, attempts, status) -> None:
    lead_id = desk.lead("Joe", gclid="Cj0", custom=[("Which  Plan?", "Pro")])
    receiver = Receiver(*statuses)
    with serve_in_thread(receiver) as url:
        assert deliver(desk.accounts, lead_id, url, is_test=None).status_code == status
    assert len(receiver.came) == attempts
    assert receiver.came[0] == {
        "lead_id": lead_id,
        "user_column_data": [
            {"column_name": "Full Name", "string_value": "Joe", "column_id": "FULL_NAME"},
            {"string_value": "Pro", "column_id": "which_plan?"},
        ],
        "api_version": "1.0",
        "form_id": 30001,
        "campaign_id": 20001,
        "google_key": WEBHOOK_KEY,
        "gcl_id": "Cj0",
        "adgroup_id": 0,
        "creative_id": 0,
        "lead_submit_time": "2026-11-23T12:00:00Z",
    }
    assert desk.logged("webhook") == [{"ids": (lead_id,), "status": status}]


def test_a_receiver_that_is_down_is_tried_and_told_of() -> None:
    with serve_in_thread(Receiver(200)) as url:
        pass
    with pytest.raises(httpx.ConnectError):
        send_webhook(url, {}, attempts=2)


def test_the_tool_s_test_has_round_numbers_and_no_names_of_category_questions() -> None:
    body = dummy_payload("18698608977", ["FULL_NAME", "SERVICE"])
    assert body["user_column_data"] == [
        {
            "column_name": "Full Name",
            "string_value": "FirstName LastName",
            "column_id": "FULL_NAME",
        },
        {"string_value": "Service", "column_id": "SERVICE"},
    ]
    assert (body["lead_id"], body["gcl_id"], body["is_test"]) == (TEST_ID, TEST_ID, True)
    assert (body["campaign_id"], body["adgroup_id"], body["creative_id"]) == (
        *(10000000000, 20000000000),
        30000000000,
    )
