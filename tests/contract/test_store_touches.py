"""Touches and outcomes: kept once, and the clock that each touch stops."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from leads.activity import Outcome, OutcomeKind, Touch, TouchFlaw, TouchKind
from leads.keys import CrmOwnerId
from leads.record import Cursor
from leads.retention import Retention
from store.activity_rows import Clock, ClockState
from store.forgetting import Forgettable
from store.return_rows import HandBack
from store.schema import outcome as outcome_table
from store.schema import touch as touch_table
from store.store import Store
from tests.contract.store_work import (
    ANA,
    BEN,
    MINUTE,
    NOW,
    RUN,
    SECOND,
    decide,
    decision,
    deliver,
    delivery,
    key,
    new,
    show,
)

ONE = NOW + MINUTE
DAY = timedelta(days=1)


def touch(at: datetime, *, record: str = "1", evidence: str = "call-1", owner: str = "crm-ana"):
    return Touch(
        record_id=record,
        at=at,
        kind=TouchKind.CALL,
        evidence=evidence,
        recorded_at=at,
        owner=CrmOwnerId(owner),
    )


def assign(store: Store, *numbers: int) -> None:
    show(store, *(new(number) for number in numbers))
    decide(store)
    deliver(store, now=NOW + SECOND)
    start(store)


def start(store: Store) -> None:
    store.start_clocks(store.unclocked(limit=100), NOW + SECOND)


def tell(store: Store, *touches: Touch, nobodies: tuple[str, ...] = ()) -> None:
    owners = [CrmOwnerId(each) for each in nobodies]
    store.save_touches("hubspot", touches, owners, Cursor("t"), now=NOW + DAY)


def clock(store: Store, number: int = 1) -> Clock:
    (found,) = store.clocks_of(key(number))
    return found


def flaws(store: Store) -> dict[str, str]:
    with store._db.engine.connect() as connection:
        rows = connection.execute(touch_table.select()).all()
    return {row.evidence: row.flaw for row in rows}


def test_an_assignment_has_one_clock_however_often_it_is_started(store: Store):
    assign(store, 1, 2)
    assert store.unclocked(limit=10) == []
    assert store.clocks_run_in() == {"hubspot"}
    found = clock(store)
    assert (found.owner, found.state, found.due_at) == (ANA, ClockState.RUNNING, NOW + DAY)
    assert (found.decided_at, found.assigned_at) == (NOW, NOW + SECOND)


def test_clocks_started_twice_by_two_are_one(store: Store):
    show(store, new(1))
    decide(store)
    deliver(store)
    both = store.unclocked(limit=10)
    store.start_clocks(both, NOW)
    tell(store, touch(ONE))
    store.start_clocks(both, NOW)
    assert clock(store).state is ClockState.TOUCHED


def test_the_first_touch_stops_it_whatever_the_order_and_however_often_they_come(store: Store):
    assign(store, 1, 2)
    later, first = touch(ONE + MINUTE, evidence="mail"), touch(ONE, evidence="call")
    for told in ([later], [later, first], [first, first]):
        tell(store, *told)
    found = clock(store)
    assert found.state is ClockState.TOUCHED
    assert found.first_touch is not None
    assert (found.first_touch.at, found.first_touch.evidence) == (ONE, "call")
    assert found.first_touch.flaw is None
    assert clock(store, 2).state is ClockState.RUNNING
    assert flaws(store) == {"mail": "", "call": ""}


def test_a_colleagues_touch_stops_it_and_says_whose(store: Store):
    assign(store, 1)
    tell(store, touch(ONE, owner="crm-ben"))
    found = clock(store)
    assert found.first_touch
    assert (found.state, found.first_touch.by) == (ClockState.TOUCHED, "crm-ben")


def test_a_machines_touch_is_kept_and_stops_nothing(store: Store):
    assign(store, 1)
    tell(store, touch(ONE, owner="crm-robot"), nobodies=("crm-robot",))
    assert clock(store).state is ClockState.RUNNING
    assert flaws(store) == {"call-1": TouchFlaw.NOBODY}


def test_a_touch_before_the_decision_is_flagged_and_stops_nothing(store: Store):
    assign(store, 1)
    tell(store, touch(NOW - MINUTE))
    assert (clock(store).state, clock(store).first_touch) == (ClockState.RUNNING, None)
    assert flaws(store) == {"call-1": TouchFlaw.EARLY}


def test_what_stopped_nothing_is_told_with_its_flaw_and_of_its_own_lead_alone(store: Store):
    assign(store, 1, 2)
    early, other = touch(NOW - MINUTE), touch(NOW - MINUTE, record="2", evidence="call-2")
    robot = touch(ONE, evidence="mail", owner="crm-robot")
    good = [touch(ONE + n * MINUTE, evidence=f"good-{n}") for n in (1, 2)]
    tell(store, early, other, robot, *good, nobodies=("crm-robot",))
    found = store.uncounted_touches(key(1))
    told = [(each.crm, each.touch.evidence, each.touch.flaw) for each in found]
    assert told == [
        ("hubspot", "call-1", TouchFlaw.EARLY),
        ("hubspot", "mail", TouchFlaw.NOBODY),
    ]


def test_one_between_decision_and_write_stops_it_and_is_no_measure(store: Store):
    show(store, new(1))
    decide(store)
    deliver(store, now=NOW + 5 * MINUTE)
    tell(store, touch(ONE))
    start(store)
    first = clock(store).first_touch
    assert clock(store).state is ClockState.TOUCHED
    assert first
    assert first.flaw is TouchFlaw.EARLY
    assert store.uncounted_touches(key(1)) == [], "its clock says so already"
    assert flaws(store) == {"call-1": TouchFlaw.EARLY}


def test_one_from_the_future_is_flagged(store: Store):
    assign(store, 1)
    wild = replace(touch(ONE), at=NOW + 30 * DAY)
    tell(store, wild)
    assert clock(store).state is ClockState.RUNNING
    assert flaws(store) == {"call-1": TouchFlaw.FUTURE}


def test_of_a_lead_given_to_another_the_touch_is_of_whoever_had_it(store: Store):
    assign(store, 1)
    then = NOW + 20 * MINUTE
    back = HandBack(
        lead=key(1), attempt=1, owner=ANA, by=None, reason="late", is_lead=True, at=then
    )
    with store.desk(then) as desk:
        desk.take_back(back, is_void=False)
        again = decision(key(1), BEN, now=then)
        desk.record_decision(again, frozenset(), [delivery(key(1), BEN, id="again")], run=RUN)
    deliver(store, now=then + SECOND)
    start(store)
    tell(store, touch(then - MINUTE))
    first, second = store.clocks_of(key(1))
    assert first.first_touch
    assert second.first_touch is None, "she had called before it was his"
    tell(store, touch(then + MINUTE, evidence="call-2", owner="crm-ben"))
    first, second = store.clocks_of(key(1))
    assert first.first_touch
    assert second.first_touch
    assert (first.first_touch.at, second.first_touch.at) == (then - MINUTE, then + MINUTE)


def test_assignments_from_before_clocks_are_counted_and_not_acted_on(store: Store):
    show(store, new(1))
    decide(store)
    deliver(store)
    assert not store.clocks_began()
    store.start_clocks(store.unclocked(limit=9), NOW, is_running=False)
    assert store.clocks_began()
    assert clock(store).state is ClockState.KEPT
    tell(store, touch(ONE))
    assert clock(store).first_touch
    assert store.clocks_run_in() == frozenset()


def test_an_outcome_stands_as_it_was_told_last(store: Store):
    told = Outcome(
        record_id="1",
        at=ONE,
        kind=OutcomeKind.LOST,
        evidence="deal-1",
        recorded_at=ONE,
        amount=Decimal("10.50"),
        currency="EUR",
    )
    won = replace(told, kind=OutcomeKind.WON, amount=Decimal("12000.10"))
    converted = replace(told, kind=OutcomeKind.CONVERTED, amount=None, currency=None)
    for each in (told, converted, won, won):
        store.save_outcomes("hubspot", [each], Cursor("o"), now=ONE)
    store.save_outcomes("hubspot", [told, won], Cursor("o"), now=ONE)
    with store._db.engine.connect() as connection:
        rows = connection.execute(outcome_table.select().order_by(outcome_table.c.kind)).all()
    found = [(row.kind, row.amount, row.currency) for row in rows]
    assert found == [("converted", None, None), ("won", "12000.10", "EUR")]
    assert store.cursor("hubspot", "outcomes") == "o"


def test_touches_are_forgotten_by_age_and_the_clock_stays(store: Store):
    assign(store, 1)
    tell(store, touch(ONE), touch(NOW + 40 * DAY, evidence="late"))
    kept = Retention(touches=30 * DAY)
    gone = {e.kind: e.found - e.kept for e in store.prune(kept, NOW + 60 * DAY)}
    assert gone[Forgettable.TOUCHES] == 1
    assert list(flaws(store)) == ["late"]
    assert clock(store).first_touch
