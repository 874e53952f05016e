"""The emulator's answers against recorded answers of real orgs: keys, types, wording."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.salesforce.describe import describe
from sandbox.salesforce.ids import long_id
from sandbox.salesforce.lead_schema import STANDARD_CUSTOM
from tests.sandbox.salesforce_desk import ANA, Desk, errors, new_org, salesforce_desk

_RECORDED = Path(__file__).parent / "recorded" / "salesforce"
# Facts about a real org's licences and search settings that nothing of ours can depend on.
_NOT_EMULATED = {"permissionable", "searchPrefilterable"}


def recorded(name: str) -> Any:
    return json.loads((_RECORDED / name).read_text())


def interaction(part_of_uri: str) -> Any:
    found = [
        i for i in recorded("cumulusci/interactions.json") if part_of_uri in i["request"]["uri"]
    ]
    return found[0]["response"]["body"]


def composite_part(reference: str) -> Any:
    for one in recorded("cumulusci/interactions.json"):
        if not one["request"]["uri"].endswith("/composite"):
            continue
        for part in one["response"]["body"]["compositeResponse"]:
            if part["referenceId"] == reference:
                return part
    raise LookupError(reference)


def shape(value: Any) -> Any:
    """A value's keys and kinds, in order; the first of a list stands for all."""
    match value:
        case dict():
            return {key: shape(inner) for key, inner in value.items()}
        case list():
            return [shape(inner) for inner in value[:1]]
        case bool():
            return "bool"
        case int() | float():
            return "number"
        case _:
            return type(value).__name__


def renamed(value: Any, old: str, new: str) -> Any:
    return json.loads(json.dumps(value).replace(f'"{old}"', f'"{new}"'))


def _without_labels(field: dict[str, Any]) -> dict[str, Any]:
    choices = [{**choice, "label": None} for choice in field["picklistValues"]]
    return {**field, "picklistValues": choices}


@pytest.fixture
def desk() -> Iterator[Desk]:
    with salesforce_desk() as desk:
        yield desk


def test_every_recorded_lead_field_is_described_alike() -> None:
    theirs = recorded("cumulusci/Lead.describe.json")
    ours = describe(new_org().entities["Lead"], "/services/data/v59.0")
    by_name = {field["name"]: field for field in ours["fields"]}
    assert [*by_name][:54] == [field["name"] for field in theirs["fields"]]
    for field in theirs["fields"]:
        wanted = {key: value for key, value in field.items() if key not in _NOT_EMULATED}
        assert _without_labels(by_name[field["name"]]) == _without_labels(wanted)


def test_the_lead_itself_is_described_alike() -> None:
    theirs = recorded("cumulusci/Lead.describe.json")
    ours = describe(new_org().entities["Lead"], "/services/data/v59.0")
    assert ours.keys() == theirs.keys()
    for key in set(ours) - {"fields", "childRelationships", "urls"}:
        assert ours[key] == theirs[key], key
    assert ours["urls"].keys() == theirs["urls"].keys()
    for name, url in ours["urls"].items():
        assert url == theirs["urls"][name] or name.startswith("ui")
    for child in ours["childRelationships"]:
        assert {k: v for k, v in child.items() if k != "cascadeDelete"} in [
            {k: v for k, v in c.items() if k != "cascadeDelete"}
            for c in theirs["childRelationships"]
        ]


def test_custom_fields_are_described_as_custom(desk: Desk) -> None:
    _, described = desk.ask("GET", "sobjects/Lead/describe")
    custom = {field["name"]: field for field in described["fields"] if field["custom"]}
    assert set(custom) == set(STANDARD_CUSTOM)
    assert all(field["createable"] and field["updateable"] for field in custom.values())
    external = custom["Firsttouch_Id__c"]
    assert (external["unique"], external["externalId"], external["idLookup"]) == (True, True, True)


def test_every_object_in_the_list_can_be_described(desk: Desk) -> None:
    _, listed = desk.ask("GET", "sobjects/")
    theirs = recorded("restforce/list_sobjects_success_response.json")
    assert set(theirs["sobjects"][0]) <= set(listed["sobjects"][0])
    for brief in listed["sobjects"]:
        status, described = desk.ask("GET", f"sobjects/{brief['name']}/describe/")
        assert (status, described["keyPrefix"]) == (200, brief["keyPrefix"])
        assert described["fields"][0]["name"] == "Id"


