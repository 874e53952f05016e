"""Objects beside contacts: leads, tasks, activities, deals, and who belongs to whom."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from sandbox.hubspot.kinds import OTHERS
from tests.sandbox.hubspot_desk import ANA, NOON, Desk, hubspot_desk
from tests.sandbox.stage import Stage

OBJECTS = "/crm/v3/objects"


@pytest.fixture
def desk(stage: Stage) -> Iterator[Desk]:
    with hubspot_desk(stage) as desk:
        yield desk


def joined(contact: str, type_id: int) -> list[dict[str, Any]]:
    kind = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}
    return [{"to": {"id": contact}, "types": [kind]}]


@pytest.mark.parametrize("kind", [kind.name for kind in OTHERS])
def test_every_object_is_searched_and_read_by_its_names(desk: Desk, kind: str) -> None:
    contact = desk.portal.add_contact({"email": "a@example.com"})
    record = desk.portal.add(kind, {"hubspot_owner_id": ANA}, contact=contact)
    type_id = desk.portal.shelves[kind].kind.type_id
    body = {"sorts": [{"propertyName": "hs_lastmodifieddate", "direction": "ASCENDING"}]}
    for name in (kind, type_id):
        _, found = desk.ask("POST", f"{OBJECTS}/{name}/search", body)
        assert [r["id"] for r in found["results"]] == [record]
    _, read = desk.ask(
        "POST", f"/crm/objects/2026-09/{kind}/batch/read", {"inputs": [{"id": record}]}
    )
    assert read["results"][0]["id"] == record
    _, known = desk.ask("GET", f"/crm/v3/properties/{kind}")
    assert "hs_lastmodifieddate" in {p["name"] for p in known["results"]}


def test_a_task_is_created_with_its_contact(desk: Desk) -> None:
    contact = desk.portal.add_contact({})
    body = {
        "properties": {"hs_timestamp": "2026-11-23T13:00:00Z", "hs_task_subject": "Call"},
        "associations": joined(contact, 204),
    }
    status, made = desk.ask("POST", f"{OBJECTS}/tasks", body)
    assert status == 201
    assert list(desk.portal.links.of("contacts", contact, "tasks")) == [(made["id"], 204)]


@pytest.mark.parametrize(
    ("kind", "properties", "associations"),
    [
        ("tasks", {"hs_task_subject": "Call"}, []),
        ("tasks", {"hs_timestamp": "1000"}, joined("101", 578)),
        ("tasks", {"hs_timestamp": "1000"}, joined("999", 204)),
        ("leads", {"hs_lead_name": "Ann"}, []),
        ("leads", {}, joined("101", 578)),
    ],
)
def test_what_a_creation_lacks(
    desk: Desk, kind: str, properties: dict[str, str], associations: list[Any]
) -> None:
    assert desk.portal.add_contact({}) == "101"
    body = {"properties": properties, "associations": associations}
    status, refused = desk.ask("POST", f"{OBJECTS}/{kind}", body)
    assert status in (400, 404)
    assert refused["category"] in ("VALIDATION_ERROR", "OBJECT_NOT_FOUND")
    assert desk.portal.shelves[kind].records == {}


@pytest.mark.parametrize("path", ["/crm/v4/associations", "/crm/associations/2026-09"])
def test_associations_are_read_in_batches_and_the_lonely_are_errors(desk: Desk, path: str) -> None:
    contact = desk.portal.add_contact({})
    lead = desk.portal.add("leads", {"hs_lead_name": "Ann"}, contact=contact)
    inputs = {"inputs": [{"id": lead}, {"id": "7"}]}
    status, body = desk.ask("POST", f"{path}/leads/contacts/batch/read", inputs)
    assert status == 207
    [result] = body["results"]
    assert result["from"] == {"id": lead}
    assert [(to["toObjectId"], to["associationTypes"][0]["typeId"]) for to in result["to"]] == [
        (int(contact), 578)
    ]
    [error] = body["errors"]
    assert error["subCategory"] == "crm.associations.NO_ASSOCIATIONS_FOUND"
    assert error["context"]["fromObjectId"] == ["7"]


def test_a_finished_task_and_a_won_deal_are_dated_and_marked(desk: Desk) -> None:
    contact = desk.portal.add_contact({})
    task = desk.portal.add("tasks", {"hs_timestamp": "1000"}, contact=contact)
    deal = desk.portal.add("deals", {"amount": "100"}, contact=contact)
    desk.portal.ground.clock.advance(timedelta(seconds=5))
    desk.portal.person_updates(task, {"hs_task_status": "COMPLETED"}, kind="tasks")
    desk.portal.person_updates(deal, {"dealstage": "closedwon"}, kind="deals")
    done = desk.portal.shelves["tasks"].records[task].state.values
    won = desk.portal.shelves["deals"].records[deal].state.values
    at = (NOON + timedelta(seconds=5)).isoformat(timespec="milliseconds")
    assert done["hs_task_completion_date"] == at.replace("+00:00", "Z")
    assert (won["hs_is_closed"], won["hs_is_closed_won"]) == ("true", "true")


def test_a_scope_that_is_missing(desk: Desk) -> None:
    desk.portal.missing_scopes.add("leads")
    status, body = desk.ask("POST", f"{OBJECTS}/leads/search", {})
    assert (status, body["category"]) == (403, "MISSING_SCOPES")
    assert body["errors"][0]["context"]["requiredGranularScopes"] == ["crm.objects.leads.read"]
    assert desk.search()[0] == 200


@pytest.mark.parametrize("objects", ["/crm/v4/objects", "/crm/objects/2026-09"])
@pytest.mark.parametrize("other", ["contacts", "contact", "0-1"])
def test_what_belongs_to_one_record(desk: Desk, objects: str, other: str) -> None:
    contact = desk.portal.add_contact({})
    lead = desk.portal.add("leads", {"hs_lead_name": "Ann"}, contact=contact)
    status, body = desk.ask("GET", f"{objects}/leads/{lead}/associations/{other}")
    assert (status, body.keys()) == (200, {"results"})
    assert [to["toObjectId"] for to in body["results"]] == [int(contact)]
    assert desk.ask("GET", f"{objects}/leads/{lead}/associations/deals") == (200, {"results": []})
    assert desk.ask("GET", f"{objects}/leads/7/associations/contacts")[0] == 404
    assert desk.ask("GET", f"{objects}/leads/{lead}/associations/nonsense")[0] == 400


def test_several_are_archived_at_once_and_the_unknown_passed_over(desk: Desk) -> None:
    kept, gone = desk.portal.add_contact({}), desk.portal.add_contact({})
    assert desk.batch("archive", {"id": gone}, {"id": "7"}) == (204, None)
    assert [c.id for c in desk.portal.contacts.values() if not c.archived] == [kept]


def test_an_owner_by_the_users_id_too(desk: Desk) -> None:
    owner = desk.ask("GET", f"/crm/v3/owners/{ANA}?idProperty=id")[1]
    by_user = f"/crm/v3/owners/{owner['userId']}"
    assert desk.ask("GET", f"{by_user}?idProperty=userId&archived=false") == (200, owner)
    assert desk.ask("GET", by_user)[0] == 404
    assert desk.ask("GET", f"{by_user}?idProperty=email")[0] == 400


def test_the_word_bearer_in_any_case(desk: Desk) -> None:
    token = desk.http.headers["Authorization"].removeprefix("Bearer ")
    for scheme, status in (("bearer", 200), ("BEARER", 200), ("Basic", 401)):
        asked = desk.http.get("/crm/v3/owners", headers={"Authorization": f"{scheme} {token}"})
        assert asked.status_code == status
