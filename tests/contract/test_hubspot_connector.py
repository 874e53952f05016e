"""What only HubSpot does to a client."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from leads.errors import RateLimited
from leads.keys import CrmOwnerId, LeadKey
from leads.ownership import NewRecord, OwnerChange, WriteStatus
from sandbox.faults import Fault, FaultKind
from sandbox.hubspot.limits import RateLimits
from sandbox.hubspot.portal import BatchFailure
from tests.contract.hubspot_stage import HubSpotStage
from tests.contract.stage import (
    NOON,
    Options,
    created,
    ids,
    last_cursor,
    owners_written,
    records,
    requests,
)


@pytest.fixture
def stage() -> Iterator[HubSpotStage]:
    with HubSpotStage.open() as opened:
        yield opened


def change(stage: HubSpotStage, record_id: str, owner: str = "") -> OwnerChange:
    return OwnerChange(
        record_id=record_id,
        owner=CrmOwnerId(owner or stage.ana),
        expected=stage.unowned,
        notes={},
    )


@pytest.mark.parametrize("failure", ["recorded", "whole", "multi_status"])
def test_one_bad_record_costs_only_itself(stage: HubSpotStage, failure: BatchFailure):
    stage.portal.batch_failure = failure
    found = stage.add(12)
    asked = [change(stage, record) for record in found]
    asked[4] = change(stage, found[4], stage.left)
    asked[9] = change(stage, found[9], "123456")
    outcomes = stage.crm().write_owners(asked)
    refused = [n for n, o in enumerate(outcomes) if o.status is WriteStatus.REFUSED]
    assert refused == [4, 9]
    assert "INVALID_OWNER_ID" in outcomes[4].reason or "VALIDATION_ERROR" in outcomes[4].reason
    assert len(owners_written(stage)) == 10


def test_a_merged_record_is_gone_not_written(stage: HubSpotStage):
    kept, other = stage.add(2)
    stage.portal.merge(kept, other)
    outcomes = stage.crm().write_owners([change(stage, other), change(stage, kept)])
    assert [o.status for o in outcomes] == [WriteStatus.GONE, WriteStatus.WRITTEN]


def test_somebody_with_the_email_keeps_their_owner(stage: HubSpotStage):
    (known,) = stage.add(1, email="known@example.com")
    stage.person_sets_owner(known, stage.ben)
    new = [
        NewRecord(
            key=LeadKey("meta_ads", str(n)),
            owner=stage.ana,
            values={"email": email},
            notes={},
        )
        for n, email in enumerate(["Known@example.com", "new@example.com", "NEW@example.com"])
    ]
    outcomes = stage.crm().create(new)
    assert [o.status for o in outcomes] == [
        WriteStatus.UNCHANGED,
        WriteStatus.WRITTEN,
        WriteStatus.UNCHANGED,
    ]
    assert (outcomes[0].record_id, outcomes[0].owner) == (known, stage.ben)
    assert outcomes[2].record_id == outcomes[1].record_id
    assert created(stage) == [outcomes[1].record_id]


def test_a_creation_holds_only_options_that_the_portal_has(stage: HubSpotStage):
    said = {"employees": "240", "language": "pt-BR", "lead_source": "Trade fair", "city": "Porto"}
    new = NewRecord(key=LeadKey("meta_ads", "1"), owner=stage.ana, values=said, notes={})
    vague = NewRecord(
        key=LeadKey("meta_ads", "2"), owner=stage.ana, values={"employees": "51-200"}, notes={}
    )
    outcomes = stage.crm().create([new, vague])
    assert [outcome.status for outcome in outcomes] == [WriteStatus.WRITTEN] * 2
    first, second = (stage.portal.contacts[o.record_id or ""].state.values for o in outcomes)
    assert (first["numemployees"], first["hs_language"]) == ("100-500", "pt-br")
    assert first["city"] == "Porto"
    assert "hs_analytics_source" not in first
    assert "numemployees" not in second


def test_what_search_shows_late_is_found_by_looking_back(stage: HubSpotStage):
    source = stage.source(Options(connection={"look_back_seconds": 60}))
    stage.add(1, at=NOON)
    first = list(source.pull(None))
    (late,) = stage.add(1, at=NOON - timedelta(seconds=20))
    second = list(source.pull(last_cursor(first)))
    assert late in ids(second)
    assert last_cursor(second) == last_cursor(first)


def test_a_search_that_lags_loses_nobody(stage: HubSpotStage):
    stage.portal.search_lag = 20
    source = stage.source(Options(connection={"look_back_seconds": 60}))
    seen: set[str] = set()
    wanted: set[str] = set()
    cursor = None
    for second in range(0, 60, 5):
        stage.ground.clock.set(NOON + timedelta(seconds=second))
        if second < 30:
            wanted |= set(stage.add(1, at=stage.ground.clock.now()))
        for page in source.pull(cursor):
            cursor = page.resume_from
            seen |= set(ids([page]))
    assert seen == wanted


def test_an_import_of_one_instant_is_read_once(stage: HubSpotStage):
    wanted = stage.add(23)
    found = ids(list(stage.source(Options(connection={"page_size": 5})).pull(None)))
    assert sorted(found) == sorted(wanted)


def test_a_daily_limit_is_not_waited_for(stage: HubSpotStage):
    source = stage.source()
    list(source.pull(None))
    spent = Fault(kind=FaultKind.RATE_LIMITED, path=stage.reads, detail="DAILY")
    stage.ground.faults.script(spent)
    with pytest.raises(RateLimited, match="DAILY") as caught:
        list(source.pull(None))
    assert caught.value.retry_after == 3600


def test_a_retry_after_in_milliseconds_is_not_slept_for(stage: HubSpotStage, pauses):
    source = stage.source()
    list(source.pull(None))
    limited = Fault(
        kind=FaultKind.RATE_LIMITED, path=stage.reads, retry_after="20000", detail="SECONDLY"
    )
    stage.ground.faults.script(limited)
    list(source.pull(None))
    assert len(pauses) == 1
    assert pauses[0] < 10


def test_nothing_below_us_repeats_or_sleeps(stage: HubSpotStage):
    crm = stage.crm(Options(connection={"attempts": 1}))
    limited = Fault(kind=FaultKind.RATE_LIMITED, path="/owners", retry_after="20000")
    stage.ground.faults.script(limited)
    with pytest.raises(RateLimited):
        list(crm.owners())
    assert requests(stage, "/owners") == 1


def test_no_rate_limit_is_provoked(stage: HubSpotStage):
    stage.ground.clock.release()
    stage.portal.limits = RateLimits()
    stage.add(28, at=NOON - timedelta(days=1))
    paced = {"searches_per_window": 5, "page_size": 4, "attempts": 1}
    source = stage.source(Options(connection=paced))
    assert len(set(ids(list(source.pull(None))))) == 28
    assert requests(stage, stage.reads) > 7
    statuses = {e.detail["status"] for e in stage.ground.journal.entries(event="request")}
    assert statuses == {200}


def test_why_a_contact_is_not_of_the_intake(stage: HubSpotStage):
    owned, customer, fresh = stage.add(3)
    stage.person_sets_owner(owned, stage.ben)
    stage.portal.person_updates(customer, {"lifecyclestage": "customer"})
    source = stage.source()
    why = {r.source_id: source.is_intake(r) for r in records(list(source.pull(None)))}
    assert why == {owned: "owned by a person", customer: "lifecycle customer", fresh: None}
