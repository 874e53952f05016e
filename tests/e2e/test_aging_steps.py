"""Whose time is up: reminded, then somebody else's, then it ends; once each, whoever looks."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from flows.activity import begin_clocks, start_clocks
from flows.aging_steps import Did, Step, act_on
from flows.commands import explain
from leads.activity import Touch, TouchKind
from leads.decision import Method
from leads.keys import CrmOwnerId, OwnerId
from leads.ownership import WriteOutcome, WriteStatus
from leads.record import Cursor, WorkItem
from store.activity_rows import ClockState
from store.rows import DeliveryState
from tests.e2e.desk_case import DESK, RUN, Office, office, person

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PEOPLE = ("ana", "ben", "cat")
HOT = {"first_touch": "15m", "remind_after": "10m", "max_reassign": 1}


def plan(**sla: Any) -> dict[str, Any]:
    people = [person(each, manager="mia", backup="sub") for each in PEOPLE]
    return {
        "owners": [*people, person("mia"), person("sub"), DESK],
        "pools": {"team": {"members": list(PEOPLE)}},
        "rules": [{"name": "all", "assign": "team", "sla": "hot"}],
        "sla": {"standard": {"first_touch": "24h"}, "hot": {**HOT, **sla}},
        "notify": {"channels": {"chat": "FIRSTTOUCH_CHAT_URL"}, "everyone": ["chat"]},
    }


def deliver(desk: Office, status: WriteStatus = WriteStatus.WRITTEN) -> list[frozenset[Any]]:
    store, expected = desk.wiring.store, []
    claimed = store.claim_deliveries("hubspot", limit=99, worker="w", lease_seconds=9, now=desk.now)
    for each in claimed:
        made = WriteOutcome(status=status, record_id=f"77{each.lead.source_id}")
        store.settle([(each, made)], run=RUN, now=desk.now)
        expected.append(each.expected)
    start_clocks(desk.wiring)
    return expected


def assigned(desk: Office) -> str:
    begin_clocks(desk.wiring)
    desk.bring(1)
    (owner,) = desk.decide().values()
    deliver(desk)
    return owner


def act(desk: Office) -> list[Step]:
    due = desk.wiring.store.due_clocks("hubspot", limit=99, now=desk.now)
    return act_on(desk.wiring, due, RUN)


def touch(desk: Office, at: datetime, owner: str = "1") -> None:
    call = Touch(
        record_id="771", at=at, kind=TouchKind.CALL, evidence=f"{at}", recorded_at=desk.now
    )
    desk.wiring.store.save_touches("hubspot", [call], (), Cursor("t"), now=desk.now)


def told(desk: Office) -> list[tuple[str, str]]:
    """Everything that is to be told, to whom; it is told."""
    store, now = desk.wiring.store, desk.now
    notices = store.claim_notices(limit=99, worker="w", lease_seconds=9, now=now)
    for each in notices:
        store.settle_notice(each, now)
    return sorted((each.kind.value, each.receiver) for each in notices)


def states(desk: Office) -> list[ClockState]:
    return [each.state for each in desk.wiring.store.clocks_of(desk.lead(1).key)]


def test_nothing_is_done_before_it_is_time(tmp_path):
    with office(tmp_path, MONDAY, plan()) as desk:
        assigned(desk)
        desk.later(minutes=9.9)
        assert act(desk) == []


def test_the_owner_is_reminded_once_and_then_another_has_it_once(tmp_path):
    with office(tmp_path, MONDAY, plan()) as desk:
        first = assigned(desk)
        told(desk)
        desk.later(minutes=10)
        (step,) = act(desk)
        assert (step.did, step.owner) == (Did.REMINDED, first)
        assert act(desk) == []
        assert told(desk) == [("reminder", first)]
        desk.later(minutes=5)
        (moved,) = act(desk)
        assert (moved.did, moved.owner) == (Did.MOVED, first)
        assert moved.now_with in set(PEOPLE) - {first}
        assert "Not in touch in time" in moved.why
        assert act(desk) == []
        had = desk.wiring.configuration.policy.owners[OwnerId(first)].crm["hubspot"]
        assert deliver(desk) == [frozenset({had})], "taken from whoever was late, and nobody else"
        assert told(desk) == [("assigned", moved.now_with)]
        assert states(desk) == [ClockState.BREACHED, ClockState.RUNNING]
        with desk.wiring.store.desk(desk.now) as opened:
            hands = opened.open_leads(desk.wiring.crm_ids())
        assert {who: n for who, n in hands.items() if n} == {moved.now_with: 1}


def test_the_chain_is_explained(tmp_path, capsys):
    """On each owner's own clock; what the business says of it, on the business's."""
    abroad = plan() | {"timezone": "Europe/Madrid"}
    for each in abroad["owners"]:
        each["timezone"] = "America/New_York"
    with office(tmp_path, MONDAY, abroad) as desk:
        first = assigned(desk)
        desk.later(minutes=15)
        (step,) = act(desk)
        deliver(desk)
        policy = desk.wiring.configuration.policy
        desk.wiring.store.save_policy(
            policy.hash, desk.wiring.configuration.document, desk.wiring.now()
        )
        explain.run(str(desk.lead(1).key), None, f"sqlite:///{tmp_path}/office.db", as_json=False)
        told = capsys.readouterr().out
    had, has = first.capitalize(), step.now_with.capitalize()
    lines = told.splitlines()
    late = f"{had} was not in touch by Mon 23 Nov 11:15 (Europe/Madrid), so that it was taken back."
    assert late in lines, told
    assert lines.index("Decision 1 of 2:") < lines.index(late) < lines.index("Decision 2 of 2:")
    assert "out of it, not having been in touch in time" in told
    there = "America/New_York"
    assert f"Written to hubspot on Mon 23 Nov 05:15 ({there}): {has} owns it there." in lines
    until = f"until Mon 23 Nov 05:30 ({there}) to be in touch (SLA hot)."
    assert f"{has} has {until}" in lines


def test_a_whole_chain_ends_with_whoever_the_sla_names_and_goes_no_further(tmp_path):
    with office(tmp_path, MONDAY, plan(max_reassign=2, then={"assign": "mia"})) as desk:
        chain = [assigned(desk)]
        for _ in range(3):
            desk.later(minutes=15)
            act(desk)
            desk.later(minutes=1)
            chain.append(desk.decision(1).owner)
            deliver(desk)
        assert sorted(chain[:3]) == sorted(PEOPLE)
        assert chain[3] == "mia"
        assert desk.decision(1).method is Method.ESCALATED
        told(desk)
        desk.later(minutes=15)
        (last,) = [each for each in act(desk) if each.did is not Did.REMINDED]
        assert (last.did, last.now_with) == (Did.LEFT, "mia")
        for _ in range(3):
            desk.later(days=1)
            assert act(desk) == []
        assert len(desk.wiring.store.stored_lead(desk.lead(1).key).deliveries) == 4


@pytest.mark.parametrize(("asked", "expected"), [("backup", "sub"), ("manager", "mia")])
def test_the_sla_may_name_the_backup_or_the_manager(tmp_path, asked, expected):
    with office(tmp_path, MONDAY, plan(on_breach=asked)) as desk:
        assigned(desk)
        desk.later(minutes=15)
        (step,) = act(desk)
        assert step.now_with == expected
        assert f"the {asked} of" in step.why


def test_a_backup_who_is_away_does_not_get_it(tmp_path):
    with office(tmp_path, MONDAY, plan(on_breach="backup")) as desk:
        first = assigned(desk)
        desk.wiring.store.set_away(OwnerId("sub"), MONDAY + timedelta(days=1), MONDAY)
        desk.later(minutes=15)
        (step,) = act(desk)
        assert step.now_with in set(PEOPLE) - {first}


def test_it_may_stay_and_the_manager_is_told(tmp_path):
    with office(tmp_path, MONDAY, plan(on_breach="tell")) as desk:
        first = assigned(desk)
        told(desk)
        desk.later(minutes=15)
        (step,) = act(desk)
        assert (step.did, step.now_with) == (Did.LEFT, first)
        assert told(desk) == [("late", "mia")]
        assert deliver(desk) == []


def test_who_was_in_touch_is_left_alone(tmp_path):
    with office(tmp_path, MONDAY, plan()) as desk:
        assigned(desk)
        desk.later(minutes=14)
        touch(desk, desk.now)
        desk.later(days=2)
        assert act(desk) == []
        assert states(desk) == [ClockState.TOUCHED]


def test_a_touch_between_decision_and_write_keeps_the_lead_where_it_is(tmp_path):
    with office(tmp_path, MONDAY, plan()) as desk:
        first = assigned(desk)
        desk.later(minutes=15)
        act(desk)
        touch(desk, desk.now - timedelta(minutes=1))
        kept = desk.wiring.store.keep_touched("hubspot", desk.now)
        assert kept == [desk.lead(1).key]
        assert deliver(desk) == []
        assert states(desk) == [ClockState.TOUCHED]
        stored = desk.wiring.store.stored_lead(desk.lead(1).key)
        assert [each.state for each in stored.deliveries] == [
            DeliveryState.WRITTEN,
            DeliveryState.WITHDRAWN,
        ]
        assert stored.is_void
        assert desk.wiring.store.returns_of(stored.key) == []
        desk.later(days=2)
        assert act(desk) == []
        assert first == stored.deliveries[0].delivery.owner


@pytest.mark.parametrize("there", [("9999", True), ("own", False)])
def test_a_lead_that_a_person_gave_away_or_closed_is_left_alone(tmp_path, there):
    with office(tmp_path, MONDAY, plan()) as desk:
        first = assigned(desk)
        own = desk.wiring.configuration.policy.owners[OwnerId(first)].crm["hubspot"]
        owner, is_open = there
        seen = WorkItem(
            crm="hubspot",
            record_id="771",
            owner=own if owner == "own" else owner,
            is_open=is_open,
        )
        desk.later(minutes=1)
        desk.wiring.store.save_work_page("hubspot", [seen], Cursor("w"), now=desk.now)
        desk.later(minutes=14)
        assert act(desk) == []
        assert states(desk) == [ClockState.ENDED]


@pytest.mark.parametrize("changed", [MONDAY - timedelta(hours=1), None])
def test_what_the_mirror_showed_before_our_write_is_no_persons_choice(tmp_path, changed):
    with office(tmp_path, MONDAY, plan()) as desk:
        before = WorkItem(crm="hubspot", record_id="771", owner=None, is_open=True)
        old = replace(before, owner=CrmOwnerId("9999"), changed_at=changed)
        desk.wiring.store.save_work_page("hubspot", [old], Cursor("w"), now=desk.now)
        assigned(desk)
        desk.later(minutes=15)
        assert [each.did for each in act(desk)] == [Did.MOVED]


def test_a_person_who_takes_it_while_it_is_written_keeps_it(tmp_path):
    with office(tmp_path, MONDAY, plan()) as desk:
        assigned(desk)
        desk.later(minutes=15)
        act(desk)
        deliver(desk, WriteStatus.CONFLICT)
        desk.later(days=2)
        assert act(desk) == []
        assert states(desk) == [ClockState.ENDED], "a person saw to it: that is no breach"
        assert desk.wiring.store.report_counts(MONDAY, desk.now).breached == 0


def test_eight_who_look_at_once_move_it_once(tmp_path):
    with office(tmp_path, MONDAY, plan()) as desk:
        assigned(desk)
        desk.later(minutes=15)
        due = desk.wiring.store.due_clocks("hubspot", limit=9, now=desk.now) * 8
        with ThreadPoolExecutor(8) as threads:
            found = list(threads.map(lambda each: act_on(desk.wiring, [each], RUN), due))
        assert [each.did for some in found for each in some] == [Did.MOVED]


def test_a_clock_set_back_moves_nothing_twice(tmp_path):
    with office(tmp_path, MONDAY, plan()) as desk:
        assigned(desk)
        desk.later(minutes=15)
        assert len(act(desk)) == 1
        deliver(desk)
        desk.later(minutes=-30)
        assert act(desk) == []
        desk.later(minutes=44)
        assert [each.did for each in act(desk)] == [Did.REMINDED], "the next owner's own time"


def test_who_is_late_again_and_again_is_paused_for_a_day_where_the_sla_says_so(tmp_path):
    with office(tmp_path, MONDAY, plan(on_breach="tell", pause_after=2)) as desk:
        begin_clocks(desk.wiring)
        for number in range(1, 7):
            desk.bring(number)
            desk.decide()
            deliver(desk)
        told(desk)
        desk.later(minutes=15)
        steps = act(desk)
        assert sorted(each.owner for each in steps if each.paused) == sorted(PEOPLE)
        away = desk.wiring.store.away(desk.now)
        assert away == dict.fromkeys(map(OwnerId, PEOPLE), desk.now + timedelta(days=1))
        assert told(desk).count(("paused", "mia")) == 3
