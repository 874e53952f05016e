"""Killed at any statement of a re-assignment: nothing of it stands, or all of it, and once."""

from flows.aging_steps import Did, act_on
from store.rows import DeliveryState
from tests.contract.test_store_crash import Killed, contents, killed_at
from tests.e2e.desk_case import RUN, Office, office
from tests.e2e.test_aging_steps import MONDAY, act, assigned, deliver, plan, told

EVERY = 4
"""Of the statements, one in so many, beside the last: each costs a whole trial."""


def was_killed(desk: Office, statement: int) -> bool:
    """Try it, killed at that statement; False: it was done before that came."""
    store = desk.wiring.store
    due = store.due_clocks("hubspot", limit=9, now=desk.now)
    with killed_at(store, statement):
        try:
            act_on(desk.wiring, due, RUN)
        except Killed:
            return True
        return False


def test_wherever_it_is_killed_the_lead_moves_once(tmp_path):
    with office(tmp_path, MONDAY, plan(pause_after=1)) as desk:
        assigned(desk)
        told(desk)
        desk.later(minutes=15)
        store = desk.wiring.store
        before = contents(store)
        statement = 1
        while was_killed(desk, statement):
            assert contents(store) == before, f"killed at statement {statement}"
            statement += EVERY
        assert statement > 20, "it was tried at many a statement"
        assert act(desk) == [], "the trial that ran to its end did it"
        assert len(deliver(desk)) == 1
        states = [each.state for each in store.stored_lead(desk.lead(1).key).deliveries]
        assert states == [DeliveryState.WRITTEN] * 2


def test_killed_after_the_decision_the_next_run_writes_it(tmp_path):
    with office(tmp_path, MONDAY, plan()) as desk:
        assigned(desk)
        desk.later(minutes=15)
        assert [each.did for each in act(desk)] == [Did.MOVED]
        desk.later(minutes=1)  # whoever decided is dead; somebody else looks
        assert act(desk) == []
        assert len(deliver(desk)) == 1
        assert deliver(desk) == []
