"""A rep gets one task for an assignment, whatever is lost, repeated or refused on the way."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.hubspot.connector import HubSpot
from leads.keys import CrmOwnerId
from leads.ownership import WriteStatus
from leads.tasks import RepTask
from sandbox.faults import Fault, FaultKind
from sandbox.hubspot.portal import BatchFailure
from tests.contract.hubspot_stage import TASK_KEY, HubSpotStage
from tests.contract.stage import Options, created, requests

WRITTEN, UNCHANGED, REFUSED = WriteStatus.WRITTEN, WriteStatus.UNCHANGED, WriteStatus.REFUSED


@pytest.fixture
def stage() -> Iterator[HubSpotStage]:
    with HubSpotStage.open() as opened:
        yield opened


@pytest.fixture(params=[TASK_KEY, None], ids=["by property", "by marker"])
def crm(request: pytest.FixtureRequest, stage: HubSpotStage) -> HubSpot:
    return stage.crm(Options(connection={"task_key_property": request.param}))


def task(stage: HubSpotStage, contact: str, key: str = "d-1") -> RepTask:
    return RepTask(
        key=key,
        record_id=contact,
        owner=stage.ana,
        subject="Call within 15 minutes",
        body="Asked for a demo",
        due=datetime(2026, 11, 22, 12, 15, tzinfo=UTC),
    )


def test_nothing_to_create_asks_nothing(stage: HubSpotStage, crm: HubSpot):
    assert crm.create_tasks([]) == []
    assert requests(stage) == 0


def test_a_task_is_the_reps_and_belongs_to_the_contact(stage: HubSpotStage, crm: HubSpot):
    (contact,) = stage.add(1)
    (outcome,) = crm.create_tasks([task(stage, contact)])
    assert (outcome.status, outcome.owner) == (WRITTEN, stage.ana)
    assert created(stage) == [outcome.record_id]
    values = stage.portal.shelves["tasks"].records[str(outcome.record_id)].state.values
    assert values["hs_timestamp"] == "2026-11-22T12:15:00.000Z"
    assert values["hs_task_subject"] == "Call within 15 minutes"
    assert values["hs_task_body"].startswith("Asked for a demo")
    assert list(stage.portal.links.of("contacts", contact, "tasks")) == [(outcome.record_id, 204)]


def test_a_second_creation_answers_the_first_task(stage: HubSpotStage, crm: HubSpot):
    stage.portal.search_lag = 3600  # nothing that was just made is found by searching
    one, two = stage.add(2)
    asked = [task(stage, one, "d-1"), task(stage, two, "d-2")]
    first = crm.create_tasks(asked)
    second = crm.create_tasks([replace(asked[0], subject="Again", owner=stage.ben), asked[1]])
    assert [o.status for o in second] == [UNCHANGED, UNCHANGED]
    assert [o.record_id for o in second] == [o.record_id for o in first]
    assert second[0].owner == stage.ana
    assert len(created(stage)) == 2


def test_another_assignment_of_the_same_contact_is_another_task(stage: HubSpotStage, crm: HubSpot):
    (contact,) = stage.add(1)
    crm.create_tasks([task(stage, contact, "d-12")])
    outcomes = crm.create_tasks([task(stage, contact, "d-1"), task(stage, contact, "d-12")])
    assert [o.status for o in outcomes] == [WRITTEN, UNCHANGED]
    assert len(created(stage)) == 2


def test_the_same_key_twice_in_one_call_is_one_task(stage: HubSpotStage, crm: HubSpot):
    (contact,) = stage.add(1)
    outcomes = crm.create_tasks([task(stage, contact), task(stage, contact)])
    assert [o.status for o in outcomes] == [WRITTEN, UNCHANGED]
    assert len(created(stage)) == 1


@pytest.mark.parametrize("kind", [FaultKind.TRUNCATED, FaultKind.TIMEOUT])
def test_an_answer_lost_after_the_creation(stage: HubSpotStage, crm: HubSpot, kind: FaultKind):
    contacts = stage.add(3)
    lost = Fault(kind=kind, path="/tasks/batch/create", seconds=0.8)
    stage.ground.faults.script(lost)
    outcomes = crm.create_tasks([task(stage, c, f"d-{c}") for c in contacts])
    assert [o.status for o in outcomes] == [WRITTEN] * 3
    assert sorted(created(stage)) == sorted(str(o.record_id) for o in outcomes)


@pytest.mark.parametrize("mode", ["recorded", "whole", "multi_status"])
def test_one_bad_task_costs_only_itself(stage: HubSpotStage, crm: HubSpot, mode: BatchFailure):
    stage.portal.batch_failure = mode
    contacts = stage.add(6)
    asked = [task(stage, c, f"d-{c}") for c in contacts]
    asked[1] = replace(asked[1], owner=stage.left)
    asked[3] = replace(asked[3], record_id="999999")
    asked[4] = replace(asked[4], owner=CrmOwnerId("ana"))
    outcomes = crm.create_tasks(asked)
    found = [o.status for o in outcomes]
    assert found == [WRITTEN, REFUSED, WRITTEN, REFUSED, REFUSED, WRITTEN]
    assert all(outcomes[n].reason for n in (1, 3, 4))
    assert len(created(stage)) == 3


def test_many_tasks_go_in_batches(stage: HubSpotStage, crm: HubSpot):
    contacts = stage.add(150)
    outcomes = crm.create_tasks([task(stage, c, f"d-{c}") for c in contacts])
    assert {o.status for o in outcomes} == {WRITTEN}
    assert requests(stage, "/tasks/batch/create") == 2
    assert requests(stage) <= 6


def test_a_contact_with_very_many_tasks_is_read_in_pages(stage: HubSpotStage):
    (contact,) = stage.add(1)
    crm = stage.crm()
    stage.portal.links.page = 25
    for _ in range(120):
        stage.portal.add("tasks", {"hs_task_body": "Other"}, contact=contact)
    (first,) = crm.create_tasks([task(stage, contact)])
    stage.ground.clock.advance(timedelta(seconds=1))
    (again,) = crm.create_tasks([task(stage, contact)])
    assert (again.status, again.record_id) == (UNCHANGED, first.record_id)
    (other,) = crm.create_tasks([task(stage, contact, "d-2")])
    assert other.status is WRITTEN
