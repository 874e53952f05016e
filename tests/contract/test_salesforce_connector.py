"""What only Salesforce does to a client."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pydantic import SecretStr

from connectors.salesforce.connector import Salesforce
from connectors.salesforce.settings import SalesforceSettings
from connectors.setup import Intake, SourceSetup
from leads.errors import ContractError, RateLimited, TransientError
from leads.keys import LeadKey
from leads.ownership import NewRecord, OwnerChange, WriteStatus
from sandbox.faults import Fault, FaultKind
from sandbox.salesforce.sessions import CLIENT_ID, CLIENT_SECRET
from sandbox.world.roster import INBOUND_DESK
from tests.contract.salesforce_stage import SalesforceStage
from tests.contract.stage import (
    NOON,
    VOCABULARY,
    Options,
    created,
    ids,
    last_cursor,
    problems,
    records,
    requests,
)


@pytest.fixture
def stage() -> Iterator[SalesforceStage]:
    with SalesforceStage.open() as opened:
        yield opened


def change(stage: SalesforceStage, record_id: str) -> OwnerChange:
    return OwnerChange(record_id=record_id, owner=stage.ana, expected=stage.unowned, notes={})


def test_the_orgs_assignment_rules_do_not_move_what_we_write(stage: SalesforceStage):
    stage.org.assignment_rule_owner = stage.ben
    (record,) = stage.add(1)
    crm = stage.crm()
    assert crm.write_owners([change(stage, record)])[0].status is WriteStatus.WRITTEN
    assert stage.owner_of(record) == stage.ana
    new = NewRecord(key=LeadKey("meta_ads", "1"), owner=stage.ana, values={}, notes={})
    (outcome,) = crm.create([new])
    assert stage.owner_of(outcome.record_id or "") == stage.ana


@pytest.mark.parametrize(("seconds_before", "times"), [(0, 1), (299, 1), (301, 0)])
def test_a_lead_made_while_the_first_pull_ran_is_shown_by_the_next(
    stage: SalesforceStage, seconds_before: int, times: int
):
    """Its stamp is older than what was read by then: the overlap has it, or the daily reconcile."""
    stage.add(3)
    source = stage.source(Options(connection={"overlap_seconds": 300.0}))
    cursor = last_cursor(list(source.pull(None)))
    (early,) = stage.add(1, at=NOON - timedelta(seconds=seconds_before))
    assert ids(list(source.pull(cursor))).count(early) == times


def test_required_fields_have_a_stand_in(stage: SalesforceStage):
    new = NewRecord(
        key=LeadKey("meta_ads", "1"), owner=stage.ana, values={"email": "a@example.com"}, notes={}
    )
    (outcome,) = stage.crm().create([new])
    record_id = outcome.record_id or ""
    assert stage.field_of(record_id, "LastName") == "[not given]"
    assert stage.field_of(record_id, "Company") == "[not given]"


def test_a_text_too_long_for_its_field_does_not_cost_the_owner(stage: SalesforceStage):
    (record,) = stage.add(1)
    crm = stage.crm()
    long = OwnerChange(
        record_id=record,
        owner=stage.ana,
        expected=stage.unowned,
        notes={"Routing_Reason__c": "because " * 60},
    )
    assert crm.write_owners([long])[0].status is WriteStatus.WRITTEN
    told = stage.field_of(record, "Routing_Reason__c") or ""
    assert 200 < len(told) <= 255
    assert told.endswith("because…")
    new = NewRecord(
        key=LeadKey("meta_ads", "1"),
        owner=stage.ana,
        values={"company": "x" * 300, "city": "Llanfair" * 9},
        notes={},
    )
    assert crm.create([new])[0].status is WriteStatus.WRITTEN


def test_a_locked_row_may_be_tried_again_and_a_converted_one_not(stage: SalesforceStage):
    locked, converted, free = stage.add(3)
    stage.org.person_converts(converted)
    fault = Fault(kind=FaultKind.ROW_REFUSED, record_id=locked, detail="UNABLE_TO_LOCK_ROW")
    stage.ground.faults.script(fault)
    outcomes = stage.crm().write_owners([change(stage, r) for r in (locked, converted, free)])
    assert [o.status for o in outcomes] == [
        WriteStatus.RETRYABLE,
        WriteStatus.REFUSED,
        WriteStatus.WRITTEN,
    ]
    assert outcomes[0].reason == "UNABLE_TO_LOCK_ROW"
    assert outcomes[1].reason == "CANNOT_UPDATE_CONVERTED_LEAD"
    assert [o.is_converted for o in outcomes] == [False, True, False]


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ENTITY_IS_DELETED", WriteStatus.GONE),
        ("FIELD_CUSTOM_VALIDATION_EXCEPTION", WriteStatus.REFUSED),
        ("DUPLICATES_DETECTED", WriteStatus.REFUSED),
        ("INSUFFICIENT_ACCESS_OR_READONLY", WriteStatus.REFUSED),
        ("ENTITY_IS_LOCKED", WriteStatus.REFUSED),
        ("REQUEST_RUNNING_TOO_LONG", WriteStatus.RETRYABLE),
    ],
)
def test_a_row_is_told_as_what_it_is_and_blames_no_owner(
    stage: SalesforceStage, code: str, status: WriteStatus
):
    found = stage.add(2)
    fault = Fault(kind=FaultKind.ROW_REFUSED, record_id=found[0], detail=code)
    stage.ground.faults.script(fault)
    told, other = stage.crm().write_owners([change(stage, record) for record in found])
    assert (told.status, told.reason, told.blames_owner) == (status, code, False)
    assert other.status is WriteStatus.WRITTEN


def test_ids_of_15_characters_are_the_same_ids(stage: SalesforceStage):
    (record,) = stage.add(1)
    short = OwnerChange(
        record_id=record[:15],
        owner=stage.ana,
        expected=frozenset(o and type(o)(o[:15]) for o in stage.unowned),
        notes={},
    )
    crm = stage.crm()
    assert crm.write_owners([short])[0].status is WriteStatus.WRITTEN
    assert crm.write_owners([short])[0].status is WriteStatus.UNCHANGED


def test_a_row_that_turns_up_late_with_an_earlier_stamp_is_found(stage: SalesforceStage):
    stage.add(2)
    source = stage.source(Options(connection={"overlap_seconds": 30}))
    cursor = last_cursor(list(source.pull(None)))
    (late,) = stage.add(1, at=NOON - timedelta(seconds=20))
    again = list(source.pull(cursor))
    assert late in ids(again)
    assert last_cursor(again) == cursor


def test_an_answer_shorter_than_asked_for_is_read_on(stage: SalesforceStage):
    stage.org.page_size = 3
    wanted = stage.add(10)
    source = stage.source(Options(connection={"page_size": 8}))
    assert sorted(ids(list(source.pull(None)))) == sorted(wanted)


def test_a_list_whose_next_page_is_no_longer_kept_is_begun_anew(stage: SalesforceStage):
    stage.org.page_size = 2
    wanted = stage.add(5)
    stage.ground.faults.edit = stage.org.cursors.end_all
    crm = stage.crm()
    crm.unowned()
    stage.ground.faults.script(Fault(kind=FaultKind.EDITED, path="/query"))
    assert sorted(ids(list(crm.pull(None)))) == sorted(wanted)
    assert [e.detail["kind"] for e in stage.ground.journal.entries(event="fault")] == ["edited"]


def test_two_edits_within_one_second_are_two_versions(stage: SalesforceStage):
    (record,) = stage.add(1)
    source = stage.source()
    (before,) = records(list(source.pull(None)))
    stage.org.person_updates(record, {"Title": "Buyer"})
    (after,) = records(list(source.pull(None)))
    assert before.body["SystemModstamp"] == after.body["SystemModstamp"]
    assert before.version != after.version


def test_an_ended_session_costs_one_login(stage: SalesforceStage):
    stage.add(1)
    source = stage.source()
    list(source.pull(None))
    before = requests(stage, "/oauth2/token")
    stage.org.expire_tokens()
    assert len(ids(list(source.pull(None)))) == 1
    assert requests(stage, "/oauth2/token") - before == 1


@pytest.mark.parametrize(
    "kind", [FaultKind.HTML_ERROR, FaultKind.SERVER_ERROR, FaultKind.MALFORMED]
)
def test_a_login_server_that_is_down_does_not_blame_the_password(
    stage: SalesforceStage, kind: FaultKind
):
    source = stage.source(Options(connection={"attempts": 2}))
    down = [Fault(kind=kind, path="/oauth2/token")] * 2
    stage.ground.faults.script(*down)
    with pytest.raises(TransientError):
        list(source.pull(None))


def test_a_spent_limit_is_told_as_one(stage: SalesforceStage):
    source = stage.source(Options(connection={"attempts": 1}))
    source.unowned()
    stage.org.allowance.limit = 0
    with pytest.raises(RateLimited, match="REQUEST_LIMIT_EXCEEDED"):
        list(source.pull(None))


def test_an_owner_of_the_intake_that_is_not_there_is_named(stage: SalesforceStage):
    intake = Intake(object="Lead", owners=("Nobody Known", f"queue:{INBOUND_DESK.name}"))
    setup = SourceSetup(name="salesforce", intake=intake, vocabulary=VOCABULARY)
    settings = SalesforceSettings(
        base_url=stage.url,
        client_id=SecretStr(CLIENT_ID),
        client_secret=SecretStr(CLIENT_SECRET),
    )
    crm = Salesforce(settings, setup)
    with pytest.raises(ContractError, match=r"intake\.owners names 'Nobody Known'"):
        crm.unowned()
    crm.close()


def test_why_a_lead_is_not_of_the_intake(stage: SalesforceStage):
    owned, worked, converted, fresh = stage.add(4)
    stage.person_sets_owner(owned, stage.ben)
    stage.org.person_updates(worked, {"Status": "Working - Contacted"})
    stage.org.person_converts(converted)
    source = stage.source()
    why = {r.source_id: source.is_intake(r) for r in records(list(source.pull(None)))}
    assert why == {
        owned: "owned by a person",
        worked: "status Working - Contacted",
        converted: "converted",
        fresh: None,
    }


def test_a_row_committed_minutes_after_its_stamp_is_found(stage: SalesforceStage):
    source = _as_configured(stage)
    stage.add(3)
    cursor = last_cursor(list(source.pull(None)))
    (late,) = stage.add(1, at=NOON - timedelta(minutes=4), email="late@example.com")
    pages = list(source.pull(cursor))
    assert late in ids(pages)
    assert last_cursor(pages) == cursor


def test_reading_the_overlap_again_costs_one_request(stage: SalesforceStage):
    source = _as_configured(stage)
    stage.add(200)
    cursor = last_cursor(list(source.pull(None)))
    before = requests(stage)
    assert len(ids(list(source.pull(cursor)))) == 200
    assert requests(stage) - before == 1


def _as_configured(stage: SalesforceStage) -> Salesforce:
    default = SalesforceSettings.model_fields["overlap_seconds"].default
    return stage.crm(Options(connection={"overlap_seconds": default}))


def test_a_deleted_lead_leaves_the_workload(stage: SalesforceStage):
    (record,) = stage.add(1)
    crm = stage.crm()
    first = list(crm.workload(None))
    stage.org.person_deletes(record)
    (page,) = crm.workload(first[-1].resume_from)
    assert [(i.record_id, i.is_open) for i in page.changes] == [(record, False)]


def test_a_unique_field_that_is_missing_stops_creations(stage: SalesforceStage):
    crm = stage.crm(Options(connection={"external_id_field": "Routing_Rule__c"}))
    assert any("Routing_Rule__c is not unique" in finding for finding in problems(crm))
    new = NewRecord(key=LeadKey("meta_ads", "1"), owner=stage.ana, values={}, notes={})
    (outcome,) = crm.create([new])
    assert outcome.status is WriteStatus.RETRYABLE
    assert outcome.reason.startswith("salesforce: create leads: Lead.Routing_Rule__c is not unique")
    assert created(stage) == []
