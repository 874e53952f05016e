"""Single writes: what they change, what they are refused for, and what the journal keeps."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.hubspot_desk import ANA, BEN, CONTACTS, GONE, QUEUE, Desk, hubspot_desk
from tests.sandbox.stage import Stage


@pytest.fixture
def desk(stage: Stage) -> Iterator[Desk]:
    with hubspot_desk(stage) as desk:
        yield desk


def create(desk: Desk, **properties: str) -> tuple[int, Any]:
    return desk.ask("POST", CONTACTS, {"properties": properties})


def patch(desk: Desk, contact_id: str, **properties: Any) -> tuple[int, Any]:
    return desk.ask("PATCH", f"{CONTACTS}/{contact_id}", {"properties": properties})


def codes(answer: tuple[int, Any]) -> list[str]:
    """The codes inside the JSON inside the message of a refused write."""
    status, body = answer
    assert (status, body["category"]) == (400, "VALIDATION_ERROR")
    start, _, listed = body["message"].partition(": ")
    assert start == "Property values were not valid"
    problems = json.loads(listed)
    assert [p["error"] for p in problems] == [e["code"] for e in body["errors"]]
    assert all(p["isValid"] is False for p in problems)
    return [p["error"] for p in problems]


def test_create_answers_201_with_an_id_that_reads_back(desk: Desk) -> None:
    status, body = create(desk, email="Ana@Example.com", hubspot_owner_id=ANA)
    assert status == 201
    _, read = desk.ask("GET", f"{CONTACTS}/{body['id']}?properties=email,hubspot_owner_id")
    assert read["properties"]["email"] == "ana@example.com"  # the vendor lower-cases addresses
    assert desk.logged("created") == [{"ids": (body["id"],), "by": "api", "owner": ANA}]
    assert desk.ask("GET", f"{CONTACTS}/ana@example.com?idProperty=email")[1]["id"] == body["id"]


def test_an_owner_write_is_logged_with_both_owners_and_dated(desk: Desk) -> None:
    contact_id = desk.portal.add_contact({"hubspot_owner_id": ANA})
    desk.portal.ground.clock.advance(timedelta(seconds=5))
    assert patch(desk, contact_id, hubspot_owner_id=BEN)[0] == 200
    assert desk.logged("owner_written") == [{"ids": (contact_id,), "from": ANA, "to": BEN}]
    values = desk.portal.contacts[contact_id].state.values
    assert values["hubspot_owner_assigneddate"] == "2026-11-23T12:00:05.250Z"
    assert values["lastmodifieddate"] == "2026-11-23T12:00:05.250Z"


def test_writing_the_owner_it_has_moves_the_record_but_is_no_owner_change(desk: Desk) -> None:
    contact_id = desk.portal.add_contact({"hubspot_owner_id": ANA})
    desk.portal.ground.clock.advance(timedelta(seconds=5))
    patch(desk, contact_id, hubspot_owner_id=ANA)
    assert desk.logged("owner_written") == []
    assert len(desk.logged("written")) == 1
    values = desk.portal.contacts[contact_id].state.values
    assert values["lastmodifieddate"] == "2026-11-23T12:00:05.250Z"
    assert values["hubspot_owner_assigneddate"] == "2026-11-23T12:00:00.250Z"


@pytest.mark.parametrize("cleared", ["", None])
def test_an_empty_value_clears(desk: Desk, cleared: str | None) -> None:
    contact_id = desk.portal.add_contact({"hubspot_owner_id": ANA})
    patch(desk, contact_id, hubspot_owner_id=cleared)
    assert desk.owner(contact_id) is None
    assert desk.logged("owner_written") == [{"ids": (contact_id,), "from": ANA, "to": None}]


def test_a_queue_can_own(desk: Desk) -> None:
    contact_id = desk.portal.add_contact({})
    assert patch(desk, contact_id, hubspot_owner_id=QUEUE)[0] == 200


def test_a_person_is_told_apart_from_the_api(desk: Desk) -> None:
    contact_id = desk.portal.add_contact({"hubspot_owner_id": ANA})
    desk.portal.person_sets_owner(contact_id, BEN)
    desk.portal.person_updates(contact_id, {"hs_lead_status": "CONNECTED"})
    assert desk.logged("owner_written") == []
    assert desk.logged("person") == [
        {"ids": (contact_id,), "properties": ["hubspot_owner_id"], "from": ANA, "to": BEN},
        {"ids": (contact_id,), "properties": ["hs_lead_status"]},
    ]
    _, body = desk.ask("GET", f"{CONTACTS}/{contact_id}?propertiesWithHistory=hubspot_owner_id")
    history = body["propertiesWithHistory"]["hubspot_owner_id"]
    assert [(e["value"], e["sourceType"]) for e in history] == [(BEN, "CRM_UI"), (ANA, "FORM")]


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"shoe_size": "44"}, "PROPERTY_DOESNT_EXIST"),
        ({"createdate": "2026-01-01"}, "READ_ONLY_VALUE"),
        ({"hs_object_id": "7"}, "READ_ONLY_VALUE"),
        ({"notes_last_contacted": "1"}, "READ_ONLY_VALUE"),
        ({"hubspot_owner_id": "ana"}, "INVALID_INTEGER"),
        ({"hubspot_owner_id": "999"}, "INVALID_OWNER_ID"),
        ({"hubspot_owner_id": GONE}, "INVALID_OWNER_ID"),
        ({"email": "not an address"}, "INVALID_EMAIL"),
        ({"hs_lead_status": "Warm"}, "INVALID_OPTION"),
        ({"annualrevenue": "a lot"}, "INVALID_NUMBER"),
        ({"annualrevenue": "nan"}, "INVALID_NUMBER"),
    ],
)
def test_a_value_that_cannot_be_stored_changes_nothing(
    desk: Desk, properties: dict[str, str], code: str
) -> None:
    contact_id = desk.portal.add_contact({"firstname": "before"})
    before = dict(desk.portal.contacts[contact_id].state.values)
    assert codes(patch(desk, contact_id, firstname="after", **properties)) == [code]
    assert codes(create(desk, **properties)) == [code]
    assert desk.portal.contacts[contact_id].state.values == before
    assert list(desk.portal.contacts) == [contact_id]
    assert [entry["code"] for entry in desk.logged("refused")] == [code, code]


def test_every_bad_value_is_named(desk: Desk) -> None:
    assert codes(create(desk, shoe_size="44", hs_object_id="1")) == [
        *("PROPERTY_DOESNT_EXIST", "READ_ONLY_VALUE")
    ]


def test_an_address_in_use_is_a_conflict_that_names_its_contact(desk: Desk) -> None:
    contact_id = desk.portal.add_contact({"email": "taken@example.com"})
    status, body = create(desk, email="Taken@example.com")
    assert (status, body["category"]) == (409, "CONFLICT")
    assert body["message"] == f"Contact already exists. Existing ID: {contact_id}"
    desk.ask("DELETE", f"{CONTACTS}/{contact_id}")
    assert create(desk, email="taken@example.com")[0] == 201


def test_a_unique_property_in_use_is_refused_with_the_id_that_holds_it(desk: Desk) -> None:
    _, first = create(desk, firsttouch_id="meta:1")
    answer = create(desk, firsttouch_id="META:1")
    assert codes(answer) == ["CONFLICTING_UNIQUE_VALUE"]
    assert answer[1]["errors"][0]["message"] == f"{first['id']} already has that value."
    assert patch(desk, first["id"], firsttouch_id="meta:1")[0] == 200  # its own value


@pytest.mark.parametrize("body", [{}, {"properties": None}, {"properties": ["email"]}, [1]])
def test_a_body_without_properties_is_refused(desk: Desk, body: Any) -> None:
    contact_id = desk.portal.add_contact({})
    assert desk.ask("POST", CONTACTS, body)[0] == 400
    assert desk.ask("PATCH", f"{CONTACTS}/{contact_id}", body)[0] == 400


def test_no_properties_to_update(desk: Desk) -> None:
    status, body = patch(desk, desk.portal.add_contact({}))
    assert status == 400
    assert body["message"] == "No properties found to update, please provide at least one."
    assert body["context"] == {"properties": ["{}"]}


def test_text_that_is_not_json(desk: Desk) -> None:
    response = desk.http.post(CONTACTS, content=b"{")
    assert response.status_code == 400
    assert response.json()["message"].startswith("Invalid input JSON")


def test_an_unknown_contact_and_an_unknown_object(desk: Desk) -> None:
    assert patch(desk, "7", firstname="x")[0] == 404
    assert desk.ask("GET", f"{CONTACTS}/7")[1]["category"] == "OBJECT_NOT_FOUND"
    status, body = desk.ask("GET", "/crm/v3/objects/unicorns")
    assert (status, body["message"]) == (400, "Unable to infer object type from: unicorns")
    assert desk.ask("GET", "/crm/v9/nothing")[0] == 404


def test_the_world_cannot_make_what_the_vendor_could_not_hold(desk: Desk) -> None:
    desk.portal.add_contact({"email": "one@example.com"})
    with pytest.raises(ValueError, match="Existing ID"):
        desk.portal.add_contact({"email": "one@example.com"})
    with pytest.raises(ValueError, match="does not exist"):
        desk.portal.add_contact({"shoe_size": "44"})
    kept = {"email": "broken@", "notes_last_contacted": "1000", "hubspot_owner_id": GONE}
    values = desk.portal.contacts[desk.portal.add_contact(kept)].state.values
    assert values["hubspot_owner_id"] == GONE  # who left keeps what was theirs
    assert values["notes_last_contacted"] == "1970-01-01T00:00:01.000Z"


def test_lists_page_by_id_so_that_nobody_is_skipped_by_an_edit(desk: Desk) -> None:
    made = [desk.portal.add_contact({"firstname": f"{n}"}) for n in range(25)]
    seen: list[str] = []
    after = "0"
    while after:
        _, body = desk.ask("GET", f"{CONTACTS}?limit=10&after={after}")
        seen += [record["id"] for record in body["results"]]
        desk.portal.person_updates(seen[0], {"firstname": "edited"})
        after = body.get("paging", {}).get("next", {}).get("after", "")
    assert seen == made
    assert desk.ask("GET", f"{CONTACTS}?limit=101")[0] == 400
    assert desk.ask("GET", f"{CONTACTS}?limit=51&propertiesWithHistory=email")[0] == 400


def test_a_changed_address_is_free_again(desk: Desk) -> None:
    contact_id = desk.portal.add_contact({"email": "old@example.com"})
    patch(desk, contact_id, email="new@example.com")
    assert create(desk, email="old@example.com")[0] == 201
    assert create(desk, email="new@example.com")[0] == 409


def test_people_and_the_api_may_write_at_the_same_time(desk: Desk) -> None:
    def work(n: int) -> list[str]:
        made = [desk.portal.add_contact({"firstname": f"{n}"}) for _ in range(50)]
        for contact_id in made:
            desk.portal.person_sets_owner(contact_id, ANA)
        return made

    with ThreadPoolExecutor(4) as pool:
        working = [pool.submit(work, n) for n in range(4)]
        for _ in range(20):
            assert desk.ask("POST", f"{CONTACTS}/search", {"limit": 200})[0] == 200
    made = [contact_id for future in working for contact_id in future.result()]
    assert len(set(made)) == len(desk.portal.contacts) == 200
    assert {desk.owner(contact_id) for contact_id in made} == {ANA}