def test_ids_carry_the_checksum_of_recorded_ones() -> None:
    seen = [
        record["Id"]
        for body in (interaction("SELECT+Id%2CName+FROM+Account"),)
        for record in body["records"]
    ]
    assert len(seen) == 6
    assert [long_id(one[:15]) for one in seen] == seen
    assert long_id(seen[0].swapcase()) is None


def test_a_page_of_records(desk: Desk) -> None:
    desk.lead()
    _, ours = desk.query("SELECT Id, Name FROM Lead")
    theirs = interaction("SELECT+Id%2CName+FROM+Account")
    assert shape(ours) == shape(theirs)
    assert list(ours) == list(theirs)
    url = ours["records"][0]["attributes"]["url"]
    assert url == f"/services/data/v66.0/sobjects/Lead/{ours['records'][0]['Id']}"


def test_selected_names_come_back_in_order_and_as_the_schema_spells_them(desk: Desk) -> None:
    theirs = interaction("SELECT+FirstName%2CLastName+FROM+User")
    _, ours = desk.query("SELECT firstname,LASTNAME FROM user LIMIT 1")
    assert list(ours["records"][0]) == list(theirs["records"][0])


def test_an_empty_page(desk: Desk) -> None:
    _, ours = desk.query("SELECT Id FROM Lead")
    assert ours == recorded("restforce/query_empty_response.json")


def test_a_page_with_another_behind_it(desk: Desk) -> None:
    desk.lead()
    desk.lead()
    desk.org.page_size = 1
    _, ours = desk.query("SELECT Name FROM Lead")
    theirs = recorded("restforce/query_paginated_first_page_response.json")
    assert shape(ours) == shape(renamed(theirs, "Text_Label", "Name"))


def test_aggregates(desk: Desk) -> None:
    desk.lead(AnnualRevenue=300.0)
    _, ours = desk.query("SELECT OwnerId, SUM(AnnualRevenue) FROM Lead GROUP BY OwnerId")
    theirs = recorded("restforce/query_aggregate_success_response.json")
    assert shape(ours) == shape(renamed(theirs, "CampaignId", "OwnerId"))
    _, counted = desk.query("select count(Id) from Lead")
    assert shape(counted) == shape(interaction("count%28Id%29"))
    assert desk.query("select count() from Lead")[1] == {
        **composite_part("refAccount")["body"],
        "totalSize": 1,
    }


def test_an_unknown_object_is_pointed_at(desk: Desk) -> None:
    status, ours = desk.query("select count() from XYZZY")
    part = composite_part("refXYZZY")
    assert (status, ours) == (part["httpStatusCode"], part["body"])


def test_an_unknown_column_is_pointed_at(desk: Desk) -> None:
    _, ours = desk.query("SELECT Company, Email, LastName, HasOptedOut, Id from Lead")
    assert errors(ours) == [
        (
            "INVALID_FIELD",
            "\nSELECT Company, Email, LastName, HasOptedOut, Id from Lead\n"
            + " " * 33
            + "^\nERROR at Row:1:Column:34\nNo such column 'HasOptedOut' on entity 'Lead'. If you "
            "are attempting to use a custom field, be sure to append the '__c' after the custom "
            "field name. Please reference your WSDL or the describe call for the appropriate "
            "names.",
        )
    ]


def test_a_creation_and_a_column_it_lacks(desk: Desk) -> None:
    status, made = desk.ask("POST", "sobjects/Lead/", {"LastName": "Doe", "Company": "Doe Ltd"})
    assert (status, shape(made)) == (201, shape(interaction("sobjects/Account/")))
    assert set(made) == set(recorded("restforce/create_success_response.json"))
    status, refused = desk.ask("POST", "sobjects/Lead/", {"foo": 1})
    theirs = recorded("restforce/write_error_response.json")
    assert status == 400
    assert refused == [
        {**theirs[0], "message": theirs[0]["message"].replace("type Bar", "type Lead")}
    ]


