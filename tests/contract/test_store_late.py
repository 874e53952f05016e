"""First touches that were late: counted by SLA while it is news, and while they are still owed."""

from datetime import timedelta

from store.activity_rows import ClockState, LateTouches
from store.store import Store
from tests.contract.store_work import MINUTE, NOW, SECOND, key
from tests.contract.test_store_touches import ONE, assign, clock, tell, touch

DUE = NOW + timedelta(days=1)  # of store_work's decisions


def late(store: Store, now) -> list[LateTouches]:
    return store.late_since(now - 60 * MINUTE, now)


def end(store: Store, number: int, now, state: ClockState = ClockState.BREACHED) -> None:
    with store.desk(now) as desk:
        desk.clocks().end(clock(store, number), state)


def test_nobody_is_late_who_has_time_or_was_in_touch(store: Store):
    assign(store, 1, 2, 3)
    tell(store, touch(ONE))
    end(store, 2, DUE, ClockState.ENDED)
    assert late(store, DUE - SECOND) == []
    end(store, 3, DUE, ClockState.KEPT)
    assert late(store, DUE + 30 * MINUTE) == []


def test_what_was_acted_on_is_late_for_an_hour(store: Store):
    assign(store, 1, 2, 3)
    for number in (1, 2, 3):
        end(store, number, DUE + number * MINUTE)
    sla = clock(store, 1).sla
    (found,) = late(store, DUE + 4 * MINUTE)
    assert (found.sla, found.count, found.owners) == (sla, 3, 1)
    assert found.example in {key(number) for number in (1, 2, 3)}
    (left,) = late(store, DUE + 62 * MINUTE)
    assert left.count == 2
    assert late(store, DUE + 64 * MINUTE) == []


def test_what_nobody_acts_on_is_late_until_somebody_does(store: Store):
    """Its CRM is paused, or aging does not run at all: then above all it has to be told."""
    assign(store, 1)
    assert late(store, DUE + MINUTE) == [], "aging comes each minute"
    for now in (DUE + 6 * MINUTE, DUE + timedelta(days=3)):
        assert [each.count for each in late(store, now)] == [1]
    tell(store, touch(ONE))
    assert late(store, DUE + timedelta(days=3)) == []
