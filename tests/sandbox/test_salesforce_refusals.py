"""What Salesforce refuses, the emulator refuses, by the same code and in the same shape."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.salesforce_desk import (
    ANA,
    BEN,
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


def refused(desk: Desk, method: str, path: str, body: Any = None) -> tuple[int, str, str, Any]:
    status, answer = desk.ask(method, path, body)
    assert isinstance(answer, list), answer
    assert len(answer) == 1, answer
    return status, answer[0]["errorCode"], answer[0]["message"], answer[0].get("fields")


@pytest.mark.parametrize(
    ("fields", "code", "message", "named"),
    [
        ({"Nme": "x"}, "INVALID_FIELD", "No such column 'Nme' on sobject of type Lead", None),
        (
            {"SystemModstamp": "2026-11-22T12:00:00Z"},
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            (
                "Unable to create/update fields: SystemModstamp. Please check the security "
                "settings of this field and verify that it is read/write for your profile or "
                "permission set."
            ),
            ["SystemModstamp"],
        ),
        (
            {"City": "x" * 41},
            "STRING_TOO_LONG",
            f"City: data value too large: {'x' * 41} (max length=40)",
            ["City"],
        ),
        ({"OwnerId": "007"}, "MALFORMED_ID", None, ["OwnerId"]),
        (
            {"OwnerId": "005fT000000ZZZZUA2"},
            "MALFORMED_ID",  # the check characters are wrong
            None,
            ["OwnerId"],
        ),
        (
            {"OwnerId": "005fT000000ZZZZ"},
            "INVALID_CROSS_REFERENCE_KEY",
            "invalid cross reference id",
            ["OwnerId"],
        ),
        (
            {"OwnerId": GONE},
            "INACTIVE_OWNER_OR_USER",
            f"operation performed with inactive user [{GONE}] as owner of lead",
            [],
        ),
        ({"Email": "not an address"}, "INVALID_EMAIL_ADDRESS", None, ["Email"]),
        ({"CleanStatus": "Dirty"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", None, None),
        ({"LastName": ""}, "REQUIRED_FIELD_MISSING", None, ["LastName"]),
        ({"NumberOfEmployees": "51-200"}, "JSON_PARSER_ERROR", None, None),
        ({"NumberOfEmployees": 100_000_000}, "NUMBER_OUTSIDE_VALID_RANGE", None, None),
        ({"AnnualRevenue": 1e30}, "NUMBER_OUTSIDE_VALID_RANGE", None, None),
        ({"EmailBouncedDate": "22.11.2026"}, "JSON_PARSER_ERROR", None, None),
        ({"EmailBouncedDate": "2026-11-22T12:00:00"}, "JSON_PARSER_ERROR", None, None),
        ({"NumberOfEmployees": True}, "JSON_PARSER_ERROR", None, None),
        ({"City": 12}, "JSON_PARSER_ERROR", None, None),
        ({"Routing_Reason__c": {"a": 1}}, "JSON_PARSER_ERROR", None, None),
        ({"Id": NOBODY_THERE}, "INVALID_FIELD", None, None),
    ],
)
def test_an_update_that_is_refused(
    desk: Desk, fields: dict[str, Any], code: str, message: str | None, named: list[str] | None
) -> None:
    lead = desk.lead(City="Graz")
    before = dict(desk.org.leads[lead])
    status, found, said, about = refused(desk, "PATCH", f"sobjects/Lead/{lead}", fields)
    assert (status, found) == (400, code)
    assert message in (None, said)
    assert named in (None, about)
    assert dict(desk.org.leads[lead]) == before


def test_a_value_that_cannot_be_read_is_pointed_at(desk: Desk) -> None:
    lead = desk.lead()
    body = {"City": "Graz", "NumberOfEmployees": "51-200"}
    _, _, message, _ = refused(desk, "PATCH", f"sobjects/Lead/{lead}", body)
    assert message.startswith("Cannot deserialize instance of int from VALUE_STRING value 51-200")
    assert message.endswith("at [line:1, column:36]")


def test_numbers_and_dates_that_can_be_read_are(desk: Desk) -> None:
    lead = desk.lead()
    body = {
        "NumberOfEmployees": "120",
        "AnnualRevenue": 1e6,
        "EmailBouncedDate": "2026-11-22T12:00:00+02:00",
    }
    assert desk.ask("PATCH", f"sobjects/Lead/{lead}", body)[0] == 204
    row = desk.org.leads[lead]
    assert (row["NumberOfEmployees"], row["AnnualRevenue"]) == (120, 1_000_000)
    assert row["EmailBouncedDate"] == "2026-11-22T10:00:00.000+0000"


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        ({}, ["LastName", "Company"]),
        ({"Company": "Doe Ltd"}, ["LastName"]),
        ({"LastName": "Doe", "Company": ""}, ["Company"]),
        ({"LastName": "Doe", "Company": None}, ["Company"]),
        ({"LastName": "  ", "Company": "Doe Ltd"}, ["LastName"]),
    ],
)
def test_a_creation_without_what_is_required(
    desk: Desk, body: dict[str, Any], missing: list[str]
) -> None:
    status, code, message, fields = refused(desk, "POST", "sobjects/Lead/", body)
    assert (status, code, fields) == (400, "REQUIRED_FIELD_MISSING", missing)
    assert message == f"Required fields are missing: [{', '.join(missing)}]"
    assert not desk.org.leads


def test_deleted_converted_and_unknown_leads(desk: Desk) -> None:
    deleted, converted = desk.lead(), desk.lead()
    desk.org.person_deletes(deleted)
    desk.org.person_converts(converted)
    body = {"City": "Graz"}
    assert refused(desk, "PATCH", f"sobjects/Lead/{deleted}", body)[:3] == (
        404,
        "ENTITY_IS_DELETED",
        "entity is deleted",
    )
    assert refused(desk, "GET", f"sobjects/Lead/{deleted}")[:2] == (404, "ENTITY_IS_DELETED")
    assert refused(desk, "PATCH", f"sobjects/Lead/{converted}", body)[:3] == (
        400,
        "CANNOT_UPDATE_CONVERTED_LEAD",
        "cannot reference converted lead",
    )
    assert refused(desk, "PATCH", f"sobjects/Lead/{NOBODY_THERE}", body)[:2] == (404, "NOT_FOUND")
    _, rows = desk.update_many(
        *({"id": key, **body} for key in (deleted, converted, NOBODY_THERE, "x", None))
    )
    assert row_codes(rows) == [
        "ENTITY_IS_DELETED",
        "CANNOT_UPDATE_CONVERTED_LEAD",
        "INVALID_CROSS_REFERENCE_KEY",
        "MALFORMED_ID",
        "MISSING_ARGUMENT",
    ]


def test_a_unique_value_is_held_by_one_live_lead(desk: Desk) -> None:
    first, second = desk.lead(Firsttouch_Id__c="Meta:1"), desk.lead()
    body = {"LastName": "Roe", "Company": "Roe Ltd", "Firsttouch_Id__c": "meta:1"}
    _, code, message, _ = refused(desk, "POST", "sobjects/Lead/", body)
    assert (code, message) == (
        "DUPLICATE_VALUE",
        f"duplicate value found: Firsttouch_Id__c duplicates value on record with id: {first[:15]}",
    )
    change = {"Firsttouch_Id__c": "META:1"}
    assert refused(desk, "PATCH", f"sobjects/Lead/{second}", change)[1] == "DUPLICATE_VALUE"
    assert desk.ask("PATCH", f"sobjects/Lead/{first}", change)[0] == 204
    desk.org.person_deletes(first)
    status, made = desk.ask("POST", "sobjects/Lead/", body)
    assert status == 201
    desk.org.person_updates(made["id"], {"Firsttouch_Id__c": "meta:2"})
    assert desk.ask("PATCH", f"sobjects/Lead/{second}", change)[0] == 204


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "sobjects/Lead"), ("PATCH", "composite/sobjects"), ("POST", "composite")],
)
@pytest.mark.parametrize("body", ['{"LastName": ', "", "[1]", "nonsense"])
def test_a_body_that_is_not_json(desk: Desk, method: str, path: str, body: str) -> None:
    headers = {"Content-Type": "application/json"}
    response = desk.http.request(method, f"{ROOT}/{path}", content=body, headers=headers)
    assert response.status_code == 400
    assert response.json()[0]["errorCode"] == "JSON_PARSER_ERROR"


def test_a_body_that_does_not_say_it_is_json(desk: Desk) -> None:
    response = desk.http.post(f"{ROOT}/sobjects/Lead", data={"LastName": "Doe"})
    assert response.status_code == 415


@pytest.mark.parametrize("token", ["", "Bearer nonsense", "Basic YTpi", "Bearer "])
def test_no_good_token(desk: Desk, token: str) -> None:
    status, body = desk.ask("GET", "query?q=SELECT Id FROM Lead", headers={"Authorization": token})
    assert status == 401
    assert errors(body) == [("INVALID_SESSION_ID", "Session expired or invalid")]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/services/data/v66.0/nowhere", 404),
        ("/services/data/v66.0/sobjects/Whizbang/001", 404),
        ("/services/data/v40.0/limits", 404),
        ("/services/data/v69.0/limits", 404),
        ("/services/data/v66/limits", 404),
        ("/services/data/v30.0/limits", 410),
        ("/services/apexrest/x", 404),
        ("/nowhere", 404),
        ("/services/data/v41.0/limits", 200),
        ("/services/data/v68.0/limits/", 200),
        ("/services/data/v66.0", 200),
        ("/services/data/v66.0/", 200),
    ],
)
def test_paths_and_versions(desk: Desk, path: str, status: int) -> None:
    response = desk.http.get(path)
    assert response.status_code == status
    if status == 404:
        assert response.json()[0]["errorCode"] == "NOT_FOUND"


def test_a_method_the_resource_lacks(desk: Desk) -> None:
    assert refused(desk, "PUT", "sobjects/Lead/1", {})[:2] == (405, "METHOD_NOT_ALLOWED")
    assert refused(desk, "POST", "query", {"q": "SELECT Id FROM Lead"})[0] == 405


@pytest.mark.parametrize("name", ["User", "Group", "LeadHistory", "Organization"])
def test_objects_that_cannot_be_made_here(desk: Desk, name: str) -> None:
    assert refused(desk, "POST", f"sobjects/{name}", {})[1] == "INVALID_TYPE_FOR_OPERATION"


@pytest.mark.parametrize(
    ("form", "basic", "error"),
    [
        ({"grant_type": "client_credentials"}, ("other", "sandbox-secret"), "invalid_client_id"),
        ({"grant_type": "client_credentials"}, ("sandbox-client", "x"), "invalid_client"),
        ({"grant_type": "client_credentials"}, ("", ""), "invalid_client_id"),
        ({"grant_type": "magic"}, ("sandbox-client", "sandbox-secret"), "unsupported_grant_type"),
        (
            {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "a.b.c"},
            ("sandbox-client", "sandbox-secret"),
            "invalid_grant",
        ),
    ],
)
def test_a_token_that_is_not_given(
    desk: Desk, form: dict[str, str], basic: tuple[str, str], error: str
) -> None:
    response = desk.http.post("/services/oauth2/token", data=form, auth=basic)
    assert response.status_code == 400
    assert response.json()["error"] == error
    assert response.json()["error_description"]


def test_client_credentials_are_not_for_the_shared_login_host(desk: Desk) -> None:
    form = {"grant_type": "client_credentials"}
    response = desk.http.post(
        "https://login.salesforce.com/services/oauth2/token",
        data=form,
        auth=("sandbox-client", "sandbox-secret"),
    )
    assert response.json()["error"] == "invalid_grant"


def test_refused_rows_are_in_the_journal_with_their_code(desk: Desk) -> None:
    lead = desk.lead()
    desk.ask("PATCH", f"sobjects/Lead/{lead}", {"OwnerId": GONE})
    desk.update_many({"id": lead, "OwnerId": ANA}, {"id": lead, "OwnerId": BEN})
    assert desk.logged("refused") == [{"ids": (lead,), "code": "INACTIVE_OWNER_OR_USER"}]
    assert [(e["from"], e["to"]) for e in desk.logged("owner_written")] == [(WEB, ANA)]
