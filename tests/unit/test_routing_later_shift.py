"""A lead given for a later shift counts for the caps of that shift, on the owner's own wall."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from leads.decision import Decision, Method
from leads.keys import LeadKey, OwnerId, PoolName
from leads.matches import SameBy, SamePerson
from routing.book import Book
from routing.engine import Engine
from routing.policy import Cap, CapPer, HoldFor, NextShift, OnCall, OutOfHours, Owner, Policy
from routing.quota import Quotas
from tests.builders import (
    DESK,
    MONDAY,
    away,
    calendar,
    lead,
    owner,
    policy,
    pool,
    rule,
    standing,
)

SATURDAY = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OFFICE = calendar()
EIGHT = (Cap(per=CapPer.DAY, most=8),)


def night_pool(
    people: Iterable[Owner], out_of_hours: OutOfHours, when_full: HoldFor | None = None
) -> Policy:
    members = list(people)
    crew = pool("team", [each.id for each in members])
    crew = replace(crew, out_of_hours=out_of_hours, when_full=when_full)
    return policy([*members, owner("zoe")], [crew], [rule("all", "team")])


class Desk:
    """Decides leads one after the other, and decides each again from what its decision saw."""

    def __init__(self, plan: Policy) -> None:
        self.engine = Engine(plan)
        self.book = Book(open_leads={}, rotation={}, away={}, quotas=Quotas(self.engine.gauges))
        self.made: list[Decision] = []

    def give(self, now: datetime) -> Decision:
        one = lead(len(self.made))
        made = self.engine.decide(one, self.book.standing(), now)
        assert made.saw is not None
        assert self.engine.decide(one, made.saw, now) == made
        self.book.apply(made)
        self.made.append(made)
        return made


def test_a_weekend_gives_no_more_than_mondays_cap():
    ana = owner("ana", calendar=OFFICE, timezone="Europe/Madrid", caps=EIGHT)
    desk = Desk(night_pool([ana], NextShift()))
    made = [desk.give(SATURDAY + number * HOUR) for number in range(24)]
    assert [each.owner for each in made].count(ana.id) == 8
    assert made[0].worked_from == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    told = "Ana is at 8 of 8 leads on Mon 23 Nov, free again on Tue 24 Nov 09:00 (Europe/Madrid)"
    assert f"nobody in pool team has room and a shift to come: {told}" in made[8].reason
    on_monday = desk.give(MONDAY)
    assert "Ana is at 8 of 8 leads today, free again on Tue 24 Nov 09:00" in on_monday.reason
    assert desk.give(MONDAY + DAY).owner == "ana"


def test_the_weeks_cap_is_that_of_the_shifts_week():
    ana = owner("ana", calendar=OFFICE, caps=(Cap(per=CapPer.WEEK, most=2),))
    desk = Desk(night_pool([ana], NextShift()))
    friday = SATURDAY - DAY
    assert [desk.give(friday).owner for _ in range(3)] == ["ana", "ana", DESK]
    assert [desk.give(SATURDAY).owner for _ in range(3)] == ["ana", "ana", DESK]
    told = "Ana is at 2 of 2 leads in the week of Mon 23 Nov, free again on Mon 30 Nov 09:00 (UTC)"
    assert told in desk.made[-1].reason


def test_who_has_no_room_on_the_next_shift_is_passed_over_for_who_has():
    ana, ben = (owner(name, calendar=OFFICE, caps=EIGHT) for name in ("ana", "ben"))
    ben = replace(ben, caps=(Cap(per=CapPer.DAY, most=1),))
    desk = Desk(night_pool([ana, ben], NextShift()))
    assert Counter(desk.give(SATURDAY).owner for _ in range(10)) == {"ana": 8, "ben": 1, DESK: 1}


def test_what_is_worked_at_once_counts_for_the_day_it_is_given_on():
    zoe = OnCall(owner=OwnerId("zoe"))
    on_call = owner("zoe", calendar=OFFICE, caps=(Cap(per=CapPer.DAY, most=1),))
    plan = night_pool([owner("ana", calendar=OFFICE)], zoe)
    desk = Desk(replace(plan, owners={**plan.owners, on_call.id: on_call}))
    first = desk.give(SATURDAY)
    assert (first.owner, first.method, first.worked_from) == ("zoe", Method.ON_CALL, None)
    assert desk.give(SATURDAY).owner == DESK
    assert desk.give(SATURDAY + DAY).owner == "zoe", "Sunday is another day"


def test_a_lead_that_will_be_seen_within_the_hour_counts_for_the_day_it_is_seen_on():
    early = calendar((time(0), time(8)), days=range(7))
    ana = owner("ana", calendar=early, caps=(Cap(per=CapPer.DAY, most=1),))
    rules = [rule("all", "team", seen_within=HOUR)]
    desk = Desk(policy([ana], [pool("team", ["ana"])], rules))
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert desk.give(MONDAY - 4 * HOUR).owner == "ana"
    assert desk.give(late).owner == "ana", "the evening's lead is tomorrow's"
    assert desk.give(late + HOUR).owner == DESK


def test_a_person_known_already_counts_for_their_owners_next_shift():
    ana = owner("ana", calendar=OFFICE, caps=(Cap(per=CapPer.DAY, most=1),))
    desk = Desk(night_pool([ana], NextShift()))
    person = SamePerson(record=LeadKey("hubspot", "0"), owner=ana.id, by=SameBy.EMAIL)
    again = desk.engine.decide(lead("x"), desk.book.standing(person=person), SATURDAY)
    assert (again.owner, again.method) == ("ana", Method.SAME_PERSON)
    desk.book.apply(again)
    assert desk.give(SATURDAY + HOUR).owner == DESK
    assert desk.give(MONDAY).owner == DESK


def test_a_lead_taken_back_leaves_the_shift_it_was_given_for():
    desk = Desk(night_pool([owner("ana", calendar=OFFICE, caps=EIGHT)], NextShift()))
    made = [desk.give(SATURDAY) for _ in range(9)]
    assert made[-1].owner == DESK
    desk.book.void(made[0])
    assert desk.give(SATURDAY).owner == "ana"


# -- an owner named by the rule, or by the account -----------------------------------------------


def named(*assign: str, **ana: Any) -> Policy:
    people = [
        owner("ana", calendar=OFFICE, backup=OwnerId("ben"), **ana),
        owner("ben", calendar=OFFICE),
    ]
    rules = [rule("all", *assign, out_of_hours=NextShift())]
    return policy(people, [pool("team", ["ben"])], rules)


def test_the_accounts_owner_has_it_for_their_next_shift():
    before = standing(account_owner="ana")
    made = Engine(named("account_owner")).decide(lead(), before, SATURDAY)
    assert (made.owner, made.method) == ("ana", Method.ACCOUNT_OWNER)
    assert made.worked_from == MONDAY.replace(hour=9)
    assert "for their next shift, which begins Mon 23 Nov 09:00 (UTC)" in made.reason
    assert made.saw is not None
    assert Engine(named("account_owner")).decide(lead(), made.saw, SATURDAY) == made
    assert Engine(named("account_owner")).decide(lead(), standing(), SATURDAY).owner == DESK


def test_an_owner_on_leave_leaves_it_to_the_backups_next_shift():
    on_leave = away(date(2026, 11, 20), date(2026, 12, 20))
    made = Engine(named("owner:ana", away=on_leave)).decide(lead(), standing(), SATURDAY)
    assert (made.owner, made.method) == ("ben", Method.BACKUP)
    assert "Ben is the backup, for their next shift" in made.reason


def test_who_has_no_room_on_that_shift_leaves_it_to_the_backup():
    desk = Desk(named("owner:ana", caps=(Cap(per=CapPer.DAY, most=1),)))
    assert [desk.give(SATURDAY).owner for _ in range(3)] == ["ana", "ben", "ben"]


def test_somebody_at_work_on_the_list_comes_before_a_next_shift():
    plan = named("account_owner", "owner:zoe")
    plan = replace(plan, owners={**plan.owners, OwnerId("zoe"): owner("zoe")})
    assert Engine(plan).decide(lead(), standing(account_owner="ana"), SATURDAY).owner == "zoe"


# -- at work and full, the others off work -------------------------------------------------------


def test_with_one_full_and_the_others_off_work_it_is_for_the_others_next_shift():
    late = calendar((time(12), time(20)))
    ana, ben = owner("ana", calendar=OFFICE, max_open=1), owner("ben", calendar=late)
    desk = Desk(night_pool([ana, ben], NextShift()))
    assert desk.give(MONDAY).owner == "ana"
    made = desk.give(MONDAY)
    assert made.owner == "ben"
    assert "for the next shift, which begins Mon 23 Nov 12:00 (UTC)" in made.reason
    reasons = {each.owner: each.reason for each in made.candidates}
    assert reasons[ana.id] == "at 1 of 1 open leads"


def test_it_waits_for_room_first_where_the_pool_says_so():
    late = calendar((time(12), time(20)))
    ana, ben = owner("ana", calendar=OFFICE, max_open=1), owner("ben", calendar=late)
    desk = Desk(night_pool([ana, ben], NextShift(), HoldFor(at_most=HOUR)))
    desk.give(MONDAY)
    since = replace(desk.book.standing(), held_since=MONDAY)
    assert not isinstance(desk.engine.decide_or_hold(lead("x"), since, MONDAY), Decision)
    over = desk.engine.decide_or_hold(lead("x"), since, MONDAY + HOUR)
    assert isinstance(over, Decision)
    assert over.owner == "ben"


# -- whatever the caps and the calendars ---------------------------------------------------------


@st.composite
def teams(draw: st.DrawFn) -> list[Owner]:
    found = []
    for number in range(draw(st.integers(1, 3))):
        first = draw(st.integers(0, 20))
        hours = calendar(
            (time(first), time(draw(st.integers(first + 1, 23)))),
            days=draw(st.sets(st.integers(0, 6), min_size=1)),
        )
        per = draw(st.sampled_from(list(CapPer)))
        caps = (Cap(per=per, most=draw(st.integers(1, 3)), pool=draw(st.sampled_from(POOLS))),)
        zone = draw(st.sampled_from(["UTC", "Europe/Madrid", "America/Santiago", "Asia/Kolkata"]))
        found.append(owner(f"o{number}", calendar=hours, caps=caps, timezone=zone))
    return found


POOLS = (None, PoolName("team"))


def period_of(someone: Owner, made: Decision) -> object:
    """Read the wall: the day, week or hour of the owner's in which they find the lead."""
    at = (made.worked_from or made.decided_at).astimezone(ZoneInfo(someone.timezone))
    match someone.caps[0].per:
        case CapPer.WEEK:
            return at.isocalendar()[:2]
        case CapPer.DAY:
            return at.date()
        case CapPer.HOUR:
            return (at.date(), at.hour, at.utcoffset())


@settings(max_examples=60, deadline=None)
@given(teams(), st.lists(st.integers(0, 10 * 24 * 60), max_size=40))
def test_nobody_has_more_to_work_in_a_period_than_its_cap(people: list[Owner], minutes: list[int]):
    """Whenever leads come; what a decision saw is enough to decide it again (`give`)."""
    desk = Desk(night_pool(people, NextShift()))
    start = datetime(2026, 10, 20, tzinfo=UTC)
    by_id = {each.id: each for each in people}
    worked: Counter[tuple[OwnerId, object]] = Counter()
    for minute in sorted(minutes):
        made = desk.give(start + timedelta(minutes=minute))
        if made.owner in by_id:
            worked[made.owner, period_of(by_id[made.owner], made)] += 1
    for (who, _), count in worked.items():
        assert count <= by_id[who].caps[0].most
