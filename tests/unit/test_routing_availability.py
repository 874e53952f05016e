"""Working time against a minute hand: every minute of the days on which clocks change."""

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.errors import ConfigError
from routing.availability import Schedule, at_work, next_at_work
from routing.policy import Owner
from routing.sla import due, due_on
from routing.sla_terms import Sla, SlaClock
from tests.builders import away, calendar, owner

MINUTE = timedelta(minutes=1)
MADRID, NEW_YORK = "Europe/Madrid", "America/New_York"
CHANGES = [
    (MADRID, date(2026, 3, 29)),
    (MADRID, date(2026, 10, 25)),
    (NEW_YORK, date(2026, 3, 8)),
    (NEW_YORK, date(2026, 11, 1)),
    ("America/Santiago", date(2026, 4, 4)),  # changes at midnight, backwards
    ("America/Santiago", date(2026, 9, 6)),  # changes at midnight, forwards
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # by half an hour
    ("Asia/Kolkata", date(2026, 3, 29)),  # never
]
Spans = tuple[tuple[time, time], ...]


def by_the_minute_hand(spans: Spans, zone: str, at: datetime) -> bool:
    """Look at the local clock, and at nothing else."""
    clock = at.astimezone(ZoneInfo(zone)).time()
    return any(a <= clock and (clock < b or b in {time.max, time(0)}) for a, b in spans)


def minutes(first: datetime, count: int) -> Iterator[datetime]:
    return (first + n * MINUTE for n in range(count))


def around(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=14)


