"""SLA clocks of people with public holidays, time off and night shifts, against a minute hand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.keys import CrmOwnerId
from routing.policy import Owner
from routing.sla import due, follow_up_time, owners_time
from routing.sla_terms import Calling, Sla, SlaClock
from routing.working_hours import Absence, Calendar
from tests.builders import calendar, owner

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WEEK = range(7)
LAST = time(23, 59)
Shifts = Mapping[int, tuple[tuple[time, time], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where somebody works, and the eve of a change of clocks there."""

    zone: str
    law: str
    since: date


PLACES = [
    Place(zone="Europe/Madrid", law="ES", since=date(2026, 3, 27)),
    Place(zone="Europe/Madrid", law="ES", since=date(2026, 10, 10)),
    Place(zone="Europe/Berlin", law="DE", since=date(2026, 3, 27)),
    Place(zone="America/New_York", law="US", since=date(2026, 3, 6)),
    Place(zone="America/New_York", law="US", since=date(2026, 10, 30)),
    # The clock goes back at midnight, between two holidays.
    Place(zone="America/Santiago", law="CL", since=date(2026, 4, 1)),
    # By half an hour, on Easter Sunday.
    Place(zone="Australia/Lord_Howe", law="AU-NSW", since=date(2026, 4, 2)),
]


def days(*told: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(f"2026-{each}") for each in told)


HOLIDAYS = {
    "ES": days("04-03", "05-01", "10-12", "12-08", "12-25"),
    "DE": days("04-03", "04-06", "05-01", "05-14", "05-25", "10-03", "12-25", "12-26"),
    "US": days("05-25", "10-12", "11-11", "11-26", "12-25"),
    "CL": days("04-03", "04-04", "05-01", "05-21", "10-12", "10-31", "11-01", "12-08", "12-25"),
    "AU-NSW": days(
        "04-03", "04-04", "04-05", "04-06", "04-25", "04-27", "10-05", "12-25", "12-26", "12-28"
    ),
}
"""By the law of each place, of the weeks that are looked at: as a wall calendar has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody as the minute hand knows them: nothing of it goes by the code that is tested."""

    place: Place
    shifts: Shifts
    away: tuple[tuple[date, date], ...]

    @property
    def owner(self) -> Owner:
        return owner(
            "ana",
            timezone=self.place.zone,
            calendar=Calendar(name="shifts", hours=dict(self.shifts), holidays=self.place.law),
            away=tuple(Absence(first=first, last=last) for first, last in self.away),
            crm={"hubspot": CrmOwnerId("4471")},
        )

    def works(self, at: datetime) -> bool:
        """Read the wall clock and the calendar, minute by minute."""
        local = at.astimezone(ZoneInfo(self.place.zone))
        today, clock = local.date(), local.time()
        if today in HOLIDAYS[self.place.law] or any(a <= today <= b for a, b in self.away):
            return False
        begun = self.shifts.get(today.weekday(), ())
        night = self.shifts.get((today - DAY).weekday(), ())
        return any(begin <= clock and (clock < end or end <= begin) for begin, end in begun) or any(
            end <= begin and clock < end for begin, end in night
        )

    def worked(self, since: datetime, until: datetime) -> int:
        return sum(map(self.works, minutes(since, until)))


def minutes(since: datetime, until: datetime) -> Iterator[datetime]:
    return (since + n * MINUTE for n in range(int((until - since) / MINUTE)))


