"""Leads and forms as the Graph API shows them: shapes, fields, filters, pages."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.sandbox.meta_desk import AD, FORM, NOON, OTHER_FORM, PAGE, Desk, ids, meta_desk
from tests.sandbox.stage import Stage

LEADS = f"/v26.0/{FORM}/leads"


@pytest.fixture
def desk(stage: Stage) -> Iterator[Desk]:
    with meta_desk(stage) as desk:
        yield desk


def test_a_lead_has_the_documented_shape(desk: Desk) -> None:
    said = [
        {"name": "car_make", "values": ["Honda"]},
        {"name": "full_name", "values": ["Joe Example"]},
        {"name": "email", "values": ["joe@example.com"]},
    ]
    at = NOON.replace(year=2026, month=10, day=28, hour=8, minute=49, second=14, microsecond=9)
    lead_id = desk.business.add_lead(FORM, said, created=at, ad_id=AD)
    _, page = desk.get(LEADS)
    [lead] = page["data"]
    assert lead == {
        "created_time": "2026-10-28T08:49:14+0000",
        "id": lead_id,
        "ad_id": AD,
        "form_id": FORM,
        "field_data": said,
    }
    assert page["paging"].keys() == {"cursors"}
    assert page["paging"]["cursors"].keys() == {"before", "after"}
    assert desk.get(f"/v26.0/{lead_id}") == (200, lead)
    assert desk.logged("served") == [{"ids": (lead_id,)}] * 2


def test_fields_are_obeyed_and_the_id_is_always_there(desk: Desk) -> None:
    lead_id = desk.lead("Joe", ad_id=AD)
    _, lead = desk.get(f"/{lead_id}", fields="campaign_name,is_organic,adset_id,platform")
    assert lead == {
        "campaign_name": "ent-2026",
        "is_organic": False,
        "adset_id": f"{AD}1",
        "platform": "fb",
        "id": lead_id,
    }


def test_a_field_without_a_value_is_left_out(desk: Desk) -> None:
    lead_id = desk.lead("Joe", organic=True)
    _, lead = desk.get(f"/{lead_id}", fields="id,ad_id,campaign_id,is_organic,vehicle")
    assert lead == {"id": lead_id, "is_organic": True}


def test_consent_comes_only_when_asked_for(desk: Desk) -> None:
    consent = [{"checkbox_key": "optional_1", "is_checked": "1"}]
    lead_id = desk.lead("Joe", extra={"custom_disclaimer_responses": consent})
    assert "custom_disclaimer_responses" not in desk.get(f"/{lead_id}")[1]
    _, lead = desk.get(f"/{lead_id}", fields="custom_disclaimer_responses")
    assert lead == {"custom_disclaimer_responses": consent, "id": lead_id}


def test_the_default_fields_are_a_setting(desk: Desk) -> None:
    lead_id = desk.lead("Joe", ad_id=AD)
    desk.business.default_lead_fields = ("id", "created_time", "field_data")
    assert desk.get(f"/{lead_id}")[1].keys() == {"id", "created_time", "field_data"}


def test_forms_of_a_page(desk: Desk) -> None:
    desk.lead("Joe")
    desk.lead("Ann", organic=True)
    desk.business.add_lead(FORM, [], created=NOON - timedelta(days=91))
    _, page = desk.get(f"/v26.0/{PAGE}/leadgen_forms")
    assert page["data"] == [
        {"id": FORM, "locale": "en_US", "name": "Book a demo", "status": "ACTIVE"},
        {"id": OTHER_FORM, "locale": "es_ES", "name": "Precios", "status": "ACTIVE"},
    ]
    fields = "leads_count,organic_leads_count,expired_leads_count,questions{key,type},page_id"
    _, page = desk.get(f"/v26.0/{PAGE}/leadgen_forms", fields=fields)
    form = page["data"][0]
    assert (form["leads_count"], form["organic_leads_count"], form["expired_leads_count"]) == (
        *(2, 1),
        1,
    )
    assert form["questions"][0] == {"key": "email", "type": "EMAIL"}
    assert form["page_id"] == PAGE
    _, form = desk.get(f"/{FORM}", fields="questions")
    assert form["questions"][2]["options"] == [{"key": "few", "value": "1-10"}]


def test_newest_first_and_of_one_second_the_later_first(desk: Desk) -> None:
    older, tie, later_tie, newest = (
        desk.lead(name, seconds=s) for name, s in (("a", 0), ("b", 1.2), ("c", 1.8), ("d", 2))
    )
    assert ids(desk.get(LEADS)) == [newest, later_tie, tie, older]


@pytest.mark.parametrize(
    ("operator", "found"),
    [("GREATER_THAN", [2]), ("GREATER_THAN_OR_EQUAL", [2, 1]), ("LESS_THAN", [0])],
)
def test_filtering_by_creation(desk: Desk, operator: str, found: list[int]) -> None:
    made = [desk.lead(f"{n}", seconds=n + 0.9) for n in range(3)]
    bound = int(NOON.timestamp()) + 1
    asked = [{"field": "time_created", "operator": operator, "value": bound}]
    assert ids(desk.get(LEADS, filtering=asked)) == [made[i] for i in found]
    both = [*asked, {"field": "time_created", "operator": "LESS_THAN", "value": 0}]
    assert ids(desk.get(LEADS, filtering=both)) == []


def walk(desk: Desk, **parameters: Any) -> list[list[str]]:
    """Every page until there is no `next`, by cursors."""
    pages: list[list[str]] = []
    after: dict[str, str] = {}
    for _ in range(50):
        status, body = desk.get(LEADS, **parameters, **after)
        assert status == 200
        pages.append([lead["id"] for lead in body["data"]])
        if "next" not in body.get("paging", {}):
            return pages
        after = {"after": body["paging"]["cursors"]["after"]}
    raise AssertionError("the pages never end")


def test_pages_join_without_gap_or_repeat(desk: Desk) -> None:
    made = [desk.lead(f"{n}", seconds=n // 4) for n in range(23)]
    pages = walk(desk, limit="5")
    assert [len(page) for page in pages] == [5, 5, 5, 5, 3]
    assert sorted(i for page in pages for i in page) == sorted(made)
    assert len(walk(desk)) == 1
    assert len(desk.get(LEADS)[1]["data"]) == 23


def test_the_default_page_has_25(desk: Desk) -> None:
    for n in range(26):
        desk.lead(f"{n}")
    assert [len(page) for page in walk(desk)] == [25, 1]


def test_a_lead_that_arrives_while_reading_shifts_nothing(desk: Desk) -> None:
    made = [desk.lead(f"{n}", seconds=n) for n in range(4)]
    _, first = desk.get(LEADS, limit="2")
    late = desk.lead("late", seconds=9)
    second = desk.get(LEADS, limit="2", after=first["paging"]["cursors"]["after"])
    assert ids(second) == [made[1], made[0]]
    assert ids(desk.get(LEADS, limit="1")) == [late]


def test_next_is_absolute_at_the_real_host_with_the_token_in_it(desk: Desk) -> None:
    for n in range(3):
        desk.lead(f"{n}")
    _, page = desk.get("/v25.0" + LEADS[6:], limit="2", fields="id")
    address = urlsplit(page["paging"]["next"])
    assert (address.scheme, address.netloc) == ("https", "graph.facebook.com")
    assert address.path == f"/v25.0/{FORM}/leads"
    assert parse_qs(address.query) == {
        "access_token": ["sandbox-meta-token"],
        "limit": ["2"],
        "fields": ["id"],
        "after": [page["paging"]["cursors"]["after"]],
    }


@pytest.mark.parametrize("after", [0, 1, 2])
def test_an_empty_page_in_the_middle_still_has_a_next(desk: Desk, after: int) -> None:
    made = [desk.lead(f"{n}") for n in range(6)]
    desk.business.empty_page_after = after
    pages = walk(desk, limit="2")
    assert [len(page) for page in pages] == [*[2] * after, 0, *[2] * (3 - after)]
    assert sorted(i for page in pages for i in page) == sorted(made)


def test_leads_older_than_90_days_are_gone(desk: Desk) -> None:
    lead_id = desk.lead("Joe")
    desk.business.ground.clock.advance(timedelta(days=90))
    assert ids(desk.get(LEADS)) == []
    assert desk.get(f"/{lead_id}")[1]["error"]["error_subcode"] == 33


def test_leads_of_an_ad(desk: Desk) -> None:
    mine = desk.lead("Joe", ad_id=AD)
    desk.lead("Ann")
    assert ids(desk.get(f"/v26.0/{AD}/leads")) == [mine]
    assert desk.get(f"/{AD}", fields="name,campaign_id")[1] == {
        "name": "ad-1",
        "campaign_id": "8001",
        "id": AD,
    }


@pytest.mark.parametrize("root", ["/", "/v26.0/", "/v26.0"])
def test_several_at_once(desk: Desk, root: str) -> None:
    lead_id = desk.lead("Joe")
    _, body = desk.get(root, ids=f"{FORM},{lead_id}", fields="id")
    assert body == {FORM: {"id": FORM}, lead_id: {"id": lead_id}}
    assert [(e["path"], e["status"]) for e in desk.logged("request")] == [(root, 200)]
    _, body = desk.get(root, ids=f"{FORM},{OTHER_FORM}", fields="leads_count")
    assert [form["leads_count"] for form in body.values()] == [1, 0]


def test_a_test_lead_is_told_only_by_its_texts(desk: Desk) -> None:
    response = desk.send("POST", f"/v26.0/{FORM}/test_leads")
    lead_id = response.json()["id"]
    _, lead = desk.get(f"/{lead_id}", fields="field_data,is_organic")
    assert lead["field_data"] == [
        {"name": "email", "values": ["test@meta.com"]},
        {"name": "full_name", "values": ["<test lead: dummy data for full_name>"]},
        {"name": "how_many_people", "values": ["<test lead: dummy data for how_many_people>"]},
    ]
    assert ids(desk.get(f"/{FORM}/test_leads")) == [lead_id]
    assert desk.send("DELETE", f"/{lead_id}").json() == {"success": True}
    assert ids(desk.get(LEADS)) == []


def test_a_test_lead_with_given_answers_as_form_or_json(desk: Desk) -> None:
    address = f"{desk.url}/v26.0/{FORM}/test_leads"
    given = [{"name": "email", "values": ["a@example.com"]}]
    token = {"access_token": "sandbox-meta-token"}
    text = '[{"name": "email", "values": ["a@example.com"]}]'
    for response in (
        desk.http.post(address, data={**token, "field_data": text}),
        desk.http.post(address, json={**token, "field_data": given}),
    ):
        assert desk.get(f"/{response.json()['id']}")[1]["field_data"] == given


def test_accounts_and_token_facts(desk: Desk) -> None:
    _, accounts = desk.get("/v26.0/me/accounts", fields="id,name")
    assert accounts["data"] == [{"id": PAGE, "name": "Example Ltd"}]
    _, facts = desk.get("/debug_token", input_token="sandbox-meta-token")
    assert facts["data"]["is_valid"] is True
    assert "leads_retrieval" in facts["data"]["scopes"]


def test_the_page_for_people(desk: Desk) -> None:
    desk.lead("<i>Joe</i>", ad_id=AD)
    page = desk.http.get("/").text
    for text in ("&lt;i&gt;Joe&lt;/i&gt;", "Book a demo", "Example Ltd", "ent-2026"):
        assert text in page


def test_pages_are_gone_back_through_too(desk: Desk) -> None:
    made = [desk.lead(str(n), seconds=n) for n in range(5)][::-1]
    pages = [desk.get(f"/v26.0/{FORM}/leads", limit="2")]
    assert "previous" not in pages[0][1]["paging"]
    for _ in range(2):
        after = pages[-1][1]["paging"]["cursors"]["after"]
        pages.append(desk.get(f"/v26.0/{FORM}/leads", limit="2", after=after))
    assert [ids(page) for page in pages] == [made[:2], made[2:4], made[4:]]
    here = pages[2]
    for found in (made[2:4], made[:2]):
        assert "&before=" in here[1]["paging"]["previous"]
        before = here[1]["paging"]["cursors"]["before"]
        here = desk.get(f"/v26.0/{FORM}/leads", limit="2", before=before)
        assert ids(here) == found
    assert here[1]["paging"].keys() == {"cursors", "next"}
    before = here[1]["paging"]["cursors"]["before"]
    assert desk.get(f"/v26.0/{FORM}/leads", limit="2", before=before) == (200, {"data": []})
