"""Batches: results in order, and the three ways one bad row is answered."""

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.faults import Fault, FaultKind
from sandbox.hubspot.portal import BatchFailure
from tests.sandbox.hubspot_desk import ANA, BEN, CONTACTS, Desk, hubspot_desk, owned_by
from tests.sandbox.stage import Stage


@pytest.fixture
def desk(stage: Stage) -> Iterator[Desk]:
    with hubspot_desk(stage) as desk:
        yield desk


def people(desk: Desk, count: int) -> list[str]:
    return [desk.portal.add_contact({"firstname": f"{n}"}) for n in range(count)]


def result_ids(body: Any) -> list[str]:
    return [record["id"] for record in body["results"]]


def test_a_batch_update_answers_for_each_in_order(desk: Desk) -> None:
    made = people(desk, 100)[::-1]
    status, body = desk.batch("update", *(owned_by(i, ANA) for i in made))
    assert (status, body["status"]) == (200, "COMPLETE")
    assert body.keys() == {"completedAt", "startedAt", "status", "results"}
    assert result_ids(body) == made
    assert [entry["ids"][0] for entry in desk.logged("owner_written")] == made


def test_a_batch_of_101_is_refused(desk: Desk) -> None:
    made = people(desk, 101)
    for verb in ("update", "read", "create"):
        status, body = desk.batch(verb, *(owned_by(i, ANA) for i in made))
        assert (status, body["category"]) == (400, "VALIDATION_ERROR")
    read = desk.batch("read", *({"id": i} for i in made[:51]), propertiesWithHistory=["email"])
    assert read[0] == 400
    assert desk.logged("owner_written") == []


def test_the_same_id_twice_is_refused_in_every_mode(desk: Desk) -> None:
    [contact_id] = people(desk, 1)
    desk.portal.batch_failure = "multi_status"
    status, body = desk.batch("update", owned_by(contact_id, ANA), owned_by(contact_id, BEN))
    assert status == 400
    assert body["message"] == (
        f"Duplicate IDs found in batch input: [{contact_id}]. IDs must be unique"
    )
    assert body["context"] == {"ids": [contact_id]}
    assert desk.owner(contact_id) is None


@pytest.mark.parametrize(
    ("mode", "bad", "traced", "status"),
    [
        ("whole", "lost", False, 404),
        ("whole", "owner", False, 400),
        ("whole", "owner", True, 400),
        ("multi_status", "lost", False, 207),
        ("multi_status", "owner", False, 207),
        ("recorded", "lost", False, 207),
        ("recorded", "owner", False, 400),
        ("recorded", "owner", True, 207),
    ],
)
def test_one_bad_row(
    desk: Desk,
    mode: BatchFailure,
    bad: str,
    traced: bool,  # noqa: FBT001 - a column of the table above
    status: int,
) -> None:
    first, second, last = people(desk, 3)
    desk.portal.batch_failure = mode
    rows = [
        owned_by(first, ANA),
        owned_by("999999", ANA) if bad == "lost" else owned_by(second, "999"),
        owned_by(last, BEN),
    ]
    if traced:
        rows = [{**row, "objectWriteTraceId": str(n)} for n, row in enumerate(rows)]
    answered, body = desk.batch("update", *rows)
    assert answered == status
    if status != 207:
        assert body["status"] == "error"
        assert [desk.owner(i) for i in (first, second, last)] == [None, None, None]
        assert desk.logged("owner_written") == []
        return
    assert (body["status"], body["numErrors"]) == ("COMPLETE", 1)
    assert result_ids(body) == [first, last]
    assert [desk.owner(i) for i in (first, second, last)] == [ANA, None, BEN]
    [error] = body["errors"]
    if traced:
        assert error["context"]["objectWriteTraceId"] == ["1"]
    else:
        assert error["context"]["ids"] == [rows[1]["id"]]
    assert len(desk.logged("refused")) == 1


