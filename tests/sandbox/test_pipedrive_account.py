"""The sandbox's Pipedrive refuses what the vendor refuses, and counts as the vendor counts."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from sandbox.app import new_ground
from sandbox.pipedrive.account import PipedriveAccount
from sandbox.pipedrive.app import TOKEN, pipedrive_app
from tests.sandbox.stage import Stage

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ANA, GONE = 14471, 14490


@pytest.fixture
def account() -> PipedriveAccount:
    made = PipedriveAccount(new_ground("pipedrive"))
    made.ground.clock.set(NOON)
    made.add_user(ANA, "Ana Ruiz", "ana@example.com")
    made.add_user(GONE, "Olga Left", "olga@example.com", active=False)
    return made


@pytest.fixture
def http(stage: Stage, account: PipedriveAccount) -> Iterator[httpx.Client]:
    stage.app = pipedrive_app(account)
    base = f"{stage.url}/api"
    with httpx.Client(base_url=base, headers={"x-api-token": TOKEN}) as client:
        yield client


def test_the_token_goes_into_the_header_alone(http: httpx.Client):
    refused = http.get("/v1/users", headers={"x-api-token": ""}, params={"api_token": TOKEN})
    assert refused.status_code == 401
    assert refused.json()["error"] == "unauthorized access"
    assert refused.json()["success"] is False


@pytest.mark.parametrize(
    "asked",
    [
        "/v1/leads?updated_since=2026-11-22T12:00:00.551Z",
        "/v1/leads?updated_since=yesterday",
        "/v1/leads?sort=person_id ASC",
        "/v1/leads?limit=501",
        "/v1/leads?start=-1",
        "/v1/leads/archived?updated_since=2026-11-22T12:00:00Z",
        "/v2/persons?sort_by=name",
        "/v2/persons?cursor=bm8=",
        f"/v2/persons?ids={','.join(map(str, range(101)))}",
    ],
)
def test_what_is_refused_as_a_wrong_request(http: httpx.Client, asked: str):
    refused = http.get(asked)
    assert refused.status_code == 400
    assert refused.json()["error"].startswith("ERR_SCHEMA_VALIDATION_FAILED")


@pytest.mark.parametrize(
    "body",
    [{"owner_id": str(ANA)}, {"owner_id": GONE}, {"owner_id": 1}, {"no_such_field": "x"}, {}, []],
)
def test_a_change_that_is_refused_changes_nothing(http: httpx.Client, account, body):
    lead_id = account.add_lead("x", ANA)
    before = dict(account.leads[lead_id])
    assert http.patch(f"/v1/leads/{lead_id}", json=body).status_code == 400
    assert account.leads[lead_id] == before
    assert http.patch(f"/v1/leads/{lead_id}", content=b"{").status_code == 400


def test_what_is_not_there_is_404(http: httpx.Client):
    assert http.get("/v1/leads/none").status_code == 404
    assert http.patch("/v1/leads/none", json={"owner_id": ANA}).status_code == 404
    assert http.post("/v2/activities", json={"lead_id": "none"}).status_code == 404
    assert http.get("/v1/deals").status_code == 404


def test_leads_page_by_offset_and_archived_ones_apart(http: httpx.Client, account):
    made = [account.add_lead(str(n), ANA, created=NOON + timedelta(seconds=n)) for n in range(5)]
    account.person_edits(made[0], is_archived=True)
    query = {"sort": "update_time DESC, id ASC", "limit": "3"}
    first = http.get("/v1/leads", params=query).json()
    assert [each["id"] for each in first["data"]] == [made[4], made[3], made[2]]
    assert first["additional_data"]["pagination"]["more_items_in_collection"] is True
    rest = http.get("/v1/leads", params={**query, "start": "3"}).json()
    assert [each["id"] for each in rest["data"]] == [made[1]]
    assert rest["additional_data"]["pagination"]["more_items_in_collection"] is False
    (archived,) = http.get("/v1/leads/archived").json()["data"]
    assert archived["id"] == made[0]


def test_v2_goes_on_behind_the_record_that_its_cursor_names(http: httpx.Client, account):
    made = [account.add("persons", {"name": str(n)}) for n in range(12)]
    query = {"sort_by": "update_time", "limit": "5"}
    seen: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        body = http.get("/v2/persons", params={**query, **({"cursor": cursor} if cursor else {})})
        seen += [each["id"] for each in body.json()["data"]]
        cursor = body.json()["additional_data"]["next_cursor"]
    assert seen == made


def test_twenty_calls_in_two_seconds_and_no_more(http: httpx.Client, account):
    answers = [http.get("/v1/users/me") for _ in range(21)]
    assert [each.status_code for each in answers] == [200] * 20 + [429]
    assert answers[0].headers["x-ratelimit-remaining"] == "19"
    account.ground.clock.advance(timedelta(seconds=2))
    assert http.get("/v1/users/me").status_code == 200


def test_a_day_has_a_budget_of_tokens_and_begins_anew(http: httpx.Client, account):
    account.limits.burst, account.limits.budget = None, 45
    lead_id = account.add_lead("x", ANA)
    costs = [http.get("/v1/leads"), http.get("/v2/persons"), http.get(f"/v1/leads/{lead_id}")]
    left = [each.headers["x-daily-ratelimit-token-remaining"] for each in costs]
    assert left == ["25", "15", "13"]
    assert http.patch(f"/v1/leads/{lead_id}", json={"title": "y"}).status_code == 200
    assert http.get("/v1/leads").status_code == 429
    account.ground.clock.advance(timedelta(days=1))
    assert http.get("/v1/leads").status_code == 200


def test_a_server_of_its_own_has_leads_that_are_nobodys_and_ends_in_order():
    command = [sys.executable, "-m", "sandbox.pipedrive", "--leads", "60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        told = ready["environment"]
        headers = {"x-api-token": told["FIRSTTOUCH_PIPEDRIVE_TOKEN"]}
        address = f"{told['FIRSTTOUCH_PIPEDRIVE_BASE_URL']}/api/v1/leads?limit=500"
        leads = httpx.get(address, headers=headers).json()["data"]
        assert "<td>" in httpx.get(ready["address"]).text
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert 0 < ready["nobodys"] < len(leads)
