"""Hours and days at which nobody is at work, and what an SLA makes of them."""

from dataclasses import replace
from datetime import date, time, timedelta

from leads.keys import OwnerId, PoolName
from routing.lint.findings import Code, Finding
from routing.lint.look import Sight, lint
from routing.policy import FollowTheSun, HoldFor, NextShift, OnCall, Policy, Strategy
from routing.sla_terms import Sla, SlaClock
from tests.builders import away, calendar, owner, policy, pool, rule

TODAY = date(2026, 11, 22)
HOURS = frozenset({Code.UNCOVERED_HOURS, Code.DAYS_OFF, Code.SLA_BEFORE_SHIFT})
MADRID = owner("ana", timezone="Europe/Madrid", calendar=calendar((time(9), time(18))))
NEW_YORK = owner("emma", timezone="America/New_York", calendar=calendar((time(9), time(18))))
SINGAPORE = owner("hiro", timezone="Asia/Singapore", calendar=calendar((time(9), time(18))))
QUICK = Sla(name="quick", first_touch=timedelta(hours=4))


def hours(plan: Policy) -> list[Finding]:
    return [f for f in lint(plan, Sight(today=TODAY)) if f.code in HOURS]


def one_rule(*people, **rule_fields) -> Policy:
    names = [person.id for person in people]
    rules = [rule("all", "team", **rule_fields)]
    return policy(people, [pool("team", names)], rules, slas=[QUICK], timezone="Europe/Madrid")


def test_the_hours_are_told_day_by_day_in_the_time_zone_of_the_business():
    (found,) = hours(one_rule(MADRID, NEW_YORK))

    assert found.about == ("pools", "team")
    # New York works to midnight in Madrid.
    assert found.message == (
        "nobody of team is at work Mon-Fri 00:00-09:00, Sat-Sun (Europe/Madrid): "
        "leads of all then go to the fallback inbound-desk"
    )


def test_nothing_to_say_when_the_sun_is_followed():
    always = owner("ines")
    assert hours(one_rule(MADRID, always)) == []


def test_whoever_starts_within_the_time_counts():
    (found,) = hours(one_rule(MADRID, seen_within=timedelta(hours=16)))

    # From Friday 18:00 to Sunday 17:00 nobody starts within 16 hours.
    assert "is at work, or within 16 h, Fri 18:00-24:00, Sat, Sun 00:00-17:00 (" in found.message


def test_rules_with_the_same_list_are_told_of_once():
    plan = policy(
        [MADRID],
        [pool("team", ["ana"])],
        [rule("one", "team"), rule("two", "team"), rule("rest", "account_owner", "team")],
    )
    assert [f.message.partition("leads of ")[2] for f in hours(plan)] == [
        "one and two then go to the fallback inbound-desk",
        "rest then go to the fallback inbound-desk",
    ]


def test_what_a_pool_says_for_out_of_hours_counts():
    people = [MADRID, NEW_YORK, owner("ines")]

    def out_of_hours(then) -> list[Code]:
        pools = [replace(pool("team", ["ana"]), out_of_hours=then), pool("west", ["emma"])]
        return [f.code for f in hours(policy(people, pools, [rule("all", "team")]))]

    assert out_of_hours(None) == [Code.UNCOVERED_HOURS]
    assert out_of_hours(FollowTheSun(pool=PoolName("west"))) == [Code.UNCOVERED_HOURS]
    assert out_of_hours(OnCall(owner=OwnerId("ines"))) == []
    assert out_of_hours(NextShift()) == [Code.SLA_BEFORE_SHIFT]  # the weekend, with a day's SLA


