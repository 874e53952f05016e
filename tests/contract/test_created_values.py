"""A created record carries what is mapped, is there and owned whatever is not taken, and tells."""

from collections.abc import Iterator, Mapping

import pytest

from connectors.creation import Creation
from leads.keys import LeadKey
from leads.ownership import LeftOut, NewRecord, OwnerChange, WhyLeftOut, WriteStatus
from sandbox.hubspot.account import BatchFailure
from tests.contract.hubspot_stage import HubSpotStage
from tests.contract.salesforce_stage import SalesforceStage, SalesforceWithPlacePicklistsStage
from tests.contract.stage import CrmStage, Options, created

SAID = {
    "email": "zoe@example.org",
    "channel": "google_ads",
    "campaign": "ent-spring",
    "form": "Demo request",
    "click_id": "Cj0KCQiA3uGqBhDdARIsAFeJ5r0",
    "google_click_id": "Cj0KCQiA3uGqBhDdARIsAFeJ5r0",
    "consent": "true",
    "lead_source": "google_ads",
    "country": "ES",
    "region": "ES-MD",
    "employees": "51-200",
}
CARRIED = ("channel", "campaign", "form", "click_id", "consent")


_numbers = iter(range(1, 1000))


def said(stage: CrmStage, **more: str) -> NewRecord:
    number = next(_numbers)
    values = {**SAID, "email": f"zoe{number}@example.org", **more}
    return NewRecord(
        key=LeadKey("google_ads", str(number)), owner=stage.ana, values=values, notes={}
    )


def own(stage: CrmStage, name: str) -> str:
    """The field of its own that the sandbox's CRM has for it."""
    title = "_".join(part.title() for part in name.split("_"))
    return f"Firsttouch_{title}__c" if stage.name == "salesforce" else f"firsttouch_{name}"


def carrying(stage: CrmStage, more: Mapping[str, tuple[str, ...]] | None = None) -> Creation:
    return Creation(fields={name: (own(stage, name),) for name in CARRIED} | dict(more or {}))


def test_all_that_is_mapped_is_on_the_record(stage: CrmStage):
    record = said(stage)
    (outcome,) = stage.crm(Options(creation=carrying(stage))).create([record])
    assert outcome.status is WriteStatus.WRITTEN
    found = {name: stage.field_of(outcome.record_id or "", own(stage, name)) for name in CARRIED}
    assert found == {name: record.values[name] for name in CARRIED}
    assert stage.owner_of(outcome.record_id or "") == stage.ana


def test_a_choice_that_is_not_there_is_told_and_the_lead_is_owned(stage: CrmStage):
    listed = {"hubspot": "team", "salesforce": "CleanStatus"}[stage.name]
    creation = Creation(fields={"campaign": (listed,)}, values={"campaign": {"other": "EMEA"}})
    (outcome,) = stage.crm(Options(creation=creation)).create([said(stage)])
    assert outcome.status is WriteStatus.WRITTEN
    assert stage.owner_of(outcome.record_id or "") == stage.ana
    told = LeftOut(name="campaign", field=listed, why=WhyLeftOut.NOT_A_CHOICE)
    assert told in outcome.left_out


@pytest.mark.parametrize("is_known", [True, False])
def test_a_status_is_what_the_defaults_state(stage: CrmStage, is_known: bool):  # noqa: FBT001
    field, known = {
        "hubspot": ("hs_lead_status", "OPEN"),
        "salesforce": ("Status", "Working - Contacted"),
    }[stage.name]
    status = known if is_known or stage.name == "salesforce" else "Nwe"
    (outcome,) = stage.crm().create([said(stage, status=status)])
    assert outcome.status is WriteStatus.WRITTEN
    assert stage.owner_of(outcome.record_id or "") == stage.ana
    told = [left.why for left in outcome.left_out if left.name == "status"]
    if status == known:
        assert stage.field_of(outcome.record_id or "", field) == known
        assert told == []
    else:
        assert told == [WhyLeftOut.NOT_A_CHOICE]


def test_a_read_only_field_and_one_that_is_not_there_are_told(stage: CrmStage):
    fixed = {"hubspot": "hs_analytics_source_data_1", "salesforce": "PhotoUrl"}[stage.name]
    creation = Creation(fields={"campaign": (fixed,), "form": ("no_such_field",)})
    (outcome,) = stage.crm(Options(creation=creation)).create([said(stage)])
    assert outcome.status is WriteStatus.WRITTEN
    told = {(left.field, left.why) for left in outcome.left_out}
    assert {(fixed, WhyLeftOut.READ_ONLY), ("no_such_field", WhyLeftOut.NO_FIELD)} <= told


