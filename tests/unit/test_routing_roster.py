"""Who can take a lead is kept from lead to lead, and is what looking anew would say."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from leads.absence import UNTIL_BACK
from leads.decision import Standing, Telling
from leads.keys import LeadKey, OwnerId
from routing.availability import Schedule, schedules_of
from routing.eligibility import Ask, obstacle
from routing.engine import Engine
from routing.policy import Owner
from routing.roster import NAMED_AT_MOST, Roster, failure_of, obstacle_of, seat_of
from tests.builders import away, calendar, crm_ids, empty_book, lead, one_pool, owner, pool
from tests.examples import some_of

START = datetime(2026, 12, 23, 6, tzinfo=UTC)
MINUTES = st.integers(0, 14 * 24 * 60)
CALENDARS = (None, calendar(), calendar(holidays="ES"))
ZONES = ("Europe/Madrid", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe")


@st.composite
def people(draw, name: str) -> Owner:
    first = date(2026, 12, 22) + timedelta(days=draw(st.integers(0, 10)))
    last = first + timedelta(days=draw(st.sampled_from([0, 3])))
    return owner(
        name,
        timezone=draw(st.sampled_from(ZONES)),
        calendar=draw(st.sampled_from(CALENDARS)),
        max_open=draw(st.sampled_from([None, 1, 2])),
        skills=frozenset(draw(st.sets(st.sampled_from(["security"])))),
        crm=draw(st.sampled_from([{}, crm_ids(hubspot="1")])),
        away=draw(st.sampled_from([(), away(first, last)])),
    )


@st.composite
def asks(draw, names: list[str]) -> Ask:
    now = START + timedelta(minutes=draw(MINUTES))
    until = st.just(UNTIL_BACK) | MINUTES.map(lambda n: START + timedelta(minutes=n))
    switched = draw(st.dictionaries(st.sampled_from(names), until, max_size=2))
    counts = draw(st.dictionaries(st.sampled_from(names), st.integers(0, 2).map(float)))
    return Ask(
        lead=LeadKey("hubspot", "1"),
        now=now,
        standing=Standing(
            open_leads={OwnerId(name): count for name, count in counts.items()},
            rotation={},
            away={OwnerId(name): at for name, at in switched.items() if at > now},
        ),
        crm=draw(st.sampled_from([None, "hubspot"])),
        seen_within=draw(st.sampled_from([None, timedelta(hours=1), timedelta(hours=16)])),
        require=frozenset(draw(st.sets(st.sampled_from(["security"])))),
        prefer=frozenset(),
        any_hour=draw(st.booleans()),
    )


@st.composite
def scenes(draw) -> tuple[Roster, list[Ask]]:
    names = [f"owner{n}" for n in range(draw(st.integers(1, 4)))]
    owners = [draw(people(name)) for name in names]
    schedules = schedules_of(owners)  # those with the same hours share what is worked out of them
    seats = [seat_of(each, schedules[each.id], draw(st.integers(0, 2))) for each in owners]
    return Roster(pool("team", names), seats), draw(st.lists(asks(names), min_size=2, max_size=4))


LATER = (timedelta(0), timedelta(minutes=20), timedelta(hours=5), timedelta(hours=11))


def moved(asked: list[Ask], delta: timedelta) -> list[Ask]:
    """The same leads, so much later; by then the last one's people have in hand what they had."""
    last = asked[-1].standing
    return [
        replace(ask, now=ask.now + delta, standing=replace(ask.standing, away={}))
        for ask in (*asked, replace(asked[0], standing=last))
    ]


@settings(max_examples=some_of(60))
@given(scenes())
def test_what_keeps_everybody_from_a_lead_is_what_looking_anew_would_say(
    scene: tuple[Roster, list[Ask]],
):
    """Said once for many leads, and also when only the first had been asked for before."""
    roster, asked = scene
    for ask in (later for delta in LATER for later in (*asked, *moved(asked, delta))):
        anew = [seat_of(s.owner, Schedule(s.owner), s.weight) for s in roster.seats]
        expected = [obstacle_of(roster.name, seat, ask) for seat in anew]
        problems = roster.problems(ask)
        assert list(problems.of_first(1, ask)) == expected[:1]
        assert list(problems.of_first(len(anew), ask)) == expected
        told = [candidate.reason for candidate in problems.told(ask)]
        assert told == [problem for problem in expected if problem]
        attempt = problems.attempt("nobody could", ask)
        assert attempt.failure == failure_of("nobody could", anew, expected[:NAMED_AT_MOST])
        assert attempt.clause == attempt.failure.clause()