def test_who_is_on_call_is_so_at_any_hour_but_on_days_off():
    def on_call(*away_days) -> list[Finding]:
        people = [replace(MADRID, id=OwnerId("ben")), replace(NEW_YORK, away=away_days)]
        team = replace(pool("team", ["ben"]), out_of_hours=OnCall(owner=OwnerId("emma")))
        return hours(policy(people, [team], [rule("all", "team")], timezone="Europe/Madrid"))

    assert on_call() == []
    (found,) = on_call(*away(date(2026, 12, 19), date(2026, 12, 20)))  # a weekend
    assert found.code is Code.DAYS_OFF
    assert "nobody of team is at work on 2026-12-19 and 2026-12-20," in found.message


def test_leads_of_a_pool_that_is_taken_from_wait_there():
    taken = pool("team", ["ana"], Strategy.PULL)
    assert hours(policy([MADRID], [taken], [rule("all", "team")])) == []


def test_backups_and_managers_count():
    ana = owner("ana", calendar=calendar(), backup=OwnerId("ben"))
    assert hours(policy([ana, owner("ben")], rules=[rule("all", "owner:ana")])) == []
    ana = owner("ana", calendar=calendar(), manager=OwnerId("ben"))
    assert hours(policy([ana, owner("ben")], rules=[rule("all", "owner:ana")])) == []


SECURE = frozenset({"sec"})
DAY_SHIFT = owner(
    "ana", timezone="Europe/Madrid", calendar=calendar((time(9), time(17))), skills=SECURE
)


def secured(*targets: str, people=(), **pool_fields) -> list[str]:
    """Give what is said of a rule that requires a skill, whose second pool has nobody with it."""
    others = replace(pool("o", ["ben"]), **pool_fields)
    listed = [rule("secure", *targets, require_skills=SECURE)]
    everybody = [DAY_SHIFT, owner("ben"), *people]
    plan = policy(everybody, [pool("s", ["ana"]), others], listed, timezone="Europe/Madrid")
    return [f.message for f in hours(plan) if f.code is Code.UNCOVERED_HOURS]


def test_it_points_at_what_it_is_about():
    """At the pool where that alone is assigned to; no pool of a list is the cause alone."""
    pools = [pool("s", ["ana"]), pool("t", ["ana"])]

    def told(*targets: str) -> tuple[tuple[str, ...], str]:
        (found,) = hours(policy([DAY_SHIFT], pools, [rule("all", *targets)]))
        return found.about, found.remedy.partition("what then: ")[2]

    assert told("s") == (("pools", "s"), "out_of_hours of pool s")
    listed = ("rules", "all", "assign")
    assert told("s", "t") == (listed, "out_of_hours of one of the pools s or t")
    assert told("owner:ana", "t") == (listed, "out_of_hours of pool t")
    assert told("owner:ana") == (listed, "out_of_hours of the rule")


def test_only_who_has_what_the_rule_requires_covers_it():
    told = secured("s", "o")
    hours_told = "Mon-Fri 00:00-09:00 and 17:00-24:00, Sat-Sun (Europe/Madrid)"
    then_to = "leads of secure then go to the fallback inbound-desk"
    assert told == [f"nobody of s, o with the skill sec is at work {hours_told}: {then_to}"]
    # What a pool says for out of hours is for leads that somebody of it may have.
    for then in (NextShift(), HoldFor(at_most=timedelta(days=3)), OnCall(owner=OwnerId("ben"))):
        assert secured("s", "o", out_of_hours=then) == told
    assert secured("s", "o", strategy=Strategy.PULL) == told


def test_who_stands_behind_somebody_must_have_the_skill_as_well():
    def named(**fields) -> list[str]:
        grace = owner("grace", calendar=calendar(), **fields)
        return secured("owner:grace", "s", people=[grace, owner("eve", skills=SECURE)])

    (told,) = named(backup=OwnerId("ben"), manager=OwnerId("ben"))
    assert told.startswith("nobody of grace, s with the skill sec is at work Mon-Fri 00:00-09:00")
    assert named(backup=OwnerId("eve")) == []
    assert named(manager=OwnerId("eve")) == []


