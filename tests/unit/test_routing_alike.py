"""A match remembered from a lead that was alike is the match that this lead would have had."""

from dataclasses import replace
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.lead import Lead
from routing.alike import REST, TRIED, AlikeLeads
from routing.policy import Period, Policy
from routing.rulebook import Match, RuleBook
from routing.when import Between, Condition, OnClock
from tests.builders import is_one_of, lead, owner, policy, rule
from tests.examples import some_of
from tests.unit.test_routing_index import NOW, leads, policies

READ = (
    *("industry", "campaign", "country", "region", "employees"),
    *("deal_value", "currency", "score", "consent", "custom", "created_at"),
)
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def told(book: RuleBook, match: Match) -> tuple[object, ...]:
    return match.rule, match.trials, book.segments(match.facts)


@settings(max_examples=some_of(100))
@given(
    policies(), leads(), leads(), st.sets(st.sampled_from(READ), max_size=3), st.tuples(NOW, NOW)
)
def test_what_is_remembered_is_what_would_be_found(
    setup: Policy, first: Lead, other: Lead, differ: set[str], at: tuple[datetime, datetime]
):
    second = replace(first, **{name: getattr(other, name) for name in differ})
    book = RuleBook(setup)
    alike = AlikeLeads(setup, book)
    for subject, now in ((first, at[0]), (second, at[1]), (first, at[1])):
        found = alike.match(subject, now, full=False)
        assert told(book, found) == told(book, book.match(subject, now, full=False))


@pytest.mark.parametrize(
    ("condition", "first", "second"),
    [
        (Between(field="score", least=Decimal(6), most=None), {"score": 0.0}, {"score": -0.0}),
        (
            Between(field="deal_value", least=Decimal(6), most=None),
            {"deal_value": 5, "currency": "EUR"},
            {"deal_value": 5},
        ),
        (is_one_of("custom.tier", "gold"), {"custom": {"tier": "gold"}}, {"custom": {}}),
        (is_one_of("source", "hubspot"), {}, {"source": "meta_ads"}),
    ],
)
def test_leads_that_differ_in_what_a_rule_looks_at_are_not_alike(
    condition: Condition, first: dict[str, Any], second: dict[str, Any]
):
    setup = policy([owner("ana")], rules=[rule("it", "owner:ana", when=condition)])
    book = RuleBook(setup)
    alike = AlikeLeads(setup, book)
    for fields in (first, second):
        subject = lead(**fields)
        found = alike.match(subject, MONDAY, full=False)
        assert told(book, found) == told(book, book.match(subject, MONDAY, full=False))


def test_leads_alike_are_matched_once():
    setup = policy([owner("ana")], rules=[rule("it", "owner:ana", when=is_one_of("country", "ES"))])
    alike = AlikeLeads(setup, RuleBook(setup))
    one, other = (lead(number, country="ES") for number in ("1", "2"))
    first = alike.match(one, MONDAY, full=False)
    assert alike.match(other, MONDAY, full=False) is first
    assert alike.match(other, MONDAY, full=True) is not first


@pytest.mark.parametrize(
    "clocked",
    [
        rule("it", "owner:ana", active=Period(first=None, last=MONDAY.date())),
        rule("it", "owner:ana", when=OnClock(field="local_time", first=time(9), last=None)),
        rule("it", "owner:ana", when=is_one_of("weekday", "mon")),
        rule("it", "owner:ana", when=is_one_of("created_at", "2026-11-23")),
    ],
)
def test_where_a_rule_looks_at_the_clock_nothing_is_remembered(clocked):
    setup = policy([owner("ana")], rules=[clocked])
    alike = AlikeLeads(setup, RuleBook(setup))
    subject = lead(country="ES")
    assert alike.match(subject, MONDAY, full=False) is not alike.match(subject, MONDAY, full=False)


class Counting(RuleBook):
    """A rule book that counts how often it is asked."""

    asked = 0

    def match(self, *args: Any, **kwargs: Any) -> Match:
        self.asked += 1
        return super().match(*args, **kwargs)


def test_where_no_lead_is_like_another_it_rests_and_then_tries_again():
    """A look-up for each lead, and a thousand matches kept, would be for nothing."""
    plan = policy([owner("ana")], rules=[rule("one", "owner:ana", when=is_one_of("email", "a@*"))])
    book = Counting(plan)
    alike = AlikeLeads(plan, book)
    others = (replace(lead(1), email=f"a@{n}.example.com") for n in range(2 * TRIED + 1 + REST))
    same = replace(lead(1), email="a@same.example.com")

    def asks(leads: list[Lead]) -> int:
        before = book.asked
        for each in leads:
            assert alike.match(each, MONDAY, full=False).rule is plan.rules[0]
        return book.asked - before

    assert asks([same, same, same]) == 1
    asks([next(others) for _ in range(TRIED + 1)])
    assert asks([same, same]) == 2, "it rests: whatever was kept is gone"
    asks([next(others) for _ in range(REST)])
    assert asks([same, same, same]) == 1
    mixed = [each for other in [next(others) for _ in range(TRIED)] for each in (other, same)]
    assert asks(mixed) == TRIED, "now and then one is known: that is worth going on"
