"""A request out of any shape is refused in the vendor's own words: never with a 500."""

from typing import Any

import pytest

from tests.sandbox.hubspot_desk import CONTACTS, hubspot_desk
from tests.sandbox.linkedin_desk import linkedin_desk
from tests.sandbox.meta_desk import FORM, PAGE, error_of, meta_desk
from tests.sandbox.salesforce_desk import salesforce_desk
from tests.sandbox.stage import Stage

_EMAIL = {"propertyName": "email", "operator": "EQ", "value": "a@example.com"}

_JOINED = {"to": {"id": "101"}, "types": [{"associationCategory": "HUBSPOT_DEFINED"}]}


def filters(*asked: Any) -> dict[str, Any]:
    return {"filterGroups": [{"filters": list(asked)}]}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("search", {"filterGroups": ["x"]}),
        ("search", {"filterGroups": {"filters": []}}),
        ("search", {"filterGroups": [{"filters": {"a": 1}}]}),
        ("search", {"filters": "x"}),
        ("search", filters("x")),
        ("search", filters({**_EMAIL, "operator": ["EQ"]})),
        ("search", filters({**_EMAIL, "propertyName": {"a": 1}})),
        ("search", {"sorts": ["{nonsense"]}),
        ("search", {"sorts": [5]}),
        ("search", {"sorts": [{"propertyName": "email", "direction": ["DESCENDING"]}]}),
        ("search", {"limit": "²"}),
        ("batch/read", {"inputs": [{"id": {"a": 1}}]}),
        ("batch/read", {"inputs": [{"id": "1"}], "idProperty": ["email"]}),
        ("batch/update", {"inputs": [{"id": "1", "idProperty": ["email"], "properties": {}}]}),
        ("batch/create", {"inputs": [{"properties": {}, "associations": ["x"]}]}),
        ("batch/create", {"inputs": [{"properties": {}, "associations": [{"to": "1"}]}]}),
        ("batch/create", {"inputs": [{"properties": {}, "associations": [{"to": {}}]}]}),
        ("batch/create", {"inputs": [{"properties": {}, "associations": [_JOINED]}]}),
    ],
)
def test_bodies_for_hubspot(stage: Stage, path: str, body: Any) -> None:
    with hubspot_desk(stage) as desk:
        assert desk.portal.add_contact({}) == "101"
        status, told = desk.ask("POST", f"{CONTACTS}/{path}", body)
    assert (status, told["status"]) == (400, "error")


@pytest.mark.parametrize("query", ["limit=²", "after=²", "limit=x", "after=-1"])
def test_numbers_for_hubspot(stage: Stage, query: str) -> None:
    with hubspot_desk(stage) as desk:
        status, told = desk.ask("GET", f"{CONTACTS}?{query}")
    assert (status, told["category"]) == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize("field_data", [5, [1], {"a": 1}, "nonsense"])
def test_a_test_lead_for_meta(stage: Stage, field_data: Any) -> None:
    with meta_desk(stage) as desk:
        sent = {"access_token": "sandbox-meta-token", "field_data": field_data}
        answer = desk.http.post(f"/v26.0/{FORM}/test_leads", json=sent)
        assert error_of((answer.status_code, answer.json()))["code"] == 100
        assert error_of(desk.get(f"/v26.0/{FORM}/leads", limit="²"))["code"] == 100


def test_what_a_page_of_meta_tells_of(stage: Stage) -> None:
    with meta_desk(stage) as desk:
        sent = {"access_token": "sandbox-meta-token", "subscribed_fields": 5}
        answer = desk.http.post(f"/v26.0/{PAGE}/subscribed_apps", json=sent)
        assert error_of((answer.status_code, answer.json()))["code"] == 100


@pytest.mark.parametrize("kind", ["ingest", "query"])
def test_a_bulk_job_for_salesforce(kind: str) -> None:
    with salesforce_desk() as desk:
        status, told = desk.ask("POST", f"jobs/{kind}", {"operation": {"a": 1}, "object": "Lead"})
    assert (status, told[0]["errorCode"]) == (400, "INVALIDJOB")


def test_no_resource_for_linkedin(stage: Stage) -> None:
    with linkedin_desk(stage) as desk:
        assert desk.get("/rest/")[0] == 404
        assert desk.get("/rest/leadForms", Authorization="Basic YTpi")[0] == 401