@pytest.mark.parametrize("answer", ["recorded", "whole"])
def test_a_value_hubspot_refuses_costs_only_itself(hubspot: HubSpotStage, answer: BatchFailure):
    hubspot.portal.batch_failure = answer
    before = len(created(hubspot))
    crm = hubspot.crm(Options(creation=carrying(hubspot, {"custom.trial": ("trial_ends",)})))
    asked = [said(hubspot), said(hubspot, **{"custom.trial": "soon"}), said(hubspot)]
    outcomes = crm.create(asked)
    hubspot.portal.batch_failure = "recorded"
    assert [each.status for each in outcomes] == [WriteStatus.WRITTEN] * 3
    assert len(created(hubspot)) == before + 3
    refused = LeftOut(
        name="custom.trial", field="trial_ends", why=WhyLeftOut.REFUSED, code="INVALID_DATE"
    )
    assert [refused in each.left_out for each in outcomes] == [False, True, False]
    record = outcomes[1].record_id or ""
    assert hubspot.field_of(record, "firsttouch_campaign") == "ent-spring"


def test_a_value_salesforce_refuses_costs_only_itself(salesforce: SalesforceStage):
    before = len(created(salesforce))
    creation = carrying(salesforce, {"employees": ("NumberOfEmployees", "Company_Size__c")})
    asked = [said(salesforce), said(salesforce, employees="12345678901"), said(salesforce)]
    outcomes = salesforce.crm(Options(creation=creation)).create(asked)
    assert [each.status for each in outcomes] == [WriteStatus.WRITTEN] * 3
    assert len(created(salesforce)) == before + 3
    (told,) = outcomes[1].left_out
    assert (told.field, told.code) == ("NumberOfEmployees", "NUMBER_OUTSIDE_VALID_RANGE")
    assert [left.why for left in outcomes[0].left_out] == [WhyLeftOut.NOT_A_NUMBER]
    assert salesforce.field_of(outcomes[0].record_id or "", "Company_Size__c") == "51-200"
    assert salesforce.field_of(outcomes[0].record_id or "", "NumberOfEmployees") is None


def test_what_a_lead_is_found_by_is_not_left_out(stage: CrmStage):
    before = created(stage)
    (outcome,) = stage.crm().create([said(stage, email="not an address")])
    assert outcome.status is WriteStatus.REFUSED
    assert "INVALID_EMAIL" in outcome.reason
    assert created(stage) == before


def test_numbers_and_boxes_are_sent_as_such(salesforce: SalesforceStage):
    fields = {"custom.budget": ("Budget__c",), "consent": ("Agreed__c",)}
    record = said(salesforce, **{"custom.budget": "1200.5"})
    (outcome,) = salesforce.crm(Options(creation=Creation(fields=fields))).create([record])
    assert outcome.status is WriteStatus.WRITTEN
    row = salesforce.org.leads[outcome.record_id or ""]
    assert (row["Budget__c"], row["Agreed__c"]) == (1200.5, True)


@pytest.mark.parametrize("answer", ["recorded", "whole"])
@pytest.mark.parametrize("verb", ["create", "write"])
def test_hubspots_refusal_of_an_owner_names_them(
    hubspot: HubSpotStage, answer: BatchFailure, verb: str
):
    hubspot.portal.batch_failure = answer
    crm = hubspot.crm()
    if verb == "create":
        new = said(hubspot)
        (outcome,) = crm.create(
            [NewRecord(key=new.key, owner=hubspot.left, values=new.values, notes={})]
        )
    else:
        (known,) = hubspot.add(1, email=f"known{next(_numbers)}@example.org")
        change = OwnerChange(
            record_id=known, owner=hubspot.left, expected=hubspot.unowned, notes={}
        )
        (outcome,) = crm.write_owners([change])
    hubspot.portal.batch_failure = "recorded"
    assert outcome.status is WriteStatus.REFUSED
    assert "INVALID_OWNER_ID" in outcome.reason
    assert outcome.blames_owner
    assert f"HubSpot has no active owner {hubspot.left}" in outcome.reason
    assert "crm: hubspot:" in outcome.reason


def test_salesforces_refusal_of_an_owner_names_them(salesforce: SalesforceStage):
    new = said(salesforce)
    left = NewRecord(key=new.key, owner=salesforce.left, values=new.values, notes={})
    (known,) = salesforce.add(1)
    change = OwnerChange(
        record_id=known, owner=salesforce.left, expected=salesforce.unowned, notes={}
    )
    crm = salesforce.crm()
    for outcome in (*crm.create([left]), *crm.write_owners([change])):
        assert outcome.status is WriteStatus.REFUSED
        assert f"no active user or queue {salesforce.left}" in outcome.reason
        assert "crm: salesforce:" in outcome.reason
        assert outcome.blames_owner


