"""A lead's own callable hours, and follow-ups, against a minute hand on every clock it may have."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.decision import Standing
from routing.availability import Schedule
from routing.engine import Engine
from routing.escalation import Stays, next_step
from routing.lead_hours import zones_for
from routing.sla import can_begin_in_time, due, follow_up_time, latest_start, owners_time
from routing.sla_terms import Calling, Sla, SlaClock
from tests.builders import MONDAY, calendar, lead, one_pool, owner
from tests.unit.test_routing_availability import (
    CHANGES,
    MADRID,
    NEW_YORK,
    Spans,
    around,
    by_the_minute_hand,
    minutes,
    split_shifts,
)
from tests.unit.test_sla_reminder import broken

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PLACES = (MADRID, NEW_YORK, "America/Los_Angeles", "Asia/Kolkata", "Australia/Lord_Howe")
ANA = owner("ana")
HALF_AN_HOUR = 30


def minutes_of(spans: Spans) -> int:
    """How many of an ordinary day's count."""
    return sum(by_the_minute_hand(spans, "UTC", at) for at in minutes(MONDAY, 24 * 60))


def by_lead(spans: Spans = (), *, days: Sequence[int] = range(7), **more: object) -> Sla:
    calling = Calling(calendar=calendar(*spans, days=days), timezone="Europe/Madrid")
    sla = Sla(name="hot", first_touch=90 * MINUTE, clock=SlaClock.LEAD, calling=calling)
    return replace(sla, **more)  # type: ignore[arg-type]


def rings(spans: Spans, zones: Sequence[str], at: datetime) -> bool:
    """Whether the lead may be called by every clock there is."""
    return all(by_the_minute_hand(spans, zone, at) for zone in zones)


@settings(max_examples=20)
@given(
    spans=split_shifts(),
    change=st.sampled_from(CHANGES),
    zones=st.sets(st.sampled_from(PLACES), min_size=1, max_size=3).map(sorted),
    began=st.integers(0, 48 * 60),
    allowed=st.integers(1, 200),
)
def test_it_counts_the_minutes_at_which_every_clock_of_the_lead_lets_it_be_called(
    spans, change, zones, began, allowed
):
    start = around(change[1]) + began * MINUTE
    ever = any(rings(spans, zones, at) for at in minutes(start, 14 * 24 * 60))
    heard = zones if ever else ["Europe/Madrid"]
    end = due(by_lead(spans, first_touch=allowed * MINUTE), ANA, start, tuple(zones))
    counted = [at for at in minutes(start, int((end - start) / MINUTE)) if rings(spans, heard, at)]
    assert len(counted) == allowed
    assert counted[-1] == end - MINUTE


def test_nights_and_weekends_of_the_lead_do_not_count():
    friday = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # 15:30 in California
    sla = by_lead(days=range(5), first_touch=3 * HOUR)
    end = due(sla, ANA, friday, ("America/Los_Angeles",))
    assert end == datetime(2026, 11, 23, 9, 30, tzinfo=ZoneInfo("America/Los_Angeles"))


def test_a_lead_of_whom_no_clock_is_known_has_that_of_the_policy():
    start = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)  # 08:00 in Madrid
    assert due(by_lead(days=range(5)), ANA, start) == start + HOUR + 90 * MINUTE


@pytest.mark.parametrize(
    ("fields", "zones"),
    [
        ({"country": "JP"}, ("Asia/Tokyo",)),
        ({"country": "US", "region": "US-CA"}, ("America/Los_Angeles",)),
        ({}, ()),
    ],
)
def test_where_the_lead_is_is_asked_for_this_clock_alone(fields, zones):
    made = lead(1, **fields)
    assert zones_for(by_lead(), made) == zones
    assert zones_for(replace(by_lead(), clock=SlaClock.WALL), made) == ()
    assert zones_for(by_lead(), None) == ()


def test_the_engine_promises_by_the_leads_clock():
    plan = one_pool([ANA], sla="hot")
    plan = replace(plan, slas={**plan.slas, "hot": by_lead(days=range(5))})
    night = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)  # 14:00 in California, 07:00 in Tokyo
    nobody = Standing(open_leads={}, rotation={}, away={})
    for country, region, wait in (
        ("US", "US-CA", 90 * MINUTE),
        ("JP", None, 2 * HOUR + 90 * MINUTE),
    ):
        came = lead(1, country=country, region=region)
        assert Engine(plan).decide(came, nobody, night).sla_due == night + wait