def test_num_errors_counts_entries_not_ids(desk: Desk) -> None:
    [contact_id] = people(desk, 1)
    rows = [owned_by(i, ANA) for i in ("7", contact_id, "8")]
    status, body = desk.batch("update", *rows)
    assert (status, body["numErrors"]) == (207, 1)
    assert body["errors"][0]["context"] == {"ids": ["7", "8"]}
    assert body["errors"][0]["category"] == "OBJECT_NOT_FOUND"
    status, body = desk.batch("read", *({"id": row["id"]} for row in rows))
    assert (status, result_ids(body), body["numErrors"]) == (207, [contact_id], 1)


def test_a_row_the_vendor_leaves_out_without_a_word(desk: Desk) -> None:
    kept, other, plain = people(desk, 3)
    desk.portal.person_updates(kept, {"email": "kept@example.com"})
    desk.portal.merge(kept, other)
    rows = [owned_by("kept@example.com", ANA), owned_by(other, ANA), owned_by(plain, ANA)]
    status, body = desk.batch("update", *rows)
    assert (status, result_ids(body)) == (200, [plain])
    assert desk.owner(kept) is None
    assert desk.ask("GET", f"{CONTACTS}/{other}")[1]["id"] == kept


def test_a_batch_update_by_a_unique_property_only(desk: Desk) -> None:
    contact_id = desk.portal.add_contact({"email": "a@example.com", "firsttouch_id": "meta:1"})
    assert desk.batch("update", owned_by("meta:1", ANA, idProperty="firsttouch_id"))[0] == 200
    assert desk.owner(contact_id) == ANA
    status, body = desk.batch("update", owned_by("a@example.com", BEN, idProperty="phone"))
    assert status == 400
    assert body["message"] == "Unable to perform update/upsert by non-unique 0-1 property phone"


def test_a_batch_update_by_address_is_taken_unless_the_portal_is_of_2024(desk: Desk) -> None:
    contact_id = desk.portal.add_contact({"email": "a@example.com"})
    rows = [owned_by(f"{name}@example.com", BEN, idProperty="email") for name in ("A", "nobody")]
    status, body = desk.batch("update", *rows)
    assert (status, result_ids(body), body["numErrors"]) == (207, [contact_id], 1)
    assert desk.owner(contact_id) == BEN
    desk.portal.updates_by_email = False
    status, body = desk.batch("update", rows[0])
    assert status == 400
    assert body["message"] == "Unable to perform update/upsert by non-unique 0-1 property email"


@pytest.mark.parametrize(
    ("name", "option", "text"),
    [
        ("numemployees", "100-500", "51-200"),
        ("numemployees", "1000+", "240"),
        ("hs_language", "pt-br", "pt-BR"),
        ("lifecyclestage", "lead", "Lead"),
    ],
)
def test_what_is_no_option_is_refused_row_by_row(
    desk: Desk, name: str, option: str, text: str
) -> None:
    first, second = people(desk, 2)
    rows = [{"id": first, "properties": {name: option}}, {"id": second, "properties": {name: text}}]
    status, body = desk.batch("update", *rows)
    assert (status, body["errors"][0]["code"]) == (400, "INVALID_OPTION")
    assert name not in desk.portal.contacts[first].state.values or name == "lifecyclestage"
    traced = [{**row, "objectWriteTraceId": str(n)} for n, row in enumerate(rows)]
    status, body = desk.batch("update", *traced)
    assert (status, result_ids(body)) == (207, [first])
    assert body["errors"][0]["context"]["objectWriteTraceId"] == ["1"]
    assert desk.portal.contacts[first].state.values[name] == option


def test_an_old_record_may_hold_what_is_an_option_no_more(desk: Desk) -> None:
    contact_id = desk.portal.add_contact({"numemployees": "51-200 employees"})
    _, read = desk.ask("GET", f"{CONTACTS}/{contact_id}?properties=numemployees")
    assert read["properties"]["numemployees"] == "51-200 employees"
    with pytest.raises(ValueError, match="allowed options"):
        desk.portal.add_contact({"lifecyclestage": "Lead"})


def test_every_enumeration_but_the_owner_s_has_options(desk: Desk) -> None:
    without = {
        known["name"]
        for kind in desk.portal.shelves
        for known in desk.ask("GET", f"/crm/v3/properties/{kind}")[1]["results"]
        if known["type"] == "enumeration" and not known["options"]
    }
    assert without == {"hubspot_owner_id"}


