"""Many leads in one request: an answer each, in order; and composite requests."""

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.faults import Fault, FaultKind
from tests.sandbox.salesforce_desk import (
    ANA,
    BEN,
    DESK,
    GONE,
    NOBODY_THERE,
    ROOT,
    WEB,
    Desk,
    errors,
    row_codes,
    salesforce_desk,
)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with salesforce_desk() as desk:
        yield desk


def new(**fields: Any) -> dict[str, Any]:
    return {"attributes": {"type": "Lead"}, "LastName": "Doe", "Company": "Doe Ltd", **fields}


def test_each_row_answers_for_itself_in_the_order_asked(desk: Desk) -> None:
    leads = [desk.lead() for _ in range(4)]
    status, rows = desk.update_many(
        {"id": leads[2], "OwnerId": ANA},
        {"Id": leads[0], "OwnerId": GONE},
        {"id": leads[1][:15], "OwnerId": BEN},
        {"id": NOBODY_THERE, "OwnerId": ANA},
        {"id": leads[3], "Foo": 1},
    )
    assert status == 200
    assert [row.get("id") for row in rows] == [leads[2], None, leads[1], None, None]
    assert row_codes(rows) == [
        "ok",
        "INACTIVE_OWNER_OR_USER",
        "ok",
        "INVALID_CROSS_REFERENCE_KEY",
        "INVALID_FIELD",
    ]
    assert rows[0] == {"id": leads[2], "success": True, "errors": []}
    assert set(rows[1]) == {"success", "errors"}
    assert set(rows[1]["errors"][0]) == {"statusCode", "message", "fields"}
    assert [desk.owner(lead) for lead in leads] == [WEB, BEN, ANA, WEB]


@pytest.mark.parametrize("method", ["PATCH", "POST"])
def test_two_hundred_records_and_not_one_more(desk: Desk, method: str) -> None:
    rows = [new(City="Graz") for _ in range(201)]
    if method == "PATCH":
        rows = [{**row, "id": desk.lead()} for row in rows]
    before = len(desk.org.leads)
    status, body = desk.ask(method, "composite/sobjects", {"records": rows})
    assert status == 400
    assert errors(body) == [
        (
            "EXCEEDED_ID_LIMIT",
            "record limit reached. cannot submit more than 200 records into this call",
        )
    ]
    assert len(desk.org.leads) == before
    assert not desk.records("SELECT Id FROM Lead WHERE City = 'Graz'")
    status, body = desk.ask(method, "composite/sobjects", {"records": rows[:200]})
    assert (status, row_codes(body)) == (200, ["ok"] * 200)


