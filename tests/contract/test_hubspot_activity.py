"""What people did with their contacts and what came of it, told apart from what machines do."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from leads.activity import OutcomeKind, Touch, TouchKind
from leads.errors import AuthError
from leads.ownership import OwnerChange
from sandbox.hubspot.records import API, PERSON, WORLD, Author
from tests.contract.hubspot_stage import HubSpotStage
from tests.contract.stage import NOON, Options, requests

WORKFLOW = Author(source_type="AUTOMATION_PLATFORM", source_id="wf-1", label="A workflow")
DIALLER = Author(source_type="INTEGRATION", source_id="77", label="A dialler")
LONG_AGO = NOON - timedelta(days=1)
STAMP = "2026-11-22T11:59:00.000Z"


@pytest.fixture
def stage() -> Iterator[HubSpotStage]:
    with HubSpotStage.open() as opened:
        yield opened


def touches(stage: HubSpotStage, **connection: object) -> list[Touch]:
    stage.ground.clock.advance(timedelta(seconds=1))
    return list(stage.crm(Options(connection=connection)).touches(LONG_AGO))


def log(
    stage: HubSpotStage, kind: str, contact: str, author: Author = PERSON, /, **more: str | None
) -> str:
    fields = {"hs_timestamp": STAMP, "hubspot_owner_id": stage.ana, **more}
    return stage.portal.add(kind, fields, contact=contact, author=author)


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        ("calls", {"hs_call_status": "COMPLETED"}, TouchKind.CALL),
        ("calls", {"hs_call_status": "QUEUED"}, None),
        ("calls", {"hubspot_owner_id": None}, None),
        ("emails", {"hs_email_direction": "EMAIL", "hs_email_status": "SENT"}, TouchKind.EMAIL),
        ("emails", {"hs_email_direction": "INCOMING_EMAIL"}, None),
        ("emails", {"hs_email_direction": "EMAIL", "hs_email_status": "BOUNCED"}, None),
        ("meetings", {"hs_meeting_outcome": "COMPLETED"}, TouchKind.MEETING),
        ("meetings", {"hs_meeting_outcome": "SCHEDULED"}, None),
        ("tasks", {"hs_task_status": "NOT_STARTED"}, None),
        ("tasks", {"hs_task_status": "COMPLETED", "hs_task_type": "CALL"}, TouchKind.CALL),
        ("tasks", {"hs_task_status": "COMPLETED", "hs_task_type": "TODO"}, TouchKind.TASK),
    ],
)
def test_an_activity_is_a_touch_once_somebody_did_it(
    stage: HubSpotStage, kind: str, more: dict[str, str | None], expected: TouchKind | None
):
    (contact,) = stage.add(1)
    activity = log(stage, kind, contact, PERSON, **more)
    found = touches(stage)
    assert [touch.kind for touch in found] == ([expected] if expected else [])
    for touch in found:
        assert (touch.record_id, touch.owner) == (contact, stage.ana)
        assert touch.evidence == f"{kind}:{activity}"
        assert touch.recorded_at == NOON
        if kind != "tasks":
            assert touch.at == NOON - timedelta(minutes=1)


@pytest.mark.parametrize("author", [API, WORKFLOW, DIALLER, WORLD])
@pytest.mark.parametrize("kind", ["calls", "emails", "meetings"])
def test_what_a_machine_logged_is_no_touch(stage: HubSpotStage, author: Author, kind: str):
    (contact,) = stage.add(1)
    log(stage, kind, contact, author, hs_meeting_outcome="COMPLETED") if (
        kind == "meetings"
    ) else log(stage, kind, contact, author)
    assert touches(stage) == []


def test_an_app_people_work_through_can_be_trusted(stage: HubSpotStage):
    (contact,) = stage.add(1)
    log(stage, "calls", contact, DIALLER)
    assert [t.kind for t in touches(stage, trusted_apps=["77"])] == [TouchKind.CALL]


def test_a_task_of_ours_is_the_reps_touch_when_they_finish_it(stage: HubSpotStage):
    (contact,) = stage.add(1)
    task = log(stage, "tasks", contact, API)
    closed = log(stage, "tasks", contact)
    assert touches(stage) == []
    stage.portal.person_updates(task, {"hs_task_status": "COMPLETED"}, kind="tasks")
    swept = {"hs_task_status": "COMPLETED"}
    stage.portal.person_updates(closed, swept, kind="tasks", author=WORKFLOW)
    assert [touch.evidence for touch in touches(stage)] == [f"tasks:{task}"]


def test_an_activity_with_two_contacts_touches_both(stage: HubSpotStage):
    one, two = stage.add(2)
    call = log(stage, "calls", one)
    stage.portal.links.join("calls", call, "contacts", two, 194)
    assert {touch.record_id for touch in touches(stage)} == {one, two}


def test_a_status_that_a_person_moved_on_is_a_touch_and_others_are_not(stage: HubSpotStage):
    by_hand, by_flow, still_new, twice = stage.add(4)
    for contact in (by_hand, by_flow, still_new, twice):
        stage.portal.person_updates(contact, {"hs_lead_status": "NEW"}, author=WORLD)
    stage.portal.person_updates(by_hand, {"hs_lead_status": "ATTEMPTED_TO_CONTACT"})
    stage.portal.person_updates(by_flow, {"hs_lead_status": "OPEN"}, author=WORKFLOW)
    stage.portal.person_updates(twice, {"hs_lead_status": "CONNECTED"})
    stage.ground.clock.advance(timedelta(seconds=5))
    stage.portal.person_updates(twice, {"hs_lead_status": "IN_PROGRESS"})
    found = touches(stage)
    assert [(t.record_id, t.kind, t.at) for t in found] == [
        (by_hand, TouchKind.STATUS, NOON),
        (twice, TouchKind.STATUS, NOON),
    ]


def test_handing_back_by_a_status_is_no_touch_and_the_next_one_s_change_is(stage: HubSpotStage):
    crm = stage.crm(Options(returned=["OPEN_DEAL"]))
    (contact,) = stage.add(1)
    stage.portal.person_updates(contact, {"hs_lead_status": "OPEN_DEAL"})
    stage.ground.clock.advance(timedelta(seconds=1))
    assert list(crm.touches(LONG_AGO)) == []
    stage.portal.person_updates(contact, {"hs_lead_status": "IN_PROGRESS"})
    stage.ground.clock.advance(timedelta(seconds=1))
    (touch,) = crm.touches(LONG_AGO)
    assert (touch.kind, touch.at) == (TouchKind.STATUS, NOON + timedelta(seconds=1))


def test_our_own_owner_write_is_no_touch(stage: HubSpotStage):
    (contact,) = stage.add(1)
    change = OwnerChange(record_id=contact, owner=stage.ana, expected=stage.unowned, notes={})
    stage.crm().write_owners([change])
    assert touches(stage) == []


def test_touches_come_oldest_first_over_all_kinds_and_many_pages(stage: HubSpotStage):
    contacts = stage.add(6)
    for contact in contacts:
        for kind in ("calls", "emails", "tasks"):
            stage.ground.clock.advance(timedelta(seconds=1))
            log(stage, kind, contact, hs_task_status="COMPLETED") if kind == "tasks" else log(
                stage, kind, contact
            )
    found = touches(stage, page_size=2)
    assert len(found) == 18
    assert [t.recorded_at for t in found] == sorted(t.recorded_at for t in found)


def test_what_search_shows_late_is_read_by_looking_back(stage: HubSpotStage):
    (contact,) = stage.add(1)
    log(stage, "calls", contact)
    crm = stage.crm(Options(connection={"look_back_seconds": 60}))
    stage.ground.clock.advance(timedelta(seconds=30))
    assert len(list(crm.touches(NOON + timedelta(seconds=30)))) == 1
    assert list(crm.touches(NOON + timedelta(seconds=61))) == []


def test_nothing_new_costs_one_request_a_kind(stage: HubSpotStage):
    stage.add(3)
    crm = stage.crm()
    assert list(crm.touches(LONG_AGO)) == []
    assert requests(stage) == 5


def test_a_kind_that_may_not_be_read_can_be_left_out(stage: HubSpotStage):
    (contact,) = stage.add(1)
    log(stage, "calls", contact)
    stage.portal.missing_scopes.add("emails")
    with pytest.raises(AuthError, match="MISSING_SCOPES"):
        touches(stage)
    assert len(touches(stage, activities=["calls"])) == 1


def test_deals_won_and_lost_with_what_they_are_worth(stage: HubSpotStage):
    won, lost, still_open = stage.add(3)
    deals = [
        stage.portal.add(
            "deals",
            {"amount": amount, "closedate": STAMP, "hubspot_owner_id": stage.ben, **more},
            contact=contact,
        )
        for contact, amount, more in (
            (won, "1200.50", {"deal_currency_code": "USD"}),
            (lost, "", {}),
            (still_open, "7", {}),
        )
    ]
    stage.portal.person_updates(deals[0], {"dealstage": "closedwon"}, kind="deals")
    stage.portal.person_updates(deals[1], {"dealstage": "closedlost"}, kind="deals")
    found = {o.record_id: o for o in stage.crm().outcomes(LONG_AGO)}
    assert set(found) == {won, lost}
    assert (found[won].kind, found[won].evidence) == (OutcomeKind.WON, deals[0])
    assert (found[won].amount, found[won].currency) == (Decimal("1200.50"), "USD")
    assert (found[won].at, found[won].owner) == (NOON - timedelta(minutes=1), stage.ben)
    assert (found[lost].kind, found[lost].amount, found[lost].currency) == (
        *(OutcomeKind.LOST, None),
        None,
    )


def test_a_deal_without_a_currency_is_in_the_accounts(stage: HubSpotStage):
    (contact,) = stage.add(1)
    for amount in ("10", "20"):
        fields = {"amount": amount, "dealstage": "closedwon"}
        deal = stage.portal.add("deals", {"amount": amount}, contact=contact)
        stage.portal.person_updates(deal, fields, kind="deals")
    found = list(stage.crm().outcomes(LONG_AGO))
    assert {(o.amount, o.currency) for o in found} == {(Decimal(10), "EUR"), (Decimal(20), "EUR")}
    assert requests(stage, "account-info") == 1


def test_a_contact_is_converted_when_it_first_reaches_a_stage(stage: HubSpotStage):
    contact, _ = stage.add(2)
    stage.ground.clock.advance(timedelta(seconds=10))
    stage.portal.person_updates(contact, {"lifecyclestage": "opportunity"})
    stage.ground.clock.advance(timedelta(seconds=10))
    stage.portal.person_updates(contact, {"lifecyclestage": "customer"})
    (outcome,) = stage.crm().outcomes(LONG_AGO)
    assert (outcome.record_id, outcome.kind) == (contact, OutcomeKind.CONVERTED)
    assert outcome.at == NOON + timedelta(seconds=10)
    assert outcome.recorded_at == NOON + timedelta(seconds=20)


def test_owner_history_says_who_had_it_when_and_by_whom(stage: HubSpotStage):
    (contact,) = stage.add(1)
    crm = stage.crm()
    change = OwnerChange(record_id=contact, owner=stage.ana, expected=stage.unowned, notes={})
    crm.write_owners([change])
    stage.ground.clock.advance(timedelta(seconds=5))
    stage.person_sets_owner(contact, stage.ben)
    shifts = list(crm.owner_history([contact, "999999", "?"]))
    assert [(s.before, s.after, s.by) for s in shifts] == [
        (None, stage.ana, API.source_id),
        (stage.ana, stage.ben, str(PERSON.user)),
    ]
    assert [s.at for s in shifts] == [NOON, NOON + timedelta(seconds=5)]


def test_histories_are_read_fifty_at_a_time(stage: HubSpotStage):
    found = stage.add(101)
    for contact in found:
        stage.person_sets_owner(contact, stage.ben)
    assert len(list(stage.crm().owner_history(found))) == 101
    assert requests(stage, "/batch/read") == 3
