"""One lead at a time: reading, conditional writes, upserts, assignment rules, history."""

from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime

import pytest

from sandbox.salesforce.org import SalesforceOrg
from sandbox.world.roster import ADMIN
from tests.sandbox.salesforce_desk import (
    ANA,
    BEN,
    BY_HAND,
    DESK,
    NOON,
    WEB,
    Desk,
    errors,
    new_org,
    salesforce_desk,
)

SECOND = timedelta(seconds=1)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with salesforce_desk() as desk:
        yield desk


def pass_time(org: SalesforceOrg, seconds: float = 1) -> None:
    org.ground.clock.advance(timedelta(seconds=seconds))


def test_a_row_can_be_read_whole_in_part_and_by_its_short_id(desk: Desk) -> None:
    lead = desk.lead(FirstName="Ann", City="Graz")
    response = desk.send("GET", f"sobjects/Lead/{lead}")
    assert response.headers["Last-Modified"] == "Sun, 22 Nov 2026 12:00:00 GMT"
    whole = response.json()
    assert (whole["Name"], whole["City"], whole["IsDeleted"]) == ("Ann Doe", "Graz", False)
    assert whole["Address"]["city"] == "Graz"
    assert len(whole) == 1 + len(desk.org.entities["Lead"].columns)
    _, part = desk.ask("GET", f"sobjects/lead/{lead[:15]}/?fields=Id,ownerid")
    assert part == {"attributes": whole["attributes"], "Id": lead, "OwnerId": WEB}
    status, body = desk.ask("GET", f"sobjects/Lead/{lead}?fields=Id,Foo")
    assert (status, errors(body)[0][0]) == (400, "INVALID_FIELD")
    assert [e["ids"] for e in desk.logged("served")] == [(lead,), (lead,)]


def test_an_owner_that_changed_since_the_read_fails_the_condition(desk: Desk) -> None:
    lead = desk.lead()
    seen = desk.send("GET", f"sobjects/Lead/{lead}").headers["Last-Modified"]
    pass_time(desk.org)
    desk.org.person_sets_owner(lead, BEN)
    condition = {**BY_HAND, "If-Unmodified-Since": seen}
    status, _ = desk.ask("PATCH", f"sobjects/Lead/{lead}", {"OwnerId": ANA}, condition)
    assert (status, desk.owner(lead)) == (412, BEN)
    fresh = desk.send("GET", f"sobjects/Lead/{lead}").headers["Last-Modified"]
    condition = {**BY_HAND, "If-Unmodified-Since": fresh}
    status, _ = desk.ask("PATCH", f"sobjects/Lead/{lead}", {"OwnerId": ANA}, condition)
    assert (status, desk.owner(lead)) == (204, ANA)


def test_a_change_within_the_same_second_goes_unseen(desk: Desk) -> None:
    """The window Salesforce leaves open: stamps have no fraction."""
    lead = desk.lead()
    seen = desk.send("GET", f"sobjects/Lead/{lead}").headers["Last-Modified"]
    pass_time(desk.org, 0.3)
    desk.org.person_sets_owner(lead, BEN)
    condition = {**BY_HAND, "If-Unmodified-Since": seen}
    status, _ = desk.ask("PATCH", f"sobjects/Lead/{lead}", {"OwnerId": ANA}, condition)
    assert (status, desk.owner(lead)) == (204, ANA)


def test_the_other_condition_and_a_date_that_is_none(desk: Desk) -> None:
    lead = desk.lead()
    path = f"sobjects/Lead/{lead}"
    now = format_datetime(NOON.replace(microsecond=0), usegmt=True)
    earlier = format_datetime(NOON.replace(microsecond=0) - SECOND, usegmt=True)
    assert desk.ask("GET", path, headers={"If-Modified-Since": now}) == (304, None)
    assert desk.ask("GET", path, headers={"If-Modified-Since": earlier})[0] == 200
    assert desk.ask("GET", path, headers={"If-Unmodified-Since": earlier})[0] == 412
    assert desk.ask("PATCH", path, {}, {"If-Unmodified-Since": "soon"})[0] == 400
    since = {"If-Modified-Since": now}
    assert desk.ask("GET", "sobjects/Lead/describe", headers=since)[0] == 304