def test_who_begins_later_may_be_in_time_while_the_lead_sleeps():
    """16:00 in Los Angeles on a Monday is 09:00 in Tokyo on Tuesday: a lead there has all day."""
    sla = by_lead(days=range(5), first_touch=4 * HOUR)
    night = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # 01:00 in Tokyo
    assert latest_start(sla, night, ("Asia/Tokyo",)) == 8 * HOUR + 3 * HOUR
    assert latest_start(replace(sla, clock=SlaClock.WALL), night) == 3 * HOUR
    late = owner("zoe", timezone="Asia/Tokyo", calendar=calendar())
    assert can_begin_in_time(sla, Schedule(late), night, ("Asia/Tokyo",))
    assert not can_begin_in_time(replace(sla, clock=SlaClock.WALL), Schedule(late), night)


@settings(max_examples=30)
@given(
    spans=split_shifts(),
    change=st.sampled_from(CHANGES),
    began=st.integers(0, 40 * 60),
    waited=st.integers(0, 600),
)
def test_an_owners_time_counts_from_when_they_have_the_lead_and_from_their_shift(
    spans, change, began, waited
):
    """However long it was held before: what was decided long before is not theirs."""
    zone, day = change
    ana = owner("ana", timezone=zone, calendar=calendar(*spans, days=range(7)))
    sla = Sla(name="hot", first_touch=45 * MINUTE, clock=SlaClock.BUSINESS)
    since = around(day) + began * MINUTE
    shift = since + waited * MINUTE
    end, _ = owners_time(sla, ana, since, worked_from=shift)
    counted = [
        at
        for at in minutes(shift, int((end - shift) / MINUTE))
        if by_the_minute_hand(spans, zone, at)
    ]
    assert len(counted) == 45
    any_hour, _ = owners_time(sla, ana, since, worked_from=shift, at_any_hour=True)
    assert any_hour == since + 45 * MINUTE


@settings(max_examples=40)
@given(
    spans=split_shifts().filter(lambda spans: minutes_of(spans) >= HALF_AN_HOUR),
    change=st.sampled_from(CHANGES),
    began=st.integers(0, 40 * 60),
    wanted=st.integers(30, 60),
)
def test_a_follow_up_counts_the_minutes_from_the_first_touch(spans, change, began, wanted):
    zone, day = change
    ana = owner("ana", timezone=zone, calendar=calendar(*spans, days=range(7)))
    sla = Sla(
        name="hot",
        first_touch=MINUTE,
        clock=SlaClock.BUSINESS,
        remind_after=timedelta(seconds=30),
        follow_up=wanted * 4 * MINUTE,
    )
    touched = around(day) + began * MINUTE
    timed = follow_up_time(sla, ana, touched)
    assert timed is not None
    for end, so_many in zip(timed, (wanted * 4, wanted * 3), strict=True):
        assert end is not None
        passed = minutes(touched, int((end - touched) / MINUTE))
        assert sum(by_the_minute_hand(spans, zone, at) for at in passed) == so_many
    assert follow_up_time(replace(sla, follow_up=None), ana, touched) is None


def test_where_nobody_is_at_work_it_is_asked_again_when_a_shift_begins():
    """Eight at night; the next of the list comes at seven, the fallback at nine."""
    night = MONDAY.replace(hour=20)
    early = calendar((time(7), time(15)))
    people = [owner("ana"), owner("ben", calendar=early), owner("desk", calendar=calendar())]
    plan = one_pool(people, {"ana": 1, "ben": 1}, sla="hot")
    sla = Sla(name="hot", first_touch=HOUR)
    plan = replace(plan, slas={**plan.slas, "hot": sla}, fallback=people[2].id)
    late = replace(broken(), rule=plan.rules[0].name)
    found = next_step(late, plan, night)
    assert isinstance(found, Stays)
    assert found.again_at == night + 11 * HOUR
    had_it = replace(late, out=late.out | {people[1].id})
    assert next_step(had_it, plan, night) == replace(found, again_at=night + 13 * HOUR)
    assert not isinstance(next_step(late, plan, night + 11 * HOUR), Stays)