def test_a_note_outside_its_list_costs_no_lead_its_owner(stage: CrmStage):
    listed = {"hubspot": "team", "salesforce": "CleanStatus"}[stage.name]
    (known,) = stage.add(1, email=f"known{next(_numbers)}@example.org")
    notes = {listed: "Iberian enterprise", stage.notes["reason"]: "Her turn."}
    change = OwnerChange(record_id=known, owner=stage.ana, expected=stage.unowned, notes=notes)
    (outcome,) = stage.crm().write_owners([change])
    assert outcome.status is WriteStatus.WRITTEN
    assert stage.owner_of(known) == stage.ana
    assert stage.field_of(known, stage.notes["reason"]) == "Her turn."
    assert [(left.field, left.why) for left in outcome.left_out] == [
        (listed, WhyLeftOut.NOT_A_CHOICE)
    ]


_REFUSED_NOTES = {
    "hubspot": ("trial_ends", "soon", "INVALID_DATE"),
    "salesforce": ("NumberOfEmployees", "12345678901", "NUMBER_OUTSIDE_VALID_RANGE"),
}


def a_note_is_refused(stage: CrmStage) -> None:
    field, text, code = _REFUSED_NOTES[stage.name]
    known = [stage.add(1, email=f"known{next(_numbers)}@example.org")[0] for _ in range(3)]
    reason = {stage.notes["reason"]: "Her turn."}
    asked = [
        OwnerChange(
            record_id=record, owner=stage.ana, expected=stage.unowned, notes={**reason, **more}
        )
        for record, more in zip(known, ({}, {field: text}, {}), strict=True)
    ]
    outcomes = stage.crm().write_owners(asked)
    assert [each.status for each in outcomes] == [WriteStatus.WRITTEN] * 3
    assert {stage.owner_of(each) for each in known} == {stage.ana}
    assert {stage.field_of(each, stage.notes["reason"]) for each in known} == {"Her turn."}
    told = [[(left.field, left.code) for left in each.left_out] for each in outcomes]
    assert told == [[], [(field, code)], []]


def test_a_note_that_the_crm_refuses_costs_no_lead_its_owner(stage: CrmStage):
    a_note_is_refused(stage)


def test_nor_where_hubspot_refuses_the_whole_batch_for_it(hubspot: HubSpotStage):
    hubspot.portal.batch_failure = "whole"
    a_note_is_refused(hubspot)
    hubspot.portal.batch_failure = "recorded"


@pytest.fixture(scope="module")
def listed_places() -> Iterator[SalesforceStage]:
    with SalesforceWithPlacePicklistsStage.open() as opened:
        yield opened


def test_an_org_with_lists_of_places_gets_codes(listed_places: SalesforceStage):
    record = said(listed_places, country="US", region="US-CA")
    (outcome,) = listed_places.crm().create([record])
    row = listed_places.org.leads[outcome.record_id or ""]
    assert (row["CountryCode"], row["StateCode"]) == ("US", "CA")


def test_a_country_that_is_not_in_its_list_is_told(listed_places: SalesforceStage):
    (outcome,) = listed_places.crm().create([said(listed_places, country="PT", region="PT-11")])
    assert outcome.status is WriteStatus.WRITTEN
    told = {left.field: left.why for left in outcome.left_out}
    assert told["CountryCode"] is told["StateCode"] is WhyLeftOut.NOT_A_CHOICE


def test_a_country_refused_by_its_label_is_left_out_or_said_by_its_word(
    listed_places: SalesforceStage,
):
    by_label = {"country": ("Country",), "region": ()}
    refused = listed_places.crm(Options(creation=Creation(fields=by_label)))
    (outcome,) = refused.create([said(listed_places, country="GB")])
    assert outcome.status is WriteStatus.WRITTEN
    (told,) = (left for left in outcome.left_out if left.name == "country")
    assert (told.field, told.code) == ("Country", "FIELD_INTEGRITY_EXCEPTION")
    words = Creation(fields=by_label, values={"country": {"GB": "UK"}}, names_of_places=True)
    for country, label in (("GB", "UK"), ("ES", "Spain")):
        crm = listed_places.crm(Options(creation=words))
        (outcome,) = crm.create([said(listed_places, country=country)])
        assert listed_places.field_of(outcome.record_id or "", "Country") == label
