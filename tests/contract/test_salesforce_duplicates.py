"""Who a new lead is taken for: by the org's own duplicate rules, and by ours."""

from collections.abc import Iterator

import pytest

from leads.keys import LeadKey
from leads.ownership import NewRecord, Person, WriteOutcome, WriteStatus
from sandbox.faults import Fault, FaultKind
from sandbox.salesforce.duplicate_rules import DuplicateRule, Match
from tests.contract.salesforce_stage import SalesforceStage
from tests.contract.stage import GO_LIVE, created

GARCIA = {"FirstName": "Luis", "LastName": "Garcia", "Company": "[not given]"}
RULE = "Standard_Lead_Duplicate_Rule"


@pytest.fixture
def stage() -> Iterator[SalesforceStage]:
    with SalesforceStage.open() as opened:
        yield opened


def new(stage: SalesforceStage, **values: str) -> NewRecord:
    key = LeadKey("meta_ads", values.get("email", "1"))
    return NewRecord(key=key, owner=stage.ana, values=values, notes={})


def luis(stage: SalesforceStage, email: str) -> NewRecord:
    return new(stage, email=email, first_name="Luis", last_name="Garcia")


def create(stage: SalesforceStage, *records: NewRecord) -> list[WriteOutcome]:
    return stage.crm().create(records)


WARNS, BLOCKS = DuplicateRule(match=Match.EMAIL), DuplicateRule(match=Match.EMAIL, blocks=True)


@pytest.mark.parametrize("rule", [WARNS, BLOCKS], ids=["warns", "blocks"])
def test_the_same_person_is_used_and_not_made_twice(stage: SalesforceStage, rule: DuplicateRule):
    stage.org.duplicate_rules = [rule]
    (known,) = stage.add(1, email="known@example.com")
    stage.person_sets_owner(known, stage.ben)
    (outcome,) = create(stage, new(stage, email="known@example.com"))
    assert outcome.status is WriteStatus.UNCHANGED
    assert (outcome.record_id, outcome.owner) == (known, stage.ben)
    assert created(stage) == []


def test_one_that_only_the_rule_could_find_is_used_where_it_is_the_same_person(
    stage: SalesforceStage,
):
    """Our search compares numbers as text; the org has this one in a form that nobody expects."""
    odd = {**GARCIA, "Phone": "+34 (912) 34-56-78", "OwnerId": stage.ben}
    known = stage.org.add_lead(odd, created=GO_LIVE)
    stage.org.duplicate_rules = [DuplicateRule(match=Match.NAME_AND_COMPANY)]
    phone = {"phone": "+34912345678", "first_name": "Luis", "last_name": "Garcia"}
    (outcome,) = create(stage, new(stage, email="new@example.com", **phone))
    assert (outcome.status, outcome.record_id) == (WriteStatus.UNCHANGED, known)
    assert outcome.owner == stage.ben


@pytest.mark.parametrize("match", [Match.NAME_AND_COMPANY, Match.CONTACT])
def test_a_namesake_is_created_and_the_rule_is_told_of(stage: SalesforceStage, match: Match):
    other = stage.org.add_lead({**GARCIA, "Email": "old@example.com"}, created=GO_LIVE)
    if match is Match.CONTACT:
        stage.org.person_converts(other)
    stage.org.duplicate_rules = [DuplicateRule(match=match)]
    others = [new(stage, email=f"p{n}@example.com", last_name=f"Roe {n}") for n in range(3)]
    outcomes = create(stage, others[0], luis(stage, "new@example.com"), *others[1:])
    assert [o.status for o in outcomes] == [WriteStatus.WRITTEN] * 4
    assert [RULE in o.reason for o in outcomes] == [False, True, False, False]
    assert [stage.owner_of(o.record_id or "") for o in outcomes] == [stage.ana] * 4
    assert sorted(created(stage)) == sorted(o.record_id or "" for o in outcomes)
    (again,) = create(stage, luis(stage, "new@example.com"))
    assert (again.status, again.record_id) == (WriteStatus.UNCHANGED, outcomes[1].record_id)
    assert len(created(stage)) == 4


def test_a_rule_that_blocks_has_the_last_word(stage: SalesforceStage):
    other = stage.org.add_lead(
        {**GARCIA, "Email": "old@example.com", "OwnerId": stage.ben}, created=GO_LIVE
    )
    stage.org.duplicate_rules = [DuplicateRule(match=Match.NAME_AND_COMPANY, blocks=True)]
    (outcome,) = create(stage, luis(stage, "new@example.com"))
    assert (outcome.status, outcome.record_id) == (WriteStatus.UNCHANGED, other)
    assert outcome.owner == stage.ben
    assert outcome.reason == f"{RULE} allows no second record"


def test_a_rule_that_blocks_for_a_contact_refuses(stage: SalesforceStage):
    stage.org.person_converts(stage.org.add_lead(GARCIA, created=GO_LIVE))
    stage.org.duplicate_rules = [DuplicateRule(match=Match.CONTACT, blocks=True)]
    (outcome,) = create(stage, luis(stage, "new@example.com"))
    assert (outcome.status, outcome.reason) == (WriteStatus.REFUSED, "DUPLICATES_DETECTED")
    assert created(stage) == []


@pytest.mark.parametrize("kind", [FaultKind.TRUNCATED, FaultKind.SERVER_ERROR])
def test_a_namesake_is_created_once_though_the_answer_is_lost(
    stage: SalesforceStage, kind: FaultKind
):
    stage.org.add_lead({**GARCIA, "Email": "old@example.com"}, created=GO_LIVE)
    stage.org.duplicate_rules = [DuplicateRule(match=Match.NAME_AND_COMPANY)]
    at_once = Fault(kind=FaultKind.TIMEOUT, path=stage.creates, seconds=0)
    stage.ground.faults.script(at_once, Fault(kind=kind, path=stage.creates))
    (outcome,) = create(stage, luis(stage, "new@example.com"))
    assert outcome.status is WriteStatus.WRITTEN
    assert created(stage) == [outcome.record_id]


def test_a_converted_or_deleted_lead_is_nobody_to_be_found(stage: SalesforceStage):
    converted, deleted = (stage.add(1, email=f"{n}@example.com")[0] for n in ("one", "two"))
    stage.person_sets_owner(converted, stage.ben)
    stage.org.person_converts(converted)
    stage.org.person_deletes(deleted)
    crm = stage.crm()
    people = [
        Person(key=LeadKey("meta_ads", n), email=f"{n}@example.com", phone=None)
        for n in ("one", "two")
    ]
    assert crm.find(people) == {}
    asked = [
        NewRecord(key=p.key, owner=stage.ana, values={"email": p.email or ""}, notes={})
        for p in people
    ]
    outcomes = crm.create(asked)
    assert [o.status for o in outcomes] == [WriteStatus.WRITTEN] * 2
    assert created(stage) == [o.record_id for o in outcomes]