_MARKS = st.integers(0, 23 * 60).map(lambda n: time(n // 60, n % 60))


@st.composite
def shifts(draw: st.DrawFn) -> Shifts:
    """Give each weekday its own: none, one, split in two, or one that goes on past midnight."""
    found: dict[int, tuple[tuple[time, time], ...]] = {}
    for weekday in WEEK:
        marks = sorted(draw(st.sets(_MARKS, max_size=4)))
        pairs = [*zip(marks[::2], marks[1::2], strict=False)]
        if len(marks) % 2:  # the last of them is left without an end: it is next morning
            pairs.append((marks[-1], draw(st.sampled_from([time(0), time(5, 30)]))))
        found[weekday] = tuple(pairs)
    found[draw(st.sampled_from(WEEK))] = ((time(8), time(12)), (time(13, 15), LAST))
    return found


@st.composite
def people(draw: st.DrawFn) -> Person:
    place = draw(st.sampled_from(PLACES))
    away = []
    for _ in range(draw(st.integers(0, 2))):
        first = place.since + draw(st.integers(-2, 9)) * DAY
        away.append((first, first + draw(st.integers(0, 3)) * DAY))
    return Person(place=place, shifts=draw(shifts()), away=tuple(away))


def begun(person: Person, after: int) -> datetime:
    day = person.place.since
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + after * MINUTE


@settings(max_examples=60, deadline=None)
@given(person=people(), after=st.integers(0, 7 * 24 * 60), allowed=st.integers(1, 900))
def test_holidays_days_off_and_nights_are_counted_as_the_minute_hand_counts_them(
    person, after, allowed
):
    start = begun(person, after)
    sla = Sla(name="hot", first_touch=allowed * MINUTE, clock=SlaClock.BUSINESS)
    end = due(sla, person.owner, start)
    assert person.worked(start, end) == allowed
    assert person.works(end - MINUTE)


@settings(max_examples=25, deadline=None)
@given(
    chain=st.lists(
        st.tuples(people(), st.integers(1, 300), st.integers(0, 36 * 60)), min_size=2, max_size=3
    ),
    after=st.integers(0, 3 * 24 * 60),
)
def test_who_has_it_next_has_their_own_minutes_by_their_own_calendar(chain, after):
    """However late the one before was, however long nobody had it; then the follow-up."""
    now = begun(chain[0][0], after)
    for person, allowed, held in chain:
        since = now + held * MINUTE
        sla = Sla(name="hot", first_touch=allowed * MINUTE, clock=SlaClock.BUSINESS)
        now, _ = owners_time(sla, person.owner, since)
        assert person.worked(since, now) == allowed
    timed = follow_up_time(
        Sla(name="hot", first_touch=MINUTE, clock=SlaClock.BUSINESS, follow_up=allowed * MINUTE),
        person.owner,
        now,
    )
    assert timed is not None
    assert person.worked(now, timed[0]) == allowed


@settings(max_examples=25, deadline=None)
@given(person=people(), after=st.integers(0, 7 * 24 * 60), allowed=st.integers(1, 600))
def test_the_leads_own_clock_keeps_the_holidays_of_its_calendar(person, after, allowed):
    """Whoever's lead it is: that they are away has nothing to do with when it can be called."""
    start, callable_at = (
        begun(person, after),
        Person(place=person.place, shifts=person.shifts, away=()),
    )
    hours = Calendar(name="callable", hours=dict(person.shifts), holidays=person.place.law)
    sla = Sla(
        name="hot",
        first_touch=allowed * MINUTE,
        clock=SlaClock.LEAD,
        calling=Calling(calendar=hours, timezone="UTC"),
    )
    end = due(sla, person.owner, start, (person.place.zone,))
    assert callable_at.worked(start, end) == allowed
    assert callable_at.works(end - MINUTE)


@pytest.mark.parametrize(
    ("zone", "friday", "wait"),
    [
        ("Europe/Madrid", "2026-03-27 17:00", 63),  # a weekend of 47 hours ahead
        ("Europe/Madrid", "2026-10-23 17:00", 65),  # of 49
        ("America/New_York", "2026-03-06 17:00", 63),
        ("America/New_York", "2026-10-30 17:00", 65),
    ],
)
def test_a_weekend_on_which_the_clocks_change_is_an_hour_shorter_or_longer(zone, friday, wait):
    start = datetime.fromisoformat(friday).replace(tzinfo=ZoneInfo(zone))
    ana = owner("ana", timezone=zone, calendar=calendar())
    sla = Sla(name="hot", first_touch=90 * MINUTE, clock=SlaClock.BUSINESS)
    end = due(sla, ana, start)
    assert end.astimezone(ZoneInfo(zone)).strftime("%a %H:%M") == "Mon 09:30"
    assert end - start.astimezone(UTC) == timedelta(hours=wait, minutes=30)
