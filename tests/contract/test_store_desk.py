"""Deciding: one desk at a time, one decision a lead, all of it or nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import event

from leads.decision import Decision, Standing, Tally
from leads.delivery import Delivery
from leads.errors import StoreError
from leads.keys import LeadKey, PoolName, RunId
from leads.sighting import Sighting
from store.program import program
from store.rows import LeadState
from store.store import Store
from tests.contract.store_work import (
    ANA,
    BEN,
    LATER,
    MINUTE,
    NOW,
    RUN,
    SECOND,
    TEAM,
    counts,
    decide,
    decision,
    delivery,
    key,
    load,
    new,
    rejected,
    show,
)

NOBODY = frozenset[str]()
LATER_THAT_MINUTE = NOW + MINUTE


def _record(store: Store, *decisions: Decision, entries: Sequence[Delivery] = ()) -> None:
    with store.desk(NOW) as desk:
        for each in decisions:
            desk.record_decision(each, NOBODY, entries, run=RUN)


def test_a_decision_is_kept_with_the_program_that_made_it(store: Store):
    show(store, new(1))
    _record(store, decision(key(1)))
    kept = store.stored_lead(key(1)).decision
    assert kept is not None
    assert (kept, kept.program) == (decision(key(1)), program())


def test_what_was_decided_at_one_instant_is_listed_as_it_was_decided(store: Store):
    numbers = (9, 10, 1, 2)
    show(store, *(new(n) for n in numbers))
    _record(store, *(decision(key(n)) for n in numbers))
    listed = store.decided_leads(NOW, LATER_THAT_MINUTE)
    assert [each.lead.key for each in listed] == [key(n) for n in numbers]


def test_waiting_leads_come_oldest_first_and_only_as_many_as_asked(store: Store):
    show(store, new(3), new(1), new(2))
    show(store, new(1, source="salesforce"))
    with store.desk(NOW) as desk:
        everybody = desk.waiting(None, limit=10, now=NOW)
        assert [each.lead.key for each in everybody] == [
            key(1),
            key(1, "salesforce"),
            key(2),
            key(3),
        ]
        assert [each.lead.key for each in desk.waiting("hubspot", limit=2, now=NOW)] == [
            key(1),
            key(2),
        ]


def test_leads_of_one_instant_come_in_the_order_in_which_they_came(store: Store):
    at_once = [_created_now(number) for number in (11, 9, 10)]
    show(store, *at_once)
    edited = replace(at_once[2], version="2")
    show(store, edited, now=NOW + MINUTE)
    with store.desk(NOW) as desk:
        waiting = desk.waiting(None, limit=10, now=NOW)
    assert [each.lead.key for each in waiting] == [key(11), key(9), key(10)]


def _created_now(number: int) -> Sighting:
    shown = new(number)
    assert shown.lead is not None
    return replace(shown, lead=replace(shown.lead, created_at=NOW))


def test_a_lead_waits_until_it_is_decided(store: Store):
    show(store, new(1), new(2))
    with store.desk(NOW) as desk:
        desk.record_decision(decision(key(1)), NOBODY, [delivery(key(1))], run=RUN)
        assert [each.lead.key for each in desk.waiting(None, limit=9, now=NOW)] == [key(2)]
    row = counts(store)
    assert (row.decided, row.waiting, row.pending) == (1, 1, 1)


def test_a_decision_is_kept_whole(store: Store):
    show(store, new(1))
    saw = Standing(
        open_leads={ANA: 3.5}, rotation={TEAM: {ANA: Tally(entitled=0.1, assigned=2)}}, away={}
    )
    made = replace(decision(key(1)), saw=saw)
    with store.desk(NOW) as desk:
        desk.record_decision(made, NOBODY, [delivery(key(1))], run=RUN)
    stored = store.stored_lead(key(1))
    assert stored.decision == made
    assert [each.delivery for each in stored.deliveries] == [delivery(key(1))]


def test_a_duplicate_points_at_the_first(store: Store):
    show(store, new(1), new(2))
    with store.desk(NOW) as desk:
        desk.record_decision(decision(key(1)), NOBODY, [], run=RUN)
        desk.record_decision(decision(key(2)), NOBODY, [], duplicate_of=key(1), run=RUN)
    stored = store.stored_lead(key(2))
    assert (stored.state, stored.duplicate_of) == (LeadState.DUPLICATE, key(1))
    assert (counts(store).decided, counts(store).duplicates) == (1, 1)


def test_an_exception_at_the_desk_undoes_everything(store: Store):
    show(store, new(1), new(2))

    def fall_over() -> None:
        with store.desk(NOW) as desk:
            desk.record_decision(decision(key(1)), frozenset({"e"}), [delivery(key(1))], run=RUN)
            desk.save_rotation({TEAM: {ANA: Tally(entitled=1, assigned=1)}})
            desk.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fall_over()
    with store.desk(NOW) as desk:
        assert len(desk.waiting(None, limit=9, now=NOW)) == 2
        assert desk.rotation() == {}
        assert desk.same_people({key(2): frozenset({"e"})}) == {}
    assert store.deliveries_of(key(1)) == []


def test_a_second_decision_is_impossible(store: Store):
    show(store, new(1), new(2))
    with pytest.raises(StoreError, match="decided a moment ago"):
        _record(store, decision(key(1)), decision(key(1), BEN))
    decide(store)
    with pytest.raises(StoreError, match="hubspot:1: it is not waiting"):
        _record(store, decision(key(1), BEN))
    with pytest.raises(StoreError, match="never saved"):
        _record(store, decision(key(404)))
    stored = store.stored_lead(key(1))
    assert stored.decision is not None
    assert stored.decision.owner == ANA


def test_one_delivery_id_is_used_once(store: Store):
    show(store, new(1), new(2))
    entries = [delivery(key(1), id="same")]
    with pytest.raises(StoreError, match=r"deciding leads: .*two entries claim one key"):
        _record(store, decision(key(1)), decision(key(2)), entries=entries)


def test_two_desks_at_once_decide_one_after_the_other(store: Store):
    """Both read how many are decided, then write: without the lock both would see nothing."""
    show(store, *(new(n) for n in range(40)))
    seen: list[int] = []

    def sit() -> None:
        with store.desk(NOW) as desk:
            tallies = desk.rotation().get(TEAM, {})
            had = tallies[ANA].assigned if tallies else 0
            waiting = desk.waiting(None, limit=5, now=NOW)
            for each in waiting:
                desk.record_decision(decision(each.lead.key), NOBODY, [], run=RUN)
            tally = Tally(entitled=0, assigned=had + len(waiting))
            desk.save_rotation({TEAM: {ANA: tally}})
            seen.append(had)

    threads = [Thread(target=sit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == list(range(0, 40, 5))
    assert counts(store).decided == 40


def test_the_same_person_is_found_by_any_key_the_earliest_first(store: Store):
    show(store, new(1), new(2), new(3))
    with store.desk(NOW) as desk:
        desk.record_decision(decision(key(2), BEN), frozenset({"mail", "phone"}), [], run=RUN)
    with store.desk(NOW + MINUTE) as desk:
        later = decision(key(1), ANA, now=NOW + MINUTE)
        desk.record_decision(later, frozenset({"phone"}), [], run=RUN)
        match = desk.same_people({key(3): frozenset({"phone", "other"})})[key(3)][0]
        assert (match.lead, match.owner, match.decided_at) == (key(2), BEN, NOW)
        # Nobody is a duplicate of itself.
        assert desk.same_people({key(2): frozenset({"mail"})}) == {}


def test_the_same_person_within_one_transaction(store: Store):
    show(store, new(1), new(2), new(3))
    with store.desk(NOW) as desk:
        wanted = {key(n): frozenset({"mail"}) for n in (1, 2, 3)}
        assert desk.same_people(wanted) == {}
        for number in (2, 1):  # neither the smaller key nor the later record wins
            desk.record_decision(decision(key(number)), frozenset({"mail"}), [], run=RUN)
        assert desk.same_people(wanted)[key(3)][0].lead == key(2)
        assert desk.same_people(wanted)[key(2)][0].lead == key(1)


def test_rotation_keeps_members_that_are_not_named(store: Store):
    other = PoolName("other")
    with store.desk(NOW) as desk:
        desk.save_rotation({TEAM: {ANA: Tally(entitled=0.1 + 0.2, assigned=1)}})
        desk.save_rotation({other: {BEN: Tally(entitled=7, assigned=6)}})
    with store.desk(NOW) as desk:
        desk.save_rotation({TEAM: {BEN: Tally(entitled=2, assigned=1)}})
        assert desk.rotation() == {
            TEAM: {ANA: Tally(entitled=0.1 + 0.2, assigned=1), BEN: Tally(entitled=2, assigned=1)},
            other: {BEN: Tally(entitled=7, assigned=6)},
        }


def test_owners_switched_off_are_away_until_then(store: Store):
    store.set_away(ANA, NOW + MINUTE, NOW)
    store.set_away(BEN, NOW + MINUTE, NOW)
    store.set_away(BEN, None, NOW)
    assert store.away(NOW) == {ANA: NOW + MINUTE}
    with store.desk(NOW + MINUTE) as desk:
        assert desk.away() == {}


def test_a_rejected_record_goes_to_the_steward_once_and_reserves_nothing(store: Store):
    show(store, rejected(1), rejected(2))
    with store.desk(NOW) as desk:
        ownerless = desk.rejects_without_owner("hubspot", limit=9)
        assert [row.key for row in ownerless] == [key(1), key(2)]
        desk.record_owner_write(key(1), [delivery(key(1))], RUN)
        desk.record_owner_write(key(1), [delivery(key(1))], RUN)
        assert [row.key for row in desk.rejects_without_owner(None, limit=9)] == [key(2)]
    assert len(store.deliveries_of(key(1))) == 1
    assert load(store)[ANA] == 0
    assert (counts(store).rejected, counts(store).pending) == (2, 1)
    show(store, rejected(1, version="2"), run=LATER)
    with store.desk(NOW) as desk:
        assert [row.key for row in desk.rejects_without_owner(None, limit=9)] == [key(2)]


def test_two_thousand_leads_are_decided_in_few_statements(store: Store):
    """Batches, not a statement a lead: what keeps a backlog fast on either database."""
    show(store, *(new(n) for n in range(2000)))
    statements: list[str] = []
    event.listen(
        store._db.engine, "before_cursor_execute", lambda *args: statements.append(args[2])
    )
    assert len(decide(store)) == 2000
    assert len(statements) < 30
    assert counts(store).decided == 2000


def test_a_carried_lead_is_no_part_of_the_balance(store: Store):
    show(store, new(1))
    show(store, new(2), run=LATER)
    decide(store, run=LATER, now=NOW + SECOND)
    row = counts(store, LATER)
    assert (row.pulled, row.decided, row.carried) == (1, 1, 1)
    assert counts(store).decided == 1
    assert store.ledger(RunId("never")) == {}


def test_a_lead_of_long_ago_is_first(store: Store):
    shown = new(5)
    assert shown.lead is not None
    ancient = replace(shown.lead, created_at=NOW - timedelta(days=9000))
    show(store, new(1), replace(shown, lead=ancient))
    with store.desk(NOW) as desk:
        first, _ = desk.waiting(None, limit=9, now=NOW)
    assert first.lead.key == LeadKey("hubspot", "5")
    assert first.lead.created_at == ancient.created_at