def test_upserted_rows(desk: Desk) -> None:
    known = desk.lead(Firsttouch_Id__c="meta_ads:1")
    rows = [
        {
            "attributes": {"type": "Lead"},
            "Firsttouch_Id__c": key,
            "LastName": "Roe",
            "Company": "Roe Ltd",
        }
        for key in ("meta_ads:1", "meta_ads:2")
    ]
    body = {"allOrNone": False, "records": rows}
    _, ours = desk.ask("PATCH", "composite/sobjects/Lead/Firsttouch_Id__c", body)
    theirs = interaction("composite/sobjects/Contact/Id")
    assert shape(ours) == shape(theirs)
    assert [(row["created"], row["id"] == known) for row in ours] == [(False, True), (True, False)]


def test_composite_parts(desk: Desk) -> None:
    part = {"referenceId": "CCI__RefId__0__", "method": "GET"}
    body = {"compositeRequest": [{**part, "url": "/services/data/v66.0/sobjects/Foo"}]}
    _, ours = desk.ask("POST", "composite", body)
    theirs = next(
        i["response"]["body"]
        for i in recorded("cumulusci/interactions.json")
        if "sobjects/Foo" in json.dumps(i["request"]["body"])
    )
    assert ours == theirs


@pytest.mark.parametrize(
    ("method", "path", "file", "status"),
    [
        ("GET", "sobjects/Whizbang/describe", "sobject_describe_error_response", 404),
        ("GET", "sobjects/Lead/23foo", "sobject_find_error_response", 404),
        ("DELETE", "sobjects/Lead/rid", "delete_error_response", 404),
        ("PATCH", "sobjects/Lead/Namez/1", "upsert_error_response", 404),
    ],
)
def test_what_is_not_there(desk: Desk, method: str, path: str, file: str, status: int) -> None:
    body = {"LastName": "Doe"} if method == "PATCH" else None
    assert desk.ask(method, path, body) == (status, recorded(f"restforce/{file}.json"))


def test_an_expired_session(desk: Desk) -> None:
    desk.org.expire_tokens()
    status, body = desk.ask("GET", "limits/")
    assert (status, body) == (401, recorded("restforce/expired_session_response.json"))


def test_versions_and_counts(desk: Desk) -> None:
    versions = desk.http.get("/services/data").json()
    assert shape(versions) == shape(
        [
            {"label": one["label"], "url": one["url"], "version": one["version"]}
            for one in recorded("restforce/services_data_success_response.json")
        ]
    )
    assert versions[0]["label"] == "Winter '18"
    assert versions[-1] == {
        "label": "Winter '27",
        "url": "/services/data/v68.0",
        "version": "68.0",
    }
    desk.lead()
    assert desk.ask("GET", "limits/recordCount?sObjects=Lead")[1] == {
        "sObjects": [{"count": 1, "name": "Lead"}]
    }


def test_a_token_and_its_refusals(desk: Desk) -> None:
    client = {"client_id": "sandbox-client", "client_secret": "sandbox-secret"}

    def ask(**form: str) -> tuple[int, Any]:
        response = desk.http.post("/services/oauth2/token", data={**client, **form})
        return response.status_code, response.json()

    status, granted = ask(grant_type="client_credentials")
    assert status == 200
    assert set(recorded("restforce/auth_success_response.json")) <= set(granted)
    refresh = ask(grant_type="refresh_token", refresh_token="old")
    assert refresh == (400, recorded("restforce/refresh_error_response.json"))
    status, password = ask(grant_type="password", username="ana@example.com", password="wrong")
    theirs = recorded("restforce/auth_error_response.json")
    assert (status, password["error"]) == (400, theirs["error"])
    assert theirs["error_description"].startswith(password["error_description"])


def test_a_row_with_the_audit_fields_of_a_recorded_one(desk: Desk) -> None:
    lead = desk.lead(Street="1 High St", Country="US")
    _, ours = desk.ask("GET", f"sobjects/Lead/{lead}")
    theirs = interaction("sobjects/Organization/")
    for name in ("CreatedDate", "LastModifiedDate", "SystemModstamp"):
        assert len(ours[name]) == len(theirs[name])
        assert ours[name].endswith(".000+0000")
    assert list(ours)[:2] == list(theirs)[:2] == ["attributes", "Id"]
    assert sorted(ours["Address"]) == sorted(theirs["Address"])
    assert ours["CreatedById"] != ANA
