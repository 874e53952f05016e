"""What the doctor says of where created records have what was said: in words, with the cure."""

import pytest

from connectors.creation import ALWAYS, Creation
from tests.contract import hubspot_stage, salesforce_stage
from tests.contract.stage import CrmStage, Options, problems

READ_ONLY = {"hubspot": "hs_analytics_source_data_1", "salesforce": "PhotoUrl"}
MAPPED = {"hubspot": hubspot_stage.CREATION, "salesforce": salesforce_stage.CREATION}


def told(stage: CrmStage, options: Options) -> list[str]:
    return problems(stage.crm(options))


def without(stage: CrmStage, *names: str, **more: tuple[str, ...]) -> Creation:
    kept = {n: f for n, f in MAPPED[stage.name].fields.items() if n not in names}
    return Creation(fields={**kept, **more})


def test_all_six_with_a_field_are_named_and_nothing_is_amiss(stage: CrmStage):
    assert told(stage, Options()) == []
    (said,) = (f.text for f in stage.crm().check() if f.text.startswith("created records carry"))
    assert all(f"{name} in " in said for name in ALWAYS)


@pytest.mark.parametrize("lost", [("campaign",), ("channel", "consent"), ALWAYS])
def test_what_has_no_field_is_told(stage: CrmStage, lost: tuple[str, ...]):
    (found,) = told(stage, Options(creation=without(stage, *lost)))
    named = f"sources.{stage.name}.create.fields names nothing for {', '.join(lost)}: "
    assert found.startswith(named)
    assert "of your own" in found


def test_a_read_only_field_is_told_with_what_to_do(stage: CrmStage):
    fixed = READ_ONLY[stage.name]
    (found,) = told(stage, Options(creation=without(stage, campaign=(fixed,))))
    assert f"campaign would be written into {fixed}, which is read-only" in found
    assert found.endswith(f"name another under sources.{stage.name}.create.fields.campaign")


def test_a_read_only_field_that_is_only_read_is_told(stage: CrmStage):
    fixed = READ_ONLY[stage.name]
    options = Options(fields={"campaign": fixed}, creation=without(stage, "campaign"))
    (found,) = told(stage, options)
    assert fixed in found
    assert found.endswith("create.fields.campaign, beside the one it is read from")
    assert told(stage, Options(fields={"campaign": fixed})) == []


def test_a_field_that_is_not_there_is_told(stage: CrmStage):
    (found,) = told(stage, Options(creation=without(stage, campaign=("no_such_field",))))
    assert f"sources.{stage.name}.create.fields.campaign: 'no_such_field' is not" in found


def test_what_is_carried_is_said_of_fields_that_can_be_written_only(stage: CrmStage):
    creation = without(stage, campaign=(READ_ONLY[stage.name],), form=("no_such_field",))
    found = stage.crm(Options(creation=creation)).check()
    (said,) = (each.text for each in found if each.text.startswith("created records carry"))
    assert "channel in" in said
    assert "campaign" not in said.lower()
    assert "form in" not in said


def test_a_word_that_is_no_choice_is_told(stage: CrmStage):
    field = {"hubspot": "hs_lead_status", "salesforce": "CleanStatus"}[stage.name]
    creation = Creation(
        fields={**MAPPED[stage.name].fields, "status": (field,)},
        values={"status": {"new": "Nwe"}, "custom.x": {"a": "b"}},
    )
    nowhere, word = sorted(told(stage, Options(creation=creation)))
    assert "create.values.custom.x: custom.x is written nowhere" in nowhere
    assert f"create.values.status: 'Nwe' is not a choice of {field}" in word


def test_a_consent_that_has_no_choice_is_told(stage: CrmStage):
    field = {"hubspot": "team", "salesforce": "CleanStatus"}[stage.name]
    (found,) = told(stage, Options(creation=without(stage, consent=(field,))))
    assert found.startswith(f"{field} has no choice for true and false, as consent is answered")


def test_without_a_reason_it_is_told(stage: CrmStage):
    notes = dict(stage.notes)
    try:
        stage.notes = {"rule": notes["rule"]}
        (found,) = told(stage, Options())
    finally:
        stage.notes = notes
    assert found.startswith(f"sources.{stage.name}.write.owner_reason names nothing")


def test_nothing_is_asked_of_a_crm_in_which_nothing_is_created(stage: CrmStage):
    assert told(stage, Options(creation=Creation(), receives=False)) == []
