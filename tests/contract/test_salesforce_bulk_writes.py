"""A backfill's thousands of owners, by jobs: one outcome each, in the order asked."""

import random
from collections.abc import Iterator

import pytest

from leads.errors import AuthError
from leads.ownership import OwnerChange, WriteStatus
from sandbox.faults import Fault, FaultKind
from sandbox.salesforce.jobs import State
from tests.contract.salesforce_stage import SalesforceInBulkStage
from tests.contract.stage import Options, owners_written, requests

WRITTEN, RETRYABLE = WriteStatus.WRITTEN, WriteStatus.RETRYABLE


@pytest.fixture
def stage() -> Iterator[SalesforceInBulkStage]:
    with SalesforceInBulkStage.open() as opened:
        yield opened


def changes(
    stage: SalesforceInBulkStage, ids: list[str], note: str = "because"
) -> list[OwnerChange]:
    return [
        OwnerChange(
            record_id=i,
            owner=stage.ana,
            expected=stage.unowned,
            notes={"Routing_Reason__c": note} if n % 2 else {},
        )
        for n, i in enumerate(ids)
    ]


def test_thousands_go_in_one_job_and_come_back_in_order(stage: SalesforceInBulkStage):
    records = stage.add(2500)
    random.Random(7).shuffle(records)
    stage.person_sets_owner(records[1200], stage.ben)
    stage.org.person_converts(records[3])
    fault = Fault(kind=FaultKind.ROW_REFUSED, record_id=records[5], detail="UNABLE_TO_LOCK_ROW")
    stage.ground.faults.script(fault)
    crm = stage.crm(Options(connection={"bulk_above": 2000}))
    crm.unowned()
    crm.write_owners(changes(stage, records[:1]))
    before = requests(stage)
    outcomes = crm.write_owners(changes(stage, records))
    assert requests(stage) - before < 15
    assert [o.record_id for o in outcomes] == records
    odd = {n: o.status for n, o in enumerate(outcomes) if o.status is not WRITTEN}
    assert odd == {
        0: WriteStatus.UNCHANGED,
        3: WriteStatus.REFUSED,
        5: RETRYABLE,
        1200: WriteStatus.CONFLICT,
    }
    assert outcomes[3].reason == "CANNOT_UPDATE_CONVERTED_LEAD"
    assert outcomes[5].reason == "UNABLE_TO_LOCK_ROW"
    assert stage.owner_of(records[1200]) == stage.ben
    assert len(stage.org.bulk.jobs) == 1


def test_a_note_goes_where_it_belongs_and_blanks_erase_nothing(stage: SalesforceInBulkStage):
    first, second = stage.add(2)
    stage.org.person_updates(first, {"Routing_Reason__c": "kept"})
    note = 'Ana, because "GTX Pro"\nis hers; #1'
    outcomes = stage.crm().write_owners(changes(stage, [first, second], note))
    assert [o.status for o in outcomes] == [WRITTEN, WRITTEN]
    assert stage.field_of(first, "Routing_Reason__c") == "kept"
    assert stage.field_of(second, "Routing_Reason__c") == note


def test_what_a_job_leaves_unprocessed_is_tried_again_later(stage: SalesforceInBulkStage):
    records = stage.add(6)
    stage.org.bulk.fails_after = 2
    crm = stage.crm()
    outcomes = crm.write_owners(changes(stage, records))
    assert [o.status for o in outcomes] == [WRITTEN] * 2 + [RETRYABLE] * 4
    assert "bulk job" in outcomes[5].reason
    stage.org.bulk.fails_after = None
    again = crm.write_owners(changes(stage, records))
    assert [o.status for o in again] == [WriteStatus.UNCHANGED] * 2 + [WRITTEN] * 4


def test_a_job_that_takes_too_long_is_ended(stage: SalesforceInBulkStage):
    records = stage.add(2)
    stage.org.bulk.looks_until_done = 10_000
    crm = stage.crm(Options(connection={"bulk_wait_seconds": 0.3}))
    assert {o.status for o in crm.write_owners(changes(stage, records))} == {RETRYABLE}
    assert [job.state for job in stage.org.bulk.jobs.values()] == [State.ABORTED]
    assert owners_written(stage) == []


def test_the_orgs_assignment_rule_does_not_run(stage: SalesforceInBulkStage):
    stage.org.assignment_rule_owner = stage.ben
    (record,) = stage.add(1)
    assert stage.crm().write_owners(changes(stage, [record]))[0].status is WRITTEN
    assert stage.owner_of(record) == stage.ana


@pytest.mark.parametrize(
    "kind", [FaultKind.SERVER_ERROR, FaultKind.HTML_ERROR, FaultKind.MALFORMED]
)
def test_a_poll_that_fails_does_not_end_the_job(stage: SalesforceInBulkStage, kind: FaultKind):
    records = stage.add(3)
    stage.org.bulk.looks_until_done = 3
    crm = stage.crm()
    crm.unowned()
    stage.ground.faults.script(Fault(kind=FaultKind.TOKEN_EXPIRED, path="/jobs/ingest"))
    outcomes = crm.write_owners(changes(stage, records))
    assert [o.status for o in outcomes] == [WRITTEN] * 3
    stage.ground.faults.script(Fault(kind=kind, path="successfulResults"))
    more = stage.add(3)
    assert [o.status for o in crm.write_owners(changes(stage, more))] == [WRITTEN] * 3
    assert sorted(owners_written(stage)) == sorted(records + more)


def test_without_the_right_to_bulk_nothing_is_claimed(stage: SalesforceInBulkStage):
    records = stage.add(2)
    with pytest.raises(AuthError):
        stage.crm(Options(environ=stage.wrong_secret)).write_owners(changes(stage, records))
