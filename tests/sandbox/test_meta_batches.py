"""Several requests in one, as Meta's own client library sends them, and edges within `fields`."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from sandbox.meta.app import TOKEN
from tests.sandbox.meta_desk import AD, FORM, OTHER_FORM, PAGE, Desk, error_of, ids, meta_desk
from tests.sandbox.stage import Stage


@pytest.fixture
def desk(stage: Stage) -> Iterator[Desk]:
    with meta_desk(stage) as desk:
        yield desk


def get(url: str, **more: Any) -> dict[str, Any]:
    return {"method": "GET", "relative_url": url, **more}


def send(desk: Desk, parts: Any, **form: str) -> httpx.Response:
    """The way of the client library: a form, sent to the version's root."""
    return desk.http.post(
        "/v26.0/", data={"access_token": TOKEN, "batch": json.dumps(parts), **form}
    )


def batch(desk: Desk, *parts: dict[str, Any], **form: str) -> list[Any]:
    response = send(desk, list(parts), **form)
    assert response.status_code == 200, response.text
    told: list[Any] = response.json()
    return told


def body_of(told: Any) -> Any:
    return json.loads(told["body"])


def test_each_part_is_answered_for_itself(desk: Desk) -> None:
    lead = desk.lead("Joe")
    page, gone, leads = batch(
        desk,
        get(f"{PAGE}?fields=name"),
        get("7"),
        get(f"/v25.0/{FORM}/leads?fields={quote('id,created_time')}&limit=5"),
    )
    assert (page["code"], body_of(page)) == (200, {"name": "Example Ltd", "id": PAGE})
    assert (gone["code"], body_of(gone)["error"]["error_subcode"]) == (400, 33)
    assert [found["id"] for found in body_of(leads)["data"]] == [lead]
    versions = {
        header["value"]
        for told in (page, leads)
        for header in told["headers"]
        if header["name"] == "facebook-api-version"
    }
    assert versions == {"v26.0", "v25.0"}


def test_the_batch_may_stand_in_the_address_and_leave_out_headers(desk: Desk) -> None:
    parameters = {
        "access_token": TOKEN,
        "batch": json.dumps([get(PAGE)]),
        "include_headers": "false",
    }
    (told,) = desk.http.post("/me", params=parameters).json()
    assert told.keys() == {"code", "body"}


def test_a_part_may_write_and_has_its_own_token(desk: Desk) -> None:
    test_lead = {"method": "POST", "relative_url": f"{FORM}/test_leads", "body": "field_data=[]"}
    made, refused = batch(desk, test_lead, get(f"{PAGE}?access_token=EAAB"))
    assert body_of(made)["id"] in desk.business.leads
    assert (refused["code"], body_of(refused)["error"]["code"]) == (400, 190)


def test_a_part_may_use_what_a_named_one_answered(desk: Desk) -> None:
    first, second = desk.lead("Joe"), desk.lead("Eve", seconds=1)
    listed = get(f"{FORM}/leads?fields=id", name="listed")
    every = get("?ids={result=listed:$.data.*.id}&fields=id")
    one = get("{result=listed:$.data[0].id}?fields=created_time")
    hidden, both, newest = batch(desk, listed, every, one)
    assert hidden is None
    assert body_of(both).keys() == {first, second}
    assert body_of(newest)["id"] == second
    shown, _ = batch(desk, {**listed, "omit_response_on_success": False}, every)
    assert len(body_of(shown)["data"]) == 2


def test_what_stands_on_a_part_that_failed_is_not_done(desk: Desk) -> None:
    failed, after, hanging, apart = batch(
        desk,
        get("7", name="failed"),
        get(PAGE, depends_on="failed"),
        get("{result=failed:$.id}"),
        get(PAGE),
    )
    assert failed["code"] == 400
    assert after is hanging is None
    assert apart["code"] == 200


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ([get(PAGE)] * 51, "Too many requests in batch message. Maximum batch size is 50"),
        ([], "Empty batch"),
        ({"method": "GET"}, "batch parameter must be a JSON array"),
        (["GET"], "batch parameter must be a JSON array"),
    ],
    ids=["51", "none", "an object", "a text"],
)
def test_a_batch_that_is_none(desk: Desk, parts: Any, told: str) -> None:
    response = send(desk, parts)
    error = error_of((response.status_code, response.json()))
    assert (error["type"], error["message"]) == ("GraphBatchException", told)


