"""One bad record of a hundred: whatever the portal does with the batch, the others are written."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from leads.keys import CrmOwnerId, LeadKey
from leads.ownership import NewRecord, OwnerChange, WriteStatus
from sandbox.hubspot.portal import BatchFailure
from sandbox.hubspot.writes import LACKS
from tests.contract.hubspot_stage import HubSpotStage
from tests.contract.stage import NOON, Options, created, owners_written, requests

MODES: tuple[BatchFailure, ...] = ("recorded", "whole", "multi_status")
WRITTEN, REFUSED, RETRYABLE = WriteStatus.WRITTEN, WriteStatus.REFUSED, WriteStatus.RETRYABLE


@pytest.fixture
def stage() -> Iterator[HubSpotStage]:
    with HubSpotStage.open() as opened:
        yield opened


def change(stage: HubSpotStage, record_id: str) -> OwnerChange:
    return OwnerChange(record_id=record_id, owner=stage.ana, expected=stage.unowned, notes={})


def new(number: int, owner: CrmOwnerId, email: str) -> NewRecord:
    key = LeadKey("meta_ads", str(number))
    return NewRecord(key=key, owner=owner, values={"email": email}, notes={})


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("poisoned", [[0], [99], [49, 50], [0, 33, 66, 99], list(range(97, 100))])
def test_a_poisoned_record_costs_only_itself(
    stage: HubSpotStage, mode: BatchFailure, poisoned: list[int]
):
    stage.portal.batch_failure = mode
    found = stage.add(100)
    for number in poisoned:
        stage.portal.refused_ids[found[number]] = "RECORD_LOCKED"
    outcomes = stage.crm().write_owners([change(stage, i) for i in found])
    assert [n for n, o in enumerate(outcomes) if o.status is not WRITTEN] == poisoned
    assert all(outcomes[n].status is REFUSED for n in poisoned)
    assert all("RECORD_LOCKED" in outcomes[n].reason for n in poisoned)
    assert owners_written(stage) == [i for n, i in enumerate(found) if n not in poisoned]
    # Each costs at most the halvings that lead to it: two batches a level, of seven levels.
    assert requests(stage, stage.writes) <= 1 + 14 * len(poisoned)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("VALIDATION_ERROR", REFUSED),
        ("MISSING_SCOPES", REFUSED),
        ("OBJECT_NOT_FOUND", WriteStatus.GONE),
        ("RATE_LIMITS", RETRYABLE),
        ("INTERNAL_ERROR", RETRYABLE),
    ],
)
def test_a_row_is_told_as_what_it_is_and_blames_no_owner(
    stage: HubSpotStage, code: str, status: WriteStatus
):
    found = stage.add(3)
    stage.portal.refused_ids[found[1]] = code
    outcomes = stage.crm().write_owners([change(stage, i) for i in found])
    assert [each.status for each in outcomes] == [WRITTEN, status, WRITTEN]
    assert outcomes[1].reason == code
    assert not outcomes[1].blames_owner


def test_a_row_that_lacks_what_the_portal_requires_names_the_property(stage: HubSpotStage):
    found = stage.add(2)
    stage.portal.refused_ids[found[1]] = f"{LACKS}jobtitle"
    outcomes = stage.crm().write_owners([change(stage, i) for i in found])
    assert [each.status for each in outcomes] == [WRITTEN, REFUSED]
    said = "VALIDATION_ERROR jobtitle: Some required properties were not set: ['jobtitle']"
    assert outcomes[1].reason == said
    alone = stage.crm().write_owners([change(stage, found[1])])
    assert "jobtitle: Some required properties were not set" in alone[0].reason


def test_an_owner_who_left_is_blamed_and_nobody_beside_them(stage: HubSpotStage):
    found = stage.add(2)
    gone = replace(change(stage, found[0]), owner=stage.left)
    refused, written = stage.crm().write_owners([gone, change(stage, found[1])])
    assert (refused.status, refused.blames_owner) == (REFUSED, True)
    assert (written.status, written.blames_owner) == (WRITTEN, False)


@pytest.mark.parametrize("mode", MODES)
def test_a_record_in_conflict_for_ever_costs_only_itself(stage: HubSpotStage, mode: BatchFailure):
    stage.portal.batch_failure = mode
    found = stage.add(10)
    stage.portal.refused_ids[found[3]] = "CONFLICT"
    outcomes = stage.crm().write_owners([change(stage, i) for i in found])
    assert [n for n, o in enumerate(outcomes) if o.status is not WRITTEN] == [3]
    assert outcomes[3].status in (REFUSED, RETRYABLE)


@pytest.mark.parametrize("mode", MODES)
def test_a_record_merged_away_between_look_and_write_is_not_called_written(
    stage: HubSpotStage, mode: BatchFailure
):
    stage.portal.batch_failure = mode
    kept, other, plain = stage.add(3)
    stage.portal.meanwhile.append(lambda: stage.portal.merge(kept, other))
    outcomes = stage.crm().write_owners([change(stage, i) for i in (other, plain)])
    assert [o.status for o in outcomes] == [RETRYABLE, WRITTEN]
    assert "did not mention" in outcomes[0].reason
    again = stage.crm().write_owners([change(stage, other)])
    assert [o.status for o in again] == [WriteStatus.GONE]
    assert stage.owner_of(kept) is None


def test_an_address_for_an_id_is_refused_before_it_is_asked(stage: HubSpotStage):
    (record,) = stage.add(1, email="ann@example.com")
    outcomes = stage.crm().write_owners([change(stage, "ann@example.com"), change(stage, record)])
    assert [o.status for o in outcomes] == [REFUSED, WRITTEN]
    assert "MALFORMED_ID" in outcomes[0].reason


def test_an_answer_that_says_nothing_of_a_record_is_not_taken_for_success(stage: HubSpotStage):
    found = stage.add(4)
    stage.portal.silent_ids.add(found[2])
    outcomes = stage.crm().write_owners([change(stage, i) for i in found])
    assert [o.status for o in outcomes] == [WRITTEN, WRITTEN, RETRYABLE, WRITTEN]


@pytest.mark.parametrize("mode", MODES)
def test_an_address_that_is_somebodys_second_finds_that_person(
    stage: HubSpotStage, mode: BatchFailure
):
    stage.portal.batch_failure = mode
    (known,) = stage.add(1)
    stage.person_sets_owner(known, stage.ben)
    stage.portal.add_second_address(known, "second@example.com")
    asked = [new(n, stage.ana, f"fresh{n}@example.com") for n in range(100)]
    asked[57] = new(57, stage.ana, "second@example.com")
    outcomes = stage.crm().create(asked)
    assert [n for n, o in enumerate(outcomes) if o.status is not WRITTEN] == [57]
    assert (outcomes[57].status, outcomes[57].record_id) == (WriteStatus.UNCHANGED, known)
    assert outcomes[57].owner == stage.ben
    assert len(created(stage)) == 99


@pytest.mark.parametrize("mode", MODES)
def test_somebody_who_comes_in_between_look_and_creation_is_used(
    stage: HubSpotStage, mode: BatchFailure
):
    stage.portal.batch_failure = mode
    fields = {"email": "new1@example.com", "hubspot_owner_id": stage.ben}
    stage.portal.meanwhile += [lambda: None, lambda: _arrive(stage, fields)]
    outcomes = stage.crm(Options()).create(
        [new(n, stage.ana, f"new{n}@example.com") for n in range(3)]
    )
    assert [o.status for o in outcomes] == [WRITTEN, WriteStatus.UNCHANGED, WRITTEN]
    assert outcomes[1].owner == stage.ben


def _arrive(stage: HubSpotStage, fields: dict[str, str]) -> None:
    stage.portal.add_contact(fields, created=NOON)
