"""What only Pipedrive does: labels, people beside leads, deals that were leads, a day's budget."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from leads.activity import OutcomeKind, TouchKind
from leads.errors import ContractError
from leads.keys import LeadKey
from leads.ownership import NOBODY, NewRecord, OwnerChange, Person, WhyLeftOut, WriteStatus
from sandbox.faults import Fault, FaultKind
from sandbox.world.roster import INTEGRATION_USER
from tests.contract.pipedrive_stage import PRODUCT, REASON, PipedriveStage
from tests.contract.stage import (
    GO_LIVE,
    NOON,
    Options,
    ids,
    owners_written,
    problems,
    records,
    requests,
)

SECOND = timedelta(seconds=1)


@pytest.fixture
def stage() -> Iterator[PipedriveStage]:
    with PipedriveStage.open() as opened:
        yield opened


def to_ana(stage: PipedriveStage, record: str, **notes: str) -> OwnerChange:
    return OwnerChange(record_id=record, owner=stage.ana, expected=stage.unowned, notes=notes)


def test_a_lead_comes_with_its_person_its_company_and_words_for_its_options(stage: PipedriveStage):
    address = {"value": "Calle Mayor 1", "country": "Spain", "locality": "Madrid"}
    company = stage.account.add("organizations", {"name": "Example Ltd", "address": address})
    person = stage.person("Roe", "jane@example.com", NOON)
    stage.account.person_edits_other("persons", person, org_id=company)
    lead_id = stage.account.add_lead("x", INTEGRATION_USER.pipedrive, person=person)
    stage.account.person_edits(lead_id, **{PRODUCT: "31"})
    crm = stage.crm(Options(fields={"product": PRODUCT}))
    (raw,) = records(list(crm.pull(None)))
    lead = crm.normalise(raw)
    assert (lead.last_name, lead.company, lead.country) == ("Roe", "Example Ltd", "ES")
    assert lead.product == "Platform"


@pytest.mark.parametrize("what", ["pull", "people", "accounts", "workload"])
def test_a_burst_is_not_read_again_each_minute_for_ever(stage: PipedriveStage, what: str):
    company = stage.account.add("organizations", {"name": "Example Ltd"})
    stage.account.person_edits_other(
        "persons", stage.person("Roe", "jane@example.com", NOON), org_id=company
    )
    stage.add(5)
    stage.now = stage.ground.clock.now
    options = Options(connection={"page_size": 2, "look_back_seconds": 60})
    read = getattr(stage.crm(options), what)
    cursor, found = None, []
    for _ in range(14):
        pages = list(read(cursor))
        cursor = pages[-1].resume_from if pages else cursor
        found.append(sum(len(each.records if what == "pull" else each.changes) for each in pages))
        stage.ground.clock.advance(timedelta(seconds=60))
    assert found[1] > 0, "the look-back goes over the burst"
    assert (found[-1], str(cursor).endswith(" settled")) == (0, True)


def test_people_are_read_by_the_hundred_and_not_twice(stage: PipedriveStage):
    stage.add(120)
    crm = stage.crm()
    pages = list(crm.pull(None))
    assert requests(stage, "/v2/persons") == 2
    list(crm.pull(pages[0].resume_from))
    assert requests(stage, "/v2/persons") == 2


def test_an_edit_within_the_second_that_is_read_loses_nobody(stage: PipedriveStage):
    """Within one second there is only an offset: what was read moves on, the rest slides up."""
    wanted = stage.add(23)
    pages = stage.crm(Options(connection={"page_size": 5})).pull(None)
    seen = set(ids([next(pages), next(pages)]))  # the second was read by offset
    stage.ground.clock.advance(SECOND / 2)
    for lead_id in sorted(seen)[:3]:
        stage.disturb(lead_id)
    assert seen | set(ids(list(pages))) == set(wanted)


def test_an_old_lead_that_is_edited_today_stays_outside(stage: PipedriveStage):
    old, wanted = *stage.add(1, at=GO_LIVE - SECOND), *stage.add(1)
    stage.disturb(old)
    (page,) = stage.crm().pull(None)
    assert ids([page]) == [wanted]


def test_labels_are_statuses_and_a_way_to_hand_a_lead_back(stage: PipedriveStage):
    hot, back = stage.account.add_label("Hot"), stage.account.add_label("Returned")
    plain, wanted, returned = stage.add(3)
    stage.account.person_edits(wanted, label_ids=[hot])
    stage.account.person_edits(returned, label_ids=[hot, back])
    crm = stage.crm(Options(statuses=("Hot",), returned=("Returned",)))
    found = {raw.source_id: raw for raw in records(list(crm.pull(None)))}
    assert crm.is_intake(found[plain]) == "labels (none)"
    assert crm.is_intake(found[wanted]) is None
    assert crm.handed_back(found[wanted]) is None
    assert crm.handed_back(found[returned]) == "Returned"


def test_a_label_made_since_is_known(stage: PipedriveStage):
    stage.account.add_label("Hot")
    crm = stage.crm(Options(statuses=("Hot", "New word")))
    (lead_id,) = stage.add(1)
    list(crm.pull(None))
    stage.account.person_edits(lead_id, label_ids=[stage.account.add_label("New word")])
    (raw,) = crm.fetch([lead_id])
    assert crm.is_intake(raw) is None


def test_an_archived_lead_is_fetched_and_is_no_intake(stage: PipedriveStage):
    (lead_id,) = stage.add(1)
    stage.closes(lead_id)
    crm = stage.crm()
    assert ids(list(crm.pull(None))) == []
    (raw,) = crm.fetch([lead_id])
    assert crm.is_intake(raw) == "archived"


@pytest.mark.parametrize("note", ["too long " * 40, "refused"])
def test_a_note_that_is_not_taken_costs_no_owner(stage: PipedriveStage, note: str):
    (lead_id,) = stage.add(1)
    if note == "refused":
        stage.ground.faults.script(Fault(kind=FaultKind.ROW_REFUSED, record_id=lead_id))
    (outcome,) = stage.crm().write_owners([to_ana(stage, lead_id, **{REASON: note})])
    assert outcome.status is WriteStatus.WRITTEN
    assert stage.owner_of(lead_id) == stage.ana
    (left,) = outcome.left_out
    assert (left.field, left.why) == (REASON, WhyLeftOut.REFUSED)
    assert owners_written(stage) == [lead_id]


def test_only_an_owner_who_is_unknown_there_is_blamed(stage: PipedriveStage):
    first, second = stage.add(2)
    gone = OwnerChange(record_id=first, owner=stage.left, expected=stage.unowned, notes={})
    stage.ground.faults.script(Fault(kind=FaultKind.ROW_REFUSED, record_id=second))
    blamed, other = stage.crm().write_owners([gone, to_ana(stage, second)])
    assert (blamed.status, blamed.blames_owner) == (WriteStatus.REFUSED, True)
    assert f"no active user {stage.left}" in blamed.reason
    assert (other.status, other.blames_owner) == (WriteStatus.REFUSED, False)


def test_nobody_cannot_own_a_lead(stage: PipedriveStage):
    (lead_id,) = stage.add(1)
    change = OwnerChange(record_id=lead_id, owner=NOBODY, expected=stage.unowned, notes={})
    (outcome,) = stage.crm().write_owners([change])
    assert (outcome.status, outcome.blames_owner) == (WriteStatus.REFUSED, False)
    assert "always somebody's" in outcome.reason


def test_no_write_is_marked_for_a_second_look_as_nothing_would_tell(stage: PipedriveStage):
    (lead_id,) = stage.add(1)
    crm = stage.crm()
    (outcome,) = crm.write_owners([to_ana(stage, lead_id)])
    assert not outcome.unguarded
    (told,) = crm.look_again([to_ana(stage, lead_id)])
    assert told.status is WriteStatus.RETRYABLE
    assert list(crm.owner_history([lead_id])) == []


def test_a_lead_that_became_a_deal_is_work_no_more(stage: PipedriveStage):
    crm = stage.crm()
    lead_id, other = stage.add(2)
    crm.write_owners([to_ana(stage, lead_id), to_ana(stage, other)])
    cursor = list(crm.workload(None))[-1].resume_from
    stage.ground.clock.advance(SECOND)
    stage.account.person_converts(lead_id)
    changed = {i.record_id: i for page in crm.workload(cursor) for i in page.changes}
    assert not changed[lead_id].is_open
    assert changed[lead_id].owner == stage.ana
    assert changed[other].is_open


def test_what_ends_while_the_other_list_is_read_is_told_the_next_time(stage: PipedriveStage):
    clock = stage.ground.clock
    stage.now = clock.now
    crm = stage.crm()
    ended, edited = stage.add(2)
    cursor = list(crm.workload(None))[-1].resume_from
    clock.advance(SECOND)

    def meanwhile() -> None:
        clock.advance(SECOND)
        stage.closes(ended)
        clock.advance(SECOND)
        stage.disturb(edited)

    stage.ground.faults.edit = meanwhile
    stage.ground.faults.script(Fault(kind=FaultKind.EDITED, path="/leads/archived"))
    pages = list(crm.workload(cursor))
    pages += crm.workload(pages[-1].resume_from)
    assert ended in {i.record_id for page in pages for i in page.changes if not i.is_open}


def test_touches_are_activities_done_on_leads(stage: PipedriveStage):
    (lead_id,) = stage.add(1)
    by_ana = {"owner_id": int(stage.ana), "lead_id": lead_id, "done": True}
    stamp = "2026-11-22T11:58:00Z"
    call = stage.account.add("activities", {**by_ana, "type": "call", "marked_as_done_time": stamp})
    stage.account.add("activities", {**by_ana, "type": "lunch", "done": False})
    stage.account.add("activities", {**by_ana, "type": "call", "lead_id": None})
    (touch,) = stage.crm().touches(NOON - SECOND)
    assert (touch.record_id, touch.kind, touch.owner) == (lead_id, TouchKind.CALL, stage.ana)
    assert touch.at == NOON - timedelta(minutes=2)
    assert touch.evidence == f"activity:{call}"


def test_outcomes_are_deals_that_were_leads(stage: PipedriveStage):
    won, lost = stage.add(2)
    stage.account.person_converts(won, stage="won", value=1200.5, won_time="2026-11-22T12:00:00Z")
    stage.account.person_converts(lost, stage="lost", lost_time=None)
    stage.account.add("deals", {"status": "won", "value": 7, "source_lead_id": None})
    found = list(stage.crm().outcomes(NOON - SECOND))
    kinds = [(each.record_id, each.kind) for each in found]
    assert kinds == [
        (won, OutcomeKind.CONVERTED),
        (won, OutcomeKind.WON),
        (lost, OutcomeKind.CONVERTED),
        (lost, OutcomeKind.LOST),
    ]
    assert (found[1].amount, found[1].currency) == (Decimal("1200.5"), "EUR")


def test_companies_and_people_are_there_to_be_matched(stage: PipedriveStage):
    owned = {"owner_id": int(stage.ben)}
    number = stage.account.add(
        "organizations", {"name": "Example Ltd", "website": "https://www.example.com", **owned}
    )
    person = stage.person("Roe", "jane@example.com", NOON)
    stage.account.person_edits_other("persons", person, org_id=number, **owned)
    crm = stage.crm()
    ((account,),) = [page.changes for page in crm.accounts(None)]
    assert (account.account_id, account.domain, account.owner) == (
        str(number),
        "example.com",
        stage.ben,
    )
    (page,) = crm.people(None)
    (known,) = page.changes
    assert (known.record_id, known.owner) == (str(person), stage.ben)
    assert any("jane@example.com" in key for key in known.keys)
    stage.ground.clock.advance(SECOND)
    stage.account.person_edits_other("organizations", number, name="Renamed")
    assert [p.changes[0].name for p in crm.accounts(page.resume_from)] == ["Renamed"]


def test_the_days_budget_is_told_as_soon_as_an_answer_tells_it(stage: PipedriveStage):
    crm = stage.crm()
    assert crm.quotas() == {}
    stage.add(1)
    list(crm.pull(None))
    (quota,) = crm.quotas().values()
    assert (quota.used, quota.limit) == (
        20 + 20 + 20 + 10,
        10_000_000,
    )  # fields, users, leads, people
    stage.account.limits.budget = None
    list(crm.pull(None))
    assert crm.quotas() == {"": quota}


def test_leads_from_elsewhere_are_not_created(stage: PipedriveStage):
    key = LeadKey("meta_ads", "1")
    crm = stage.crm()
    assert crm.find([]) == {}
    with pytest.raises(ContractError, match="cannot be created in Pipedrive"):
        crm.find([Person(key=key, email="jane@example.com", phone=None)])
    with pytest.raises(ContractError, match="cannot be created in Pipedrive"):
        crm.create([NewRecord(key=key, owner=stage.ana, values={}, notes={})])


def test_owners_of_the_intake_that_are_not_there_are_named(stage: PipedriveStage):
    crm = stage.crm(Options(owners=("queue:Web leads",)))
    with pytest.raises(ContractError, match="names 'queue:Web leads': the account has no such"):
        list(crm.pull(None))


def test_doctor_tells_of_a_persons_field_that_is_not_there(stage: PipedriveStage):
    there, gone = "a" * 40, "b" * 40
    stage.account.contact_fields["person"].append(there)
    fields = {"product": f"person.{there}", "language": f"organization.{gone}"}
    (problem,) = problems(stage.crm(Options(fields=fields)))
    assert problem.endswith(
        f"fields.language: the account's organization fields have no key {gone}"
    )


def test_doctor_tells_of_labels_and_owners_that_are_not_there(stage: PipedriveStage):
    stage.account.add_label("Hot")
    crm = stage.crm(Options(statuses=("hot",), owners=(None,)))
    told = [each.text for each in crm.check()]
    assert any(
        "intake.statuses: 'hot' is not a lead label there; did you mean 'Hot'" in t for t in told
    )
    assert any("no lead of Pipedrive is without an owner" in t for t in told)
