"""Leads that a pool holds: their order, their deadline, and what ends a hold."""

from datetime import timedelta

import pytest

from leads.decision import Held, HeldBy, HoldKind
from leads.keys import LeadKey, PolicyHash, PoolName, RuleName
from store.rows import Holding, LeadState
from store.store import Store
from tests.contract.store_work import (
    MINUTE,
    NOW,
    RUN,
    TEAM,
    counts,
    decide,
    decision,
    delivery,
    ignored,
    key,
    new,
    show,
)

ALL = tuple(HoldKind)


def a_hold(number: int, *, due: int = 60, until: int = 30, kind: HoldKind = HoldKind.FULL) -> Held:
    return Held(
        lead=key(number),
        pool=TEAM,
        rule=RuleName("everything"),
        kind=kind,
        reason="everything matched: pool team holds it",
        policy=PolicyHash("p"),
        since=NOW,
        until=NOW + until * MINUTE,
        wake=NOW + until * MINUTE,
        sla_due=NOW + due * MINUTE,
    )


def hold(store: Store, *holds: Held) -> None:
    with store.desk(NOW) as desk:
        desk.waiting(None, limit=100, now=NOW)
        for each in holds:
            desk.record_hold(each)


def held(store: Store, **asked: object) -> list[LeadKey]:
    with store.desk(NOW) as desk:
        pool = PoolName(str(asked["pool"])) if "pool" in asked else None
        return [each.lead.key for each in desk.held(ALL, limit=100, pool=pool)]


def test_what_is_held_does_not_wait_and_is_counted_as_held(store: Store):
    show(store, new(1), new(2))
    hold(store, a_hold(1))
    assert counts(store).held == 1
    stored = store.stored_lead(key(1))
    assert (stored.state, stored.held_until) == (LeadState.HELD, NOW + 30 * MINUTE)
    assert decide(store) == [key(2)]


def test_the_sla_deadline_comes_first_and_then_age(store: Store):
    show(store, *(new(number) for number in range(1, 5)))
    hold(store, a_hold(4, due=40), a_hold(2), a_hold(1), a_hold(3, due=50))
    assert held(store) == [key(4), key(3), key(1), key(2)]


def test_only_the_kind_and_the_pool_asked_for(store: Store):
    show(store, new(1), new(2))
    hold(store, a_hold(1), a_hold(2, kind=HoldKind.OUT_OF_HOURS))
    with store.desk(NOW) as desk:
        found = desk.held([HoldKind.OUT_OF_HOURS], limit=9)
        assert [each.lead.key for each in found] == [key(2)]
    assert held(store, pool="elsewhere") == []


def test_a_decision_ends_the_hold_for_good(store: Store):
    show(store, new(1))
    hold(store, a_hold(1))
    with store.desk(NOW) as desk:
        (waiting,) = desk.held(ALL, limit=9)
        assert waiting.held_since == NOW
        assert waiting.holding == Holding(
            TEAM, HoldKind.FULL, NOW + 30 * MINUTE, RuleName("everything")
        )
        assert waiting.held_by == HeldBy(pool=TEAM, rule=RuleName("everything"))
        made = decision(waiting.lead.key)
        desk.record_decision(made, frozenset(), [delivery(key(1))], run=RUN)
    assert held(store) == []
    assert counts(store).decided == 1
    assert store.stored_lead(key(1)).decision is not None


def test_at_its_deadline_it_waits_to_be_decided_and_knows_since_when(store: Store):
    show(store, new(1))
    hold(store, a_hold(1))
    late = NOW + 30 * MINUTE
    with store.desk(late) as desk:
        (waiting,) = desk.waiting(None, limit=9, now=late)
        assert (waiting.held_since, waiting.holding) == (NOW, None)


def test_shown_again_it_keeps_since_when_it_was_held(store: Store):
    show(store, new(1))
    hold(store, a_hold(1))
    show(store, new(1, version="2"), now=NOW + MINUTE)
    with store.desk(NOW + MINUTE) as desk:
        (waiting,) = desk.waiting(None, limit=9, now=NOW + MINUTE)
        assert waiting.held_since == NOW


def test_taken_by_a_person_and_let_go_again_it_begins_anew(store: Store):
    show(store, new(1))
    hold(store, a_hold(1))
    show(store, ignored(1, version="2", owner="crm-ana"))
    assert held(store) == []
    show(store, new(1, version="3"))
    with store.desk(NOW) as desk:
        (waiting,) = desk.waiting(None, limit=9, now=NOW)
        assert waiting.held_since is None


def test_a_crash_while_deciding_leaves_it_held(store: Store):
    show(store, new(1))
    hold(store, a_hold(1))

    def fall_over() -> None:
        with store.desk(NOW) as desk:
            desk.held(ALL, limit=9)
            desk.record_decision(decision(key(1)), frozenset(), [], run=RUN)
            desk.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fall_over()
    assert held(store) == [key(1)]


def test_a_hold_moved_forward_is_not_ended_at_the_old_deadline(store: Store):
    show(store, new(1))
    hold(store, a_hold(1))
    hold(store, a_hold(1, until=90))
    late = NOW + timedelta(minutes=45)
    with store.desk(late) as desk:
        assert desk.waiting(None, limit=9, now=late) == []