def test_the_day_makes_a_difference_to_who_is_off_work():
    """At midnight a leave begins, of somebody who is not at work on either side of it."""
    leave = away(date(2026, 12, 24), date(2026, 12, 24))
    nobody = owner("ana", timezone="Europe/Madrid", calendar=calendar(), away=leave)
    roster = Roster(pool("team", ["ana"]), [seat_of(nobody, Schedule(nobody), 1)])
    ask = Ask(
        lead=LeadKey("hubspot", "1"),
        now=datetime(2026, 12, 23, 22, 50, tzinfo=UTC),
        standing=Standing(open_leads={}, rotation={}, away={}),
        crm=None,
        seen_within=None,
        require=frozenset(),
        prefer=frozenset(),
    )
    said = [
        roster.problems(each).of_first(1, each)[0]
        for each in (ask, replace(ask, now=ask.now + timedelta(minutes=15)))
    ]
    assert [str(each).partition(" until ")[0] for each in said] == ["off work", "on leave"]


@settings(max_examples=some_of(60))
@given(scenes())
def test_who_is_able_is_whoever_has_no_obstacle(scene: tuple[Roster, list[Ask]]):
    """Asks come in any order of time: what is kept of one must not be wrong for another."""
    roster, asked = scene
    for ask in (*asked, *asked, *(replace(ask, now=asked[0].now) for ask in asked)):
        anew = [seat_of(s.owner, Schedule(s.owner), s.weight) for s in roster.seats]
        expected = [
            s.owner.id for s in anew if s.weight and obstacle(s.schedule, ask, roster.name) is None
        ]
        able = roster.able(ask)
        assert [seat.owner.id for seat in able] == expected
        assert not able or list(roster.division(able).by_owner) == expected


def test_somebody_who_never_works_again_is_looked_at_once_a_day():
    gone = owner("gone", calendar=calendar(), away=away(date(2026, 1, 1), date(2030, 1, 1)))
    schedule = Schedule(gone)
    assert schedule.next_at_work(START) is None
    assert schedule.steady_until(START) == datetime(2026, 12, 24, tzinfo=UTC)


def test_what_is_told_late_is_what_would_have_been_told_at_once():
    team = [owner("ana", max_open=2), owner("ben"), owner("cleo", calendar=calendar())]
    engine = Engine(one_pool(team))
    book = empty_book()
    at_once, late = [], []
    for number in range(6):
        subject = lead(number)
        decision = engine.decide(subject, book.standing(), START)
        again = engine.decide(subject, book.standing(), START)
        at_once.append(tuple(again.candidates))
        late.append(decision)
        book.apply(decision)
    assert [tuple(decision.candidates) for decision in late] == at_once
    assert any("at 2 of 2 open leads" in c.reason for told in at_once for c in told)


def test_candidates_told_on_demand_are_a_sequence_like_any():
    calls = []
    decision = Engine(one_pool([owner("ana"), owner("ben")])).decide(
        lead(), empty_book().standing(), START
    )
    plain = tuple(decision.candidates)

    def tell():
        calls.append(1)
        return plain

    telling = Telling(tell)
    assert calls == []
    assert telling == plain
    assert plain == telling
    assert telling == Telling(lambda: plain)
    assert (len(telling), telling[0], telling[1:], hash(telling)) == (
        2,
        plain[0],
        plain[1:],
        hash(plain),
    )
    assert repr(telling) == repr(plain)
    assert calls == [1]


def test_what_is_shared_of_working_time_is_that_of_the_same_hours_alone():
    """At 06:00 in Madrid on 25 December nobody with hours works, and a day off is one's own."""
    hours, holidays, leave = calendar(), calendar(holidays="ES"), away(START.date(), START.date())
    owners = [
        owner("always", timezone="Europe/Madrid"),
        owner("ana", timezone="Europe/Madrid", calendar=hours),
        owner("ben", timezone="Europe/Madrid", calendar=holidays),
        owner("cleo", timezone="Asia/Tokyo", calendar=hours),
        owner("dan", timezone="Europe/Madrid", calendar=hours, away=leave),
        owner("eve", timezone="Europe/Madrid", calendar=hours),
    ]
    shared = schedules_of(owners)
    for at in (START + timedelta(hours=n) for n in range(0, 72, 3)):
        for each in owners:
            assert shared[each.id].next_at_work(at) == Schedule(each).next_at_work(at)
    assert shared[OwnerId("ana")].memory is shared[OwnerId("eve")].memory


def test_who_fills_up_while_the_same_are_at_work_is_left_out():
    owners = [owner("ana", max_open=2), owner("ben", max_open=2)]
    schedules = schedules_of(owners)
    roster = Roster(pool("team", ["ana", "ben"]), [seat_of(o, schedules[o.id], 1) for o in owners])
    ask = Ask(
        lead=LeadKey("hubspot", "1"),
        now=START,
        standing=Standing(open_leads={}, rotation={}, away={}),
        crm=None,
        seen_within=None,
        require=frozenset(),
        prefer=frozenset(),
    )

    def able(count: float) -> list[OwnerId]:
        standing = replace(ask.standing, open_leads={OwnerId("ana"): count})
        seats = roster.able(replace(ask, standing=standing))
        return list(roster.division(seats).owners)

    assert [able(count) for count in (0.0, 1.0, 1.5, 2.0, 0.5)] == [
        ["ana", "ben"],
        ["ana", "ben"],
        ["ben"],
        ["ben"],
        ["ana", "ben"],
    ]