def test_a_backup_of_the_backup_counts():
    people = [
        owner("ana", calendar=calendar(), backup=OwnerId("ben")),
        owner("ben", calendar=calendar(), backup=OwnerId("eve")),
        owner("eve"),
    ]
    assert hours(policy(people, rules=[rule("all", "owner:ana")])) == []


def test_a_lead_waits_for_no_owner_without_the_skill():
    def waits_for(**fields) -> list[Code]:
        grace = owner("grace", calendar=calendar(), **fields)
        listed = rule("s", "owner:grace", "s", require_skills=SECURE, out_of_hours=NextShift())
        plan = policy([grace, DAY_SHIFT], [pool("s", ["ana"])], [listed])
        return [f.code for f in hours(plan)]

    assert waits_for() == [Code.UNCOVERED_HOURS]
    assert Code.UNCOVERED_HOURS not in waits_for(skills=SECURE)


def test_a_skill_that_everybody_has_is_not_told_of():
    (told,) = secured("s")
    assert told.startswith("nobody of s is at work")


def test_days_on_which_everybody_is_off():
    spanish = owner(
        "ana",
        timezone="Europe/Madrid",
        calendar=calendar(days=range(7), holidays="ES"),
        away=away(date(2026, 12, 23), date(2026, 12, 26)),
    )
    days = [f for f in hours(one_rule(spanish)) if f.code is Code.DAYS_OFF]

    (found,) = days
    told = "2026-12-08, 2026-12-23, 2026-12-24, 2026-12-25, 2026-12-26, 2027-01-01 and 2027-01-06"
    assert f"nobody of team is at work on {told}, by holidays" in found.message


def test_a_day_off_is_everybodys_own_date():
    """The west's holiday ends in the morning of Madrid's next day, on which nobody works at all."""
    ana = replace(MADRID, calendar=calendar((time(9), time(18)), holidays="ES"))
    emma = replace(NEW_YORK, calendar=calendar((time(9), time(18)), holidays="US"))
    days = [f.message for f in hours(one_rule(ana, emma)) if f.code is Code.DAYS_OFF]
    assert ["2026-12-25 and 2027-01-01, by holidays" in told for told in days] == [True]


def test_a_lead_waits_for_the_pool_that_has_it_for_its_next_shift():
    """Whom the sun is followed to after it, and who begins earlier elsewhere, are not asked."""
    early = owner("dora", timezone="Europe/Madrid", calendar=calendar((time(7), time(15))))
    pools = [
        replace(pool("team", ["ana"]), out_of_hours=NextShift()),
        replace(pool("next", ["dora"]), out_of_hours=FollowTheSun(pool=PoolName("west"))),
        pool("west", ["emma"]),
    ]
    plan = policy([MADRID, early, NEW_YORK], pools, [rule("all", "team", "next")], slas=[QUICK])
    (found,) = [f.message for f in hours(plan) if f.code is Code.SLA_BEFORE_SHIFT]
    assert found.startswith("a lead of all may wait 2 d 15 h for")  # Fri 18:00 to Mon 09:00


def test_an_sla_that_runs_out_before_anybody_comes():
    def late(within: int) -> list[str]:
        plan = one_rule(MADRID, seen_within=timedelta(hours=within), sla="quick")
        return [f.message for f in hours(plan) if f.code is Code.SLA_BEFORE_SHIFT]

    (told,) = late(16)
    assert told.startswith("a lead of all may wait 16 h for somebody to come to work, ")
    assert told.endswith("and its SLA quick allows 4 h on the wall clock")
    assert late(4) == []


def test_an_sla_in_working_hours_never_runs_out_in_the_night():
    quick = Sla(name="quick", first_touch=timedelta(hours=4), clock=SlaClock.BUSINESS)
    plan = policy(
        [MADRID],
        [replace(pool("team", ["ana"]), out_of_hours=NextShift())],
        [rule("all", "team", sla="quick")],
        slas=[quick],
    )
    assert hours(plan) == []