def test_fifty_count_as_fifty(desk: Desk) -> None:
    desk.business.quota.enforced = True
    desk.business.quota.calls_per_lead = 49
    told = batch(desk, *[get(PAGE)] * 50)
    assert [each["code"] for each in told] == [200] * 49 + [400]
    assert body_of(told[-1])["error"]["code"] == 80005


def test_a_batch_needs_a_token_as_any_request(desk: Desk) -> None:
    response = desk.http.post("/v26.0/", data={"batch": json.dumps([get(PAGE)])})
    assert error_of((response.status_code, response.json()))["code"] == 104


def test_edges_within_fields(desk: Desk) -> None:
    joe, eve = desk.lead("Joe"), desk.lead("Eve", seconds=1)
    status, form = desk.get(f"/v26.0/{FORM}", fields="name,leads{id,field_data}")
    assert status == 200
    assert form.keys() == {"name", "leads", "id"}
    assert [lead["id"] for lead in form["leads"]["data"]] == [eve, joe]
    assert form["leads"]["data"][0].keys() == {"id", "field_data"}


def test_a_page_of_an_edge_goes_on_at_the_edge(desk: Desk) -> None:
    leads = [desk.lead("Joe", seconds=n) for n in range(3)]
    _, form = desk.get(f"/v26.0/{FORM}", fields="leads.limit(2){id}")
    assert [lead["id"] for lead in form["leads"]["data"]] == [leads[2], leads[1]]
    following = httpx.URL(form["leads"]["paging"]["next"])
    assert following.path == f"/v26.0/{FORM}/leads"
    assert (following.params["fields"], following.params["limit"]) == ("id", "2")
    assert ids(desk.get(following.path, **dict(following.params))) == [leads[0]]
    after = form["leads"]["paging"]["cursors"]["after"]
    _, rest = desk.get(f"/v26.0/{FORM}", fields=f"leads.limit(2).after({after}){{id}}")
    assert [lead["id"] for lead in rest["leads"]["data"]] == [leads[0]]


def test_edges_within_edges_and_empty_ones_left_out(desk: Desk) -> None:
    lead = desk.lead("Joe")
    wanted = 'id,leadgen_forms{id,leads.filtering([{"field":"time_created",'
    wanted += '"operator":"GREATER_THAN","value":1}]){id}}'
    _, page = desk.get(f"/v26.0/{PAGE}", fields=wanted)
    forms = {form["id"]: form for form in page["leadgen_forms"]["data"]}
    assert [found["id"] for found in forms[FORM]["leads"]["data"]] == [lead]
    assert forms[OTHER_FORM] == {"id": OTHER_FORM}
    _, accounts = desk.get("/v26.0/me/accounts", fields="id,leadgen_forms{id}")
    assert len(accounts["data"][0]["leadgen_forms"]["data"]) == 2


def test_the_leads_of_an_ad_within_fields(desk: Desk) -> None:
    lead = desk.lead("Joe", ad_id=AD)
    _, ad = desk.get(f"/v26.0/{AD}", fields="name,leads{id}")
    assert [found["id"] for found in ad["leads"]["data"]] == [lead]


def test_reading_leads_within_fields_needs_the_permission_too(desk: Desk) -> None:
    desk.lead("Joe")
    desk.business.scopes.discard("leads_retrieval")
    assert error_of(desk.get(f"/v26.0/{FORM}", fields="leads{id}"))["code"] == 200


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ("leads{nothing}", 100),
        ("leads.limit(x){id}", 100),
        ("leads.limit(2{id}", 2500),
        ("leads.limit{id}", 2500),
        ("leads.{id}", 2500),
        ("leads{id", 2500),
        ("likes{id}", 100),
    ],
)
def test_edges_that_are_none(desk: Desk, fields: str, code: int) -> None:
    desk.lead("Joe")
    assert error_of(desk.get(f"/v26.0/{FORM}", fields=fields))["code"] == code