def test_all_or_none_undoes_every_row_its_history_and_its_journal(desk: Desk) -> None:
    leads = [desk.lead(Firsttouch_Id__c=f"x:{n}") for n in range(3)]
    rows = [{"id": lead, "OwnerId": ANA, "Firsttouch_Id__c": None} for lead in leads]
    rows[1]["OwnerId"] = GONE
    status, answer = desk.update_many(*rows, allOrNone=True)
    assert (status, row_codes(answer)) == (
        200,
        [
            "ALL_OR_NONE_OPERATION_ROLLED_BACK",
            "INACTIVE_OWNER_OR_USER",
            "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        ],
    )
    assert [desk.owner(lead) for lead in leads] == [WEB] * 3
    assert len(desk.records("SELECT Id FROM LeadHistory WHERE Field = 'Owner'")) == 0
    assert not desk.logged("owner_written")
    assert desk.logged("refused") == [{"ids": (leads[1],), "code": "INACTIVE_OWNER_OR_USER"}]
    duplicate = new(Firsttouch_Id__c="x:0")
    _, answer = desk.ask("POST", "composite/sobjects", {"records": [duplicate]})
    assert row_codes(answer) == ["DUPLICATE_VALUE"]
    rows[1]["OwnerId"] = BEN
    assert row_codes(desk.update_many(*rows, allOrNone=True)[1]) == ["ok"] * 3
    assert len(desk.logged("owner_written")) == 3


def test_a_row_twice_in_one_request_is_refused_the_second_time(desk: Desk) -> None:
    lead = desk.lead()
    _, rows = desk.update_many({"id": lead, "OwnerId": ANA}, {"id": lead[:15], "OwnerId": BEN})
    assert (row_codes(rows), desk.owner(lead)) == (["ok", "DUPLICATE_VALUE"], ANA)


def test_a_scripted_row_fault_spares_its_neighbours(desk: Desk) -> None:
    first, second = desk.lead(), desk.lead()
    desk.org.ground.faults.script(
        Fault(kind=FaultKind.ROW_REFUSED, record_id=second),
        Fault(kind=FaultKind.ROW_REFUSED, record_id=first, detail="ENTITY_IS_LOCKED"),
    )
    ask = [{"id": lead, "OwnerId": ANA} for lead in (first, second)]
    _, rows = desk.update_many(*ask)
    assert row_codes(rows) == ["ENTITY_IS_LOCKED", "UNABLE_TO_LOCK_ROW"]
    message = rows[1]["errors"][0]["message"]
    assert message.startswith("unable to obtain exclusive access to this record")
    assert row_codes(desk.update_many(*ask)[1]) == ["ok", "ok"]


@pytest.mark.parametrize(
    ("records", "code"),
    [
        (None, "INVALID_INPUT"),
        ([{"id": "x"}], "INVALID_INPUT"),
        (["x"], "INVALID_INPUT"),
        ([{"attributes": {"type": "Whizbang"}}], "INVALID_TYPE"),
        ([new(NumberOfEmployees="51-200"), new()], "JSON_PARSER_ERROR"),
    ],
)
def test_a_request_that_is_not_well_formed_fails_whole(desk: Desk, records: Any, code: str) -> None:
    status, body = desk.ask("POST", "composite/sobjects", {"records": records})
    assert (status, errors(body)[0][0]) == (400, code)
    assert not desk.org.leads


def test_records_of_two_kinds_in_one_request(desk: Desk) -> None:
    lead = desk.lead()
    task = {"attributes": {"type": "Task"}, "WhoId": lead, "Subject": "Call"}
    _, rows = desk.ask("POST", "composite/sobjects", {"records": [task, new(), task]})
    assert row_codes(rows) == ["ok"] * 3
    assert [row["id"][:3] for row in rows] == ["00T", "00Q", "00T"]
    chunks = [task if n % 2 else new() for n in range(11)]
    assert desk.ask("POST", "composite/sobjects", {"records": chunks})[0] == 400


def test_creation_is_insert_only_and_says_who_is_there_already(desk: Desk) -> None:
    desk.org.assignment_rule_owner = DESK
    rows = [new(Firsttouch_Id__c="meta:1", OwnerId=ANA), new(Firsttouch_Id__c="meta:1")]
    _, answer = desk.ask("POST", "composite/sobjects", {"records": rows})
    assert row_codes(answer) == ["ok", "DUPLICATE_VALUE"]
    assert answer[0]["id"][:15] in answer[1]["errors"][0]["message"]
    assert desk.owner(answer[0]["id"]) == ANA
    (created,) = desk.logged("created")
    assert created["ids"] == (answer[0]["id"],)


def test_rows_can_be_read_and_deleted_together(desk: Desk) -> None:
    leads = [desk.lead(City=str(n)) for n in range(3)]
    ids = ",".join([leads[2], NOBODY_THERE, leads[0]])
    _, rows = desk.ask("GET", f"composite/sobjects/Lead?ids={ids}&fields=Id,City")
    assert [row and row["City"] for row in rows] == ["2", None, "0"]
    _, posted = desk.ask(
        "POST", "composite/sobjects/Lead", {"ids": ids.split(","), "fields": ["Id", "City"]}
    )
    assert posted == rows
    _, gone = desk.ask("DELETE", f"composite/sobjects?ids={ids}")
    assert row_codes(gone) == ["ok", "INVALID_CROSS_REFERENCE_KEY", "ok"]
    assert [r["Id"] for r in desk.records("SELECT Id FROM Lead")] == [leads[1]]


def part(lead: str, owner: str, reference: str, **headers: str) -> dict[str, Any]:
    return {
        "method": "PATCH",
        "url": f"{ROOT}/sobjects/Lead/{lead}",
        "referenceId": reference,
        "httpHeaders": {"Sforce-Auto-Assign": "FALSE", **headers},
        "body": {"OwnerId": owner},
    }


def test_conditional_writes_inside_a_composite_request(desk: Desk) -> None:
    leads = [desk.lead(), desk.lead()]
    early, now = "Sun, 22 Nov 2026 11:59:59 GMT", "Sun, 22 Nov 2026 12:00:00 GMT"
    parts = [
        part(leads[0], ANA, "a", **{"If-Unmodified-Since": early}),
        part(leads[1], ANA, "b", **{"If-Unmodified-Since": now}),
    ]
    status, body = desk.ask("POST", "composite", {"compositeRequest": parts})
    results = body["compositeResponse"]
    assert status == 200
    assert [(r["referenceId"], r["httpStatusCode"]) for r in results] == [("a", 412), ("b", 204)]
    assert results[1]["body"] is None
    assert [desk.owner(lead) for lead in leads] == [WEB, ANA]


def test_a_composite_part_has_only_its_own_headers(desk: Desk) -> None:
    desk.org.assignment_rule_owner = DESK
    lead = desk.lead()
    one = {**part(lead, ANA, "a"), "httpHeaders": {}}
    desk.ask("POST", "composite", {"compositeRequest": [one]})
    assert desk.owner(lead) == DESK


def test_composite_all_or_none_and_its_limit(desk: Desk) -> None:
    leads = [desk.lead(), desk.lead()]
    parts = [part(leads[0], ANA, "a"), part(leads[1], GONE, "b")]
    _, body = desk.ask("POST", "composite", {"compositeRequest": parts, "allOrNone": True})
    results = body["compositeResponse"]
    assert [r["body"][0]["errorCode"] for r in results] == [
        "PROCESSING_HALTED",
        "INACTIVE_OWNER_OR_USER",
    ]
    assert desk.owner(leads[0]) == WEB
    many = [part(leads[0], ANA, f"r{n}") for n in range(26)]
    assert desk.ask("POST", "composite", {"compositeRequest": many})[0] == 400
    elsewhere = {"method": "GET", "url": "/elsewhere", "referenceId": "x"}
    _, body = desk.ask("POST", "composite", {"compositeRequest": [elsewhere]})
    assert body["compositeResponse"][0]["httpStatusCode"] == 404
