"""The rotation over time: leave, joiners, caps, calendars, hand-backs, the order of members."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.decision import Decision, Method
from leads.keys import OwnerId, PoolName
from routing.availability import Schedule
from routing.book import Book
from routing.engine import Engine
from routing.policy import Owner, Policy, Strategy
from tests.builders import (
    DESK,
    MONDAY,
    away,
    calendar,
    empty_book,
    lead,
    one_pool,
    owner,
    pool,
    route,
)

TEAM = PoolName("team")
DAY = timedelta(days=1)


def had(decisions: list[Decision]) -> Counter[str]:
    return Counter(decision.owner for decision in decisions)


def deviation(book: Book) -> float:
    tallies = book.rotation.get(TEAM, {}).values()
    return max((abs(tally.entitled - tally.assigned) for tally in tallies), default=0.0)


# -- the promises, one by one --------------------------------------------------------------------


def test_one_lead_a_day_for_300_days_keeps_two_to_one():
    plan = one_pool([owner("ana"), owner("ben")], {"ana": 2, "ben": 1})
    book, engine, counts = empty_book(), Engine(plan), Counter[str]()
    for day in range(300):
        (decision,) = route(engine, 1, book=book, now=MONDAY + day * DAY, first=day)
        counts[decision.owner] += 1
        assert abs(counts["ana"] - (day + 1) * 2 / 3) < 1
    assert abs(counts["ana"] - 200) <= 1


@pytest.mark.parametrize("weights", [(20, 20, 20, 1, 1), (30, 30, 30, 1, 1, 1)], ids=str)
def test_the_engine_keeps_the_bound_at_every_prefix(weights: tuple[int, ...]):
    people = [owner(f"o{n}") for n in range(len(weights))]
    plan = one_pool(people, {p.id: w for p, w in zip(people, weights, strict=True)})
    book, engine, bound = empty_book(), Engine(plan), 1 - 1 / (2 * len(weights) - 2)
    for number in range(2_000):
        route(engine, 1, book=book, first=number)
        assert deviation(book) <= bound + 1e-6


def test_nobody_is_flooded_on_their_return():
    team = [owner(name) for name in ("ana", "ben", "cleo", "dan")]
    home, gone = Engine(one_pool(team)), Engine(one_pool(_without_ana(team)))
    book = empty_book()
    route(home, 700, book=book)
    assert had(route(gone, 500, book=book, first=700))["ana"] == 0
    back = route(home, 800, book=book, first=1_200)
    assert abs(had(back[:40])["ana"] - 10) <= 1
    assert abs(had(back)["ana"] - 200) <= 2


def _without_ana(team: list[Owner]) -> list[Owner]:
    days = away(date(2026, 11, 1), date(2026, 12, 1))
    return [replace(person, away=days if person.id == "ana" else ()) for person in team]


def test_a_joiner_gets_about_a_share_and_not_everything():
    team = [owner(name) for name in ("ana", "ben", "cleo", "dan")]
    book = empty_book()
    route(Engine(one_pool(team)), 2_000, book=book)
    joined = Engine(one_pool([*team, owner("eva")]))
    assert abs(had(route(joined, 100, book=book, first=2_000))["eva"] - 20) <= 2


def test_a_returned_lead_is_void_for_everyone():
    plan = one_pool([owner(name) for name in ("ana", "ben", "cleo")])
    engine, book = Engine(plan), empty_book()
    for number in range(600):
        (decision,) = route(engine, 1, book=book, first=number)
        if decision.owner == "ana" and number % 2:
            book.void(decision)
    assert deviation(book) <= 1.5
    assert sum(t.entitled - t.assigned for t in book.rotation[TEAM].values()) == pytest.approx(0)


def test_the_least_loaded_member_is_chosen_by_share_of_the_cap():
    team = [owner("ana", max_open=10), owner("ben", max_open=40)]
    engine = Engine(one_pool(team, strategy=Strategy.LEAST_LOADED))
    book = Book(open_leads={OwnerId("ana"): 5, OwnerId("ben"): 16}, rotation={}, away={})
    decisions = route(engine, 5, book=book)
    # At 20 of 40 Ben draws level with 5 of 10, and Ana has been due for longer.
    assert [decision.owner for decision in decisions] == ["ben"] * 4 + ["ana"]
    assert decisions[0].method is Method.LEAST_LOADED
    assert book.rotation[TEAM][OwnerId("ben")].assigned == 4


def test_best_match_goes_by_turns_and_says_so():
    engine = Engine(one_pool([owner("ana"), owner("ben")], strategy=Strategy.BEST_MATCH))
    decisions = route(engine, 10)
    assert had(decisions) == {"ana": 5, "ben": 5}
    assert {decision.method for decision in decisions} == {Method.ROUND_ROBIN}
    assert "there is no model yet" in decisions[0].reason


def test_an_owner_listed_twice_has_one_seat():
    plan = one_pool([owner("ana"), owner("ben")])
    twice = replace(
        plan.pools[TEAM], members=(*plan.pools[TEAM].members, *pool("", ["ana"]).members)
    )
    counts = had(route(Engine(replace(plan, pools={TEAM: twice})), 300))
    assert counts == {"ana": 200, "ben": 100}


# -- any pool, calendar, cap ---------------------------------------------------------------------

ZONES = ["Europe/Madrid", "America/New_York", "Asia/Kolkata"]


@st.composite
def teams(draw: st.DrawFn) -> Policy:
    people = []
    for n in range(draw(st.integers(1, 6))):
        start, length = draw(st.integers(0, 15)), draw(st.integers(1, 8))
        hours = calendar((time(start), time(start + length)), days=range(7))
        people.append(
            owner(
                f"o{n}",
                timezone=draw(st.sampled_from(ZONES)),
                calendar=draw(st.sampled_from([None, hours])),
                max_open=draw(st.sampled_from([None, 1, 3, 25])),
                away=draw(st.sampled_from([(), away(date(2026, 11, 24), date(2026, 11, 24))])),
            )
        )
    weights = {person.id: draw(st.integers(1, 5)) for person in people}
    within = draw(st.sampled_from([None, timedelta(hours=2)]))
    return one_pool(people, weights, seen_within=within)


gaps = st.lists(st.integers(0, 300), min_size=1, max_size=60)
closings = st.lists(st.booleans(), min_size=60, max_size=60)


def may_take(person: Owner, open_before: float, policy: Policy, now: datetime) -> bool:
    """Say it again, plainly: under the cap, and at work now or soon enough."""
    within = policy.rules[0].seen_within or timedelta(0)
    minutes = range(int(within / timedelta(minutes=1)) + 1)
    schedule = Schedule(person)
    on = any(schedule.is_at_work(now + minute * timedelta(minutes=1)) for minute in minutes)
    return on and (person.max_open is None or open_before + 1 <= person.max_open)


def close_one(book: Book) -> Book:
    """Somebody finished a lead: free the busiest."""
    open_leads = dict(book.open_leads)
    busiest = max(open_leads, key=lambda who: open_leads[who], default=None)
    if busiest is not None:
        open_leads[busiest] = max(0.0, open_leads[busiest] - 1)
    return Book(open_leads=open_leads, rotation=book.rotation, away=book.away)


@settings(max_examples=120)
@given(teams(), gaps, closings)
def test_any_team_is_served_fairly_within_hours_and_caps(
    plan: Policy, minutes: list[int], closes: list[bool]
):
    engine, book, now = Engine(plan), empty_book(), datetime(2026, 11, 23, tzinfo=UTC)
    size = len(plan.pools[TEAM].members)
    for number, (gap, closing) in enumerate(zip(minutes, closes, strict=False)):
        now += timedelta(minutes=gap)
        book = close_one(book) if closing else book
        before = dict(book.open_leads)
        decision = engine.decide(lead(number), book.standing(), now)
        able = [
            p.id
            for p in plan.owners.values()
            if p.id != DESK and may_take(p, before.get(p.id, 0), plan, now)
        ]
        assert decision.owner in (able or [DESK])
        book.apply(decision)
        tallies = book.rotation.get(TEAM, {}).values()
        assert sum(t.entitled - t.assigned for t in tallies) == pytest.approx(0, abs=1e-6)
        assert deviation(book) <= size / 2 + 1e-6


@settings(max_examples=60)
@given(teams(), gaps, st.randoms(use_true_random=False))
def test_the_order_of_members_and_owners_does_not_matter(
    plan: Policy, minutes: list[int], lots: Random
):
    members, owners = list(plan.pools[TEAM].members), list(plan.owners.items())
    lots.shuffle(members)
    lots.shuffle(owners)
    shuffled = replace(
        plan,
        owners=dict(owners),
        pools={TEAM: replace(plan.pools[TEAM], members=tuple(members))},
    )
    assert run(plan, minutes) == run(shuffled, minutes)


def run(plan: Policy, minutes: list[int]) -> list[OwnerId]:
    return [decision.owner for decision in run_all(plan, minutes)]


def run_all(plan: Policy, minutes: list[int]) -> list[Decision]:
    engine, book, now, decisions = Engine(plan), empty_book(), MONDAY, []
    for number, gap in enumerate(minutes):
        now += timedelta(minutes=gap)
        decisions.append(engine.decide(lead(number), book.standing(), now))
        book.apply(decisions[-1])
    return decisions


@settings(max_examples=60)
@given(teams(), gaps)
def test_what_a_decision_saw_is_enough_to_decide_it_again(plan: Policy, minutes: list[int]):
    again = Engine(plan)
    for number, decision in reversed(list(enumerate(run_all(plan, minutes)))):
        assert decision.saw is not None
        assert again.decide(lead(number), decision.saw, decision.decided_at) == decision


def test_work_handed_round_the_clock_stays_near_everyones_due():
    """Five zones, nine to five, weights 1 to 4: the ordinary calendar of ROUTING's table."""
    zones = [*ZONES, "America/Los_Angeles", "Europe/London"]
    hours = calendar((time(9), time(17)), days=range(7))
    people = [owner(f"o{n}", timezone=zones[n % 5], calendar=hours) for n in range(20)]
    engine = Engine(one_pool(people, {person.id: 1 + n % 4 for n, person in enumerate(people)}))
    book, worst = empty_book(), 0.0
    for number in range(3_000):
        route(engine, 1, book=book, first=number, now=MONDAY + number * timedelta(minutes=7))
        worst = max(worst, deviation(book))
    assert worst <= 1.5


def test_consecutive_leads_of_an_even_team_go_to_different_people():
    decisions = route(Engine(one_pool([owner("ana"), owner("ben")])), 20)
    assert sum(a.owner == b.owner for a, b in pairwise(decisions)) <= 10
    assert had(decisions) == {"ana": 10, "ben": 10}
