"""Backfills that are killed, or run twice at once: they go on, and nothing is given twice."""

import json
from collections import Counter

import pytest

from flows.backfilling.backfill import apply_plan, make_plan
from leads.errors import BackfillPaused
from tests.e2e.backfill_case import SPAN, asked_of, record_of
from tests.e2e.crash_choice import one_in
from tests.e2e.town_case import wired
from tests.e2e.witness import owners_written


def test_it_reads_window_by_window_and_goes_on_after_a_crash(past):
    """Whoever was killed while it read left what was read, and where to go on."""
    with wired(past.town, past.folder, past.config) as wiring:
        at = []

        def dies(window):
            at.append(window.number)
            if len(at) == 2:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            make_plan(wiring, asked_of("hubspot"), dies)
        (stopped,) = wiring.store.backfills()
        assert len(wiring.store.backfill_windows(stopped.id)) == 4
        rest = []
        done = make_plan(wiring, asked_of("hubspot"), lambda window: rest.append(window.number))
        assert done.id == stopped.id
        assert min(rest) >= at[-1]
        whole = make_plan(wiring, asked_of("hubspot"))
        assert whole.id != done.id
        again, once = (wiring.store.backfill_entries(row.id) for row in (whole, done))
        assert {e.lead.key for e in again} == {e.lead.key for e in once}
        assert len(once) == len(past.ownerless("hubspot"))
        assert sorted(Counter(done.passed)) == sorted(Counter(whole.passed))


@pytest.mark.parametrize(("step", "number"), [("read_window", 3), ("plan_all", 1)])
def test_killed_while_it_plans_the_same_words_go_on(past, step, number):
    past.killed(step, number, ("backfill", "--source", "salesforce", *SPAN))
    plan = past.plan()
    assert len(plan["assignments"]) == len(past.ownerless("salesforce"))
    listed = json.loads(past.run("backfill", "--json").out)
    assert [row["plan"] for row in listed] == [plan["plan"]]
    assert owners_written(past.town) == {}


@pytest.mark.parametrize(
    ("step", "number"),
    one_in(2, [("_apply_some", 1), ("deliver_pending", 1), ("deliver_pending", 4)]),
)
def test_killed_while_it_applies_each_is_given_once(past, step, number):
    plan = past.plan()
    past.killed(step, number, ("backfill", "--apply", plan["plan"]))
    assert past.apply(plan).code == 0
    written = owners_written(past.town)
    assert past.ownerless("salesforce") == []
    assert {record_of(a) for a in plan["assignments"]} == written.keys()
    assert {len(owners) for owners in written.values()} == {1}


def test_two_at_once_are_told_apart(past):
    with wired(past.town, past.folder, past.config) as wiring:
        row = make_plan(wiring, asked_of("salesforce"))
        seen = []

        def meanwhile():
            with pytest.raises(BackfillPaused, match="at work in another process"):
                apply_plan(wiring, row.id, notify=False)
            seen.append(1)

        assert apply_plan(wiring, row.id, notify=False, told=meanwhile) == []
        assert seen
        assert {len(owners) for owners in owners_written(past.town).values()} == {1}
