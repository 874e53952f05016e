"""The emulator's answers against recorded ones: the same keys, types and formats."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.hubspot.properties import STANDARD
from tests.sandbox.hubspot_desk import ANA, BEN, CONTACTS, GONE, Desk, hubspot_desk
from tests.sandbox.stage import Stage

RECORDED: dict[str, Any] = json.loads(
    (Path(__file__).parent / "recorded" / "hubspot" / "contacts.json").read_text()
)
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.fixture
def desk(stage: Stage) -> Iterator[Desk]:
    with hubspot_desk(stage) as desk:
        yield desk


def shape(value: Any) -> Any:
    """A value's kind, with what a client relies on in its text."""
    match value:
        case dict():
            return {key: shape(inner) for key, inner in value.items()}
        case str() if STAMP.fullmatch(value):
            return "stamp"
        case str() if value.isdigit():
            return "digits"
        case _:
            return type(value).__name__


def test_a_listed_contact_has_the_recorded_shape(desk: Desk) -> None:
    recorded = RECORDED["contacts"]["results"][0]
    kept = ("email", "firstname", "lastname")
    desk.portal.add_contact({name: recorded["properties"][name] for name in kept})
    status, body = desk.ask("GET", CONTACTS)
    [record] = body["results"]
    assert status == 200
    assert record.pop("url").startswith("https://app.hubspot.com/contacts/")
    assert shape(record) == shape(recorded)
    assert list(record["properties"]) == list(recorded["properties"])


def test_recorded_contacts_come_back_with_the_values_they_were_recorded_with(desk: Desk) -> None:
    for recorded in RECORDED["contacts_with_history"]["results"]:
        known = {p.name for p in STANDARD if not p.read_only}
        values = {k: v for k, v in recorded["properties"].items() if k in known}
        contact_id = desk.portal.add_contact(values)
        asked = ",".join(values)
        _, body = desk.ask("GET", f"{CONTACTS}/{contact_id}?properties={asked}")
        assert {k: v for k, v in body["properties"].items() if k in values} == values
        assert None in body["properties"].values()  # requested and unset: null, not left out


def test_history_has_the_recorded_shape_newest_first(desk: Desk) -> None:
    recorded = RECORDED["contacts_with_history"]["results"][1]["propertiesWithHistory"]["email"]
    contact_id = desk.portal.add_contact({"email": "brian@example.com"})
    desk.portal.ground.clock.advance(timedelta(seconds=1))
    desk.portal.person_updates(contact_id, {"email": "new@example.com"})
    _, body = desk.ask("GET", f"{CONTACTS}/{contact_id}?propertiesWithHistory=email")
    history = body["propertiesWithHistory"]["email"]
    assert [e["value"] for e in history] == [e["value"] for e in recorded]
    for ours, theirs in zip(history, recorded, strict=True):
        assert theirs.keys() <= ours.keys()
        assert {k: shape(ours[k]) for k in theirs} == {k: shape(v) for k, v in theirs.items()}
    assert [e["sourceType"] for e in history] == ["CRM_UI", "FORM"]


def test_every_standard_property_is_one_a_recorded_portal_has() -> None:
    newer = {"hs_object_source", "hs_object_source_id", "hs_object_source_label"}
    synced = {"salesforceleadid", "salesforcecontactid"}  # made by the sync with Salesforce
    assert {p.name for p in STANDARD} - newer - synced <= set(RECORDED["property_names"])


def test_timestamps_have_milliseconds(desk: Desk) -> None:
    desk.portal.add_contact({"email": "a@example.com"})
    _, body = desk.ask("GET", CONTACTS)
    [record] = body["results"]
    for text in (record["createdAt"], record["updatedAt"], record["properties"]["createdate"]):
        assert text == "2026-11-23T12:00:00.250Z"


