"""A shadow beside pools that are taken from: what it knows of who would have taken a lead."""

from dataclasses import replace
from datetime import timedelta

from flows.simulating.shadow import decide_beside, is_untaken
from leads.decision import Decision, HeldBy, Method
from leads.keys import OwnerId, PoolName, RuleName
from routing.engine import Engine
from routing.policy import HoldFor, NextShift, Policy, Strategy
from store.rows import DecidedLead
from store.shadow_rows import ShadowSide
from tests.builders import MONDAY, calendar, empty_book, lead, owner, policy, pool, rule

HOUR = timedelta(hours=1)
LEAD = lead(1)
ANA, BEN, EVE = owner("ana"), owner("ben"), owner("eve")
COUNTER = PoolName("counter")


def given(*members: str) -> Policy:
    return policy([ANA, BEN, EVE], [pool("team", members)], [rule("all", "team")])


def taken(*members: str) -> Policy:
    counter = pool("counter", members, Strategy.PULL)
    return policy([ANA, BEN, EVE], [counter], [rule("all", "counter", "owner:eve")])


def live(by: Policy, *, after: timedelta = HOUR, taker: str | None = None) -> Decision:
    """Decide as the policy in force does: at once, or when somebody took it, or nobody did."""
    held = Engine(by).decide_or_hold(LEAD, empty_book().standing(), MONDAY)
    if isinstance(held, Decision):
        return held
    standing = empty_book().standing(
        held_since=held.since,
        held_by=HeldBy(pool=held.pool, rule=held.rule),
        taker=OwnerId(taker) if taker else None,
    )
    return Engine(by).decide(LEAD, standing, MONDAY + after)


def beside(shadow: Policy, decision: Decision) -> tuple[Decision, bool]:
    each = DecidedLead(lead=LEAD, decision=decision)
    made = decide_beside(Engine(shadow), empty_book(), each, {COUNTER})
    sides = [
        ShadowSide(
            owner=d.owner,
            pool=d.pool,
            rule=d.rule,
            method=d.method.value,
            decided_at=d.decided_at,
            sla_due=d.sla_due,
        )
        for d in (decision, made)
    ]
    return made, is_untaken(*sides)


def test_whoever_took_it_takes_it_from_the_shadow_as_well():
    took = live(taken("ana", "ben"), taker="ben")
    assert took.method is Method.TAKE
    made, untaken = beside(taken("ben", "eve"), took)
    assert (made.owner, made.method, made.decided_at) == ("ben", Method.TAKE, MONDAY + HOUR)
    assert not untaken


def test_who_took_it_and_is_not_in_the_shadows_pool_leaves_it_waiting_for_somebody():
    made, untaken = beside(taken("ana"), live(taken("ana", "ben"), taker="ben"))
    assert (made.pool, made.rule, made.method) == (COUNTER, RuleName("all"), Method.TAKE)
    assert untaken


def test_what_nobody_took_nobody_would_have_taken():
    passed_on = live(taken("ana", "ben"), after=23 * HOUR)
    assert passed_on.owner == "eve"
    made, untaken = beside(taken("ana"), passed_on)
    assert (made.owner, made.method, untaken) == ("eve", Method.OWNER, False)


def test_what_was_given_would_wait_for_nobody_knows_whom_and_fills_nobodys_hands():
    made, untaken = beside(taken("ana"), live(given("ana")))
    assert untaken
    assert (made.pool, made.accruals, made.fills) == (COUNTER, (), False)


def test_what_was_held_for_another_reason_would_wait_for_nobody_knows_whom():
    at_night = replace(ANA, calendar=calendar(days=[1]))
    hold = replace(pool("team", ["ana"]), out_of_hours=HoldFor(at_most=4 * HOUR))
    in_force = policy([at_night, BEN, EVE], [hold], [rule("all", "team")])
    _, untaken = beside(taken("ana"), live(in_force))
    assert untaken


def test_a_shadow_that_gives_what_was_taken_gives_it_when_it_came():
    made, untaken = beside(given("ana"), live(taken("ben"), taker="ben"))
    assert (made.owner, made.decided_at, untaken) == ("ana", MONDAY, False)


def test_nobody_at_work_to_take_it_is_known_of_a_shadow_too():
    """Its pool says what then, so the lead does not wait to be taken."""
    asleep = replace(ANA, calendar=calendar(days=[1]))
    counter = replace(pool("counter", ["ana"], Strategy.PULL), out_of_hours=NextShift())
    shadow = policy([asleep, EVE], [counter], [rule("all", "counter")])
    made, untaken = beside(shadow, live(given("eve")))
    assert (made.owner, untaken) == ("ana", False)
