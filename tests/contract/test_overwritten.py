"""A person who takes a record between our last reading and our write: found, and given it back."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import pytest

from leads.keys import CrmOwnerId
from leads.ownership import OwnerChange, WriteOutcome, WriteStatus
from sandbox.faults import Fault, FaultKind
from sandbox.salesforce.app import salesforce_app
from sandbox.serve import serve_in_thread
from tests.contract.cases import WRITERS
from tests.contract.hubspot_stage import HubSpotStage
from tests.contract.pipedrive_stage import PipedriveStage
from tests.contract.salesforce_stage import (
    SalesforceByCollectionsStage,
    SalesforceInBulkStage,
    SalesforceStage,
)
from tests.contract.stage import NOON, CrmStage, OpenCrm, Options, owners_written, requests

WRITTEN, UNCHANGED = WriteStatus.WRITTEN, WriteStatus.UNCHANGED
SECOND = timedelta(seconds=1)
CONFLICT, RETRYABLE = WriteStatus.CONFLICT, WriteStatus.RETRYABLE
UNGUARDED = [case for case in WRITERS if case not in (SalesforceStage, PipedriveStage)]
"""Salesforce writes on a condition; Pipedrive has neither a condition nor a history."""


@pytest.fixture(params=UNGUARDED, ids=lambda case: case.__name__)
def stage(request: pytest.FixtureRequest) -> Iterator[CrmStage]:
    case: type[OpenCrm] = request.param
    with case.open() as opened:
        yield opened


def to_ana(stage: CrmStage, records: Sequence[str]) -> list[OwnerChange]:
    return [
        OwnerChange(record_id=record, owner=stage.ana, expected=stage.unowned, notes={})
        for record in records
    ]


def meanwhile(stage: CrmStage, *edits: Callable[[], None]) -> None:
    """Each happens right before one of the next writes is carried out: after our reading."""
    waiting = iter(edits)

    def next_one() -> None:
        next(waiting)()

    stage.ground.faults.edit = next_one
    fault = Fault(kind=FaultKind.EDITED_BEFORE, path=stage.writes)
    stage.ground.faults.script(*[fault] * len(edits))


def takes(stage: CrmStage, record: str, owner: CrmOwnerId) -> Callable[[], None]:
    return lambda: stage.person_sets_owner(record, owner)


def told(outcomes: Sequence[WriteOutcome]) -> list[tuple[WriteStatus, str | None]]:
    return [(each.status, each.owner) for each in outcomes]


def test_somebody_overwritten_has_the_record_back(stage: CrmStage):
    crm = stage.crm()
    taken, free = stage.add(2)
    meanwhile(stage, takes(stage, taken, stage.ben))
    written = crm.write_owners(to_ana(stage, [taken, free]))
    assert [(each.status, each.unguarded) for each in written] == [(WRITTEN, True)] * 2
    assert stage.owner_of(taken) == stage.ana, "the vendor's write takes no condition"
    looked = crm.look_again(to_ana(stage, [taken, free]))
    assert told(looked) == [(CONFLICT, stage.ben), (WRITTEN, stage.ana)]
    assert "given back" in looked[0].reason
    assert (stage.owner_of(taken), stage.owner_of(free)) == (stage.ben, stage.ana)


def test_looking_again_twice_says_the_same_and_writes_nothing_more(stage: CrmStage):
    crm = stage.crm()
    taken, free = stage.add(2)
    meanwhile(stage, takes(stage, taken, stage.ben))
    crm.write_owners(to_ana(stage, [taken, free]))
    first = crm.look_again(to_ana(stage, [taken, free]))
    writes = requests(stage, stage.writes)
    assert told(crm.look_again(to_ana(stage, [taken, free]))) == told(first)
    assert requests(stage, stage.writes) == writes


def test_who_was_moved_on_by_a_person_is_left_so(stage: CrmStage):
    crm = stage.crm()
    (taken,) = stage.add(1)
    meanwhile(stage, takes(stage, taken, stage.ben))
    crm.write_owners(to_ana(stage, [taken]))
    other = next(o.crm_id for o in crm.owners() if o.crm_id not in (stage.ana, stage.ben))
    stage.person_sets_owner(taken, CrmOwnerId(other))
    assert told(crm.look_again(to_ana(stage, [taken]))) == [(CONFLICT, other)]
    assert stage.owner_of(taken) == other


def test_a_person_who_confirms_our_owner_afterwards_keeps_it_so(stage: CrmStage):
    """The last word is a person's, and it is the owner we wanted."""
    crm = stage.crm()
    (record,) = stage.add(1)
    stage.person_sets_owner(record, stage.ben)
    stage.person_sets_owner(record, stage.ana)
    (outcome,) = crm.write_owners(to_ana(stage, [record]))
    assert (outcome.status, outcome.unguarded) == (UNCHANGED, True)
    assert told(crm.look_again(to_ana(stage, [record]))) == [(WRITTEN, stage.ana)]
    assert stage.owner_of(record) == stage.ana