def test_upsert_creates_then_updates_and_never_names_the_key_twice(desk: Desk) -> None:
    path = "sobjects/Lead/Firsttouch_Id__c/meta_ads:1%2F2"
    body = {"LastName": "Doe", "Company": "Doe Ltd", "OwnerId": ANA}
    status, made = desk.ask("PATCH", path, body)
    assert (status, made["created"]) == (201, True)
    assert desk.org.leads[made["id"]]["Firsttouch_Id__c"] == "meta_ads:1/2"
    status, again = desk.ask("PATCH", path, {"OwnerId": BEN})
    assert (status, again) == (200, {**made, "created": False})
    assert desk.owner(made["id"]) == BEN
    status, refusal = desk.ask("PATCH", path, {**body, "Firsttouch_Id__c": "x"})
    assert (status, errors(refusal)[0][0]) == (400, "INVALID_FIELD")
    status, read = desk.ask("GET", f"{path}?fields=Id")
    assert (status, read["Id"]) == (200, made["id"])
    assert desk.ask("GET", "sobjects/Lead/Firsttouch_Id__c/none")[0] == 404


def test_a_client_that_forgets_the_header_has_its_owner_taken_away(desk: Desk) -> None:
    desk.org.assignment_rule_owner = DESK
    lead = desk.lead()
    assert desk.owner(lead) == WEB
    status, _ = desk.ask("PATCH", f"sobjects/Lead/{lead}", {"OwnerId": ANA}, headers={})
    assert (status, desk.owner(lead)) == (204, DESK)
    assert desk.logged("owner_written") == [
        {"ids": (lead,), "from": WEB, "to": DESK, "asked": ANA, "by": "assignment_rule"}
    ]
    desk.ask("PATCH", f"sobjects/Lead/{lead}", {"OwnerId": ANA}, {"sforce-auto-assign": "false"})
    assert desk.owner(lead) == ANA
    desk.ask("PATCH", f"sobjects/Lead/{lead}", {"City": "Graz"}, {"Sforce-Auto-Assign": "TRUE"})
    assert desk.owner(lead) == DESK
    desk.org.person_sets_owner(lead, WEB)
    desk.ask("PATCH", f"sobjects/Lead/{lead}", {}, {"Sforce-Auto-Assign": "01QfT0000000001UAA"})
    assert desk.owner(lead) == DESK
    desk.org.assignment_rule_active = False
    desk.ask("PATCH", f"sobjects/Lead/{lead}", {"OwnerId": ANA}, headers={})
    assert desk.owner(lead) == ANA


def test_a_creation_without_the_header_goes_to_the_rule_too(desk: Desk) -> None:
    desk.org.assignment_rule_owner = DESK
    body = {"LastName": "Doe", "Company": "Doe Ltd", "OwnerId": ANA}
    _, by_rule = desk.ask("POST", "sobjects/Lead", body, headers={})
    _, by_hand = desk.ask("POST", "sobjects/Lead", body)
    assert (desk.owner(by_rule["id"]), desk.owner(by_hand["id"])) == (DESK, ANA)
    assert [e["by"] for e in desk.logged("created")] == ["assignment_rule", "api"]


def test_an_assignment_rule_can_be_found_by_asking(desk: Desk) -> None:
    ask = "SELECT Name, Active FROM AssignmentRule WHERE SobjectType = 'Lead'"
    assert [rule["Active"] for rule in desk.records(ask)] == [False]
    desk.org.assignment_rule_owner = DESK
    assert [rule["Active"] for rule in desk.records(ask)] == [True]


def test_every_change_of_owner_leaves_two_rows_of_history(desk: Desk) -> None:
    lead = desk.lead()
    pass_time(desk.org)
    desk.ask("PATCH", f"sobjects/Lead/{lead}", {"OwnerId": ANA})
    desk.ask("PATCH", f"sobjects/Lead/{lead}", {"OwnerId": ANA})
    pass_time(desk.org)
    desk.org.person_sets_owner(lead, BEN)
    rows = desk.records(
        "SELECT OldValue, NewValue, CreatedById, CreatedBy.Name FROM LeadHistory "
        f"WHERE LeadId = '{lead}' AND Field = 'Owner' ORDER BY CreatedDate, Id"
    )
    assert [(row["OldValue"], row["NewValue"]) for row in rows] == [
        ("Web leads", "Ana Ruiz"),
        (WEB, ANA),
        ("Ana Ruiz", "Ben Okafor"),
        (ANA, BEN),
    ]
    assert [row["CreatedBy"]["Name"] for row in rows] == ["Integration User"] * 2 + [
        "Admin User"
    ] * 2


