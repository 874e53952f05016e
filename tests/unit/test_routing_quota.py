"""Caps per hour, day and week in the owner's own calendar, against a plain reading of the clock."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.decision import Decision, Held, HoldKind, Taken
from leads.keys import OwnerId, PoolName
from routing.book import Book
from routing.engine import Engine
from routing.policy import Cap, CapPer, HoldFor, Owner, Policy
from routing.quota import Gauge, Quotas, period, since
from tests.builders import (
    DESK,
    MONDAY,
    is_one_of,
    lead,
    one_pool,
    owner,
    policy,
    pool,
    rule,
)

HOUR, DAY, WEEK = CapPer.HOUR, CapPer.DAY, CapPer.WEEK
ANA = OwnerId("ana")
MINUTE = timedelta(minutes=1)
ZONES = {
    "Europe/Madrid": [date(2026, 3, 29), date(2026, 10, 25)],
    "America/New_York": [date(2026, 3, 8), date(2026, 11, 1)],
    "America/Santiago": [date(2026, 4, 4), date(2026, 9, 6)],
    "Asia/Kolkata": [date(2026, 3, 29)],
    "Australia/Lord_Howe": [date(2026, 4, 5), date(2026, 10, 4)],
}
CHANGES = [(zone, day) for zone, days in ZONES.items() for day in days]


def capped(*caps: Cap, zone: str = "UTC", name: str = "ana") -> Owner:
    return owner(name, timezone=zone, caps=caps)


def at_most(most: int, per: CapPer = DAY, **of: Any) -> Cap:
    return Cap(per=per, most=most, **of)


class Desk:
    """Decides leads one after the other, at times of one's choice."""

    def __init__(self, plan: Policy) -> None:
        self.engine = Engine(plan)
        self.book = Book(open_leads={}, rotation={}, away={}, quotas=Quotas(self.engine.gauges))
        self.made: list[Decision] = []

    def give(self, now: datetime = MONDAY, **fields: Any) -> Decision:
        decision = self.engine.decide(lead(len(self.made), **fields), self.book.standing(), now)
        self.book.apply(decision)
        self.made.append(decision)
        return decision


def label(per: CapPer, zone: str, at: datetime) -> object:
    """Read the wall: the date, the ISO week, or the hour with its offset from UTC."""
    local = at.astimezone(ZoneInfo(zone))
    if per is WEEK:
        return local.isocalendar()[:2]
    return local.date() if per is DAY else (local.date(), local.hour, local.utcoffset())


@pytest.mark.parametrize(("zone", "day"), CHANGES, ids=str)
@pytest.mark.parametrize("per", list(CapPer))
def test_a_period_is_what_the_wall_says_also_when_clocks_change(per: CapPer, zone: str, day: date):
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=15)
    gauge = Gauge(at_most(1, per), ZoneInfo(zone))
    keys: dict[object, str] = {}
    for minute in range(0, 55 * 60, 5):
        now = start + minute * MINUTE
        span = period(per, ZoneInfo(zone), now)
        assert span.begin <= now < span.end
        key = keys.setdefault(label(per, zone, now), gauge.key(now))
        assert key == gauge.key(now), "one period, one name"
    assert len(set(keys.values())) == len(keys), "another period, another name"


@settings(max_examples=40)
@given(
    st.sampled_from(CHANGES),
    st.sampled_from(list(CapPer)),
    st.integers(1, 4),
    st.lists(st.integers(0, 55 * 60), max_size=40),
)
def test_nobody_is_given_more_in_a_period_and_never_fewer_while_there_is_room(
    change: tuple[str, date], per: CapPer, most: int, minutes: list[int]
):
    zone, day = change
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=15)
    desk = Desk(one_pool([capped(at_most(most, per), zone=zone)]))
    given_in: Counter[object] = Counter()
    for minute in sorted(minutes):
        now = start + minute * MINUTE
        had = given_in[label(per, zone, now)]
        made = desk.give(now)
        assert (made.owner == "ana") is (had < most)
        given_in[label(per, zone, now)] += made.owner == "ana"


def test_the_day_is_the_owners_own():
    seoul = capped(at_most(1), zone="Asia/Seoul")
    desk = Desk(one_pool([seoul]))
    assert desk.give(MONDAY).owner == "ana"  # 19:00 in Seoul
    full = desk.give(MONDAY + timedelta(hours=4))
    assert full.owner == DESK
    assert "Ana is at 1 of 1 leads today" in full.reason
    assert desk.give(MONDAY + timedelta(hours=5)).owner == "ana", "midnight there"


