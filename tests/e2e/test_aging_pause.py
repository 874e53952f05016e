"""Whoever is late too often is paused before anything is given, and told of once."""

import pytest

from flows.activity import begin_clocks
from flows.aging_steps import Did, act_on
from leads.keys import CrmOwnerId, OwnerId
from store.activity_rows import ClockState
from tests.e2e.desk_case import RUN, office
from tests.e2e.test_aging_steps import MONDAY, act, assigned, deliver, plan, states, told


def all_late(desk, leads, **fields):
    begin_clocks(desk.wiring)
    for number in range(1, leads + 1):
        desk.bring(number, **fields)
        desk.decide()
        deliver(desk)
    told(desk)
    desk.later(minutes=15)


def test_nobody_who_is_paused_in_this_look_gets_a_lead_in_it(tmp_path):
    """Six leads, two of each: all three are paused, and no one gets that of whom they stand for."""
    document = plan(pause_after=2, on_breach="backup")
    for each, backup in zip(document["owners"], ("ben", "cat", "ana"), strict=False):
        each["backup"] = backup
    with office(tmp_path, MONDAY, document) as desk:
        all_late(desk, 6)
        steps = act(desk)
        assert {each.did for each in steps} == {Did.MOVED}
        paused = set(desk.wiring.store.away(desk.now))
        assert len(paused) == 3
        assert not paused & {each.now_with for each in steps}


def test_late_too_often_is_told_once_however_many_leads_it_is(tmp_path):
    with office(tmp_path, MONDAY, plan(on_breach="tell", pause_after=2)) as desk:
        all_late(desk, 15)
        steps = act(desk)
        assert sum(each.paused for each in steps) == 3
        assert told(desk).count(("paused", "mia")) == 3


@pytest.mark.parametrize("owner", ["9999", None])
def test_a_choice_made_in_the_crm_a_moment_ago_ends_the_clock_uncharged(tmp_path, owner):
    """The mirror does not know of it yet. An owner taken out is no other owner."""
    with office(tmp_path, MONDAY, plan(pause_after=1)) as desk:
        first = assigned(desk)
        desk.later(minutes=15)
        due = desk.wiring.store.due_clocks("hubspot", limit=9, now=desk.now)
        steps = act_on(desk.wiring, due, RUN, {"771": CrmOwnerId(owner) if owner else None})
        away = OwnerId(first) in desk.wiring.store.away(desk.now)
        if owner:
            assert (steps, states(desk), away) == ([], [ClockState.ENDED], False)
        else:
            assert ([each.did for each in steps], away) == ([Did.MOVED], True)
