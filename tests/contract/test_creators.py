"""Leads from elsewhere are created once, owned, and never over somebody who is there."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from connectors.base import Created
from leads.errors import AuthError
from leads.keys import CrmOwnerId, LeadKey
from leads.ownership import NewRecord, OwnerChange, Person, WriteStatus
from sandbox.faults import Fault, FaultKind
from tests.contract.cases import CRMS
from tests.contract.stage import CrmStage, OpenCrm, Options, created, owners_written, requests

WRITTEN, UNCHANGED = WriteStatus.WRITTEN, WriteStatus.UNCHANGED


@pytest.fixture(params=CRMS, ids=lambda case: case.name)
def stage(request: pytest.FixtureRequest) -> Iterator[CrmStage]:
    case: type[OpenCrm] = request.param
    with case.open() as opened:
        yield opened


def new(number: int, owner: CrmOwnerId, email: str | None = None) -> NewRecord:
    values = {
        "first_name": "Zoe",
        "email": email or f"new{number}@example.org",
        "phone": f"+3491234{number:04}",
        "country": "ES",
        "region": "ES-MD",
        "employees": "51-200",
        "no_such_field": "ignored",
        "custom.budget": "1000",
    }
    return NewRecord(
        key=LeadKey("meta_ads", str(7000 + number)), owner=owner, values=values, notes={}
    )


def test_nothing_to_create_asks_nothing(stage: CrmStage):
    crm = stage.crm()
    assert crm.create([]) == []
    assert crm.find([]) == {}
    assert requests(stage) == 0


def test_a_lead_is_created_owned_and_keyed(stage: CrmStage):
    (outcome,) = stage.crm().create([new(1, stage.ana)])
    assert outcome.status is WRITTEN
    assert outcome.owner == stage.ana
    assert created(stage) == [outcome.record_id]
    record_id = outcome.record_id or ""
    assert stage.owner_of(record_id) == stage.ana
    assert stage.field_of(record_id, "firsttouch_id") == "meta_ads:7001"


def test_a_record_says_for_which_lead_it_was_created(stage: CrmStage):
    crm = stage.crm()
    assert isinstance(crm, Created)
    (made,) = crm.create([new(1, stage.ana)])
    (theirs,) = stage.add(1)
    for raw in crm.fetch([made.record_id or "", theirs]):
        is_ours = raw.source_id == made.record_id
        assert crm.created_for(raw) == (LeadKey("meta_ads", "7001") if is_ours else None)


def test_what_was_decided_is_noted_on_the_record_created(stage: CrmStage):
    notes = {stage.notes["reason"]: "Her turn.", stage.notes["rule"]: "Everything"}
    (outcome,) = stage.crm().create([replace(new(1, stage.ana), notes=notes)])
    assert outcome.status is WRITTEN
    for name, text in notes.items():
        assert stage.field_of(outcome.record_id or "", name) == text


def test_a_second_creation_answers_the_first_record(stage: CrmStage):
    (first,) = stage.crm().create([new(1, stage.ana)])
    (second,) = stage.crm().create([new(1, stage.ben)])
    assert second.status is UNCHANGED
    assert (second.record_id, second.owner) == (first.record_id, stage.ana)
    assert len(created(stage)) == 1
    assert owners_written(stage) == []


def test_the_same_lead_twice_in_one_call_is_created_once(stage: CrmStage):
    outcomes = stage.crm().create([new(1, stage.ana), new(2, stage.ana), new(1, stage.ben)])
    assert [o.status for o in outcomes] == [WRITTEN, WRITTEN, UNCHANGED]
    assert outcomes[2].record_id == outcomes[0].record_id
    assert len(created(stage)) == 2


@pytest.mark.parametrize("kind", [FaultKind.TRUNCATED, FaultKind.TIMEOUT])
def test_an_answer_lost_after_the_creation_creates_once(stage: CrmStage, kind: FaultKind):
    stage.ground.faults.script(Fault(kind=kind, path=stage.creates, seconds=0.8))
    outcomes = stage.crm().create([new(n, stage.ana) for n in range(3)])
    assert [o.status for o in outcomes] == [WRITTEN] * 3
    assert sorted(created(stage)) == sorted(o.record_id or "" for o in outcomes)


def test_more_than_one_batch_and_one_refused(stage: CrmStage):
    asked = [new(n, stage.ana) for n in range(250)]
    asked[120] = new(120, stage.left)
    outcomes = stage.crm().create(asked)
    assert outcomes[120].status is WriteStatus.REFUSED
    assert outcomes[120].reason
    assert [o.status for n, o in enumerate(outcomes) if n != 120] == [WRITTEN] * 249
    assert len(created(stage)) == 249


def test_find_by_email_prefers_the_earliest_and_ignores_case(stage: CrmStage):
    (known,) = stage.add(1, email="Known@Example.com")
    stage.person_sets_owner(known, stage.ben)
    asked = [
        Person(key=LeadKey("meta_ads", "1"), email="known@example.com", phone=None),
        Person(key=LeadKey("meta_ads", "2"), email="other@example.com", phone="+34910000000"),
        Person(key=LeadKey("meta_ads", "3"), email=None, phone=None),
    ]
    found = stage.crm().find(asked)
    assert set(found) == {LeadKey("meta_ads", "1")}
    assert found[LeadKey("meta_ads", "1")].record_id == known
    assert found[LeadKey("meta_ads", "1")].owner == stage.ben


def somebody(phone: str, last_name: str | None, email: str | None = None) -> Person:
    return Person(key=LeadKey("meta_ads", "1"), email=email, phone=phone, last_name=last_name)


@pytest.mark.parametrize("written", ["+34912345678", "912 34 56 78", "+34 912 34 56 78"])
@pytest.mark.parametrize("email", ["zoe@example.org", None])
def test_find_by_a_phone_as_people_type_it(stage: CrmStage, written: str, email: str | None):
    record = stage.phone_record(written)
    person = somebody("+34912345678", "ROE", email)
    found = stage.crm().find([person])
    assert found[person.key].record_id == record
    assert found[person.key].owner == stage.ben


@pytest.mark.parametrize("country", ["Portugal", "PT"])
def test_one_national_number_in_two_countries_is_two_people(stage: CrmStage, country: str):
    paula = stage.phone_record("912345678", country=country)
    juan, her = somebody("+34912345678", "Roe"), somebody("+351912345678", "Roe")
    assert stage.crm().find([juan]) == {}
    assert stage.crm().find([her])[her.key].record_id == paula


def test_one_number_and_two_surnames_are_two_people(stage: CrmStage):
    stage.phone_record("+34912345678", "Silva")
    for email in ("juan@example.org", None):
        assert stage.crm().find([somebody("+34912345678", "Perez", email)]) == {}


def test_a_number_alone_is_enough_where_neither_has_more(stage: CrmStage):
    record = stage.phone_record("+34912345678", None)
    bare = somebody("+34912345678", None)
    assert stage.crm().find([bare])[bare.key].record_id == record
    assert stage.crm().find([somebody("+34912345678", None, "zoe@example.org")]) == {}
    assert stage.crm().find([somebody("+34912345678", "Roe")]) == {}


def test_a_colleague_with_the_same_switchboard_is_another_person(stage: CrmStage):
    crm = stage.crm()
    crm.create([new(1, stage.ana)])
    colleague = Person(
        key=LeadKey("meta_ads", "9"), email="colleague@example.org", phone="+34912340001"
    )
    assert crm.find([colleague]) == {}


ODD = "+34 9 1234 5678"
"""As nobody is asked for: only whoever reads the record finds the person by it."""


def known_as(record: str, phone: str = "+34912345678", last_name: str = "Roe") -> Person:
    return replace(somebody(phone, last_name, "zoe@example.org"), known=record)


def test_a_record_that_is_known_is_read_and_not_searched_for(stage: CrmStage):
    record = stage.phone_record(ODD)
    assert stage.crm().find([somebody("+34912345678", "Roe", "zoe@example.org")]) == {}
    (found,) = stage.crm().find([known_as(record)]).values()
    assert (found.record_id, found.owner) == (record, stage.ben)


def test_a_known_record_that_is_somebody_elses_by_now_is_searched_past(stage: CrmStage):
    theirs, hers = stage.phone_record("+34910000000", "Silva"), stage.phone_record("912345678")
    (found,) = stage.crm().find([known_as(theirs)]).values()
    assert found.record_id == hers


@pytest.mark.parametrize("known", ["", "none", "003fT000000abcdAAA"])
def test_what_is_no_record_of_a_lead_is_not_asked_for(stage: CrmStage, known: str):
    hers = stage.phone_record("912345678")
    (found,) = stage.crm().find([known_as(known), known_as(stage.no_such_id)]).values()
    assert found.record_id == hers


def test_the_same_address_counts_before_a_number_that_was_known(stage: CrmStage):
    record = stage.phone_record(ODD)
    (other,) = stage.add(1, email="zoe@example.org")
    (found,) = stage.crm().find([known_as(record)]).values()
    assert found.record_id == other


def test_many_people_are_found_in_few_requests(stage: CrmStage):
    wanted = stage.add(120)
    crm = stage.crm()
    emails = [crm.normalise(raw).email for raw in crm.fetch(wanted)]
    people = [
        Person(key=LeadKey("meta_ads", str(n)), email=email, phone=None)
        for n, email in enumerate(emails)
    ]
    before = requests(stage)
    assert len(crm.find(people)) == 120
    assert requests(stage) - before <= 5


def test_without_the_unique_field_creations_wait_and_owners_are_written(stage: CrmStage):
    connection = {"external_id_field": "Routing_Rule__c", "unique_property": "routing_rule"}
    setting = {"salesforce": "external_id_field", "hubspot": "unique_property"}[stage.name]
    crm = stage.crm(Options(connection={setting: connection[setting]}))
    (known,) = stage.add(1)
    change = OwnerChange(record_id=known, owner=stage.ana, expected=stage.unowned, notes={})
    assert [o.status for o in crm.write_owners([change])] == [WRITTEN]
    outcomes = crm.create([new(1, stage.ana), new(2, stage.ana)])
    assert [o.status for o in outcomes] == [WriteStatus.RETRYABLE] * 2
    assert all(f"{connection[setting]} is not unique" in o.reason for o in outcomes)
    assert created(stage) == []


def test_wrong_credentials_raise(stage: CrmStage):
    with pytest.raises(AuthError):
        stage.crm(Options(environ=stage.wrong_secret)).create([new(1, stage.ana)])
