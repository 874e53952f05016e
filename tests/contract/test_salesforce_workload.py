"""What an owner has in hand, leads and opportunities, users' and queues'."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from connectors.base import WorkloadReader
from leads.record import Cursor, WorkItem
from sandbox.world.roster import WEB_LEADS
from tests.contract.salesforce_stage import SalesforceStage
from tests.contract.stage import Options, requests

BOTH = Options(connection={"opportunities": True})


@pytest.fixture
def stage() -> Iterator[SalesforceStage]:
    with SalesforceStage.open() as opened:
        yield opened


def read(crm: WorkloadReader, since: Cursor | None) -> tuple[dict[str, WorkItem], Cursor]:
    """What changed, and where to go on; as the store does, a page at a time."""
    found: dict[str, WorkItem] = {}
    cursor = since
    for page in crm.workload(since):
        found |= {item.record_id: item for item in page.changes}
        cursor = page.resume_from
    assert cursor
    return found, cursor


def test_a_lead_may_be_a_users_or_a_queues(stage: SalesforceStage):
    users, queues = stage.add(2)
    stage.person_sets_owner(users, stage.ana)
    found, _ = read(stage.crm(), None)
    assert {i: (found[i].owner, found[i].is_open) for i in (users, queues)} == {
        users: (stage.ana, True),
        queues: (WEB_LEADS.salesforce, True),
    }


@pytest.mark.parametrize("end", ["deleted", "converted", "closed"])
def test_a_lead_that_is_over_leaves_the_workload(stage: SalesforceStage, end: str):
    (record,) = stage.add(1)
    crm = stage.crm()
    before, cursor = read(crm, None)
    stage.ground.clock.advance(timedelta(seconds=3))
    if end == "deleted":
        stage.org.person_deletes(record)
    elif end == "converted":
        stage.org.person_converts(record)
    else:
        stage.closes(record)
    found, _ = read(crm, cursor)
    assert not found[record].is_open
    stamps = [each.changed_at for each in (found[record], before[record]) if each.changed_at]
    assert stamps == sorted({*stamps}, reverse=True)
    assert len(stamps) == 2


def test_opportunities_are_left_alone_unless_asked_for(stage: SalesforceStage):
    record, _ = stage.add(2)
    deal = stage.org.person_converts(record)
    assert deal not in read(stage.crm(), None)[0]
    found = read(stage.crm(BOTH), None)[0]
    assert found[deal].is_open
    assert {i: item.kind.value for i, item in found.items() if item.owner} == {
        i: "opportunity" if i == deal else "lead" for i in found
    }


def test_an_opportunity_won_lost_or_deleted_leaves_the_workload(stage: SalesforceStage):
    first, second, third = stage.add(3)
    for lead in (first, second, third):
        stage.person_sets_owner(lead, stage.ana)
    won, lost, open_still = (stage.org.person_converts(lead) for lead in (first, second, third))
    crm = stage.crm(BOTH)
    found, cursor = read(crm, None)
    assert [found[i].owner for i in (won, lost, open_still)] == [stage.ana] * 3
    stage.ground.clock.advance(timedelta(seconds=3))
    stage.org.person_closes(won, won=True)
    stage.org.person_closes(lost, won=False)
    found, _ = read(crm, cursor)
    assert {i: item.is_open for i, item in found.items() if i in (won, lost)} == {
        won: False,
        lost: False,
    }


def test_a_cursor_made_before_opportunities_were_asked_for(stage: SalesforceStage):
    lead, other = stage.add(2)
    deal = stage.org.person_converts(lead)
    _, cursor = read(stage.crm(), None)
    found, later = read(stage.crm(BOTH), cursor)
    assert found[deal].is_open
    crm = stage.crm(BOTH)
    crm.unowned()
    before = requests(stage)
    read(crm, later)
    assert requests(stage) - before == 2  # one for each object
    assert other in read(stage.crm(), later)[0]  # and back again
