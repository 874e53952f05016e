"""A lead whose owner was late goes to nobody who is off work, by whatever road."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from flows.aging_steps import Did, act_on
from flows.hand_back import Asked, hand_back
from leads.keys import CrmOwnerId
from store.activity_rows import ClockState
from tests.e2e.desk_case import DESK, RUN, Office, office, person
from tests.e2e.test_aging_steps import act, assigned, states, told, touch

SUNDAY = datetime(2026, 11, 22, 23, 4, tzinfo=UTC)
MONDAY = "2026-11-23"
TEAM = ("ana", "ben", "cat")


def plan(**more: Any) -> dict[str, Any]:
    """Everybody is off until Monday 09:00, ten hours from now; the rule would wait for twenty."""
    people = [person(each, hours="office", backup="sub") for each in TEAM]
    rule = {"name": "all", "assign": "team", "sla": "hot", "seen_within": "20h"}
    return {
        "owners": [*people, person("sub", hours="office"), DESK],
        "pools": {"team": {"members": list(TEAM)}},
        "rules": [rule | more.pop("rule", {})],
        "sla": {"standard": {"first_touch": "24h"}, "hot": {"first_touch": "3m", **more}},
    }


def breach(desk: Office) -> Any:
    assigned(desk)
    desk.later(minutes=4)
    due = desk.wiring.store.due_clocks("hubspot", limit=9, now=desk.now)
    (step,) = act_on(desk.wiring, due, RUN)
    return step


@pytest.mark.parametrize("asked", ["reassign", "backup"])
@pytest.mark.parametrize("shifts", [{}, {"out_of_hours": "next_shift"}])
def test_at_a_breach_nobody_off_work_gets_it(tmp_path, asked, shifts):
    document = plan(on_breach=asked)
    document["pools"]["team"] |= shifts
    with office(tmp_path, SUNDAY, document) as desk:
        step = breach(desk)
        assert (step.owner in TEAM, step.now_with) == (True, "desk")


def test_whoever_begins_within_the_sla_may_have_it(tmp_path):
    """Monday 08:59: they begin in a minute, and two of the three are left."""
    with office(tmp_path, SUNDAY + timedelta(hours=9, minutes=51), plan()) as desk:
        step = breach(desk)
        assert step.now_with in set(TEAM) - {step.owner}


def test_hours_at_work_alone_count_on_the_business_clock(tmp_path):
    monday = SUNDAY.replace(day=23, hour=17, minute=57)
    with office(tmp_path, monday, plan(clock="business")) as desk:
        step = breach(desk)
        assert step.now_with in set(TEAM) - {step.owner}


def test_where_the_sla_ends_is_passed_over_while_off_work(tmp_path):
    with office(tmp_path, SUNDAY, plan(max_reassign=0, then={"assign": "sub"})) as desk:
        step = breach(desk)
        assert (step.did, step.now_with) == (Did.MOVED, "desk")
        assert "as nobody else is at work" in step.why


def test_it_stays_where_even_the_fallback_is_off_work(tmp_path):
    document = plan(max_reassign=0, then={"assign": "sub"})
    document["owners"][-1] = person("desk", hours="office")
    with office(tmp_path, SUNDAY, document) as desk:
        step = breach(desk)
        assert (step.did, step.now_with) == (Did.LEFT, step.owner)
        assert "nobody who comes after them is at work" in step.why


def test_what_is_handed_back_goes_to_nobody_off_work(tmp_path):
    with office(tmp_path, SUNDAY, plan()) as desk:
        assigned(desk)
        last = desk.wiring.store.stored_lead(desk.lead(1).key).deliveries[-1]
        asked = Asked(
            lead=desk.lead(1).key,
            attempt=last.attempt,
            owner_in_crm=CrmOwnerId(last.delivery.crm_owner or ""),
            reason="on holiday",
            is_lead=True,
        )
        made = hand_back(desk.wiring, asked, RUN).decision
        assert made
        assert made.owner == "desk"


def test_what_nobody_could_take_is_tried_again_when_a_shift_begins(tmp_path):
    """Not once: on Sunday night there is nobody, and at nine on Monday the fallback is at work."""
    document = plan(max_reassign=0, then={"assign": "sub"})
    document["owners"][-1] = person("desk", hours="office")
    document["owners"][-2] = person("sub", hours="office", away=[{"from": MONDAY, "to": MONDAY}])
    document["notify"] = {"channels": {"chat": "FIRSTTOUCH_CHAT_URL"}, "everyone": ["chat"]}
    with office(tmp_path, SUNDAY, document) as desk:
        assert breach(desk).did is Did.LEFT
        for hours in (1, 8):
            desk.later(hours=hours)
            assert act(desk) == []
        desk.later(minutes=52)
        (step,) = act(desk)
        assert (step.did, step.now_with) == (Did.MOVED, "desk")
        assert [kind for kind, _ in told(desk) if kind == "late"] == ["late"]


def test_who_is_in_touch_while_nobody_is_at_work_keeps_it(tmp_path):
    document = plan(max_reassign=0, then={"assign": "sub"})
    document["owners"][-1] = person("desk", hours="office")
    with office(tmp_path, SUNDAY, document) as desk:
        breach(desk)
        desk.later(hours=1)
        touch(desk, desk.now)
        desk.later(hours=9)
        assert act(desk) == []
        assert states(desk) == [ClockState.TOUCHED]