def test_batch_read_by_id_and_by_address(desk: Desk) -> None:
    contact_id = desk.portal.add_contact({"email": "a@example.com", "hubspot_owner_id": ANA})
    asked = ["hubspot_owner_id", "phone"]
    status, body = desk.batch("read", {"id": contact_id}, properties=asked)
    assert status == 200
    assert body["results"][0]["properties"]["hubspot_owner_id"] == ANA
    assert body["results"][0]["properties"]["phone"] is None
    status, body = desk.batch("read", {"id": "A@example.com"}, idProperty="email")
    assert (status, result_ids(body)) == (200, [contact_id])
    assert desk.logged("served") == [{"ids": (contact_id,)}] * 2


def new(**properties: str) -> dict[str, Any]:
    return {"properties": properties}


def test_batch_create_is_insert_only(desk: Desk) -> None:
    taken = desk.portal.add_contact({"email": "taken@example.com", "hubspot_owner_id": ANA})
    rows = [new(email="taken@example.com", hubspot_owner_id=BEN), new(email="b@example.com")]
    status, body = desk.batch("create", *rows)
    assert (status, body["category"]) == (409, "CONFLICT")
    assert len(desk.portal.contacts) == 1
    traced = [{**row, "objectWriteTraceId": str(n)} for n, row in enumerate(rows)]
    status, body = desk.batch("create", *traced)
    assert status == 207
    [error] = body["errors"]
    assert error["context"] == {"objectWriteTraceId": ["0"]}
    assert error["message"] == f"Contact already exists. Existing ID: {taken}"
    assert error["message"] == f"Contact already exists. Existing ID: {taken}"
    assert len(body["results"]) == 1
    assert desk.owner(taken) == ANA
    assert desk.batch("create", new(email="c@example.com"))[0] == 201


def test_two_rows_of_one_batch_cannot_take_the_same_value(desk: Desk) -> None:
    rows = [new(firsttouch_id="meta:1"), new(firsttouch_id="meta:1")]
    assert desk.batch("create", *rows)[0] == 409
    assert desk.portal.contacts == {}
    desk.portal.batch_failure = "multi_status"
    status, body = desk.batch("create", *rows)
    assert (status, len(body["results"]), body["numErrors"]) == (207, 1, 1)


def test_an_upsert_overwrites_an_owner_which_is_why_nobody_should_use_it(desk: Desk) -> None:
    contact_id = desk.portal.add_contact({"email": "a@example.com", "hubspot_owner_id": ANA})
    rows = [owned_by(f"{n}@example.com", BEN, idProperty="email") for n in "ab"]
    status, body = desk.batch("upsert", *rows)
    assert status == 200
    assert [record["new"] for record in body["results"]] == [False, True]
    assert desk.owner(contact_id) == BEN


def test_a_scripted_row_fault_refuses_one_row_once(desk: Desk) -> None:
    first, second = people(desk, 2)
    desk.portal.batch_failure = "multi_status"
    desk.portal.ground.faults.script(Fault(kind=FaultKind.ROW_REFUSED, record_id=second))
    rows = [owned_by(first, ANA), owned_by(second, ANA)]
    status, body = desk.batch("update", *rows)
    assert (status, result_ids(body)) == (207, [first])
    assert body["errors"][0]["category"] == "VALIDATION_ERROR"
    assert desk.batch("update", *rows)[0] == 200


def test_a_record_can_be_refused_every_time(desk: Desk) -> None:
    first, second = people(desk, 2)
    desk.portal.refused_ids[second] = "RECORD_LOCKED"
    for _ in range(2):
        status, body = desk.batch("update", owned_by(first, ANA), owned_by(second, ANA))
        assert (status, body["category"]) == (400, "RECORD_LOCKED")
    assert desk.batch("update", owned_by(first, ANA))[0] == 200


@pytest.mark.parametrize("body", [{}, {"inputs": {}}, {"inputs": [1]}])
def test_a_batch_without_inputs(desk: Desk, body: Any) -> None:
    for verb in ("read", "update", "create"):
        assert desk.ask("POST", f"{CONTACTS}/batch/{verb}", body)[0] == 400
