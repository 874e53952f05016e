"""After the first touch: a second clock, whose end is told and moves nothing; and what pauses."""

from datetime import timedelta
from typing import Any

import pytest

from flows.activity import begin_clocks, start_clocks
from flows.aging_steps import Did
from leads.keys import OwnerId
from store.activity_rows import ClockKind, ClockState
from tests.e2e.desk_case import Office, office, person
from tests.e2e.test_aging_steps import MONDAY, act, assigned, deliver, plan, told, touch

HOUR = timedelta(hours=1)


def touched(desk: Office, **time: float) -> None:
    desk.later(**time)
    touch(desk, desk.now)
    start_clocks(desk.wiring)


def clocks(desk: Office) -> dict[ClockKind, Any]:
    return {each.kind: each for each in desk.wiring.store.clocks_of(desk.lead(1).key)}


def test_who_was_in_touch_once_is_reminded_and_then_their_manager_is_told(tmp_path):
    with office(tmp_path, MONDAY, plan(follow_up="2d")) as desk:
        owner = assigned(desk)
        touched(desk, minutes=5)
        told(desk)
        begun = clocks(desk)[ClockKind.FOLLOW_UP]
        assert begun.due_at == desk.now + timedelta(days=2)
        desk.later(hours=36)
        assert [each.did for each in act(desk)] == [Did.REMINDED]
        assert told(desk) == [("follow_up", owner)]
        desk.later(hours=12)
        (cold,) = act(desk)
        assert (cold.did, cold.owner, cold.now_with) == (Did.COLD, owner, owner)
        assert told(desk) == [("cold", "mia")]
        desk.later(days=9)
        assert act(desk) == []
        assert deliver(desk) == []
        assert clocks(desk)[ClockKind.FOLLOW_UP].state is ClockState.BREACHED


@pytest.mark.parametrize(("minutes", "stops"), [(59, False), (60, True)])
def test_a_touch_on_another_occasion_stops_it_and_one_of_the_same_does_not(
    tmp_path, minutes, stops
):
    with office(tmp_path, MONDAY, plan(follow_up="2d")) as desk:
        assigned(desk)
        touched(desk, minutes=5)
        touched(desk, minutes=minutes)
        found = clocks(desk)
        assert found[ClockKind.FIRST_TOUCH].first_touch.at == desk.now - minutes * HOUR / 60
        expected = ClockState.TOUCHED if stops else ClockState.RUNNING
        assert found[ClockKind.FOLLOW_UP].state is expected
        desk.later(days=3)
        assert bool(act(desk)) is not stops


def test_what_was_touched_twice_before_anybody_looked_is_followed_up(tmp_path):
    with office(tmp_path, MONDAY, plan(follow_up="2d")) as desk:
        assigned(desk)
        for minutes in (5, 90):
            desk.later(minutes=minutes)
            touch(desk, desk.now)
        start_clocks(desk.wiring)
        start_clocks(desk.wiring)
        found = clocks(desk)[ClockKind.FOLLOW_UP]
        assert (found.state, found.first_touch.at) == (ClockState.TOUCHED, desk.now)


def test_an_sla_without_one_has_none_and_nobody_thinks_of_it_twice(tmp_path):
    with office(tmp_path, MONDAY, plan()) as desk:
        assigned(desk)
        touched(desk, minutes=5)
        assert list(clocks(desk)) == [ClockKind.FIRST_TOUCH]
        assert desk.wiring.store.unfollowed(limit=9, now=desk.now) == []


def test_a_late_follow_up_counts_against_nobodys_pause(tmp_path):
    """Cold once, and late once: that is not twice late in a row."""
    document = plan(follow_up="2h", pause_after=2, on_breach="tell")
    document["pools"]["team"]["members"] = ["ana"]
    with office(tmp_path, MONDAY, document) as desk:
        assigned(desk)
        touched(desk, minutes=5)
        desk.later(hours=3)
        assert [each.did for each in act(desk)] == [Did.COLD]
        desk.bring(2)
        desk.decide()
        deliver(desk)
        desk.later(minutes=15)
        assert [each.did for each in act(desk)] == [Did.LEFT]
        assert desk.wiring.store.away(desk.now) == {}


@pytest.mark.parametrize("kind", ["queue", "fallback"])
def test_a_queue_and_the_fallback_are_never_paused(tmp_path, kind):
    """A lead must end somewhere, however often nobody there was in touch."""
    document = plan(pause_after=1, on_breach="tell")
    document["rules"][0]["assign"] = "desk"
    if kind == "fallback":
        document["owners"][-1] = person("desk")
    with office(tmp_path, MONDAY, document) as desk:
        begin_clocks(desk.wiring)
        for number in range(1, 4):
            desk.bring(number)
            desk.decide()
        deliver(desk)
        desk.later(minutes=15)
        steps = act(desk)
        assert {each.did for each in steps} == {Did.LEFT}
        assert not any(each.paused for each in steps)
        assert desk.wiring.store.away(desk.now) == {}


def test_the_time_a_pool_held_a_lead_is_not_its_owners(tmp_path):
    """Nobody is at work at eight; ana comes at nine, and has her quarter of an hour from then."""
    document = plan(first_touch="4h", remind_after="10m")
    document["owners"][0] = person("ana", hours="office")
    document["pools"] = {"team": {"members": ["ana"], "out_of_hours": {"hold": "3h"}}}
    eight = MONDAY.replace(hour=8)
    with office(tmp_path, eight, document) as desk:
        begin_clocks(desk.wiring)
        desk.bring(1)
        assert desk.decide() == {}
        desk.later(hours=1)
        assert desk.decide() == {1: OwnerId("ana")}
        desk.later(minutes=3)
        deliver(desk)
        clock = clocks(desk)[ClockKind.FIRST_TOUCH]
        assert clock.due_at == desk.now + 4 * HOUR
        assert clock.remind_at == desk.now + HOUR / 6
        (notice,) = desk.wiring.store.claim_notices(
            limit=9, worker="w", lease_seconds=9, now=desk.now
        )
        assert notice.due_at == clock.due_at, "who has it is told what holds"