def test_a_write_answers_with_what_changed_and_what_is_computed(desk: Desk) -> None:
    contact_id = desk.portal.add_contact({"email": "a@example.com", "firstname": "A"})
    desk.portal.ground.clock.advance(timedelta(seconds=2))
    status, body = desk.ask(
        "PATCH", f"{CONTACTS}/{contact_id}", {"properties": {"hubspot_owner_id": ANA}}
    )
    assert status == 200
    assert body["properties"]["hubspot_owner_id"] == ANA
    assert body["properties"]["lifecyclestage"] == "lead"
    assert {"email", "firstname"}.isdisjoint(body["properties"])
    assert body["updatedAt"] == "2026-11-23T12:00:02.250Z"


@pytest.mark.parametrize("path", ["/crm/v3/owners/", "/crm/v3/owners", "/crm/owners/2026-09/"])
def test_owners_hold_an_id_that_is_not_the_users(desk: Desk, path: str) -> None:
    status, body = desk.ask("GET", path)
    assert status == 200
    ana, ben, queue = body["results"]
    assert (ana["id"], ana["type"], ana["firstName"], ana["lastName"]) == (
        *(ANA, "PERSON"),
        *("Ana", "Ruiz"),
    )
    assert isinstance(ana["userId"], int)
    assert str(ana["userId"]) != ana["id"]
    assert (ben["id"], queue["type"], queue["archived"]) == (BEN, "QUEUE", False)


def test_owners_by_page_by_email_and_archived(desk: Desk) -> None:
    _, first = desk.ask("GET", "/crm/v3/owners/?limit=2")
    after = first["paging"]["next"]["after"]
    _, second = desk.ask("GET", f"/crm/v3/owners/?limit=2&after={after}")
    assert [o["email"] for o in (*first["results"], *second["results"])] == [
        *("ana@example.com", "ben@example.com", "desk@example.com")
    ]
    assert "paging" not in second
    _, gone = desk.ask("GET", "/crm/v3/owners/?archived=true")
    assert [(o["id"], o["userId"]) for o in gone["results"]] == [(GONE, None)]
    _, one = desk.ask("GET", "/crm/v3/owners/?email=BEN@example.com")
    assert [o["id"] for o in one["results"]] == [BEN]
    assert desk.ask("GET", f"/crm/v3/owners/{GONE}")[0] == 404
    assert desk.ask("GET", f"/crm/v3/owners/{ANA}")[1]["email"] == "ana@example.com"


@pytest.mark.parametrize("objects", ["/crm/v3/objects", "/crm/objects/2026-03"])
@pytest.mark.parametrize("kind", ["contacts", "0-1"])
def test_old_and_dated_paths_serve_the_same_contacts(desk: Desk, objects: str, kind: str) -> None:
    contact_id = desk.portal.add_contact({"email": "a@example.com"})
    assert desk.ask("GET", f"{objects}/{kind}/{contact_id}")[1]["id"] == contact_id
    assert desk.ask("POST", f"{objects}/{kind}/search", {})[1]["total"] == 1


def test_properties_say_what_is_read_only_and_unique(desk: Desk) -> None:
    _, body = desk.ask("GET", "/crm/v3/properties/contacts")
    known = {p["name"]: p for p in body["results"]}
    assert known["createdate"]["modificationMetadata"]["readOnlyValue"] is True
    assert known["firsttouch_id"]["hasUniqueValue"] is True
    assert {"routing_reason", "routing_rule", "routing_method", "product_interest"} <= set(known)
    _, one = desk.ask("GET", "/crm/properties/2026-09/contacts/hs_lead_status")
    assert "NEW" in [option["value"] for option in one["options"]]
    assert desk.ask("GET", "/crm/v3/properties/contacts/nothing")[0] == 404


def test_the_page_for_people_shows_who_owns_whom(desk: Desk) -> None:
    desk.portal.add_contact({"firstname": "<b>Eve</b>", "hubspot_owner_id": ANA})
    desk.portal.add_contact({"firstname": "Zoe"})
    page = desk.http.get("/").text
    assert "&lt;b&gt;Eve&lt;/b&gt;" in page
    assert "Ana Ruiz" in page
    assert "nobody" in page
    assert 'http-equiv="refresh" content="5"' in page


def test_the_account_names_its_portal(desk: Desk) -> None:
    assert desk.ask("GET", "/account-info/v3/details")[1]["portalId"] == 44004400
