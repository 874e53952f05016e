"""Leads as the intake's object: read with their contacts, owned themselves."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from leads.activity import OutcomeKind, TouchKind
from leads.errors import ConfigError, ContractError
from leads.keys import LeadKey
from leads.ownership import NewRecord, OwnerChange, Person, WriteStatus
from leads.tasks import RepTask
from sandbox.faults import Fault, FaultKind
from tests.contract.hubspot_stage import HubSpotLeadsStage
from tests.contract.stage import NOON, Options, ids, last_cursor, owners_written, records, requests

WRITTEN, CONFLICT = WriteStatus.WRITTEN, WriteStatus.CONFLICT
LONG_AGO = NOON - timedelta(days=1)
BOTH = Options(connection={"also_contact": True})


@pytest.fixture
def stage() -> Iterator[HubSpotLeadsStage]:
    with HubSpotLeadsStage.open() as opened:
        yield opened


def change(stage: HubSpotLeadsStage, lead: str) -> OwnerChange:
    notes = {"routing_reason": "her turn"}
    return OwnerChange(record_id=lead, owner=stage.ana, expected=stage.unowned, notes=notes)


def contact_owner(stage: HubSpotLeadsStage, lead: str) -> str | None:
    return stage.portal.contacts[stage.contact_of(lead)].state.values.get("hubspot_owner_id")


def test_a_lead_is_read_with_its_persons_fields(stage: HubSpotLeadsStage):
    (lead,) = stage.add(1, email="ann@example.com")
    stage.portal.person_updates(
        stage.contact_of(lead),
        {"company": "Acme", "hubspot_owner_id": stage.ben, "createdate": "2020-01-01"},
    )
    source = stage.source(
        Options(fields={"campaign": "lead_campaign", "product": "product_interest"})
    )
    stage.portal.person_updates(lead, {"lead_campaign": "autumn"}, kind="leads")
    (raw,) = records(list(source.pull(None)))
    found = source.normalise(raw)
    assert found.key == LeadKey("hubspot", lead)
    assert (found.email, found.company, found.campaign) == ("ann@example.com", "Acme", "autumn")
    assert (found.created_at, found.status) == (NOON, "new-stage-id")
    assert (found.current_owner, source.owner_of(raw)) == (None, None)  # the contact's is Ben
    assert source.is_intake(raw) is None


def test_contacts_are_read_for_all_leads_together_and_once(stage: HubSpotLeadsStage):
    wanted = stage.add(150)
    source = stage.source()
    pages = list(source.pull(None))
    assert sorted(ids(pages)) == sorted(wanted)
    assert requests(stage, "/leads/contacts/batch/read") == 1
    assert requests(stage, "/contacts/batch/read") == 1 + 2  # the associations' path ends alike
    before = requests(stage)
    again = records(list(source.pull(last_cursor(pages))))
    assert {r.version for r in again} == {r.version for r in records(pages)}
    assert requests(stage) - before == 1


def test_what_is_written_on_the_contact_is_no_news_of_the_lead(stage: HubSpotLeadsStage):
    (lead,) = stage.add(1)
    contact = stage.contact_of(lead)
    (before,) = stage.source().fetch([lead])
    stage.ground.clock.advance(timedelta(seconds=5))
    stage.portal.person_sets_owner(contact, stage.ben)
    (owned,) = stage.source().fetch([lead])
    stage.portal.person_updates(contact, {"company": "Acme"})
    (renamed,) = stage.source().fetch([lead])
    assert owned.version == before.version
    assert renamed.version != before.version


def test_a_lead_whose_contact_is_gone_is_kept_and_says_so(stage: HubSpotLeadsStage):
    lead, other = stage.add(2)
    stage.portal.archive(stage.contact_of(lead))
    source = stage.source()
    found = {raw.source_id: source.text_of(raw) for raw in records(list(source.pull(None)))}
    assert set(found) == {lead, other}
    assert found[lead]["email"] is None
    assert found[other]["email"] is not None


def test_why_a_lead_is_not_of_the_intake(stage: HubSpotLeadsStage):
    owned, moved, fresh = stage.add(3)
    stage.person_sets_owner(owned, stage.ben)
    stage.portal.person_updates(moved, {"hs_pipeline_stage": "connected-stage-id"}, kind="leads")
    source = stage.source()
    why = {r.source_id: source.is_intake(r) for r in records(list(source.pull(None)))}
    assert why == {
        owned: "owned by a person",
        moved: "lifecycle connected-stage-id",
        fresh: None,
    }


def test_the_owner_is_written_on_the_lead_alone(stage: HubSpotLeadsStage):
    lead, taken = stage.add(2)
    stage.person_sets_owner(taken, stage.ben)
    outcomes = stage.crm().write_owners([change(stage, lead), change(stage, taken)])
    assert [o.status for o in outcomes] == [WRITTEN, CONFLICT]
    assert stage.owner_of(lead) == stage.ana
    assert stage.field_of(lead, "routing_reason") == "her turn"
    assert contact_owner(stage, lead) is None


def test_the_contact_gets_the_same_owner_where_nobody_has_it(stage: HubSpotLeadsStage):
    free, owned, taken = stage.add(3)
    stage.portal.person_sets_owner(stage.contact_of(owned), stage.ben)
    stage.person_sets_owner(taken, stage.ben)
    outcomes = stage.crm(BOTH).write_owners([change(stage, i) for i in (free, owned, taken)])
    assert [o.status for o in outcomes] == [WRITTEN, WRITTEN, CONFLICT]
    assert contact_owner(stage, free) == stage.ana
    assert contact_owner(stage, owned) == stage.ben
    assert contact_owner(stage, taken) is None
    assert [o.reason for o in outcomes[:2]] == ["", "its contact keeps its owner: conflict"]


def test_a_contact_that_cannot_be_written_does_not_undo_the_lead(stage: HubSpotLeadsStage):
    (lead,) = stage.add(1)
    crm = stage.crm(Options(connection={"also_contact": True, "attempts": 1}))
    down = Fault(kind=FaultKind.SERVER_ERROR, path="/leads/contacts/batch/read")
    stage.ground.faults.script(down)
    (outcome,) = crm.write_owners([change(stage, lead)])
    assert outcome.status is WRITTEN
    assert outcome.reason.startswith("its contact was not given the owner")
    (again,) = crm.write_owners([change(stage, lead)])
    assert (again.status, contact_owner(stage, lead)) == (WriteStatus.UNCHANGED, stage.ana)
    assert len(owners_written(stage)) == 2


def test_workload_is_of_leads_by_their_stage(stage: HubSpotLeadsStage):
    crm = stage.crm()
    one, two = stage.add(2)
    crm.write_owners([change(stage, one), change(stage, two)])
    first = list(crm.workload(None))
    before = {i.record_id: i for p in first for i in p.changes if i.is_open}
    assert before.keys() == {one, two}
    stage.ground.clock.advance(timedelta(seconds=5))
    stage.closes(one)
    changed = {i.record_id: i for p in crm.workload(first[-1].resume_from) for i in p.changes}
    assert not changed[one].is_open
    stamps = [each.changed_at for each in (changed[one], before[one]) if each.changed_at]
    assert stamps == sorted({*stamps}, reverse=True)
    assert len(stamps) == 2


def test_touches_and_outcomes_are_the_leads(stage: HubSpotLeadsStage):
    called, moved = stage.add(2)
    contact = stage.contact_of(called)
    fields = {"hs_timestamp": "2026-11-22T11:59:00Z", "hubspot_owner_id": stage.ana}
    stage.portal.add("calls", fields, contact=contact)
    stage.portal.person_updates(moved, {"hs_pipeline_stage": "attempting-stage-id"}, kind="leads")
    deal = stage.portal.add("deals", {"amount": "10"}, contact=contact)
    stage.portal.person_updates(deal, {"dealstage": "closedwon"}, kind="deals")
    stage.portal.person_updates(contact, {"lifecyclestage": "customer"})
    crm = stage.crm()
    assert {(t.record_id, t.kind) for t in crm.touches(LONG_AGO)} == {
        (called, TouchKind.CALL),
        (moved, TouchKind.STATUS),
    }
    assert {(o.record_id, o.kind) for o in crm.outcomes(LONG_AGO)} == {
        (called, OutcomeKind.WON),
        (called, OutcomeKind.CONVERTED),
    }


def test_a_task_is_on_the_leads_contact(stage: HubSpotLeadsStage):
    (lead,) = stage.add(1)
    task = RepTask(key="d-1", record_id=lead, owner=stage.ana, subject="Call", body="Now", due=NOON)
    orphan = RepTask(
        key="d-2", record_id="999999", owner=stage.ana, subject="Call", body="Now", due=NOON
    )
    first, second = stage.crm().create_tasks([task, orphan])
    assert (first.status, second.status) == (WRITTEN, WriteStatus.REFUSED)
    linked = list(stage.portal.links.of("contacts", stage.contact_of(lead), "tasks"))
    assert linked == [(first.record_id, 204)]
    assert stage.crm().create_tasks([task])[0].status is WriteStatus.UNCHANGED


def test_leads_from_elsewhere_need_contacts_as_the_intake(stage: HubSpotLeadsStage):
    crm = stage.crm()
    assert (crm.create([]), crm.find([])) == ([], {})
    new = NewRecord(key=LeadKey("meta_ads", "1"), owner=stage.ana, values={}, notes={})
    with pytest.raises(ContractError, match=r"intake\.object is leads"):
        crm.create([new])
    with pytest.raises(ContractError, match=r"intake\.object is leads"):
        crm.find([Person(key=new.key, email="a@example.com", phone=None)])


def test_a_note_in_a_property_that_only_contacts_have(stage: HubSpotLeadsStage):
    stage.notes = {"rule": "company"}
    with pytest.raises(ContractError, match=r"write\.rule names company, .* leads do not have"):
        stage.crm().write_owners([change(stage, "101")])


def test_another_object_is_refused_by_name(stage: HubSpotLeadsStage):
    stage.object = "companies"
    with pytest.raises(ConfigError, match="write contacts or leads"):
        stage.crm()
