"""What is told of a breach: not as a hand-back, and as taken back only where it was."""

import pytest

from flows.lead_story import return_line
from flows.stored import find_one
from leads.ownership import WriteStatus
from tests.e2e.desk_case import office
from tests.e2e.test_aging_steps import MONDAY, act, assigned, deliver, plan

LOST = ", so that it was taken back."
GOES = ", so that it is to go to somebody else."
STANDS = "; a person had chosen its owner by then, which stands."


def test_a_breach_is_no_hand_back_and_is_counted_as_one_kind(tmp_path):
    with office(tmp_path, MONDAY, plan(max_reassign=3)) as desk:
        assigned(desk)
        for _ in range(2):
            desk.later(minutes=15)
            act(desk)
            desk.later(minutes=1)
            deliver(desk)
        store = desk.wiring.store
        assert len({each.reason for each in store.returns_of(desk.lead(1).key)}) == 2
        assert store.returns_since(MONDAY) == []
        counted = store.report_counts(MONDAY, desk.now)
        assert (counted.returns, counted.breached) == ({}, 2)


@pytest.mark.parametrize(
    ("status", "end"), [(WriteStatus.WRITTEN, LOST), (WriteStatus.CONFLICT, STANDS), (None, GOES)]
)
def test_it_is_taken_back_only_where_the_next_owner_was_written(tmp_path, status, end):
    with office(tmp_path, MONDAY, plan()) as desk:
        assigned(desk)
        desk.later(minutes=15)
        act(desk)
        if status:
            deliver(desk, status)
        stored = desk.wiring.store.stored_lead(desk.lead(1).key)
        (back,) = desk.wiring.store.returns_of(stored.key)
        assert return_line(back, {}, stored).endswith(end)


def test_a_lead_that_we_created_is_found_by_its_record_in_the_crm(tmp_path):
    with office(tmp_path, MONDAY, plan()) as desk:
        assigned(desk)
        for text in ("hubspot:771", "771"):
            assert find_one(desk.wiring.store, text).key == desk.lead(1).key
        assert desk.wiring.store.find_lead("salesforce:771") == []