def test_somebody_who_is_overwritten_by_the_giving_back_has_it_back_too(stage: CrmStage):
    """Where giving back is on a condition, its own second try sees who took it."""
    crm = stage.crm()
    (taken,) = stage.add(1)
    third = next(
        CrmOwnerId(o.crm_id)
        for o in crm.owners()
        if o.crm_id not in (stage.ana, stage.ben, stage.left) and o.is_active and not o.is_queue
        if CrmOwnerId(o.crm_id) not in stage.unowned
    )
    meanwhile(stage, takes(stage, taken, stage.ben), takes(stage, taken, third))
    crm.write_owners(to_ana(stage, [taken]))
    assert told(crm.look_again(to_ana(stage, [taken]))) == [(CONFLICT, third)]
    assert stage.owner_of(taken) == third


def test_an_answer_that_comes_twice_is_no_second_write():
    """A history told twice read as if the giving back were one more write of ours over theirs."""
    with HubSpotStage.open() as stage:
        crm, (taken, free) = stage.crm(), stage.add(2)
        meanwhile(stage, takes(stage, taken, stage.ben))
        crm.write_owners(to_ana(stage, [taken, free]))
        stage.ground.clock.advance(SECOND)
        stage.ground.faults.set_share(FaultKind.REPEATED, 1.0, path="/batch/read")
        looked = crm.look_again(to_ana(stage, [taken, free]))
        assert told(looked) == [(CONFLICT, stage.ben), (WRITTEN, stage.ana)]
        assert sorted(owners_written(stage)) == sorted([taken, free, taken])


def test_two_leads_of_one_record_are_looked_at_together(stage: CrmStage):
    """A lead of an ad platform may be written to the same record as the CRM's own."""
    crm = stage.crm()
    (taken,) = stage.add(1)
    meanwhile(stage, takes(stage, taken, stage.ben))
    crm.write_owners(to_ana(stage, [taken, taken]))
    assert told(crm.look_again(to_ana(stage, [taken, taken]))) == [(CONFLICT, stage.ben)] * 2
    assert len(owners_written(stage)) == 2


def test_a_write_whose_answer_was_lost_may_have_overwritten_somebody(stage: CrmStage):
    crm, (record,) = stage.crm(Options(connection={"attempts": 1})), stage.add(1)
    stage.ground.faults.script(Fault(kind=FaultKind.TRUNCATED, path=stage.writes))
    (outcome,) = crm.write_owners(to_ana(stage, [record]))
    assert outcome.unguarded
    if not isinstance(stage, SalesforceInBulkStage):  # a job is asked again what it did
        assert outcome.status is RETRYABLE
        assert stage.owner_of(record) == stage.ana


def test_a_write_that_nobody_made_cannot_be_told(stage: CrmStage):
    (record,) = stage.add(1)
    (outcome,) = stage.crm().look_again(to_ana(stage, [record]))
    assert outcome.status is RETRYABLE


