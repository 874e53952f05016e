"""A person's edit between our read and our write: seen by a conditional write, and by no other."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest

from leads.keys import CrmOwnerId
from leads.ownership import OwnerChange, WriteStatus
from sandbox.salesforce.org import SalesforceOrg
from tests.contract.salesforce_stage import SalesforceStage
from tests.contract.stage import Options, owners_written, requests


@pytest.fixture
def stage() -> Iterator[SalesforceStage]:
    with SalesforceStage.open() as opened:
        yield opened


def changes(stage: SalesforceStage, ids: list[str]) -> list[OwnerChange]:
    return [
        OwnerChange(
            record_id=i,
            owner=stage.ana,
            expected=stage.unowned,
            notes={"Routing_Reason__c": "because"},
        )
        for i in ids
    ]


def after_each_read(org: SalesforceOrg, act: Callable[[], object], times: int = 1) -> None:
    """
    Let somebody act in the gap between our reading of owners and our write.

    The journal tells of the read while the org's lock is held, so the write cannot come first.
    """
    left = [times]
    log = org.ground.journal.add

    def watch(entry: object) -> None:
        log(entry)  # type: ignore[arg-type]
        if getattr(entry, "event", "") == "served" and left[0]:
            left[0] -= 1
            org.ground.clock.advance(timedelta(seconds=1))
            act()

    org.ground.journal.add = watch  # type: ignore[method-assign]


def test_a_person_who_is_quicker_than_our_write_keeps_the_lead(stage: SalesforceStage):
    first, second = stage.add(2)
    crm = stage.crm()
    crm.unowned()
    after_each_read(stage.org, lambda: stage.person_sets_owner(first, stage.ben))
    outcomes = crm.write_owners(changes(stage, [first, second]))
    assert [o.status for o in outcomes] == [WriteStatus.CONFLICT, WriteStatus.WRITTEN]
    assert outcomes[0].owner == stage.owner_of(first) == stage.ben
    assert owners_written(stage) == [second]
    assert stage.field_of(first, "Routing_Reason__c") is None


def test_without_the_condition_the_person_would_be_overwritten(stage: SalesforceStage):
    """Why the condition is worth it: a collection write has none."""
    (record,) = stage.add(1)
    crm = stage.crm(Options(connection={"conditional_up_to": 0}))
    after_each_read(stage.org, lambda: stage.person_sets_owner(record, stage.ben))
    assert crm.write_owners(changes(stage, [record]))[0].status is WriteStatus.WRITTEN
    assert stage.owner_of(record) == stage.ana


def test_a_lead_deleted_meanwhile_is_gone(stage: SalesforceStage):
    """A row's own address says so with a 404, a collection with a code."""
    for few in (25, 0):
        deleted, free = stage.add(2)
        crm = stage.crm(Options(connection={"conditional_up_to": few}))
        crm.unowned()
        after_each_read(stage.org, partial(stage.org.person_deletes, deleted))
        outcomes = crm.write_owners(changes(stage, [deleted, free]))
        assert [o.status for o in outcomes] == [WriteStatus.GONE, WriteStatus.WRITTEN]


def test_a_lead_erased_meanwhile_is_gone(stage: SalesforceStage):
    """Out of the recycle bin too: its address leads nowhere."""
    erased, free = stage.add(2)
    crm = stage.crm()
    crm.unowned()
    leads = stage.org.records.of("Lead")
    assert isinstance(leads, dict)
    after_each_read(stage.org, lambda: leads.pop(erased))
    outcomes = crm.write_owners(changes(stage, [erased, free]))
    assert [o.status for o in outcomes] == [WriteStatus.GONE, WriteStatus.WRITTEN]


def test_an_edit_of_something_else_does_not_cost_the_owner(stage: SalesforceStage):
    (record,) = stage.add(1)
    after_each_read(stage.org, lambda: stage.disturb(record))
    assert stage.crm().write_owners(changes(stage, [record]))[0].status is WriteStatus.WRITTEN
    assert stage.owner_of(record) == stage.ana


def test_a_person_who_chose_as_we_did_is_not_us(stage: SalesforceStage):
    (record,) = stage.add(1)
    after_each_read(stage.org, lambda: stage.person_sets_owner(record, stage.ana))
    assert stage.crm().write_owners(changes(stage, [record]))[0].status is WriteStatus.UNCHANGED
    assert owners_written(stage) == []


def test_somebody_who_never_stops_editing_is_left_for_later(stage: SalesforceStage):
    busy, free = stage.add(2)
    after_each_read(stage.org, lambda: stage.disturb(busy), times=9)
    outcomes = stage.crm().write_owners(changes(stage, [busy, free]))
    assert [o.status for o in outcomes] == [WriteStatus.RETRYABLE, WriteStatus.WRITTEN]
    assert "keeps editing" in outcomes[0].reason


def test_the_second_of_the_last_edit_is_the_window_that_remains(stage: SalesforceStage):
    """What the docstring says: two changes within one second cannot be told apart."""
    (record,) = stage.add(1)  # created in this second, the clock stands still
    org, log = stage.org, stage.org.ground.journal.add
    done: list[bool] = []

    def watch(entry: object) -> None:
        log(entry)  # type: ignore[arg-type]
        if getattr(entry, "event", "") == "served" and not done:
            done.append(True)
            org.person_sets_owner(record, stage.ben)

    org.ground.journal.add = watch  # type: ignore[method-assign]
    assert stage.crm().write_owners(changes(stage, [record]))[0].status is WriteStatus.WRITTEN


def test_25_leads_cost_two_calls_and_26_go_together(stage: SalesforceStage):
    crm = stage.crm()
    records = stage.add(51)
    crm.write_owners(changes(stage, records[:1]))
    for some in (records[:25], records[25:]):
        before = requests(stage)
        crm.write_owners(changes(stage, some))
        assert requests(stage) - before == 2
    assert sorted(owners_written(stage)) == sorted(records)


def test_parts_carry_their_own_headers(stage: SalesforceStage):
    """The outer request's Sforce-Auto-Assign does not reach them: the org's rule would win."""
    stage.org.assignment_rule_owner = stage.ben
    (record,) = stage.add(1)
    assert stage.crm().write_owners(changes(stage, [record]))[0].status is WriteStatus.WRITTEN
    assert stage.owner_of(record) == stage.ana


def test_ids_are_kept_apart_when_some_are_refused(stage: SalesforceStage):
    converted, free = stage.add(2)
    stage.org.person_converts(converted)
    gone = stage.no_such_id
    asked = changes(stage, [converted, free, gone, "not an id"])
    asked.append(
        OwnerChange(
            record_id=stage.add(1)[0],
            owner=CrmOwnerId(stage.left),
            expected=stage.unowned,
            notes={},
        )
    )
    outcomes = stage.crm().write_owners(asked)
    found = [o.status for o in outcomes]
    assert found.pop(2) not in (WriteStatus.WRITTEN, WriteStatus.RETRYABLE)
    refused = WriteStatus.REFUSED
    assert found == [refused, WriteStatus.WRITTEN, refused, refused]
    assert outcomes[0].reason == "CANNOT_UPDATE_CONVERTED_LEAD"
    code, _, what = outcomes[4].reason.partition(": ")
    assert code == "INACTIVE_OWNER_OR_USER"
    assert what.startswith(f"Salesforce has no active user or queue {stage.left} ")
