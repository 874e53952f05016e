"""When nobody on a rule's list can take a lead: out of hours, full, managers; never ownerless."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.decision import Decision, Held, HeldBy, HoldKind, Method
from leads.errors import ConfigError
from leads.keys import OwnerId, PoolName, RuleName
from routing.engine import Engine
from routing.explain import explain
from routing.policy import FollowTheSun, HoldFor, NextShift, OnCall, OutOfHours, Owner, Policy
from routing.sla_terms import Sla, SlaClock
from tests.builders import (
    DESK,
    MONDAY,
    away,
    calendar,
    empty_book,
    is_one_of,
    lead,
    owner,
    policy,
    pool,
    route,
    rule,
    standing,
)

NIGHT = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
NINE, TEN = (datetime(2026, 11, 24, hour, 0, tzinfo=UTC) for hour in (9, 10))
HOUR = timedelta(hours=1)
OFFICE = calendar()
HOT = Sla(name="hot", first_touch=timedelta(hours=8))
HOT_BY_DAY = Sla(name="by-day", first_touch=timedelta(minutes=20), clock=SlaClock.BUSINESS)
ANA, BEN = owner("ana", calendar=OFFICE, max_open=2), owner("ben", calendar=OFFICE, max_open=2)


def team(
    people: Iterable[Owner],
    out_of_hours: OutOfHours | None = None,
    when_full: HoldFor | None = None,
    *others: Owner,
    **rule_fields: Any,
) -> Policy:
    """One pool of `people`; `others` are there, and in no pool."""
    members = list(people)
    crew = pool("team", [person.id for person in members])
    crew = replace(crew, out_of_hours=out_of_hours, when_full=when_full)
    rules = [rule("everything", "team", **rule_fields)]
    return policy([*members, *others], [crew], rules, slas=[HOT, HOT_BY_DAY])


def settle(plan: Policy, now: datetime, **state: Any) -> Decision | Held:
    since = state.pop("held_since", None)
    return Engine(plan).decide_or_hold(lead(), replace(standing(**state), held_since=since), now)


def decided(plan: Policy, now: datetime, **state: Any) -> Decision:
    made = settle(plan, now, **state)
    assert isinstance(made, Decision)
    return made


def held(plan: Policy, now: datetime, **state: Any) -> Held:
    made = settle(plan, now, **state)
    assert isinstance(made, Held)
    return made


# -- next shift ----------------------------------------------------------------------------------


def test_the_next_shift_shares_what_comes_at_night():
    late = owner("zoe", calendar=calendar((time(12), time(20))))
    plan = team([ANA, BEN, late], NextShift())
    now = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
    made = decided(plan, now)
    assert made.owner in {"ana", "ben"}
    assert made.method is Method.ROUND_ROBIN
    assert "for the next shift, which begins Tue 24 Nov 09:00 (UTC)" in made.reason
    had = [each.owner for each in route(Engine(plan), 4, now=now)]
    assert sorted(had) == ["ana", "ana", "ben", "ben"]
    reasons = {c.owner: c.reason for c in made.candidates}
    assert reasons[OwnerId("zoe")] == "off work until Tue 24 Nov 12:00 (UTC)"


def test_who_starts_within_the_hour_of_the_first_shares_the_shift():
    early = owner("eve", calendar=calendar((time(8, 15), time(18))))
    plan = team([ANA, early], NextShift())
    made = route(Engine(plan), 4, now=NIGHT)
    assert {each.owner for each in made} == {"ana", "eve"}
    begins = {
        each.owner: each.reason.partition("which begins Tue 24 Nov ")[2][:11] for each in made
    }
    assert begins == {"ana": "09:00 (UTC)", "eve": "08:15 (UTC)"}, "each has their own"


def test_the_next_shift_has_caps_and_then_the_fallback():
    plan = team([ANA], NextShift())
    made = decided(plan, NIGHT, open_leads={"ana": 2})
    assert (made.owner, made.method) == (DESK, Method.FALLBACK)
    assert "nobody in pool team has room and a shift to come" in made.reason


def test_the_next_shift_is_not_for_who_is_at_work_and_full():
    made = decided(team([ANA], NextShift()), MONDAY, open_leads={"ana": 2})
    assert made.owner == DESK


def test_the_14_hours_case_goes_by_the_stated_policy():
    """19:00, seen within the hour: nobody is at work for 14 hours, so the policy says who."""
    far = owner("kim", timezone="Asia/Seoul", calendar=OFFICE)
    plan = team([ANA, far], OnCall(owner=OwnerId("zoe")), None, owner("zoe"), seen_within=HOUR)
    made = decided(plan, NIGHT)
    assert (made.owner, made.method) == ("zoe", Method.ON_CALL)
    assert "Zoe is on call for pool team" in made.reason
    assert "it must be seen within 1 h" in made.reason


# -- follow the sun, on call ---------------------------------------------------------------------


def test_the_sun_is_followed_to_a_pool_that_is_at_work():
    emma = owner("emma", timezone="America/New_York", calendar=OFFICE)
    europe = replace(pool("europe", ["ana"]), out_of_hours=FollowTheSun(pool=PoolName("us")))
    plan = policy([ANA, emma], [europe, pool("us", ["emma"])], [rule("all", "europe")])
    made = decided(plan, NIGHT)
    assert (made.owner, made.pool) == ("emma", "us")
    assert "(pool europe follows the sun)" in made.reason
    assert [accrual.pool for accrual in made.accruals] == ["us"]
    assert decided(plan, NIGHT + 5 * HOUR).owner == DESK, "the sun is down there too"


def test_on_call_is_at_any_hour_but_on_leave():
    zoe = owner("zoe", calendar=OFFICE, backup=OwnerId("kim"))
    kim = owner("kim", timezone="Asia/Seoul", calendar=calendar((time(5), time(12))))
    plan = team([ANA], OnCall(owner=OwnerId("zoe")), None, zoe, kim)
    assert decided(plan, NIGHT).owner == "zoe"
    on_leave = replace(zoe, away=away(date(2026, 11, 23), date(2026, 11, 23)))
    without_zoe = team([ANA], OnCall(owner=OwnerId("zoe")), None, on_leave, kim)
    made = decided(without_zoe, NIGHT + 2 * HOUR)
    assert made.owner == "kim"
    assert "Zoe is on leave until" in made.reason
    assert decided(without_zoe, NIGHT).owner == DESK, "a backup must be at work"
    assert decided(plan, NIGHT, away={"zoe": NINE}).owner == DESK


def test_on_call_every_hour_counts_for_the_sla():
    zoe = owner("zoe", calendar=OFFICE)
    plan = team([ANA], OnCall(owner=OwnerId("zoe")), None, zoe, sla="by-day")
    assert decided(plan, NIGHT).sla_due == NIGHT + HOT_BY_DAY.first_touch


# -- holding -------------------------------------------------------------------------------------


def test_a_held_lead_has_a_deadline_before_its_sla():
    plan = team([ANA], HoldFor(at_most=4 * HOUR), sla="hot")
    made = held(plan, NIGHT)
    assert made.kind is HoldKind.OUT_OF_HOURS
    assert (made.since, made.until) == (NIGHT, NIGHT + 4 * HOUR)
    assert made.until < made.sla_due == NIGHT + HOT.first_touch
    assert "pool team holds it until Mon 23 Nov 23:00 (UTC) at most" in made.reason
    assert "Ana is off work until" in made.reason


def test_a_hold_leaves_a_quarter_of_the_sla():
    plan = team([ANA], HoldFor(at_most=100 * HOUR), sla="hot")
    assert held(plan, NIGHT).until == NIGHT + HOT.first_touch * 0.75


def test_an_sla_of_working_hours_may_be_held_over_night():
    plan = team([ANA], HoldFor(at_most=100 * HOUR), sla="by-day")
    made = held(plan, NIGHT)
    assert made.wake == NINE
    assert made.until == NINE + timedelta(minutes=15)
    taken = decided(plan, NINE, held_since=NIGHT)
    assert (taken.owner, taken.sla_due) == ("ana", NINE + timedelta(minutes=20))


def test_at_its_deadline_the_fallback_has_it():
    plan = team([ANA], HoldFor(at_most=4 * HOUR), sla="hot")
    made = decided(plan, NIGHT + 4 * HOUR, held_since=NIGHT)
    assert (made.owner, made.method) == (DESK, Method.FALLBACK)
    assert "pool team held it for 4 h and nobody of it could take it" in made.reason
    assert held(plan, NIGHT + 3 * HOUR, held_since=NIGHT).until == NIGHT + 4 * HOUR


def test_the_sla_of_a_held_lead_runs_from_when_it_was_held():
    plan = team([ANA], HoldFor(at_most=4 * HOUR), sla="hot")
    at_work = MONDAY + HOUR
    made = decided(plan, at_work, held_since=MONDAY)
    assert (made.owner, made.sla_due) == ("ana", MONDAY + HOT.first_touch)


def test_a_lead_to_be_seen_within_an_hour_wakes_an_hour_early():
    plan = team([ANA], HoldFor(at_most=100 * HOUR), sla="by-day", seen_within=HOUR)
    assert held(plan, NIGHT).wake == NINE - HOUR
    assert decided(plan, NINE - HOUR, held_since=NIGHT).owner == "ana"


def test_a_full_pool_holds_until_there_is_room():
    plan = team([ANA, BEN], None, HoldFor(at_most=HOUR), sla="hot")
    made = held(plan, MONDAY, open_leads={"ana": 2, "ben": 2})
    assert (made.kind, made.until) == (HoldKind.FULL, MONDAY + HOUR)
    assert decided(plan, MONDAY, open_leads={"ana": 2, "ben": 1}).owner == "ben"
    assert decided(plan, NIGHT, open_leads={"ana": 2, "ben": 2}).owner == DESK


def test_who_lacks_the_skill_at_any_hour_is_no_reason_to_wait():
    plan = team([ANA], HoldFor(at_most=HOUR), sla="hot", require_skills=frozenset({"security"}))
    assert decided(plan, NIGHT).owner == DESK


def test_deciding_for_good_never_holds_and_replays_alike():
    plan = team([ANA], HoldFor(at_most=4 * HOUR), sla="hot")
    engine, late = Engine(plan), NIGHT + 4 * HOUR
    since = replace(standing(), held_since=NIGHT)
    made = engine.decide_or_hold(lead(), since, late)
    assert isinstance(made, Decision)
    assert made.saw is not None
    assert engine.decide(lead(), made.saw, late) == made
    assert engine.decide(lead(), standing(), NIGHT).owner == DESK


def test_the_list_comes_before_any_pools_policy():
    night_owl = owner("owl")
    plan = team([ANA], NextShift(), None, night_owl)
    rules = [rule("all", "team", "owner:owl")]
    assert decided(replace(plan, rules=tuple(rules)), NIGHT).owner == "owl"


# -- managers ------------------------------------------------------------------------------------


def test_the_manager_has_what_nobody_on_the_list_can_take_and_then_the_fallback():
    mia = owner("mia", calendar=calendar((time(8), time(23))), max_open=1)
    ana = replace(ANA, backup=OwnerId("ben"), manager=OwnerId("mia"))
    plan = policy([ana, BEN, mia], [pool("team", ["ana"])], [rule("all", "owner:ana", "team")])
    made = decided(plan, NIGHT)
    assert (made.owner, made.method) == ("mia", Method.MANAGER)
    assert "Mia is the manager of Ana" in made.reason
    steps = [(c.owner, c.status.value) for c in made.candidates]
    assert steps == [("ana", "skipped"), ("ben", "skipped"), ("mia", "chosen")]
    full = decided(plan, NIGHT, open_leads={"mia": 1})
    assert full.owner == DESK
    assert "Mia is at 1 of 1 open leads" in full.reason


def test_a_manager_is_asked_once_however_many_report_to_them():
    mia = owner("mia", max_open=1)
    crew = [replace(each, manager=OwnerId("mia")) for each in (ANA, BEN)]
    made = decided(team(crew, None, None, mia), NIGHT, open_leads={"mia": 1})
    assert made.reason.count("Mia is the manager") == 1


# -- whatever the policy -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stated", "problem"),
    [
        (FollowTheSun(pool=PoolName("us")), "pool team: there is no pool 'us' to follow"),
        (OnCall(owner=OwnerId("zoe")), "pool team: there is no owner 'zoe' on call"),
    ],
)
def test_a_policy_that_leads_nowhere_is_refused(stated: OutOfHours, problem: str):
    with pytest.raises(ConfigError) as error:
        Engine(team([ANA], stated))
    assert error.value.problems == [problem]


@st.composite
def holding(draw: st.DrawFn) -> Policy:
    people = []
    for number in range(draw(st.integers(1, 4))):
        first = draw(st.integers(0, 20))
        hours = (time(first), time(draw(st.integers(first + 1, 23))))
        days = draw(st.sets(st.integers(0, 6), min_size=1))
        zone = draw(st.sampled_from(["UTC", "Europe/Madrid", "America/Santiago"]))
        desk_hours = calendar(hours, days=days)
        people.append(owner(f"o{number}", calendar=desk_hours, timezone=zone, max_open=2))
    at_most = timedelta(minutes=draw(st.integers(1, 5_000)))
    sla = draw(st.sampled_from(["hot", "by-day", "standard"]))
    return team(people, HoldFor(at_most=at_most), HoldFor(at_most=at_most), sla=sla)


@settings(max_examples=150)
@given(holding(), st.integers(0, 7 * 24 * 60), st.integers(0, 2))
def test_nothing_is_held_past_its_sla_and_nothing_for_ever(plan: Policy, minute: int, busy: int):
    now = MONDAY + timedelta(minutes=minute)
    engine = Engine(plan)
    before = standing(open_leads=dict.fromkeys(plan.owners, float(busy)))
    made = engine.decide_or_hold(lead(), before, now)
    if isinstance(made, Held):
        assert now <= made.wake <= made.until < made.sla_due
        assert now < made.until
        later = engine.decide_or_hold(lead(), replace(before, held_since=now), made.until)
        assert isinstance(later, Decision)
        woken = engine.decide_or_hold(lead(), replace(before, held_since=now), made.wake)
        if made.kind is HoldKind.OUT_OF_HOURS and busy == 0 and made.wake < made.until:
            assert isinstance(woken, Decision)
            assert woken.owner != DESK


def test_an_edge_of_the_field_a_territory_without_anybody_is_no_reason_to_hold():
    crew = replace(pool("team", []), out_of_hours=HoldFor(at_most=HOUR))
    plan = policy([], [crew], [rule("all", "team", when=is_one_of("country", "ES"))])
    made = Engine(plan).decide_or_hold(lead(country="ES"), empty_book().standing(), NIGHT)
    assert isinstance(made, Decision)
    assert made.owner == DESK


# -- whose SLA holds at the fallback -------------------------------------------------------------


def test_the_rules_sla_goes_with_the_lead_to_the_fallback():
    quick = Sla(name="quick", first_touch=timedelta(minutes=15))
    plan = replace(team([ANA], sla="quick"), slas={**team([ANA]).slas, "quick": quick})
    made = decided(plan, NIGHT)
    assert (made.owner, made.sla, made.sla_due) == (DESK, "quick", NIGHT + quick.first_touch)
    assert "SLA quick is the rule's and goes with the lead" in "\n".join(explain(made, plan))
    ana_has_it = decided(plan, MONDAY)
    assert "goes with the lead" not in "\n".join(explain(ana_has_it, plan))


def test_the_fallbacks_own_sla_holds_where_it_ends_sooner():
    slow = Sla(name="slow", first_touch=timedelta(hours=48))
    plan = replace(team([ANA], sla="slow"), slas={**team([ANA]).slas, "slow": slow})
    made = decided(plan, NIGHT)
    assert (made.sla, made.sla_due) == ("standard", NIGHT + timedelta(hours=24))
    told = "SLA standard is the fallback's, and ends sooner than the rule's (slow)"
    assert told in "\n".join(explain(made, plan))


def test_a_wait_does_not_lengthen_the_rules_sla_at_the_fallback():
    plan = team([ANA], HoldFor(at_most=4 * HOUR), sla="hot")
    made = decided(plan, NIGHT + 4 * HOUR, held_since=NIGHT)
    assert (made.sla, made.sla_due) == ("hot", NIGHT + HOT.first_touch)


# -- how long it waited --------------------------------------------------------------------------


def waited(plan: Policy, now: datetime, rule_name: str) -> str:
    by = HeldBy(pool=PoolName("team"), rule=RuleName(rule_name))
    before = replace(standing(), held_since=MONDAY, held_by=by)
    engine = Engine(plan)
    made = engine.decide_or_hold(lead(), before, now)
    assert isinstance(made, Decision)
    assert made.saw is not None
    assert engine.decide(lead(), made.saw, now) == made
    return made.reason


def test_the_reason_says_how_long_it_waited_and_by_which_other_rule():
    plan = team([ANA], HoldFor(at_most=4 * HOUR), sla="hot")
    after = MONDAY + timedelta(minutes=20)
    assert waited(plan, after, "everything").endswith(" Before, it waited 20 min in pool team.")
    told = waited(plan, after, "by day")
    assert told.endswith(" Before, it waited 20 min in pool team, by rule by day.")
    assert "Before" not in waited(plan, MONDAY, "by day"), "it did not wait"


def test_a_wait_that_is_told_is_not_told_twice():
    late = calendar((time(16), time(20)))
    plan = team([owner("ana", calendar=late)], HoldFor(at_most=4 * HOUR), sla="hot")
    over = MONDAY + 4 * HOUR
    assert "team held it for 4 h" in waited(plan, over, "everything")
    assert "Before" not in waited(plan, over, "everything")
    assert "Before, it waited 4 h in pool team, by rule by day." in waited(plan, over, "by day")