@st.composite
def split_shifts(draw: st.DrawFn) -> Spans:
    """Up to three spans of a day, on any minute; the last may end at midnight."""
    cuts = sorted(draw(st.sets(st.integers(0, 24 * 60 - 1), min_size=2, max_size=6)))
    marks = [time(cut // 60, cut % 60) for cut in cuts]
    spans = list(zip(marks[::2], marks[1::2], strict=False))
    if draw(st.booleans()):
        spans[-1] = (spans[-1][0], draw(st.sampled_from([time.max, time(0)])))
    return tuple(spans)


def on_shift(spans: Spans, zone: str) -> Owner:
    return owner("ana", timezone=zone, calendar=calendar(*spans, days=range(7)))


@settings(max_examples=40)
@given(split_shifts(), st.sampled_from(CHANGES))
def test_at_work_is_what_the_local_clock_says(spans: Spans, change: tuple[str, date]):
    zone, day = change
    ana = Schedule(on_shift(spans, zone))
    for at in minutes(around(day), 52 * 60):
        assert ana.is_at_work(at) is by_the_minute_hand(spans, zone, at), at


@settings(max_examples=40)
@given(split_shifts(), st.sampled_from(CHANGES), st.integers(0, 48 * 60))
def test_next_at_work_is_the_first_such_minute(spans: Spans, change: tuple[str, date], offset: int):
    zone, day = change
    after = around(day) + offset * MINUTE
    first = next(at for at in minutes(after, 72 * 60) if by_the_minute_hand(spans, zone, at))
    assert next_at_work(on_shift(spans, zone), after) == first


@settings(max_examples=60)
@given(
    split_shifts(),
    st.sampled_from(CHANGES),
    st.integers(0, 48 * 60),
    st.floats(0, 6, exclude_min=True),
)
def test_business_time_counts_the_minutes_at_work(
    spans: Spans, change: tuple[str, date], offset: int, days: float
):
    zone, day = change
    a_day = sum(by_the_minute_hand(spans, "UTC", at) for at in minutes(around(day), 24 * 60))
    allowed = math.ceil(days * a_day)
    start = around(day) + offset * MINUTE
    sla = Sla(name="hot", first_touch=allowed * MINUTE, clock=SlaClock.BUSINESS)
    end = due(sla, on_shift(spans, zone), start)
    span = int((end - start) / MINUTE)
    worked = [at for at in minutes(start, span) if by_the_minute_hand(spans, zone, at)]
    assert len(worked) == allowed
    assert worked[-1] == end - MINUTE


def test_an_sla_longer_than_the_hours_of_a_year_ends_on_the_wall_clock():
    a_minute_a_day = owner("ana", calendar=calendar((time(0), time(0, 1)), days=range(7)))
    sla = Sla(name="slow", first_touch=500 * MINUTE, clock=SlaClock.BUSINESS)
    start = datetime(2026, 11, 23, tzinfo=UTC)
    assert due(sla, a_minute_a_day, start) == start + 500 * MINUTE


# -- plain cases ---------------------------------------------------------------------------------

SPLIT = calendar((time(9), time(14)), (time(15), time(18)), holidays="ES")


def madrid(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(MADRID))


def test_lunch_weekends_and_holidays_are_off():
    ana = owner("ana", timezone=MADRID, calendar=SPLIT)
    assert next_at_work(ana, madrid("2026-11-20 14:00")) == madrid("2026-11-20 15:00")
    assert next_at_work(ana, madrid("2026-11-20 18:00")) == madrid("2026-11-23 09:00")
    assert next_at_work(ana, madrid("2026-12-24 18:00")) == madrid("2026-12-28 09:00")


def test_a_subdivision_has_its_own_holidays():
    in_madrid = calendar(holidays="ES-MD")
    on_the_second_of_may = datetime(2025, 5, 2, 10, tzinfo=UTC)
    assert not at_work(owner("ana", calendar=in_madrid), on_the_second_of_may)
    assert at_work(owner("ana", calendar=calendar(holidays="ES")), on_the_second_of_may)


def test_days_off_include_both_ends_in_the_owners_own_zone():
    days = away(date(2026, 12, 21), date(2026, 12, 22))
    ana = owner("ana", timezone="Asia/Tokyo", away=days)
    before = datetime(2026, 12, 20, 14, 59, tzinfo=UTC)
    assert at_work(ana, before)
    assert not at_work(ana, before + MINUTE)
    assert next_at_work(ana, before + MINUTE) == datetime(2026, 12, 22, 15, tzinfo=UTC)


def test_a_queue_is_always_on():
    desk = owner("desk", is_queue=True, calendar=SPLIT, away=away(date(2026, 1, 1), date.max))
    assert at_work(desk, madrid("2026-11-22 03:00"))


def test_somebody_who_never_works_has_no_next_time():
    idle = owner("ana", calendar=calendar(days=()))
    assert next_at_work(idle, madrid("2026-11-22 03:00")) is None
    gone = owner("ana", away=away(date(2026, 1, 1), date(2030, 1, 1)))
    assert next_at_work(gone, madrid("2026-11-22 03:00")) is None


@pytest.mark.parametrize("midnight", [time.max, time(0)])
def test_a_shift_may_end_at_midnight(midnight: time):
    late = owner("ana", calendar=calendar((time(18), midnight), days=[0]))
    last = datetime(2026, 11, 23, 23, 59, 59, 999_999, tzinfo=UTC)
    assert at_work(late, last)
    assert not at_work(late, last + timedelta(microseconds=1))


def test_hours_past_midnight_go_on_the_next_day():
    night = owner("ana", calendar=calendar((time(22), time(6)), days=[0]))
    assert at_work(night, datetime(2026, 11, 24, 5, 59, tzinfo=UTC))
    assert not at_work(night, datetime(2026, 11, 24, 6, tzinfo=UTC))
    assert not at_work(night, datetime(2026, 11, 23, 5, tzinfo=UTC))


def test_asking_back_and_forth_in_time_gives_the_same_answers():
    """A schedule keeps its latest answer; it must never be used for another time."""
    ana = Schedule(owner("ana", timezone=MADRID, calendar=SPLIT))
    times = [madrid(f"2026-11-{day} {hour:02}:30") for day in range(16, 24) for hour in range(24)]
    fresh = [at_work(ana.owner, at) for at in times]
    shuffled = sorted(range(len(times)), key=lambda n: n * 7919 % 191)
    assert {n: ana.is_at_work(times[n]) for n in shuffled} == dict(enumerate(fresh))


@pytest.mark.parametrize("zone", ["Europe/Madird", "", "../etc"])
def test_an_unknown_time_zone_is_refused(zone: str):
    with pytest.raises(ConfigError, match="owner ana: there is no time zone"):
        Schedule(owner("ana", timezone=zone))


@pytest.mark.parametrize("code", ["XX", "ES-ZZ"])
def test_unknown_holidays_are_refused(code: str):
    with pytest.raises(ConfigError, match="owner ana: there are no holidays for"):
        Schedule(owner("ana", calendar=calendar(holidays=code)))


# -- SLA -----------------------------------------------------------------------------------------


def test_wall_time_is_not_stretched_by_a_change_of_clocks():
    sla = Sla(name="standard", first_touch=timedelta(hours=24))
    start = madrid("2026-10-24 12:00")
    assert due(sla, owner("ana", timezone=MADRID), start) == madrid("2026-10-25 11:00")


def test_business_time_stops_overnight_and_ends_with_the_last_minute():
    ana = owner("ana", timezone=MADRID, calendar=SPLIT)
    hot = Sla(name="hot", first_touch=timedelta(minutes=30), clock=SlaClock.BUSINESS)
    assert due(hot, ana, madrid("2026-11-20 17:45")) == madrid("2026-11-23 09:15")
    assert due(hot, ana, madrid("2026-11-20 17:30")) == madrid("2026-11-20 18:00")


def test_an_sla_ends_also_for_somebody_who_never_works():
    hot = Sla(name="hot", first_touch=timedelta(minutes=30), clock=SlaClock.BUSINESS)
    start = madrid("2026-11-20 17:45")
    idle = Schedule(owner("ana", calendar=calendar(days=())))
    assert due_on(hot, idle, start) == start + timedelta(minutes=30)
