"""A rep's task: exactly one for an assignment, with a field for its key and without one."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from leads.keys import CrmOwnerId
from leads.ownership import WriteStatus
from leads.tasks import RepTask
from sandbox.faults import Fault, FaultKind
from tests.contract.salesforce_stage import SalesforceStage, SalesforceWithTaskKeysStage

WRITTEN, UNCHANGED = WriteStatus.WRITTEN, WriteStatus.UNCHANGED
STAGES = [SalesforceStage, SalesforceWithTaskKeysStage]
DUE = datetime(2026, 11, 23, 0, 30, tzinfo=ZoneInfo("Europe/Madrid"))


@pytest.fixture(params=STAGES, ids=["marked", "keyed"])
def stage(request: pytest.FixtureRequest) -> Iterator[SalesforceStage]:
    case: type[SalesforceStage] = request.param
    with case.open() as opened:
        yield opened


def task(stage: SalesforceStage, lead: str, key: str, subject: str = "Call Jo Doe") -> RepTask:
    return RepTask(
        key=key, record_id=lead, owner=stage.ana, subject=subject, body="Wants GTX", due=DUE
    )


def tasks(stage: SalesforceStage) -> list[dict[str, object]]:
    return [dict(row) for row in stage.org.records.of("Task").values()]


def test_a_task_has_what_a_rep_needs(stage: SalesforceStage):
    (lead,) = stage.add(1)
    (outcome,) = stage.crm().create_tasks([task(stage, lead, "d1")])
    assert (outcome.status, outcome.owner) == (WRITTEN, stage.ana)
    (row,) = tasks(stage)
    assert (row["Id"], row["WhoId"], row["OwnerId"]) == (outcome.record_id, lead, stage.ana)
    assert str(row["Subject"]).startswith("Call Jo Doe")
    assert (row["Description"], row["IsClosed"]) == ("Wants GTX", False)
    assert row["ActivityDate"] == "2026-11-23"  # in Madrid; in UTC it is still the day before
    assert row["ReminderDateTime"] == "2026-11-22T23:30:00.000+0000"


def test_a_second_time_finds_the_first(stage: SalesforceStage):
    first, second = stage.add(2)
    crm = stage.crm()
    asked = [task(stage, first, "d1"), task(stage, second, "d2")]
    made = crm.create_tasks(asked[:1])
    again = crm.create_tasks(asked)
    assert [o.status for o in again] == [UNCHANGED, WRITTEN]
    assert again[0].record_id == made[0].record_id
    assert len(tasks(stage)) == 2


def test_another_assignment_of_the_same_lead_has_its_own(stage: SalesforceStage):
    (lead,) = stage.add(1)
    crm = stage.crm()
    asked = [task(stage, lead, "d1"), task(stage, lead, "d2")]
    assert [o.status for o in crm.create_tasks(asked)] == [WRITTEN, WRITTEN]
    assert [o.status for o in crm.create_tasks(asked)] == [UNCHANGED, UNCHANGED]
    assert len(tasks(stage)) == 2


def test_the_same_key_twice_in_one_go_is_one_task(stage: SalesforceStage):
    (lead,) = stage.add(1)
    asked = [task(stage, lead, "d1"), task(stage, lead, "d1")]
    assert [o.status for o in stage.crm().create_tasks(asked)] == [WRITTEN, UNCHANGED]


@pytest.mark.parametrize("kind", [FaultKind.TRUNCATED, FaultKind.TIMEOUT])
def test_an_answer_lost_does_not_make_a_second(stage: SalesforceStage, kind: FaultKind):
    (lead,) = stage.add(1)
    stage.ground.faults.script(Fault(kind=kind, path="/composite", seconds=0.8))
    assert stage.crm().create_tasks([task(stage, lead, "d1")])[0].status is WRITTEN
    assert len(tasks(stage)) == 1


def test_done_or_thrown_away_it_does_not_come_back(stage: SalesforceStage):
    done, deleted = stage.add(2)
    crm = stage.crm()
    asked = [task(stage, done, "d1"), task(stage, deleted, "d2")]
    made = [str(o.record_id) for o in crm.create_tasks(asked)]
    stage.org.records.change("Task", made[0], {"Status": "Completed", "IsClosed": True})
    stage.org.records.change("Task", made[1], {"IsDeleted": True})
    assert [o.status for o in crm.create_tasks(asked)] == [UNCHANGED, UNCHANGED]


def test_a_long_subject_is_cut_and_still_recognised(stage: SalesforceStage):
    (lead,) = stage.add(1)
    crm = stage.crm()
    asked = [task(stage, lead, "d1", "Call [#now] " + "x" * 300)]
    assert crm.create_tasks(asked)[0].status is WRITTEN
    assert len(str(tasks(stage)[0]["Subject"])) == 255
    assert crm.create_tasks(asked)[0].status is UNCHANGED


def test_one_that_cannot_be_made_does_not_cost_the_others(stage: SalesforceStage):
    good, converted, gone = [*stage.add(2), stage.no_such_id]
    stage.org.person_converts(converted)
    asked = [
        task(stage, gone, "d1"),
        task(stage, converted, "d2"),
        task(stage, "not an id", "d3"),
        task(stage, good, "d4"),
        RepTask(
            key="d5",
            record_id=good,
            owner=CrmOwnerId(stage.left),
            subject="Call",
            body="",
            due=DUE,
        ),
    ]
    outcomes = stage.crm().create_tasks(asked)
    refused = WriteStatus.REFUSED
    assert [o.status for o in outcomes] == [refused, refused, refused, WRITTEN, refused]
    assert all(o.reason for o in outcomes if o.status is refused)


def test_nothing_to_create_asks_nothing(stage: SalesforceStage):
    assert stage.crm().create_tasks([]) == []
