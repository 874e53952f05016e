"""Tasks of reps in Pipedrive: one for an assignment, whatever happens on the way."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from leads.keys import CrmOwnerId
from leads.ownership import WriteStatus
from leads.tasks import RepTask
from sandbox.faults import Fault, FaultKind
from tests.contract.pipedrive_stage import PipedriveStage
from tests.contract.stage import NOON, created

WRITTEN, UNCHANGED = WriteStatus.WRITTEN, WriteStatus.UNCHANGED
WRITES = "POST /api/v2/activities"


@pytest.fixture
def stage() -> Iterator[PipedriveStage]:
    with PipedriveStage.open() as opened:
        yield opened


def task(stage: PipedriveStage, lead_id: str, key: str = "d-1", **more: CrmOwnerId) -> RepTask:
    return RepTask(
        key=key,
        record_id=lead_id,
        owner=more.get("owner", stage.ana),
        subject="Be in touch",
        body="They asked:\n<b>a price</b>",
        due=NOON + timedelta(hours=1),
    )


def test_a_task_is_an_activity_on_the_lead_once(stage: PipedriveStage):
    (lead_id,) = stage.add(1)
    crm = stage.crm()
    (first,) = crm.create_tasks([task(stage, lead_id)])
    again, other = crm.create_tasks([task(stage, lead_id), task(stage, lead_id, key="d-2")])
    assert (first.status, again.status, other.status) == (WRITTEN, UNCHANGED, WRITTEN)
    assert again.record_id == first.record_id
    assert len(created(stage)) == 2
    made = stage.account.kinds["activities"][int(first.record_id or 0)]
    assert (made["lead_id"], made["owner_id"], made["done"]) == (lead_id, int(stage.ana), False)
    assert (made["due_date"], made["due_time"], made["type"]) == ("2026-11-22", "13:00", "task")
    assert made["note"].startswith("They asked:<br>&lt;b&gt;a price&lt;/b&gt;<br>")


@pytest.mark.parametrize("kind", [FaultKind.TRUNCATED, FaultKind.TIMEOUT, FaultKind.RATE_LIMITED])
def test_a_lost_answer_makes_no_second_task(stage: PipedriveStage, kind: FaultKind):
    (lead_id,) = stage.add(1)
    stage.ground.faults.script(Fault(kind=kind, path=WRITES, seconds=0.8, retry_after="0.01"))
    (outcome,) = stage.crm().create_tasks([task(stage, lead_id)])
    assert outcome.status is WRITTEN
    assert created(stage) == [outcome.record_id]


def test_one_that_is_refused_costs_no_other(stage: PipedriveStage):
    (lead_id,) = stage.add(1)
    odd = task(stage, lead_id, key="d-1", owner=CrmOwnerId("somebody"))
    gone = task(stage, stage.no_such_id, key="d-2")
    found = stage.crm().create_tasks([odd, gone, task(stage, lead_id, key="d-3")])
    assert [o.status for o in found] == [WriteStatus.REFUSED, WriteStatus.GONE, WRITTEN]
    assert all(o.reason for o in found[:2])


def test_nothing_to_create_asks_nothing(stage: PipedriveStage):
    assert stage.crm().create_tasks([]) == []
