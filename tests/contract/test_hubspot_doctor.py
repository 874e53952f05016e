"""What `check` finds in a portal and its settings, each in a sentence that says what to change."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from connectors.findings import Severity
from connectors.hubspot.client import HubSpotClient
from connectors.hubspot.doctor import Doctor
from connectors.hubspot.schema import ContactSchema
from connectors.hubspot.settings import HubSpotSettings
from connectors.setup import Intake, SourceSetup
from sandbox.hubspot.account import PORTAL_ID
from sandbox.hubspot.limits import RateLimits
from tests.contract.hubspot_stage import TASK_KEY, HubSpotStage
from tests.contract.stage import VOCABULARY, Options, problems

# The sandbox's clock stands still, so that its second never ends: five searches and no more.
PACED = {"calls_per_window": 190, "activities": ["calls", "emails", "meetings"]}


@pytest.fixture
def stage() -> Iterator[HubSpotStage]:
    with HubSpotStage.open() as opened:
        yield opened


def finding(stage: HubSpotStage, **connection: object) -> str:
    (found,) = problems(stage.crm(Options(connection=connection)))
    return found


def test_a_sound_portal_has_none(stage: HubSpotStage):
    stage.portal.limits = RateLimits()
    connection = {"task_key_property": TASK_KEY, **PACED}
    assert problems(stage.crm(Options(connection=connection))) == []


@pytest.mark.parametrize("kind", ["calls", "emails", "meetings", "tasks", "deals"])
def test_a_scope_that_is_missing_is_named_with_what_goes_without(stage: HubSpotStage, kind: str):
    stage.portal.missing_scopes.add(kind)
    found = finding(stage)
    assert f"crm.objects.{kind}.read" in found
    assert "Add the scope" in found
    assert ("outcomes" if kind == "deals" else "first touches") in found


def test_contacts_that_may_not_be_read_stop_everything(stage: HubSpotStage):
    stage.portal.missing_scopes.add("contacts")
    (only,) = stage.crm().check()
    assert "MISSING_SCOPES (crm.objects.contacts.read)" in only.text
    assert (only.severity, only.no_answer) == (Severity.ERROR, False)


def test_a_unique_property_that_is_not_there(stage: HubSpotStage):
    assert "contacts have no property lead_key: create it" in finding(
        stage, unique_property="lead_key"
    )
    assert "company is not unique" in finding(stage, unique_property="company")


def test_a_note_in_a_property_that_cannot_hold_it(stage: HubSpotStage):
    stage.notes = {**stage.notes, "rule": "hs_analytics_source_data_1"}
    assert "sources.hubspot.write.rule: hs_analytics_source_data_1 is a read-only" in finding(stage)
    stage.notes = {**stage.notes, "rule": "annualrevenue"}
    assert "sources.hubspot.write.rule: annualrevenue is of type number" in finding(stage)


def test_a_task_key_that_is_not_there_or_not_unique(stage: HubSpotStage):
    assert "tasks have no property nothing; create it" in finding(
        stage, task_key_property="nothing"
    )
    assert "hs_task_subject is not unique" in finding(stage, task_key_property="hs_task_subject")


def test_an_intake_owner_who_left(stage: HubSpotStage):
    gone = stage.portal.owners[stage.left].name
    stage.owners = (None, gone)
    found = finding(stage)
    assert found.startswith(f"sources.hubspot.intake.owners: {gone} is deactivated")


def test_a_version_that_ends_soon(stage: HubSpotStage):
    stage.now = lambda: datetime(2027, 8, 1, tzinfo=UTC)
    findings = problems(stage.crm(Options(connection={"api_version": "2026-03"})))
    (end,) = (each for each in findings if "api_version" in each)
    assert end.endswith("HubSpot supports 2026-03 until 2027-09-30; set a newer one")


def test_a_day_that_is_nearly_spent(stage: HubSpotStage):
    stage.portal.limits = RateLimits()
    stage.portal.limits.daily.limit = 100
    crm = stage.crm(Options(connection=PACED))
    for _ in range(45):
        list(crm.owners())
    (found,) = problems(crm)
    assert found.startswith("96 of the 100 API calls of the day are used")


def test_more_calls_than_the_account_allows(stage: HubSpotStage):
    stage.portal.limits = RateLimits()
    stage.portal.limits.ten_secondly.limit = 100
    found = finding(stage, **PACED)
    assert found.endswith("HubSpot allows 100 in ten seconds; set it to 100")


@pytest.mark.parametrize("minutes", [10, -10])
def test_a_clock_that_is_off(stage: HubSpotStage, minutes: int):
    stage.now = lambda: datetime.now(UTC) + timedelta(minutes=minutes)
    found = finding(stage)
    assert "clock" in found
    assert ("ahead of" if minutes > 0 else "behind") in found


def test_service_keys_have_no_webhooks(stage: HubSpotStage):
    assert "no webhooks for service keys" in finding(stage, credential="service_key")


@pytest.mark.parametrize(("token", "count"), [("pat-eu1-0000", 0), ("CJTb8rzWMh", 1)])
def test_a_token_that_ends_after_half_an_hour(stage: HubSpotStage, token: str, count: int):
    settings = HubSpotSettings(token=SecretStr(token))
    setup = SourceSetup(name="hubspot", intake=Intake(object="contacts"), vocabulary=VOCABULARY)
    client = HubSpotClient(settings)
    doctor = Doctor(
        client=client,
        settings=settings,
        setup=setup,
        schema=ContactSchema(client, setup, "firsttouch_id"),
        now=lambda: datetime(2026, 11, 22, tzinfo=UTC),
    )
    found = list(doctor._credential())
    client.close()
    assert len(found) == count
    assert all(token not in each.text for each in found)


def test_words_of_the_intake_that_the_portal_does_not_have(stage: HubSpotStage):
    options = Options(statuses=["NEW", "Open"], lifecycle=["Lead"])
    status, stage_ = problems(stage.crm(options))
    assert "sources.hubspot.intake.statuses: 'Open' is not a value of hs_lead_status" in status
    assert "did you mean 'OPEN'? (there are: ATTEMPTED_TO_CONTACT, BAD_TIMING" in status
    assert "intake.lifecycle: 'Lead' is not a value of lifecyclestage" in stage_
    assert "did you mean 'lead'?" in stage_


def test_stages_the_settings_name_that_the_portal_does_not_have(stage: HubSpotStage):
    found = finding(stage, open_lifecycle=["lead", "mql"])
    assert "sources.hubspot.connection.open_lifecycle: 'mql' is not a value" in found


def test_all_that_is_wrong_is_told_at_once(stage: HubSpotStage):
    stage.notes = {"rule": "hs_analytics_source_data_1", "reason": "no_such"}
    stage.owners = ("Nobody At All",)
    stage.portal.missing_scopes.add("deals")
    options = Options(fields={"product": "prodct"}, connection={"unique_property": "company"})
    found = "\n".join(problems(stage.crm(options)))
    for words in (
        "sources.hubspot.fields.product: 'prodct' is not a property of contacts",
        "sources.hubspot.write.reason: 'no_such' is not a property of contacts",
        "hs_analytics_source_data_1 is a read-only property",
        "company is not unique",
        "intake.owners names 'Nobody At All'",
        "deals cannot be read for outcomes",
    ):
        assert words in found


def test_the_unique_property_matters_only_where_contacts_are_created(stage: HubSpotStage):
    options = Options(connection={"unique_property": "company"}, receives=False)
    assert problems(stage.crm(options)) == []


def test_a_stated_portal_that_is_not_the_tokens(stage: HubSpotStage):
    assert problems(stage.crm(Options(connection={"portal_id": PORTAL_ID}))) == []
    assert finding(stage, portal_id=5) == (
        f"sources.hubspot.connection.portal_id is 5, but the token is of portal {PORTAL_ID}: its "
        f"webhooks are not obeyed; set it to {PORTAL_ID}, or remove it"
    )


def test_the_portal_is_learnt_from_the_account(stage: HubSpotStage):
    crm = stage.crm()
    crm.portal.learn()
    assert crm.portal.number == str(PORTAL_ID)
