"""What the Graph API refuses, how it words it, its quota, its usage headers and its faults."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from sandbox.faults import Fault, FaultKind
from sandbox.meta.app import SECRET, TOKEN
from tests.sandbox.meta_desk import AD, FORM, PAGE, Desk, error_of, meta_desk
from tests.sandbox.stage import Stage

LEADS = f"/v26.0/{FORM}/leads"


@pytest.fixture
def desk(stage: Stage) -> Iterator[Desk]:
    with meta_desk(stage) as desk:
        yield desk


def test_an_object_that_is_not_there(desk: Desk) -> None:
    error = error_of(desk.get("/openapi.yaml"))
    assert error["message"].startswith(
        "Unsupported get request. Object with ID 'openapi.yaml' does not exist, "
        "cannot be loaded due to missing permissions, or does not support this operation."
    )
    assert (error["type"], error["code"], error["error_subcode"]) == (
        *("GraphMethodException", 100),
        33,
    )
    assert error_of(desk.get("/", ids=f"{FORM},7"))["error_subcode"] == 33


def test_a_path_too_long(desk: Desk) -> None:
    error = error_of(desk.get("/.well-known/oauth-authorization-server/x"))
    assert error["message"] == "Unknown path components: /oauth-authorization-server/x"
    assert (error["type"], error["code"]) == ("OAuthException", 2500)


@pytest.mark.parametrize(
    ("path", "parameters", "code", "told"),
    [
        (LEADS, {"fields": "form_name"}, 100, "nonexisting field (form_name)"),
        (LEADS, {"fields": "id,,"}, 2500, "Syntax error"),
        (LEADS, {"fields": "field_data{name"}, 2500, "Syntax error"),
        (LEADS, {"fields": "id;name"}, 2500, "Syntax error"),
        (f"/{FORM}", {"fields": "field_data"}, 100, "node type (LeadgenForm)"),
        (f"/{FORM}/likes", {}, 100, "nonexisting field (likes)"),
        (f"/{PAGE}/leads", {}, 100, "node type (Page)"),
        (LEADS, {"filtering": "time_created"}, 100, "filtering must be an array"),
        (LEADS, {"filtering": {"field": "time_created"}}, 100, "filtering must be an array"),
        (LEADS, {"filtering": [{"field": "id"}]}, 100, "Filtering field id"),
        (
            LEADS,
            {"filtering": [{"field": "time_created", "operator": "EQUAL", "value": 1}]},
            100,
            "must be one of the following values",
        ),
        (
            LEADS,
            {"filtering": [{"field": "time_created", "operator": "LESS_THAN", "value": "now"}]},
            100,
            "Unix time",
        ),
        (LEADS, {"limit": "all"}, 100, "limit"),
        (LEADS, {"after": "???"}, 100, "cursors"),
        (LEADS, {"after": "N3wxfDA"}, 100, "cursors"),  # well-formed, of no lead here
        ("/v26.0/", {"ids": ",".join(str(n) for n in range(51))}, 100, "Too many IDs"),
        ("/v26.0/", {}, 100, "ids is required"),
    ],
)
def test_a_wrong_parameter(
    desk: Desk, path: str, parameters: dict[str, Any], code: int, told: str
) -> None:
    desk.lead("Joe")
    error = error_of(desk.get(path, **parameters))
    assert error["code"] == code
    assert told in error["message"]
    assert [entry["code"] for entry in desk.logged("refused")] == [code]


def test_writing_where_nothing_can_be_written(desk: Desk) -> None:
    lead_id = desk.lead("Joe")
    for method, path in (("DELETE", f"/{lead_id}"), ("POST", LEADS), ("POST", "/7/test_leads")):
        error = error_of((400, desk.send(method, path).json()))
        assert (error["code"], error["error_subcode"]) == (100, 33)
    assert list(desk.business.leads) == [lead_id]


def test_tokens(desk: Desk) -> None:
    missing = desk.http.get(LEADS)
    assert error_of((missing.status_code, missing.json()))["code"] == 104
    wrong = desk.http.get(LEADS, params={"access_token": "EAAB"})
    assert error_of((wrong.status_code, wrong.json()))["code"] == 190
    in_header = desk.http.get(LEADS, headers={"Authorization": f"Bearer {TOKEN}"})
    assert in_header.status_code == 200
    desk.business.ground.faults.script(Fault(kind=FaultKind.TOKEN_EXPIRED))
    expired = error_of(desk.get(LEADS))
    assert (expired["type"], expired["code"], expired["error_subcode"]) == (
        *("OAuthException", 190),
        463,
    )
    assert expired["message"].startswith("Error validating access token: Session has expired")


def test_appsecret_proof(desk: Desk) -> None:
    proof = hmac.new(SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
    assert desk.get(LEADS, appsecret_proof=proof)[0] == 200
    error = error_of(desk.get(LEADS, appsecret_proof="0" * 64))
    assert error["message"] == "Invalid appsecret_proof provided in the API argument"
    assert (error["type"], error["code"]) == ("GraphMethodException", 100)
    assert desk.get(LEADS)[0] == 200
    desk.business.require_appsecret_proof = True
    assert "require an appsecret_proof" in error_of(desk.get(LEADS))["message"]
    assert desk.get(LEADS, appsecret_proof=proof)[0] == 200


def usage(response: httpx.Response) -> dict[str, Any]:
    by_page: dict[str, list[dict[str, Any]]] = json.loads(
        response.headers["x-business-use-case-usage"]
    )
    [only] = by_page[PAGE]
    return only


def test_usage_headers_on_every_answer_about_a_page(desk: Desk) -> None:
    desk.business.app_usage = 16
    response = desk.send("GET", LEADS)
    assert json.loads(response.headers["x-app-usage"]) == {
        "call_count": 16,
        "total_cputime": 16,
        "total_time": 16,
    }
    assert usage(response).keys() == {
        *("type", "call_count", "total_cputime", "total_time"),
        "estimated_time_to_regain_access",
    }
    assert usage(response)["type"] == "leadgen"
    refused = desk.send("GET", LEADS, limit="all")
    assert "x-app-usage" in refused.headers


def test_the_quota_is_leads_of_90_days_times_4800_a_day(desk: Desk) -> None:
    quota = desk.business.quota
    assert (quota.enforced, quota.calls_per_lead) == (False, 4800)
    quota.enforced, quota.calls_per_lead = True, 2
    desk.lead("Joe")
    lead_id = desk.lead("Ann")
    paths = [LEADS, f"/{lead_id}", f"/{FORM}", f"/{PAGE}/leadgen_forms"]
    counts = [usage(desk.send("GET", path))["call_count"] for path in paths]
    assert counts == [25, 50, 75, 100]
    desk.business.ground.clock.advance(timedelta(hours=23, minutes=30))
    refused = desk.send("GET", LEADS)
    error = error_of((refused.status_code, refused.json()))
    assert error["code"] == 80005
    assert error["message"].startswith("(#80005) There have been too many leadgen api calls")
    assert "retry-after" not in refused.headers
    assert usage(refused)["estimated_time_to_regain_access"] == 30  # minutes
    assert desk.get("/me/accounts")[0] == 200  # not about a page
    desk.lead("Zoe")  # every lead is worth two calls more
    assert desk.get(LEADS)[0] == 200
    desk.business.ground.clock.advance(timedelta(minutes=30))
    assert usage(desk.send("GET", LEADS))["call_count"] < 100


def test_a_page_without_leads_can_still_be_polled_a_little(desk: Desk) -> None:
    desk.business.quota.enforced, desk.business.quota.calls_per_lead = True, 1
    assert desk.get(LEADS)[0] == 200
    assert error_of(desk.get(LEADS))["code"] == 80005


@pytest.mark.parametrize("code", ["", "4", "17", "32", "80005"])
def test_a_scripted_rate_limit_is_a_400(desk: Desk, code: str) -> None:
    fault = Fault(kind=FaultKind.RATE_LIMITED, path="/leads", detail=code)
    desk.business.ground.faults.script(fault)
    assert desk.get(f"/{FORM}")[0] == 200
    error = error_of(desk.get(LEADS))
    assert error["code"] == int(code or "4")
    assert error["message"].startswith(f"(#{code or '4'}) ")
    assert desk.get(LEADS)[0] == 200


def test_a_server_error_and_a_proxys_page(desk: Desk) -> None:
    desk.business.ground.faults.script(
        Fault(kind=FaultKind.SERVER_ERROR), Fault(kind=FaultKind.HTML_ERROR)
    )
    status, body = desk.get(LEADS)
    assert (status, body["error"]["code"]) == (503, 2)
    page = desk.send("GET", LEADS)
    assert page.status_code == 502
    assert page.text.startswith("<html>")


def test_the_world_cannot_add_what_has_no_place(desk: Desk) -> None:
    with pytest.raises(ValueError, match="no form 7"):
        desk.business.add_lead("7", [])
    with pytest.raises(ValueError, match="no page 7"):
        desk.business.add_form("7", "8", "x", [])
    with pytest.raises(KeyError):
        desk.business.add_lead(FORM, [], ad_id=f"{AD}0")
