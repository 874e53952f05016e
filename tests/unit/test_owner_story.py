"""Why an owner got what they got: every decision is counted in one place, and told."""

from dataclasses import replace
from datetime import timedelta

from leads.keys import OwnerId
from routing.engine import Engine
from routing.owner_fate import Fate, fate_of
from routing.owner_sentences import tell
from routing.owner_story import Made, story_of
from routing.policy import Strategy
from tests.builders import (
    DESK,
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
AT = "Mon 23 Nov 11:00 (Europe/Madrid)"
SUM = (
    "2 to Ana, 1 to whoever was more due, 3 to others as Ana was skipped and 2 where Ana is not "
    "asked"
)
AHEAD = "0.50 leads ahead of their share"
LEVEL = "0.50 leads behind their share, level with Ben: lots were drawn"
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
        found.append(Made(decision=replace(decision, **changes), is_void=False, policy=PLAN))
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
        f"8 leads were decided in that time: {SUM}.",
        f"Of those by turns that Ana could have had, 1.50 were due and 2 came: {AHEAD}.",
        "1 lead went to whoever was more due: Ben 1.",
        "Ana was skipped for 3 leads: at the cap 3.",
        "2 leads went where Ana is not asked: French 2.",
        "Of the leads that Ana could have had by the rules, why each went elsewhere:",
        f"  {AT}: hubspot:0 went to Ben; Ana could have had it: {LEVEL}.",
        *(f"  {AT}: hubspot:{n} went to Ben; Ana was at 2 of 2 open leads." for n in (4, 5, 6)),
    ]


def test_of_many_leads_the_last_are_told_one_by_one_and_the_others_counted():
    head, *each = tell(story(made(count=60)), PLAN)[-21:]
    assert head.endswith("why each went elsewhere (the last 20; 23 before: --json has each):")
    assert (len(each), "hubspot:33 " in each[0]) == (20, True)


def fates(rules, now=MONDAY, *, strategy="round_robin", taker=None):
    """What one lead comes to for Ana, who is in the pool `hers` and at work on weekdays."""
    ana, ben = owner("ana", calendar=calendar()), owner("ben")
    pools = [pool("hers", ["ana", "ben"], strategy=Strategy(strategy)), pool("his", ["ben"])]
    by = policy([ana, ben], pools, rules)
    decision = Engine(by).decide(lead(), empty_book().standing(taker=taker), now)
    (only,) = story_of(
        ANA,
        [Made(decision=decision, is_void=False, policy=by)],
        by,
        now - DAY,
        now + DAY,
    ).fates
    return only


def test_out_of_hours_is_why_though_the_lead_ended_at_the_fallback():
    nobody = policy(
        [owner("ana", calendar=calendar())], [pool("hers", ["ana"])], [rule("All", "hers")]
    )
    night = MONDAY + DAY / 2
    decision = Engine(nobody).decide(lead(), empty_book().standing(), night)
    told = fate_of(decision, ANA, nobody)
    assert (told.fate, told.what, told.to) == (Fate.SKIPPED, "off work", DESK)


def test_a_pool_that_came_first_on_the_list_is_why():
    told = fates([rule("All", "his", "hers")])
    assert (told.fate, told.is_of_theirs) == (Fate.ELSEWHERE, True)
    assert told.what == "All (pool his came first on its list)"


def test_a_pool_she_is_not_in_is_why():
    told = fates([rule("All", "his")])
    assert (told.fate, told.what, told.is_of_theirs) == (Fate.ELSEWHERE, "All", False)


def test_a_colleague_who_took_it_is_why():
    told = fates([rule("All", "hers")], strategy="pull", taker=OwnerId("ben"))
    assert (told.fate, told.what) == (Fate.ELSEWHERE, "All (taken by ben)")
    assert told.is_of_theirs


def test_without_the_words_the_numbers_that_are_kept_tell():
    for each in made():
        bare = fate_of(replace(each.decision, candidates=()), ANA, PLAN)
        assert bare.fate is fate_of(each.decision, ANA, PLAN).fate


def test_a_lead_that_was_handed_on_is_one_lead():
    """Ana had the first one, charged, and Ben has it now: no second lead was decided."""
    decisions = made()
    (first, *_) = [each for each in decisions if each.decision.owner == ANA]
    again = Engine(PLAN).decide(
        replace(lead(0, country="ES"), key=first.decision.lead),
        replace(empty_book().standing(), returned={ANA: "wrong territory"}),
        MONDAY,
    )
    assert again.owner == "ben"
    told = story([*decisions, Made(decision=again, is_void=False, policy=PLAN)])
    assert (told.decided, told.total, told.gave_up) == (8, 1, 1)
    assert told.skipped == {"at the cap": 3}
    assert first.decision.lead not in [each.lead for each in told.missed()]
    assert told.charged == 2  # the turn counts all the same
    said = tell(told, PLAN)
    assert "8 leads were decided in that time: 1 to Ana, 1 from Ana on to others, 1 to" in said[3]
    assert "1 lead went to Ana and on to somebody else: handed back, or not in touch in time." in (
        said
    )