def two_pools(*caps: Cap) -> Policy:
    paid = {"paid": is_one_of("channel", "ads")}
    rules = [rule("es", "security", when=is_one_of("country", "ES")), rule("rest", "team")]
    pools = [pool("security", ["ana"]), pool("team", ["ana"])]
    return policy([capped(*caps)], pools, rules, segments=paid)


def test_a_cap_on_a_pool_leaves_the_others_alone():
    desk = Desk(two_pools(at_most(1, pool=PoolName("security"))))
    assert desk.give(country="ES").owner == "ana"
    full = desk.give(country="ES")
    assert full.owner == DESK
    assert "at 1 of 1 leads today from pool security" in full.reason
    assert desk.give().owner == "ana"
    assert desk.give().owner == "ana"


def test_a_cap_on_a_segment_leaves_the_others_alone():
    desk = Desk(two_pools(at_most(1, WEEK, segment="paid")))
    first = desk.give(channel="ads")
    assert (first.owner, first.segments) == ("ana", ("paid",))
    full = desk.give(channel="ads", country="ES")
    assert full.owner == DESK
    assert "at 1 of 1 leads this week of segment paid" in full.reason
    assert desk.give(channel="mail").owner == "ana"


def test_caps_hold_together_and_a_combination_is_both():
    both = at_most(1, pool=PoolName("team"), segment="paid")
    desk = Desk(two_pools(at_most(3), both))
    assert [desk.give(channel="ads").owner for _ in range(2)] == ["ana", DESK]
    assert desk.give(channel="ads", country="ES").owner == "ana"
    assert desk.give().owner == "ana"
    assert "3 of 3 leads today" in desk.give().reason


def test_a_lead_the_rule_names_them_for_counts_and_has_no_pool():
    caps = (at_most(1, pool=PoolName("team")), at_most(2))
    plan = policy([capped(*caps)], [pool("team", ["ana"])], [rule("all", "owner:ana")])
    desk = Desk(plan)
    assert [desk.give().owner for _ in range(3)] == ["ana", "ana", DESK]


def test_a_lead_given_back_is_counted_no_more():
    desk = Desk(one_pool([capped(at_most(1))]))
    first = desk.give()
    assert desk.give().owner == DESK
    desk.book.void(first)
    assert desk.give().owner == "ana"


def test_a_record_that_the_crm_has_already_is_no_lead_more():
    gauges = Engine(one_pool([capped(at_most(1))])).gauges
    quotas = Quotas(gauges)
    desk = Desk(one_pool([capped(at_most(1))]))
    quotas.add(replace(desk.give(), fills=False), 1)
    assert quotas.counts == {"ana": {}}


def test_what_was_taken_before_counts_from_its_own_time():
    plan = one_pool([capped(at_most(1))])
    engine = Engine(plan)
    yesterday = Taken(owner=ANA, at=MONDAY - timedelta(days=1), pool=PoolName("team"))
    today = replace(yesterday, at=MONDAY - timedelta(hours=1))
    for before, expected in (([yesterday], "ana"), ([yesterday, today], DESK)):
        quotas = Quotas(engine.gauges, before)
        book = Book(open_leads={}, rotation={}, away={}, quotas=quotas)
        assert engine.decide(lead(), book.standing(), MONDAY).owner == expected
    assert since(engine.gauges, MONDAY) == {"ana": MONDAY.replace(hour=0)}


def test_what_a_decision_saw_is_enough_to_decide_it_again():
    desk = Desk(two_pools(at_most(2), at_most(1, WEEK, segment="paid")))
    for channel in ("ads", "mail", "ads", "mail"):
        desk.give(channel=channel)
    for number, made in enumerate(desk.made):
        assert made.saw is not None
        channel = ("ads", "mail")[number % 2]
        again = desk.engine.decide(lead(number, channel=channel), made.saw, made.decided_at)
        assert again == made


def test_a_full_pool_is_tried_again_when_the_period_ends():
    team = replace(pool("team", ["ana"]), when_full=HoldFor(at_most=timedelta(hours=20)))
    plan = policy([capped(at_most(1, HOUR))], [team], [rule("all", "team")])
    desk = Desk(plan)
    desk.give(MONDAY + 20 * MINUTE)
    made = desk.engine.decide_or_hold(lead(9), desk.book.standing(), MONDAY + 30 * MINUTE)
    assert isinstance(made, Held)
    assert (made.kind, made.wake) == (HoldKind.FULL, MONDAY + timedelta(hours=1))
    later = desk.engine.decide_or_hold(lead(9), desk.book.standing(), made.wake)
    assert isinstance(later, Decision)
    assert later.owner == "ana"
