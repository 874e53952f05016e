"""First touches, what came of leads, and whose they were: by people, not by machines."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from leads.activity import OutcomeKind, Touch, TouchKind
from leads.keys import CrmOwnerId
from leads.ownership import OwnerChange
from sandbox.salesforce.ids import with_checksum
from sandbox.world.roster import ADMIN, INTEGRATION_USER, WEB_LEADS
from tests.contract.salesforce_stage import SalesforceStage
from tests.contract.stage import Options

LONG_AGO = datetime(2026, 11, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def stage() -> Iterator[SalesforceStage]:
    with SalesforceStage.open() as opened:
        opened.ground.clock.set(datetime.now(UTC) - timedelta(hours=1))
        yield opened


def add(stage: SalesforceStage, count: int = 1) -> list[str]:
    return stage.add(count, at=stage.org.now() - timedelta(days=1))


def touches(stage: SalesforceStage, since: datetime = LONG_AGO) -> list[Touch]:
    return list(stage.crm().touches(since))


def test_a_completed_task_is_a_touch_and_an_open_one_is_not(stage: SalesforceStage):
    called, waiting = add(stage, 2)
    task = stage.org.person_logs_call(called, by=stage.ana)
    crm = stage.crm()
    (touch,) = list(crm.touches(LONG_AGO))
    assert (touch.record_id, touch.owner, touch.kind, touch.evidence) == (
        called,
        stage.ana,
        TouchKind.CALL,
        task,
    )
    assert touch.at == touch.recorded_at == stage.org.now().replace(microsecond=0)
    body = {"WhoId": waiting, "OwnerId": stage.ana, "Subject": "Call", "Status": "Not Started"}
    stage.org.records.insert("Task", {**body, "IsClosed": False, "IsDeleted": False})
    assert len(touches(stage)) == 1


def test_since_when(stage: SalesforceStage):
    (lead,) = add(stage)
    stage.org.person_logs_call(lead, by=stage.ana)
    stage.ground.clock.advance(timedelta(minutes=5))
    later = stage.org.now()
    second = stage.org.person_logs_call(lead, by=stage.ben)
    assert [t.evidence for t in touches(stage, later - SECOND)] == [second]


def test_what_machines_do_is_nobodys_touch(stage: SalesforceStage):
    (lead,) = add(stage)
    robot = "005fT000000RobotAA"
    stage.org.add_user(robot, "Marketing Robot", "robot@example.com")
    system = "005fT000000SystemA"
    stage.org.add_user(system, "Automated Process", "auto@example.com")
    stage.org.records.change("User", system, {"UserType": "AutomatedProcess"})
    for machine in (INTEGRATION_USER.salesforce, robot, system):
        stage.org.person_logs_call(lead, by=machine)
        stage.org.person_updates(lead, {"Status": "Working - Contacted"}, by=machine)
        stage.org.person_updates(lead, {"Status": "Open - Not Contacted"}, by=machine)
    named = Options(connection={"integration_users": ["Marketing Robot"]})
    assert list(stage.crm(named).touches(LONG_AGO)) == []
    assert {t.owner for t in touches(stage)} == {robot}


def test_we_ourselves_are_a_machine(stage: SalesforceStage):
    (lead,) = add(stage)
    us = with_checksum("005fT000000OurI")
    stage.org.add_user(us, "Routing", "routing@example.com")
    stage.org.running_user = us
    stage.org.person_logs_call(lead, by=us)
    assert touches(stage) == []


def test_our_own_task_completed_by_the_rep_is_the_reps_touch(stage: SalesforceStage):
    (lead,) = add(stage)
    task = stage.org.person_logs_call(lead, by=INTEGRATION_USER.salesforce)
    by_rep = {"OwnerId": stage.ana, "LastModifiedById": stage.ana}
    stage.org.records.change("Task", task, by_rep)
    (touch,) = touches(stage)
    assert touch.owner == stage.ana


def test_a_meeting_is_a_touch_once_it_is_over(stage: SalesforceStage):
    """It was planned long before, and its record does not change when it is over."""
    (lead,) = add(stage)
    now = datetime.now(UTC)
    planned = now - timedelta(days=9)
    stage.ground.clock.set(planned)
    past = stage.org.person_meets(
        lead, stage.ana, now - timedelta(hours=2), now - timedelta(hours=1)
    )
    stage.org.person_meets(lead, stage.ana, now + timedelta(hours=2), now + timedelta(hours=3))
    (touch,) = touches(stage, now - timedelta(hours=3))
    assert (touch.evidence, touch.kind) == (past, TouchKind.MEETING)
    assert touch.recorded_at == touch.at
    assert touches(stage, now - timedelta(minutes=30)) == []


def test_a_status_that_leaves_the_open_set_is_a_touch(stage: SalesforceStage):
    (lead,) = add(stage)
    stage.org.person_updates(lead, {"Title": "Buyer"}, by=stage.ana)
    assert touches(stage) == []
    stage.org.person_updates(lead, {"Status": "Working - Contacted"}, by=stage.ana)
    stage.ground.clock.advance(SECOND)
    stage.org.person_updates(lead, {"Status": "Closed - Not Converted"}, by=stage.ben)
    (touch,) = touches(stage)
    assert (touch.record_id, touch.owner, touch.kind) == (lead, stage.ana, TouchKind.STATUS)


@pytest.mark.parametrize("keeps_history", [True, False])
@pytest.mark.parametrize("back", ["Wrong Territory", "Closed - Not Converted"])
def test_handing_back_by_a_status_is_no_touch_and_the_next_one_s_change_is(
    stage: SalesforceStage, back: str, *, keeps_history: bool
):
    stage.org.keeps_history = keeps_history
    crm = stage.crm(Options(returned=[back]))
    (lead,) = add(stage)
    stage.org.person_updates(lead, {"Status": back}, by=stage.ana)
    assert list(crm.touches(LONG_AGO)) == []
    stage.ground.clock.advance(SECOND)
    stage.org.person_updates(lead, {"Status": "Working - Contacted"}, by=stage.ben)
    (touch,) = crm.touches(LONG_AGO)
    assert (touch.record_id, touch.owner, touch.kind) == (lead, stage.ben, TouchKind.STATUS)


def test_without_a_history_the_last_change_has_to_do(stage: SalesforceStage):
    stage.org.keeps_history = False
    first, second, third = add(stage, 3)
    stage.org.person_updates(first, {"Status": "Working - Contacted"}, by=stage.ana)
    stage.org.person_updates(second, {"Title": "Buyer"}, by=stage.ana)
    crm = stage.crm()
    assert [(t.record_id, t.owner) for t in crm.touches(LONG_AGO)] == [(first, stage.ana)]
    assert list(crm.owner_history([first, second, third])) == []


def test_a_conversion_moves_activities_to_the_contact_and_they_are_led_back(
    stage: SalesforceStage,
):
    (lead,) = add(stage)
    task = stage.org.person_logs_call(lead, by=stage.ana)
    stage.ground.clock.advance(timedelta(minutes=1))
    stage.org.person_converts(lead, by=stage.ana)
    assert stage.org.records.of("Task")[task]["WhoId"].startswith("003")
    called = [t for t in touches(stage) if t.kind is TouchKind.CALL]
    assert [(t.record_id, t.evidence) for t in called] == [(lead, task)]


def test_a_call_before_the_lead_was_there_is_not_its_touch(stage: SalesforceStage):
    """A new lead may be converted into a contact of many years."""
    (lead,) = add(stage)
    stage.org.person_converts(lead, by=stage.ana)
    contact = stage.org.leads[lead]["ConvertedContactId"]
    stage.ground.clock.set(stage.org.now() - timedelta(days=5))
    stage.org.person_logs_call(contact, by=stage.ana)
    assert [t for t in touches(stage) if t.kind is TouchKind.CALL] == []


def test_touches_of_all_kinds_come_in_the_order_they_were_recorded(stage: SalesforceStage):
    leads = add(stage, 6)
    for n, lead in enumerate(leads):
        stage.ground.clock.advance(timedelta(seconds=7))
        now = stage.org.now()
        match n % 3:
            case 0:
                stage.org.person_logs_call(lead, by=stage.ana)
            case 1:
                stage.org.person_updates(lead, {"Status": "Working - Contacted"}, by=stage.ana)
            case _:
                stage.org.person_meets(lead, stage.ana, now - timedelta(hours=1), now)
    found = touches(stage)
    assert [t.record_id for t in found] == leads
    assert all(a.recorded_at <= b.recorded_at for a, b in pairwise(found))


def test_what_came_of_leads(stage: SalesforceStage):
    won, lost, open_still, gone, waiting = add(stage, 5)
    for lead in (won, lost, open_still, gone):
        stage.person_sets_owner(lead, stage.ana)
    deals = [stage.org.person_converts(i, by=stage.ana) for i in (won, lost, open_still)]
    stage.ground.clock.advance(timedelta(minutes=1))
    stage.org.person_closes(deals[0], won=True, by=stage.ana, Amount=1250.5)
    stage.org.person_closes(deals[1], won=False, by=stage.ana)
    stage.closes(gone)
    found = list(stage.crm().outcomes(LONG_AGO))
    told = {(o.record_id, o.kind): o for o in found}
    assert set(told) == {
        *((i, OutcomeKind.CONVERTED) for i in (won, lost, open_still)),
        (won, OutcomeKind.WON),
        (lost, OutcomeKind.LOST),
        (gone, OutcomeKind.LOST),
    }
    deal = told[won, OutcomeKind.WON]
    assert (deal.amount, deal.currency, deal.evidence) == (Decimal("1250.5"), None, deals[0])
    assert (deal.owner, deal.at) == (stage.ana, stage.org.now().replace(microsecond=0))
    assert told[lost, OutcomeKind.LOST].amount is None
    assert told[gone, OutcomeKind.LOST].evidence == gone
    assert told[won, OutcomeKind.CONVERTED].amount == Decimal("1250.5")
    assert all(a.recorded_at <= b.recorded_at for a, b in pairwise(found))
    assert waiting not in {o.record_id for o in found}


def test_a_day_without_a_time_is_taken_at_noon_unless_the_last_change_tells(
    stage: SalesforceStage,
):
    (lead,) = add(stage)
    deal = stage.org.person_converts(lead)
    stage.org.person_closes(deal, won=True, CloseDate="2026-11-03")
    found = {o.kind: o for o in stage.crm().outcomes(LONG_AGO)}
    assert found[OutcomeKind.WON].at == datetime(2026, 11, 3, 12, tzinfo=UTC)
    assert found[OutcomeKind.CONVERTED].at == stage.org.now().replace(microsecond=0)


def test_past_owners_by_id_though_names_are_told_too(stage: SalesforceStage):
    lead, other = add(stage, 2)
    # Names of 15 letters, as an id has.
    chris, alex = (with_checksum(f"005fT000000{name}") for name in ("Chri", "Alex"))
    stage.org.add_user(chris, "ChristopherJohn", "chris@example.com")
    stage.org.add_user(alex, "AlexanderSmithy", "alex@example.com")
    change = OwnerChange(record_id=lead, owner=stage.ana, expected=stage.unowned, notes={})
    stage.crm().write_owners([change])
    for owner in (stage.ben, CrmOwnerId(chris), CrmOwnerId(alex)):
        stage.ground.clock.advance(SECOND)
        stage.person_sets_owner(lead, owner)
    shifts = list(stage.crm().owner_history([lead, other]))
    admin = ADMIN.salesforce
    assert [(s.record_id, s.before, s.after, s.by) for s in shifts] == [
        (lead, WEB_LEADS.salesforce, stage.ana, INTEGRATION_USER.salesforce),
        (lead, stage.ana, stage.ben, admin),
        (lead, stage.ben, chris, admin),
        (lead, chris, alex, admin),
    ]
    assert [a.at < b.at for a, b in pairwise(shifts)] == [True] * 3
