"""Rules that are switched on between two days: looked at on those days, and on no others."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.lead import Lead
from routing.lint.findings import Code, Finding
from routing.lint.look import Sight, lint
from routing.policy import Period, Policy
from routing.rulebook import RuleBook
from routing.when import AllOf, Condition, During, Not
from tests.builders import ALWAYS, away, calendar, is_one_of, lead, owner, policy, pool, rule

TODAY = date(2026, 11, 22)  # a Sunday
DAY = timedelta(days=1)
NOON = time(12, tzinfo=UTC)
DECEMBER = Period(first=date(2026, 12, 1), last=date(2026, 12, 31))
AUTUMN = Period(first=date(2026, 9, 1), last=date(2026, 11, 21))
STATED = [TODAY + n * DAY for n in range(-4, 6)]
CREATED = [TODAY + n * DAY for n in range(-7, 9)]
DECIDED = [TODAY + n * DAY for n in range(9)]


def looked(plan: Policy, *codes: Code) -> list[Finding]:
    return [f for f in lint(plan, Sight(today=TODAY)) if not codes or f.code in codes]


def some_stretch(draw: st.DrawFn) -> tuple[date | None, date | None]:
    ends = sorted(draw(st.lists(st.sampled_from(STATED), min_size=2, max_size=2)))
    open_end = draw(st.sampled_from(["neither", "neither", "first", "last"]))
    return (None if open_end == "first" else ends[0], None if open_end == "last" else ends[1])


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    first, last = some_stretch(draw)
    created = During(field="created_at", first=first, last=last)
    kind = is_one_of("industry", "a")
    return draw(
        st.sampled_from([ALWAYS, kind, created, Not(part=created), AllOf(parts=(kind, created))])
    )


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    rules = []
    for number in range(draw(st.integers(min_value=1, max_value=5))):
        first, last = some_stretch(draw)
        active = draw(st.sampled_from([None, Period(first=first, last=last)]))
        rules.append(rule(f"r{number}", "owner:ana", when=draw(conditions()), active=active))
    return policy([owner("ana")], rules=rules)


def decided() -> list[tuple[Lead, datetime]]:
    """Give every lead that can be, with each day on which it can be decided from today on."""
    return [
        (lead(industry=kind, created_at=datetime.combine(made, NOON)), datetime.combine(day, NOON))
        for kind in (None, "a")
        for made in CREATED
        for day in DECIDED
        if made <= day
    ]


@settings(max_examples=60)
@given(policies())
def test_what_is_unreached_from_today_on_is_found_and_nothing_else(plan: Policy):
    cases = decided()
    over, never, shadowed = set(), set(), set()
    taken: set[int] = set()
    for each in plan.rules:
        book = RuleBook(replace(plan, rules=(each,)))
        mine = {n for n, (one, at) in enumerate(cases) if book.match(one, at, full=False).rule}
        if each.active and each.active.last and each.active.last < TODAY:
            over.add(each.name)
        elif not mine:
            never.add(each.name)
        elif mine <= taken:
            shadowed.add(each.name)
        taken |= mine

    found = looked(plan)
    assert {f.about[1] for f in found if f.code is Code.RULE_OVER} == over
    assert {f.about[1] for f in found if f.code is Code.NEVER_MATCHES} == never
    assert {f.about[1] for f in found if f.code is Code.SHADOWED} == shadowed
    assert any(f.code is Code.UNCOVERED for f in found) == (len(taken) < len(cases))
    assert not [f for f in found if f.code is Code.UNDECIDED]


def test_a_rule_that_is_over_is_told_once_and_has_no_hours():
    ana = owner("ana", calendar=calendar())
    plan = policy([ana], [pool("team", ["ana"])], [rule("autumn", "team", active=AUTUMN)])

    found = looked(plan, *(set(Code) - {Code.UNCOVERED}))
    assert [(f.code, f.about) for f in found] == [(Code.RULE_OVER, ("rules", "autumn", "active"))]
    assert found[0].message == "autumn is over since 2026-11-21, and tried no more"


def test_a_rule_that_is_over_hides_none():
    rules = [rule("autumn", "owner:ana", active=AUTUMN), rule("always", "owner:ana")]
    assert looked(policy([owner("ana")], rules=rules), Code.SHADOWED) == []


def test_leads_that_lose_their_rule_are_told_with_the_day():
    rules = [
        rule("spring", "owner:ana", active=Period(first=None, last=date(2026, 12, 31))),
        rule("again", "owner:ana", active=Period(first=date(2027, 2, 1), last=None)),
    ]
    (found,) = looked(policy([owner("ana")], rules=rules), Code.UNCOVERED)

    assert found.message == (
        "no rule covers: decided 2027-01-01 to 2027-01-31; those go to the fallback inbound-desk"
    )
    assert found.example == {"decided": "2027-01-01"}


def test_days_that_cannot_come_together_are_both_named():
    old = During(field="created_at", first=date(2027, 6, 1), last=None)
    rules = [rule("push", "owner:ana", when=old, active=DECEMBER), rule("rest", "owner:ana")]
    (found,) = looked(policy([owner("ana")], rules=rules))

    assert found.message == (
        "push can never match: created_at 2027-06-01 or later and active 2026-12-01 to 2026-12-31 "
        "cannot hold together"
    )


@pytest.mark.parametrize(
    ("active", "told"),
    [
        (None, "Mon-Fri 00:00-09:00 and 18:00-24:00, Sat-Sun (UTC): leads of all then go"),
        (
            Period(first=date(2026, 11, 30), last=date(2026, 12, 2)),  # Monday to Wednesday
            "Mon-Wed 00:00-09:00 and 18:00-24:00 (UTC): leads of all (active 2026-11-30 to",
        ),
        (
            Period(first=date(2026, 1, 1), last=date(2026, 11, 23)),  # to tomorrow
            "Mon 00:00-09:00 and 18:00-24:00, Sun (UTC): leads of all (active 2026-01-01 to",
        ),
    ],
)
def test_the_hours_of_a_rule_are_those_of_its_days(active: Period | None, told: str):
    ana = owner("ana", calendar=calendar((time(9), time(18))))
    plan = policy([ana], [pool("team", ["ana"])], [rule("all", "team", active=active)])

    (found,) = looked(plan, Code.UNCOVERED_HOURS)
    assert told in found.message


@pytest.mark.parametrize(
    ("active", "told"),
    [
        (None, ["2026-11-25", "2026-12-08"]),
        (DECEMBER, ["2026-12-08"]),
        (Period(first=None, last=date(2026, 12, 7)), ["2026-11-25"]),
        (Period(first=date(2026, 12, 9), last=None), []),
        (Period(first=date(2027, 12, 1), last=None), []),
    ],
)
def test_days_off_count_while_the_rule_is_active(active: Period | None, told: list[str]):
    off = (away(day, day)[0] for day in (date(2026, 11, 25), date(2026, 12, 8)))
    plan = policy(
        [owner("ana", away=tuple(off))],
        [pool("team", ["ana"])],
        [rule("all", "team", active=active)],
    )
    found = looked(plan, Code.DAYS_OFF)

    assert [f.message.partition(" on ")[2].partition(", by")[0] for f in found] == (
        [" and ".join(told)] if told else []
    )


def test_rules_of_one_list_and_other_days_are_told_apart():
    ana = owner("ana", calendar=calendar())
    rules = [rule("december", "team", active=DECEMBER), rule("always", "team")]
    found = looked(policy([ana], [pool("team", ["ana"])], rules), Code.UNCOVERED_HOURS)

    assert [f.message.partition("leads of ")[2].partition(" then")[0] for f in found] == [
        "december (active 2026-12-01 to 2026-12-31)",
        "always",
    ]


def test_without_a_today_days_long_before_those_of_the_leads_are_looked_at_as_well():
    autumn = During(field="created_at", first=date(2026, 9, 1), last=None)
    last_year = Period(first=date(2024, 1, 1), last=date(2024, 12, 31))
    rules = [
        rule("last year", "owner:ana", active=last_year),
        rule("autumn", "owner:ana", when=autumn),
        rule("rest", "owner:ana"),
    ]
    assert lint(policy([owner("ana")], rules=rules)) == []
