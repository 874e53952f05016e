"""What caps count, from the store: what fills somebody's hands, and stands."""

from dataclasses import replace

from sqlalchemy import update

from leads.decision import Method
from store.schema import decision as table
from store.store import Store
from tests.contract.store_work import ANA, MINUTE, NOW, RUN, decision, new, show


def taken(store: Store) -> int:
    with store.desk(NOW + MINUTE) as desk:
        return len(desk.taken({ANA: NOW - MINUTE}))


def test_a_further_record_counts_where_it_is_one_more(store: Store):
    show(store, new(1), new(2), new(3))
    with store.desk(NOW) as desk:
        (first, more, in_crm) = desk.waiting(None, limit=9, now=NOW)
        again = replace(decision(more.lead.key), method=Method.SAME_PERSON)
        known = replace(decision(in_crm.lead.key), method=Method.SAME_PERSON, fills=False)
        for each in (decision(first.lead.key), again, known):
            desk.record_decision(each, frozenset(), [], run=RUN)
    assert taken(store) == 2


def test_of_before_it_was_told_the_method_says_so(store: Store):
    show(store, new(1), new(2))
    with store.desk(NOW) as desk:
        (first, more) = desk.waiting(None, limit=9, now=NOW)
        again = replace(decision(more.lead.key), method=Method.SAME_PERSON)
        for each in (decision(first.lead.key), again):
            desk.record_decision(each, frozenset(), [], run=RUN)
    with store._db.engine.begin() as connection:
        connection.execute(update(table).values(fills=None))
    assert taken(store) == 1


def test_a_lead_of_a_later_shift_counts_from_then_on_and_however_long_ago_it_was_given(
    store: Store,
):
    show(store, new(1), new(2))
    later = NOW + 60 * 24 * 3 * MINUTE
    with store.desk(NOW) as desk:
        (first, more) = desk.waiting(None, limit=9, now=NOW)
        for each, start in ((first, later), (more, None)):
            made = replace(decision(each.lead.key), worked_from=start)
            desk.record_decision(made, frozenset(), [], run=RUN)
    with store.desk(later) as desk:
        assert sorted(each.at for each in desk.taken({ANA: NOW})) == [NOW, later]
        assert [each.at for each in desk.taken({ANA: NOW + MINUTE})] == [later]
        assert desk.taken({ANA: later + MINUTE}) == []
