"""Why an owner got what they got: every decision is counted in one place, and told."""

from dataclasses import replace
from datetime import timedelta

from leads.keys import OwnerId
from routing.engine import Engine
from routing.owner_story import Made, story_of, tell
from tests.builders import (
    MONDAY,
    calendar,
    empty_book,
    is_one_of,
    lead,
    owner,
    policy,
    pool,
    rule,
)

ANA = OwnerId("ana")
DAY = timedelta(days=1)
BEGIN, END = "Sun 22 Nov 23:00 (Europe/Madrid)", "Mon 23 Nov 23:00 (Europe/Madrid)"
AHEAD = "0.50 leads ahead of its share"
PLAN = policy(
    [
        owner("ana", max_open=2, timezone="Europe/Madrid", calendar=calendar()),
        owner("ben"),
        owner("cleo"),
    ],
    [pool("team", ["ana", "ben"]), pool("french", ["cleo"])],
    [rule("French", "french", when=is_one_of("country", "FR")), rule("rest", "team")],
)


def made(count=8, **changes):
    """Decisions one after the other on Monday; every fourth is French, Ana's cap is two."""
    engine, book, found = Engine(PLAN), empty_book(), []
    for number in range(count):
        country = "FR" if number % 4 == 3 else "ES"
        decision = engine.decide(lead(number, country=country), book.standing(), MONDAY)
        book.apply(decision)
        found.append(Made(decision=replace(decision, **changes), is_void=False))
    return found


def story(decisions, who=ANA):
    return story_of(who, decisions, PLAN, MONDAY - 12 * timedelta(hours=1), MONDAY + DAY / 2)


def test_each_decision_is_counted_once():
    told = story(made())
    assert told.decided == 8
    assert told.got == {"round_robin": 2}
    assert told.passed_over == {"ben": 1}
    assert told.skipped == {"at the cap": 3}
    assert told.elsewhere == {"French": 2}


def test_entitlement_is_of_the_leads_that_could_have_been_theirs():
    told = story(made())
    assert (told.entitled, told.charged) == (1.5, 2)


def test_what_came_to_nothing_is_nobodys_share():
    decisions = made()
    undone = [replace(d, is_void=d.decision.owner == ANA) for d in decisions]
    told = story(undone)
    assert (told.total, told.undone, told.decided, told.entitled) == (0, 2, 6, 0.5)


def test_the_time_before_is_compared_and_not_counted():
    told = story([*made(decided_at=MONDAY - DAY), *made()])
    assert (told.before, told.total, told.decided) == (2, 2, 8)


def test_only_hours_at_work_are_hours():
    assert story([]).at_work == timedelta(hours=9)
    assert story([], OwnerId("ben")).at_work == timedelta(hours=24)


def test_it_is_told_in_sentences():
    assert tell(story(made()), PLAN) == [
        f"Ana got 2 leads from {BEGIN} to {END}: round robin 2.",
        "In the 1 d before, it was 0.",
        "Ana was at work for 9 h of the 1 d.",
        "8 leads were decided in that time.",
        f"Of those by turns that Ana could have had, 1.50 were due and 2 came: {AHEAD}.",
        "1 lead went to whoever was more due: Ben 1.",
        "Ana was skipped for 3 leads: at the cap 3.",
        "2 leads went where Ana is not asked: French 2.",
    ]
