"""Pools that are taken from, and pools that keep an account with its owner."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from leads.decision import Decision, Held, HoldKind, Method
from leads.keys import OwnerId
from leads.matches import AccountBy, AccountMatch
from routing.book import Book
from routing.engine import Engine
from routing.policy import NextShift, Policy, Strategy
from routing.sla_terms import Sla
from tests.builders import (
    DESK,
    MONDAY,
    calendar,
    empty_book,
    lead,
    owner,
    policy,
    pool,
    route,
    rule,
    standing,
)

HOT = Sla(name="hot", first_touch=timedelta(hours=4))
HOUR = timedelta(hours=1)
NIGHT = MONDAY + 12 * HOUR


def counter(*others: str, **changed: Any) -> Policy:
    """Ana and Ben take from the pool `desk`; `others` come after it on the rule's list."""
    taken = replace(pool("counter", ["ana", "ben"], Strategy.PULL), **changed)
    people = [owner("ana", max_open=2, calendar=calendar()), owner("ben", calendar=calendar())]
    rules = [rule("all", "counter", *others, sla="hot")]
    return policy([*people, owner("zoe")], [taken], rules, slas=[HOT])


def settle(plan: Policy, now: datetime = MONDAY, **state: Any) -> Decision | Held:
    extra = {name: state.pop(name) for name in ("held_since", "taker") if name in state}
    return Engine(plan).decide_or_hold(lead(), replace(standing(**state), **extra), now)


def test_a_lead_waits_to_be_taken_before_the_next_on_the_list():
    made = settle(counter("owner:zoe"))
    assert isinstance(made, Held)
    assert (made.kind, made.until) == (HoldKind.TAKE, MONDAY + 3 * HOUR)
    assert "pool counter holds it until" in made.reason
    shorter = settle(counter(take_within=HOUR))
    assert isinstance(shorter, Held)
    assert shorter.until == MONDAY + HOUR


def test_what_nobody_took_goes_on_down_the_list():
    made = settle(counter("owner:zoe"), MONDAY + 3 * HOUR, held_since=MONDAY)
    assert isinstance(made, Decision)
    assert made.owner == "zoe"
    assert "pool counter held it for 3 h and nobody of it took it" in made.reason


def test_whoever_takes_it_has_it_at_any_hour_and_that_replays():
    plan, now = counter("owner:zoe"), NIGHT
    made = settle(plan, now, taker=OwnerId("ana"), held_since=now - HOUR)
    assert isinstance(made, Decision)
    assert (made.owner, made.method, made.pool) == ("ana", Method.TAKE, "counter")
    assert made.sla_due == now - HOUR + HOT.first_touch
    assert made.reason == "all matched: Ana took it from pool counter."
    assert made.accruals == (), "who takes is in no rotation"
    assert made.saw is not None
    assert Engine(plan).decide(lead(), made.saw, now) == made


def test_nobody_takes_over_the_cap_or_from_outside():
    at_cap = settle(counter(), taker=OwnerId("ana"), open_leads={"ana": 2})
    assert isinstance(at_cap, Decision)
    assert (at_cap.owner, at_cap.method) == (DESK, Method.FALLBACK)
    assert "Ana is at 2 of 2 open leads" in at_cap.reason
    stranger = settle(counter(), taker=OwnerId("zoe"))
    assert isinstance(stranger, Decision)
    assert stranger.owner == DESK


def test_a_pool_that_is_closed_may_give_what_it_has_to_the_next_shift():
    made = settle(counter(out_of_hours=NextShift()), NIGHT)
    assert isinstance(made, Decision)
    assert made.owner in {"ana", "ben"}
    waits = settle(counter(), NIGHT)
    assert isinstance(waits, Held), "without a policy it waits at night too"


# -- sticky --------------------------------------------------------------------------------------


def sticky_team(**ben: Any) -> Policy:
    people = [owner("ana"), owner("ben", **ben), owner("kim")]
    crew = replace(pool("team", ["ana", "ben", "kim"]), is_sticky=True)
    return policy(people, [crew], [rule("all", "team")])


def account_of(name: str | None) -> AccountMatch:
    who = None if name is None else OwnerId(name)
    return AccountMatch(name="Acme", owner=who, by=AccountBy.DOMAIN, on="acme.example.com")


def of_acme(plan: Policy, name: str | None, book: Book, number: int = 1) -> Decision:
    standing = book.standing(account=account_of(name))
    return Engine(plan).decide(lead(number), standing, MONDAY)


def test_the_accounts_owner_comes_first_while_able():
    made = of_acme(sticky_team(), "ben", empty_book())
    assert (made.owner, made.method, made.pool) == ("ben", Method.ACCOUNT_OWNER, "team")
    assert "Ben of pool team owns the account" in made.reason
    reasons = {c.owner: c.reason for c in made.candidates}
    assert reasons[OwnerId("ana")] == "able to take it, but Ben owns the account"
    assert made.saw is not None
    assert Engine(sticky_team()).decide(lead(), made.saw, MONDAY) == made


def test_an_account_of_nobody_able_or_in_the_pool_goes_by_turns():
    full = Book(open_leads={OwnerId("ben"): 1}, rotation={}, away={})
    for made in (
        of_acme(sticky_team(max_open=1), "ben", full),
        of_acme(sticky_team(), "stranger", empty_book()),
        of_acme(sticky_team(), None, empty_book()),
    ):
        assert made.method is Method.ROUND_ROBIN


def test_accounts_leave_everybodys_turn_alone():
    plan, book = sticky_team(), empty_book()
    for number in range(50, 60):
        book.apply(of_acme(plan, "ben", book, number))
    had = [each.owner for each in route(Engine(plan), 6, book=book)]
    assert sorted(had) == ["ana", "ana", "ben", "ben", "kim", "kim"]
