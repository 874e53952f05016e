"""Who joins a pool, comes back or hands a lead back: the stated policies and their bounds."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.decision import Decision
from leads.keys import OwnerId, PoolName
from routing.book import Book
from routing.engine import Engine
from routing.policy import Cap, CapPer, Owner, Policy
from routing.quota import Quotas
from tests.builders import (
    DESK,
    MONDAY,
    away,
    calendar,
    empty_book,
    lead,
    one_pool,
    owner,
    route,
)

TEAM = PoolName("team")
FOUR = ("ana", "ben", "cleo", "dan")
HOUR = timedelta(hours=1)


def team(people: Iterable[Owner], *, joiners: int = 0, returners: int = 0) -> Policy:
    plan = one_pool(people)
    return replace(
        plan, pools={TEAM: replace(plan.pools[TEAM], joiners=joiners, returners=returners)}
    )


def had(decisions: Iterable[Decision]) -> Counter[str]:
    return Counter(decision.owner for decision in decisions)


def owed(book: Book) -> dict[str, float]:
    return {who: tally.entitled - tally.assigned for who, tally in book.rotation[TEAM].items()}


def after_joining(joiners: int, count: int) -> tuple[Counter[str], Book]:
    people, book = [owner(name) for name in FOUR], empty_book()
    route(Engine(team(people, joiners=joiners)), 400, book=book)
    joined = Engine(team([*people, owner("eva")], joiners=joiners))
    return had(route(joined, count, book=book, first=400)), book


def test_a_joiner_has_a_share_from_now_on():
    assert abs(after_joining(0, 100)[0]["eva"] - 20) <= 1


def test_a_joiner_who_may_catch_up_has_so_many_more_and_the_others_pay_alike():
    given_to, book = after_joining(5, 100)
    assert abs(given_to["eva"] - 25) <= 1
    assert all(abs(given_to[name] - 18.75) <= 1.5 for name in FOUR)
    assert sum(owed(book).values()) == pytest.approx(0, abs=1e-6)
    assert max(map(abs, owed(book).values())) <= 1


def test_nobody_joins_a_pool_that_begins_or_by_being_off_work_at_first():
    late = owner("eva", calendar=calendar((time(15), time(18)), days=range(7)))
    engine, book = Engine(team([owner("ana"), late], joiners=7)), empty_book()
    route(engine, 20, book=book, now=MONDAY)
    assert had(route(engine, 20, book=book, first=20, now=MONDAY + 6 * HOUR))["eva"] <= 11


def after_leave(returners: int, missed: int) -> tuple[Counter[str], Counter[str], Book]:
    leave = away(date(2026, 11, 23), date(2026, 11, 29))
    people = [owner(name, away=leave if name == "ana" else ()) for name in FOUR]
    engine, book = Engine(team(people, returners=returners)), empty_book()
    during = had(route(engine, missed, book=book))
    back = had(route(engine, 40, book=book, first=missed, now=MONDAY + timedelta(days=8)))
    return during, back, book


def test_a_returner_is_where_they_were():
    during, back, _ = after_leave(0, 200)
    assert during["ana"] == 0
    assert abs(back["ana"] - 10) <= 1


def test_a_returner_who_may_catch_up_has_so_many_more_at_most():
    during, back, book = after_leave(3, 200)
    assert during["ana"] == 0
    assert 12 <= back["ana"] <= 15
    assert sum(owed(book).values()) == pytest.approx(0, abs=1e-6)
    _, short, _ = after_leave(3, 4)  # one lead was missed, not three
    assert abs(short["ana"] - 11) <= 1


def test_switched_off_counts_as_away_and_off_work_does_not():
    ben = owner("ben", calendar=calendar((time(9), time(11)), days=range(7)))
    engine = Engine(team([owner("ana"), ben, owner("cleo")], returners=4))
    book = Book(open_leads={}, rotation={}, away={OwnerId("ana"): MONDAY + 8 * HOUR})
    route(engine, 60, book=book, now=MONDAY + 6 * HOUR)
    assert 4 <= owed(book)["ana"] <= 5
    assert abs(owed(book).get("ben", 0.0)) <= 1


# -- whatever happens ----------------------------------------------------------------------------


@st.composite
def crews(draw: st.DrawFn) -> Policy:
    people = []
    for number in range(draw(st.integers(2, 5))):
        start = draw(st.integers(0, 14))
        hours = calendar((time(start), time(start + 8)), days=range(7))
        caps = draw(
            st.sampled_from([(), (Cap(per=CapPer.DAY, most=3),), (Cap(per=CapPer.HOUR, most=1),)])
        )
        leave = draw(st.sampled_from([(), away(date(2026, 11, 24), date(2026, 11, 24))]))
        person = owner(f"o{number}", calendar=draw(st.sampled_from([None, hours])), caps=caps)
        people.append(replace(person, away=leave))
    keys = st.sampled_from([0, 2])
    return team(people, joiners=draw(keys), returners=draw(keys))


@settings(max_examples=120)
@given(
    crews(),
    st.lists(st.tuples(st.integers(0, 300), st.booleans()), min_size=1, max_size=60),
    st.integers(0, 30),
)
def test_every_lead_is_shared_out_whole_and_every_decision_replays(
    plan: Policy, arrivals: list[tuple[int, bool]], joins_at: int
):
    """Members join, go on leave, reach caps, hand leads back: nobody's debt is anybody's gain."""
    first = next(iter(plan.pools[TEAM].members))
    small = replace(plan, pools={TEAM: replace(plan.pools[TEAM], members=(first,))})
    engines = {False: Engine(small), True: Engine(plan)}
    now = datetime(2026, 11, 23, tzinfo=UTC)
    book = Book(open_leads={}, rotation={}, away={}, quotas=Quotas(engines[True].gauges))
    for number, (gap, is_handed_back) in enumerate(arrivals):
        now += timedelta(minutes=gap)
        engine = engines[number >= joins_at]
        made = engine.decide(lead(number), book.standing(), now)
        assert made.saw is not None
        assert engine.decide(lead(number), made.saw, now) == made
        before = {who: (t.entitled, t.assigned) for who, t in book.rotation.get(TEAM, {}).items()}
        book.apply(made)
        for accrual in made.accruals:
            assert sum(accrual.shares.values()) == pytest.approx(1)
        if is_handed_back:
            book.void(made)
            for who, tally in book.rotation.get(TEAM, {}).items():
                was = before.get(who, (0.0, 0))
                assert (tally.entitled, tally.assigned) == pytest.approx(was, abs=1e-9)
    total = sum(tally.entitled - tally.assigned for tally in book.rotation.get(TEAM, {}).values())
    assert total == pytest.approx(0, abs=1e-6)


@settings(max_examples=60)
@given(crews(), st.lists(st.integers(0, 300), min_size=1, max_size=60))
def test_nobody_passes_a_cap_and_nobody_with_room_is_passed_over_for_the_fallback(
    plan: Policy, gaps: list[int]
):
    engine, now = Engine(plan), datetime(2026, 11, 23, tzinfo=UTC)
    book = Book(open_leads={}, rotation={}, away={}, quotas=Quotas(engine.gauges))
    days: Counter[tuple[str, date]] = Counter()
    hours: Counter[tuple[str, date, int]] = Counter()
    for number, gap in enumerate(gaps):
        now += timedelta(minutes=gap)
        made = engine.decide(lead(number), book.standing(), now)
        book.apply(made)
        days[made.owner, now.date()] += 1
        hours[made.owner, now.date(), now.hour] += 1
        for person in plan.owners.values():
            for cap in person.caps:
                by_hour = hours[person.id, now.date(), now.hour]
                got = by_hour if cap.per is CapPer.HOUR else days[person.id, now.date()]
                assert got <= cap.most
        if made.owner == DESK:
            assert all(candidate.reason for candidate in made.candidates)
