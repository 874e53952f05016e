"""What the doctor finds in an org: each thing that is wrong, and nothing in one that is sound."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from sandbox.salesforce.app import salesforce_app
from sandbox.salesforce.org import SalesforceOrg
from sandbox.serve import serve_in_thread
from sandbox.world.roster import WEB_LEADS
from tests.contract.salesforce_stage import SalesforceStage
from tests.contract.stage import Options, problems


@pytest.fixture
def stage() -> Iterator[SalesforceStage]:
    with SalesforceStage.open() as opened:
        opened.add(3)
        yield opened


def findings(stage: SalesforceStage, options: Options = Options()) -> list[str]:  # noqa: B008  (frozen)
    return problems(stage.crm(options))


def only(found: list[str], words: str) -> None:
    assert len(found) == 1
    assert words in found[0]


def change_field(org: SalesforceOrg, entity: str, name: str, **changes: bool) -> None:
    """An admin takes something away from the API user."""
    known = org.entities[entity]
    column = replace(known.columns[name], **changes)  # type: ignore[arg-type]
    entities = org.entities
    assert isinstance(entities, dict)
    changed = replace(known, columns={**known.columns, name: column})
    entities[entity] = changed
    org._by_lower[entity.lower()] = changed


def test_a_sound_org_has_no_finding(stage: SalesforceStage):
    assert findings(stage) == []


def test_fields_that_are_missing_are_findings_not_a_source_out_of_reach(stage: SalesforceStage):
    fields = Options(fields={"product": "No_Such__c", "language": "Nor_This__c"})
    product, language = findings(stage, fields)
    assert "fields.product: 'No_Such__c' is not a field of Lead" in product
    assert "fields.language: 'Nor_This__c' is not" in language


def test_a_note_that_may_not_be_written(stage: SalesforceStage):
    change_field(stage.org, "Lead", "Routing_Reason__c", updateable=False)
    only(findings(stage), "write.reason: the API user may not write Routing_Reason__c")


def test_an_external_id_that_is_not_unique(stage: SalesforceStage):
    options = Options(connection={"external_id_field": "Routing_Rule__c"})
    only(findings(stage, options), "Routing_Rule__c is not unique")


def test_an_external_id_that_may_not_be_set(stage: SalesforceStage):
    change_field(stage.org, "Lead", "Firsttouch_Id__c", createable=False)
    only(findings(stage), "may not set Lead.Firsttouch_Id__c")


def test_the_orgs_own_active_rule_is_named(stage: SalesforceStage):
    stage.org.assignment_rule_owner = stage.ben
    only(findings(stage), "assignment rule 'Inbound leads' is active")
    stage.org.assignment_rule_active = False
    assert findings(stage) == []


def test_an_api_user_who_may_not_give_leads_away(stage: SalesforceStage):
    stage.org.may_transfer = False
    only(findings(stage), "may not change the owner of 3 of the newest leads")


def test_an_api_user_who_may_not_create_tasks(stage: SalesforceStage):
    change_field(stage.org, "Task", "WhoId", createable=False)
    only(findings(stage), "may not create tasks")


def test_an_api_user_who_may_not_create_or_edit_leads(stage: SalesforceStage):
    entities = stage.org.entities
    assert isinstance(entities, dict)
    lead = replace(entities["Lead"], createable=False, updateable=False)
    stage.org._by_lower["lead"] = lead
    found = findings(stage)
    assert ["may not create leads" in f or "may not edit leads" in f for f in found] == [True] * 2


def test_calls_that_run_out(stage: SalesforceStage):
    stage.org.allowance.limit = 60
    for _ in range(40):
        stage.org.allowance.spend(stage.org.now())
    (found,) = findings(stage)
    assert "of the 60 API calls of 24 hours are used" in found


@pytest.mark.parametrize("version", ["29.0", "40.0", "99.0"])
def test_a_version_the_org_does_not_answer(stage: SalesforceStage, version: str):
    words = f"connection.api_version is {version}, and this org answers 41.0 to 68.0"
    only(findings(stage, Options(connection={"api_version": version})), words)


def test_an_org_that_keeps_no_history(stage: SalesforceStage):
    stage.org.keeps_history = False
    only(findings(stage), "LeadHistory cannot be read")


@pytest.mark.parametrize(
    ("skew", "words"),
    [(90, "clock is 90 s behind"), (-300, "clock is 300 s ahead of"), (30, "")],
)
def test_a_clock_that_is_off(stage: SalesforceStage, skew: int, words: str):
    stage.org.clock_skew = timedelta(seconds=skew)
    with serve_in_thread(salesforce_app(stage.org), date_header=False) as url:
        found = findings(stage, Options(environ={"FIRSTTOUCH_SALESFORCE_BASE_URL": url}))
    if words:
        tens = [f.replace("89", "90").replace("301", "300") for f in found]
        only(tens, words)
    else:
        assert found == []


def test_an_owner_of_the_intake_that_is_not_there_is_a_finding(stage: SalesforceStage):
    stage.org.records.change("Group", WEB_LEADS.salesforce, {"Name": "Renamed"})
    only(findings(stage), f"intake.owners names 'queue:{WEB_LEADS.name}'")


def test_words_of_the_intake_that_the_org_does_not_have(stage: SalesforceStage):
    (found,) = findings(stage, Options(statuses=["Open - Not Contacted", "Open"]))
    assert "sources.salesforce.intake.statuses: 'Open' is not a Lead status there" in found
    assert "there are: Closed - Converted, Closed - Not Converted, Open - Not" in found
    only(findings(stage, Options(lifecycle=["lead"])), "intake.lifecycle is not looked at")


def test_statuses_that_end_work_and_are_not_there(stage: SalesforceStage):
    options = Options(connection={"closed_statuses": ["Closed", "Done"]})
    only(findings(stage, options), "no Lead status begins with 'Done'")


def test_notes_that_hold_no_text_or_not_enough(stage: SalesforceStage):
    stage.notes = {"rule": "AnnualRevenue", "reason": "Title", "method": "No_Such__c"}
    number, short, missing = findings(stage)
    assert "write.rule: AnnualRevenue is of type currency; a note needs a text field" in number
    assert "write.reason: Title holds 128 characters" in short
    assert "write.method: 'No_Such__c' is not a field of Lead" in missing


def test_all_that_is_wrong_is_told_at_once(stage: SalesforceStage):
    stage.notes = {"rule": "Ruel__c"}
    stage.org.records.change("Group", WEB_LEADS.salesforce, {"Name": "Renamed"})
    stage.org.assignment_rule_owner = stage.ben
    stage.org.keeps_history = False
    options = Options(
        fields={"product": "No_Such__c"},
        connection={"external_id_field": "Routing_Rule__c"},
        statuses=["Open"],
    )
    found = "\n".join(findings(stage, options))
    for words in (
        "fields.product: 'No_Such__c'",
        "write.rule: 'Ruel__c'",
        "Routing_Rule__c is not unique",
        "'Open' is not a Lead status",
        "intake.owners names 'queue:Web leads'",
        "'Inbound leads' is active",
        "LeadHistory cannot be read",
    ):
        assert words in found


def test_the_external_id_matters_only_where_leads_are_created(stage: SalesforceStage):
    options = Options(connection={"external_id_field": "Routing_Rule__c"}, receives=False)
    assert findings(stage, options) == []
