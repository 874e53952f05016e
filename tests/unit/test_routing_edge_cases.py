"""The edge cases the field knows: leave, night, holiday, caps, blanks. Each ends owned."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from leads.decision import Decision, Method
from leads.keys import OwnerId
from routing.engine import Engine
from routing.policy import Policy
from routing.sla_terms import Sla
from routing.when import AllOf, Between, Condition, Not
from tests.builders import (
    DESK,
    MONDAY,
    away,
    calendar,
    is_one_of,
    lead,
    one_pool,
    owner,
    policy,
    pool,
    rule,
    standing,
)

OFFICE = calendar(holidays="ES")
ANA = owner("ana", timezone="Europe/Madrid", calendar=OFFICE, max_open=25, backup=OwnerId("ben"))
BEN = owner("ben", timezone="Europe/Madrid", calendar=OFFICE, max_open=25)
NIGHT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def decide(plan: Policy, now: datetime = MONDAY, **state: Any) -> Decision:
    return Engine(plan).decide(lead(country="ES"), standing(**state), now)


def why(decision: Decision, name: str) -> str:
    return next(c.reason for c in decision.candidates if c.owner == name)


def test_a_rep_on_leave_is_passed_over():
    on_leave = owner(
        "ana", timezone="Europe/Madrid", away=away(date(2026, 11, 23), date(2026, 11, 27))
    )
    decision = decide(one_pool([on_leave, BEN]))
    assert decision.owner == "ben"
    assert why(decision, "ana") == "on leave until Sat 28 Nov 00:00 (Europe/Madrid)"


def test_a_territory_without_an_owner_falls_back():
    plan = policy(
        [ANA],
        pools=[pool("iberia", [])],
        rules=[rule("iberian", "iberia", when=is_one_of("territory", "iberia"))],
        territories={"iberia": is_one_of("country", "ES", "PT")},
    )
    decision = decide(plan)
    assert (decision.owner, decision.method, decision.rule) == (DESK, Method.FALLBACK, "iberian")
    assert decision.reason == (
        "iberian matched: it goes to the fallback, Inbound-desk, "
        "because nobody in pool iberia could take it: it has no members."
    )


def test_no_rule_falls_back_and_names_the_nearest_miss():
    big = Between(field="employees", least=Decimal(200), most=None)
    near = rule("big ones", "owner:ana", when=AllOf(parts=(is_one_of("country", "ES"), big)))
    far = rule("far", "owner:ana", when=AllOf(parts=(is_one_of("country", "FR"), big)))
    decision = decide(policy([ANA], rules=[far, near]))
    assert (decision.owner, decision.method, decision.rule) == (DESK, Method.FALLBACK, None)
    assert decision.sla == "standard"
    assert decision.reason == (
        "No rule matched (nearest: big ones, employees: wanted at least 200, found blank), "
        "so it goes to the fallback, Inbound-desk."
    )


def test_of_the_near_misses_that_comes_first_of_which_most_else_held():
    """Rules of one condition stand at the top, and are as near to every lead."""
    spain, retail = is_one_of("country", "ES"), is_one_of("industry", "retail")
    large = Between(field="employees", least=Decimal(200), most=None)
    tops = [rule(f"top {n}", "owner:ana", when=is_one_of("product", f"P{n}")) for n in range(3)]
    wide = rule("Iberia", "owner:ana", when=AllOf(parts=(spain, retail)))
    narrow = rule("large Iberia", "owner:ana", when=AllOf(parts=(spain, large, retail)))

    def reason(**fields: Any) -> str:
        plan = policy([ANA], rules=[*tops, wide, narrow])
        return Engine(plan).decide(lead(**fields), standing(), MONDAY).reason

    assert "(nearest: Iberia, industry: wanted retail, found blank), so" in reason(country="ES")
    assert (
        "(nearest: large Iberia, industry: wanted retail, found blank; Iberia, industry: wanted"
    ) in reason(country="ES", employees=300)
    # Nothing else held of any: they are told as they stand.
    assert "(nearest: top 0, product: wanted P0, found blank; top 1, " in reason(country="FR")


def test_everybody_at_the_cap_falls_back_and_says_who_is_where():
    decision = decide(one_pool([ANA, BEN]), open_leads={"ana": 25, "ben": 24.5, DESK: 4_000})
    assert (decision.owner, decision.method) == (DESK, Method.FALLBACK)
    assert decision.reason == (
        "everything matched: it goes to the fallback, Inbound-desk, because nobody in pool team "
        "could take it: Ana is at 25 of 25 open leads; Ben is at 24.5 of 25 open leads."
    )


def test_what_falls_back_keeps_the_sla_of_its_rule_unless_the_fallbacks_ends_sooner():
    hot = Sla(name="hot", first_touch=timedelta(minutes=15))
    plan = policy([ANA], rules=[rule("it", "owner:ana", sla="hot")], slas=[hot])
    assert decide(plan).sla == "hot"
    fallen = decide(plan, NIGHT)
    assert (fallen.sla, fallen.sla_due) == ("hot", NIGHT + timedelta(minutes=15))


def test_the_last_place_under_the_cap_is_given_and_no_more():
    assert decide(one_pool([ANA]), open_leads={"ana": 24}).owner == "ana"
    assert decide(one_pool([ANA]), open_leads={"ana": 25}).owner == DESK


def test_at_night_nobody_in_the_office_gets_it():
    decision = decide(one_pool([ANA, BEN]), NIGHT)
    assert decision.owner == DESK
    assert why(decision, "ana") == "off work until Tue 24 Nov 09:00 (Europe/Madrid)"


def test_a_hot_lead_does_not_wait_14_hours_for_somebody():
    late = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
    soon = one_pool([ANA], seen_within=timedelta(hours=1))
    assert decide(soon, late).owner == DESK
    assert "must be seen within 1 h" in why(decide(soon, late), "ana")
    assert decide(one_pool([ANA], seen_within=timedelta(hours=14)), late).owner == "ana"
    assert decide(soon, datetime(2026, 11, 24, 7, 0, tzinfo=UTC)).owner == "ana"
    assert decide(soon, datetime(2026, 11, 24, 6, 59, tzinfo=UTC)).owner == DESK


def test_a_public_holiday_is_off_work():
    decision = decide(one_pool([ANA]), datetime(2026, 12, 25, 10, tzinfo=UTC))
    assert decision.owner == DESK
    assert why(decision, "ana") == "on a public holiday until Mon 28 Dec 09:00 (Europe/Madrid)"


@pytest.mark.parametrize("country", [None, "ZZ"])
def test_an_unknown_country_matches_neither_a_territory_nor_its_opposite(country: str | None):
    inside: Condition = is_one_of("territory", "iberia")
    rules = [rule("inside", "owner:ana", when=inside)]
    if country is None:
        rules.append(rule("outside", "owner:ana", when=Not(part=inside)))
    plan = policy([ANA], rules=rules, territories={"iberia": is_one_of("country", "ES")})
    decision = Engine(plan).decide(lead(country=country), standing(), MONDAY)
    assert decision.owner == DESK


def test_a_blank_company_size_goes_on_to_the_next_rule():
    big = Between(field="employees", least=Decimal(200), most=None)
    plan = policy([ANA, BEN], rules=[rule("big", "owner:ana", when=big), rule("rest", "owner:ben")])
    decision = decide(plan)
    assert decision.owner == "ben"
    assert decision.rules[0].failed_on == ("employees: wanted at least 200, found blank",)