def test_the_history_is_asked_for_many_records_at_once():
    for case, most in ((SalesforceByCollectionsStage, 1), (HubSpotStage, 4)):
        with case.open() as stage:
            crm, records = stage.crm(), stage.add(200)
            crm.write_owners(to_ana(stage, records))
            crm.look_again(to_ana(stage, records[:1]))  # who we are is asked once
            before = requests(stage)
            assert {each.status for each in crm.look_again(to_ana(stage, records))} == {WRITTEN}
            assert requests(stage) - before == most


def test_a_write_on_a_condition_needs_no_second_look():
    with SalesforceStage.open() as stage:
        crm, (one,) = stage.crm(), stage.add(1, at=NOON - 60 * SECOND)
        (outcome,) = crm.write_owners(to_ana(stage, [one]))
        assert (outcome.status, outcome.unguarded) == (WRITTEN, False)
        (outcome,) = crm.write_owners(to_ana(stage, [one]))
        assert (outcome.status, outcome.unguarded) == (UNCHANGED, True), "who wrote it is unknown"


@pytest.mark.parametrize("ours", [timedelta(0), timedelta(hours=1), timedelta(hours=-1)])
def test_a_person_in_the_second_of_our_reading_has_the_record_back(ours: timedelta):
    """The condition compares whole seconds, and a lead of this second is read in it."""
    with SalesforceStage.open() as stage:
        stage.org.clock_skew = -ours
        stage.now = lambda: stage.ground.clock.now() + ours
        with serve_in_thread(salesforce_app(stage.org), date_header=False) as stage.url:
            crm, (taken, free) = stage.crm(), stage.add(2)
            stage.ground.clock.advance(0.9 * SECOND)
            meanwhile(stage, takes(stage, taken, stage.ben))
            written = crm.write_owners(to_ana(stage, [taken, free]))
            assert [(each.status, each.unguarded) for each in written] == [(WRITTEN, True)] * 2
            assert stage.owner_of(taken) == stage.ana, "the condition saw no difference"
            looked = crm.look_again(to_ana(stage, [taken, free]))
            assert told(looked) == [(CONFLICT, stage.ben), (WRITTEN, stage.ana)]
            assert (stage.owner_of(taken), stage.owner_of(free)) == (stage.ben, stage.ana)


def test_a_write_whose_answer_was_lost_is_looked_at_as_well():
    """The second try finds the owner as wanted; whom the first one overwrote, it cannot see."""
    with SalesforceStage.open() as stage:
        crm, (taken,) = stage.crm(), stage.add(1)
        crm.unowned()
        stage.ground.faults.edit = takes(stage, taken, stage.ben)
        stage.ground.faults.script(
            Fault(kind=FaultKind.EDITED, path=stage.reads),
            Fault(kind=FaultKind.TRUNCATED, path=stage.writes),
        )
        (outcome,) = crm.write_owners(to_ana(stage, [taken]))
        assert (outcome.status, outcome.unguarded) == (WRITTEN, True)
        assert told(crm.look_again(to_ana(stage, [taken]))) == [(CONFLICT, stage.ben)]


def test_without_a_history_nobody_waits_for_a_look_at_a_write_on_a_condition():
    with SalesforceStage.open() as stage:
        stage.org.keeps_history = False
        (outcome,) = stage.crm().write_owners(to_ana(stage, stage.add(1)))
        assert (outcome.status, outcome.unguarded) == (WRITTEN, False)


def test_without_a_history_nothing_can_be_told():
    with SalesforceInBulkStage.open() as stage:
        stage.org.keeps_history = False
        crm, (taken,) = stage.crm(), stage.add(1)
        meanwhile(stage, takes(stage, taken, stage.ben))
        crm.write_owners(to_ana(stage, [taken]))
        assert [each.status for each in crm.look_again(to_ana(stage, [taken]))] == [RETRYABLE]