def test_system_fields_follow_every_change_and_have_whole_seconds(desk: Desk) -> None:
    lead = desk.lead()
    pass_time(desk.org, 2)
    desk.org.person_updates(lead, {"FirstName": "Ann", "Status": "Working - Contacted"}, by=ANA)
    row = desk.org.leads[lead]
    assert row["Name"] == "Ann Doe"
    assert row["CreatedDate"] == "2026-11-22T12:00:00.000+0000"
    assert row["SystemModstamp"] == row["LastModifiedDate"] == "2026-11-22T12:00:02.000+0000"
    assert (row["CreatedById"], row["LastModifiedById"]) == (desk.org.running_user, ANA)
    assert desk.logged("person") == [{"ids": (lead,), "by": ANA, "fields": ["FirstName", "Status"]}]


def test_a_lead_may_turn_up_late_with_an_earlier_stamp() -> None:
    org = new_org()
    first = org.add_lead({"LastName": "A", "Company": "A"})
    late = org.add_lead({"LastName": "B", "Company": "B"}, created=NOON - timedelta(minutes=5))
    stamps = {key: org.leads[key]["SystemModstamp"] for key in (first, late)}
    assert late > first
    assert stamps[late] < stamps[first]
    assert org.leads[late]["CreatedDate"] == "2026-11-22T11:55:00.000+0000"


def test_a_field_the_org_lacks_is_an_error_in_the_world_itself() -> None:
    org = new_org(Score__c="number", Region_Code__c="string(8)")
    org.add_lead({"LastName": "A", "Company": "A", "Score__c": 7, "Region_Code__c": "x"})
    with pytest.raises(ValueError, match="Scoore__c"):
        org.add_lead({"LastName": "A", "Company": "A", "Scoore__c": 7})
    with pytest.raises(ValueError, match="ends with __c"):
        new_org(Score="number")


def test_a_persons_call_is_a_completed_task_on_the_lead(desk: Desk) -> None:
    lead = desk.lead(OwnerId=ANA)
    desk.org.person_logs_call(lead, ANA)
    (task,) = desk.records(
        f"SELECT Who.Name, OwnerId, IsClosed, CompletedDateTime FROM Task WHERE WhoId = '{lead}'"
    )
    assert (task["Who"]["Name"], task["OwnerId"], task["IsClosed"]) == ("Doe", ANA, True)
    assert desk.org.leads[lead]["LastActivityDate"] == "2026-11-22"
    assert desk.logged("person") == [
        {"ids": (desk.records("SELECT Id FROM Task")[0]["Id"],), "by": ANA, "lead": lead}
    ]


def test_a_task_for_the_owner_can_be_made_and_closed(desk: Desk) -> None:
    lead = desk.lead()
    body = {"WhoId": lead, "OwnerId": ANA, "Subject": "Call Doe Ltd", "ActivityDate": "2026-11-23"}
    status, made = desk.ask("POST", "sobjects/Task", body)
    assert status == 201
    assert desk.ask("PATCH", f"sobjects/Task/{made['id']}", {"Status": "Completed"})[0] == 204
    (task,) = desk.records("SELECT IsClosed, Priority, CreatedDate FROM Task")
    assert (task["IsClosed"], task["Priority"]) == (True, "Normal")
    status, refusal = desk.ask("POST", "sobjects/Task", {**body, "WhoId": ANA})
    assert errors(refusal)[0][0] == "INVALID_CROSS_REFERENCE_KEY"
    desk.org.person_converts(lead)
    status, refusal = desk.ask("POST", "sobjects/Task", body)
    assert errors(refusal)[0][0] == "CANNOT_UPDATE_CONVERTED_LEAD"


def test_deletion_hides_a_lead_from_query_but_not_from_query_all(desk: Desk) -> None:
    kept, gone = desk.lead(), desk.lead()
    assert desk.ask("DELETE", f"sobjects/Lead/{gone}") == (204, None)
    assert [r["Id"] for r in desk.records("SELECT Id FROM Lead")] == [kept]
    every = desk.records("SELECT Id, IsDeleted FROM Lead ORDER BY Id", resource="queryAll")
    assert [(r["Id"], r["IsDeleted"]) for r in every] == [(kept, False), (gone, True)]


def test_conversion_is_seen_in_the_lead_and_its_history(desk: Desk) -> None:
    lead = desk.lead()
    desk.org.person_converts(lead, by=ADMIN.salesforce)
    (row,) = desk.records("SELECT IsConverted, ConvertedDate, Status FROM Lead")
    assert row == {
        "IsConverted": True,
        "ConvertedDate": "2026-11-22",
        "Status": "Closed - Converted",
    }
    fields = [r["Field"] for r in desk.records("SELECT Field FROM LeadHistory ORDER BY Id")]
    assert fields == ["created", "Status", "leadConverted"]
