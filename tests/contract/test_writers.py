"""Every CRM's owner writes answer the same questions; the vendor's records are the witness."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

import pytest

from leads.errors import AuthError, ContractError
from leads.keys import CrmOwnerId
from leads.ownership import OwnerChange, WriteStatus
from sandbox.faults import Fault, FaultKind
from tests.contract.cases import WRITERS
from tests.contract.stage import (
    NOON,
    CrmStage,
    OpenCrm,
    Options,
    owners_written,
    problems,
    requests,
)

WRITTEN, UNCHANGED = WriteStatus.WRITTEN, WriteStatus.UNCHANGED
CONFLICT, REFUSED, RETRYABLE = WriteStatus.CONFLICT, WriteStatus.REFUSED, WriteStatus.RETRYABLE


@pytest.fixture(params=WRITERS, ids=lambda case: case.name)
def stage(request: pytest.FixtureRequest) -> Iterator[CrmStage]:
    case: type[OpenCrm] = request.param
    with case.open() as opened:
        yield opened


def changes(
    stage: CrmStage,
    record_ids: Sequence[str],
    owner: CrmOwnerId | None = None,
    notes: Mapping[str, str] | None = None,
) -> list[OwnerChange]:
    return [
        OwnerChange(
            record_id=record_id,
            owner=owner or stage.ana,
            expected=stage.unowned,
            notes=notes or {},
        )
        for record_id in record_ids
    ]


def statuses(stage: CrmStage, asked: Sequence[OwnerChange]) -> list[WriteStatus]:
    return [outcome.status for outcome in stage.crm().write_owners(asked)]


def test_nothing_to_write_asks_nothing(stage: CrmStage):
    assert stage.crm().write_owners([]) == []
    assert requests(stage) == 0


def test_unowned_records_get_their_owner_and_notes(stage: CrmStage):
    crm = stage.crm()
    first, second = stage.add(2)
    note = stage.notes["reason"]
    outcomes = crm.write_owners(changes(stage, [first, second], notes={note: "round robin"}))
    assert [o.status for o in outcomes] == [WRITTEN, WRITTEN]
    assert [o.record_id for o in outcomes] == [first, second]
    assert {o.owner for o in outcomes} == {stage.ana}
    assert stage.owner_of(first) == stage.owner_of(second) == stage.ana
    assert stage.field_of(first, note) == "round robin"


def test_unowned_matches_what_the_vendor_holds(stage: CrmStage):
    (record,) = stage.add(1)
    unowned = stage.crm().unowned()
    assert unowned == stage.unowned
    assert stage.owner_of(record) in unowned


def test_a_persons_choice_stands(stage: CrmStage):
    record, free = stage.add(2)
    stage.person_sets_owner(record, stage.ben)
    outcomes = stage.crm().write_owners(changes(stage, [record, free]))
    assert [o.status for o in outcomes] == [CONFLICT, WRITTEN]
    assert outcomes[0].owner == stage.ben
    assert stage.owner_of(record) == stage.ben
    assert owners_written(stage) == [free]


def test_an_expected_person_may_be_replaced(stage: CrmStage):
    (record,) = stage.add(1)
    stage.person_sets_owner(record, stage.ben)
    change = OwnerChange(
        record_id=record, owner=stage.ana, expected=frozenset({stage.ben}), notes={}
    )
    assert statuses(stage, [change]) == [WRITTEN]
    assert stage.owner_of(record) == stage.ana


def test_repeating_a_batch_changes_nothing(stage: CrmStage):
    records = stage.add(3)
    asked = changes(stage, records)
    assert statuses(stage, asked) == [WRITTEN] * 3
    assert statuses(stage, asked) == [UNCHANGED] * 3
    assert sorted(owners_written(stage)) == sorted(records)


def test_half_a_batch_refused_leaves_the_other_half(stage: CrmStage):
    records = stage.add(8)
    asked = changes(stage, records)
    asked[1] = changes(stage, [stage.no_such_id])[0]
    asked[3] = changes(stage, [records[3]], owner=stage.left)[0]
    stage.person_sets_owner(records[5], stage.ben)
    asked[6] = changes(stage, ["not an id"])[0]
    outcomes = stage.crm().write_owners(asked)
    found = [o.status for o in outcomes]
    assert found == [
        WRITTEN,
        WriteStatus.GONE,
        WRITTEN,
        REFUSED,
        WRITTEN,
        CONFLICT,
        REFUSED,
        WRITTEN,
    ]
    assert all(outcomes[n].reason for n in (1, 3, 6))
    assert sorted(owners_written(stage)) == sorted(records[n] for n in (0, 2, 4, 7))


def test_one_row_the_vendor_refuses(stage: CrmStage):
    records = stage.add(6)
    fault = Fault(
        kind=FaultKind.ROW_REFUSED,
        record_id=records[2],
        detail="FIELD_CUSTOM_VALIDATION_EXCEPTION" if stage.name == "salesforce" else "",
    )
    stage.ground.faults.script(fault)
    found = statuses(stage, changes(stage, records))
    assert found[2] in (REFUSED, RETRYABLE)
    assert found[:2] + found[3:] == [WRITTEN] * 5
    assert stage.owner_of(records[2]) in stage.unowned


def test_more_than_one_batch(stage: CrmStage):
    records = stage.add(min(450, 45 * stage.batch_size))
    theirs = len(records) * 5 // 7
    stage.person_sets_owner(records[theirs], stage.ben)
    found = statuses(stage, changes(stage, records))
    assert found.pop(theirs) is CONFLICT
    ours = len(records) - 1
    assert found == [WRITTEN] * ours
    assert len(set(owners_written(stage))) == len(owners_written(stage)) == ours
    batches = {n // stage.batch_size for n in range(len(records)) if n != theirs}
    assert requests(stage, stage.writes) == len(batches)


def test_two_changes_of_one_record_go_in_order(stage: CrmStage):
    (record,) = stage.add(1)
    asked = [*changes(stage, [record]), *changes(stage, [record], owner=stage.ben)]
    assert statuses(stage, asked) == [WRITTEN, CONFLICT]
    assert stage.owner_of(record) == stage.ana


@pytest.mark.parametrize("kind", [FaultKind.TRUNCATED, FaultKind.TIMEOUT])
def test_an_answer_lost_after_the_write_is_written_once(stage: CrmStage, kind: FaultKind):
    records = stage.add(4)
    stage.ground.faults.script(Fault(kind=kind, path=stage.writes, seconds=0.8))
    assert statuses(stage, changes(stage, records)) == [WRITTEN] * 4
    assert sorted(owners_written(stage)) == sorted(records)


@pytest.mark.parametrize(
    "kind",
    [FaultKind.RATE_LIMITED, FaultKind.SERVER_ERROR, FaultKind.HTML_ERROR, FaultKind.MALFORMED],
)
def test_a_refused_request_is_sent_again(stage: CrmStage, kind: FaultKind):
    records = stage.add(4)
    stage.ground.faults.script(Fault(kind=kind, path=stage.writes, retry_after="0.01"))
    assert statuses(stage, changes(stage, records)) == [WRITTEN] * 4
    assert sorted(owners_written(stage)) == sorted(records)
    assert requests(stage, stage.writes) == -(-4 // stage.batch_size) + 1


def test_a_vendor_that_stays_down_is_left_after_one_batch(stage: CrmStage):
    records = stage.add(stage.batch_size * 2)
    crm = stage.crm(Options(connection={"attempts": 2}))
    asked = changes(stage, records)
    crm.write_owners(asked[:1])  # what is learned of the org once is learned by now
    before = requests(stage)
    stage.ground.faults.set_share(FaultKind.SERVER_ERROR, 1.0)
    outcomes = crm.write_owners(asked[1:])
    assert {o.status for o in outcomes} == {RETRYABLE}
    assert requests(stage) - before == 2
    assert owners_written(stage) == records[:1]


def test_wrong_credentials_raise(stage: CrmStage):
    asked = changes(stage, stage.add(1))
    with pytest.raises(AuthError):
        stage.crm(Options(environ=stage.wrong_secret)).write_owners(asked)


def test_a_note_in_a_field_that_is_not_there_names_the_key(stage: CrmStage):
    asked = changes(stage, stage.add(1))
    crm = stage.crm(Options(fields={"product": "no_such_field"}))
    with pytest.raises(ContractError, match=r"fields\.product names no_such_field"):
        crm.write_owners(asked)


def test_owners_are_listed_active_or_not(stage: CrmStage):
    listed = {owner.crm_id: owner for owner in stage.crm().owners()}
    assert listed[stage.ana].is_active
    assert not listed[stage.left].is_active
    assert listed[stage.ana].name == "Ana Ruiz"
    assert any(owner.is_queue for owner in listed.values()) is stage.has_queues


def test_workload_follows_the_crm(stage: CrmStage):
    crm = stage.crm()
    one, two, three = stage.add(3)
    crm.write_owners(changes(stage, [one, two]))
    first = list(crm.workload(None))
    open_now = {i.record_id for p in first for i in p.changes if i.is_open and i.owner == stage.ana}
    assert open_now == {one, two}
    stage.ground.clock.advance(timedelta(seconds=5))
    stage.closes(one)
    stage.person_sets_owner(three, stage.ben)
    changed = {i.record_id: i for page in crm.workload(first[-1].resume_from) for i in page.changes}
    assert not changed[one].is_open
    assert (changed[three].owner, changed[three].is_open) == (stage.ben, True)


def test_an_owner_that_cannot_be_read_costs_nobody_else_theirs(stage: CrmStage):
    crm = stage.crm()
    crm.write_owners(changes(stage, stage.add(1)))
    found = stage.add(5, at=NOON - timedelta(hours=1))
    path, part = {
        "salesforce": ("/query", "OwnerId"),
        "hubspot": ("/batch/read", "properties"),
        "pipedrive": ("GET /api/v1/leads/", "owner_id"),
    }[stage.name]
    stage.ground.faults.script(Fault(kind=FaultKind.MISSHAPEN, path=path, detail=part))
    outcomes = crm.write_owners(changes(stage, found))
    assert [o.status for o in outcomes] == [WRITTEN] * 5
    assert sorted(owners_written(stage)[1:]) == sorted(found)


def test_a_new_record_that_nobody_owns_is_open_work(stage: CrmStage):
    """Were it closed, it would end what is reserved for whoever it is being given to."""
    crm = stage.crm()
    crm.write_owners(changes(stage, stage.add(1)))
    cursor = list(crm.workload(None))[-1].resume_from
    stage.ground.clock.advance(timedelta(seconds=5))
    (new,) = stage.add(1, at=stage.ground.clock.now())
    seen = {i.record_id: i for page in crm.workload(cursor) for i in page.changes}
    assert seen[new].is_open
    assert seen[new].owner in stage.unowned


def test_workload_asks_once_when_nothing_changed(stage: CrmStage):
    crm = stage.crm()
    crm.write_owners(changes(stage, stage.add(2)))
    cursor = list(crm.workload(None))[-1].resume_from
    before = requests(stage)
    list(crm.workload(cursor))
    assert requests(stage) - before == stage.lists_of_work


def test_a_healthy_crm_has_no_finding(stage: CrmStage):
    assert problems(stage.crm()) == []
