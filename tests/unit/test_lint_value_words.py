"""What a finding says of a kind of leads is true of every lead of that kind."""

import re
from collections.abc import Mapping
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from leads.lead import Headcount, Lead
from routing.lint.findings import Code
from routing.lint.look import lint
from routing.policy import Policy
from routing.rulebook import RuleBook
from routing.when import Between, Condition, OneOf, Presence
from tests.builders import MONDAY, is_one_of, lead, owner, policy, rule


def plan(*conditions: Condition, segments: Mapping[str, Condition] | None = None) -> Policy:
    rules = [rule(f"r{n}", "owner:ana", when=each) for n, each in enumerate(conditions)]
    return policy([owner("ana")], rules=rules, segments=segments or {})


def uncovered(*conditions: Condition) -> list[str]:
    found = [f for f in lint(plan(*conditions)) if f.code is Code.UNCOVERED]
    return [f.message.removeprefix("no rule covers: ").partition("; those go")[0] for f in found]


def between(field: str, least: int | None = None, most: int | None = None) -> Between:
    ends = [None if end is None else Decimal(end) for end in (least, most)]
    return Between(field=field, least=ends[0], most=ends[1])


def test_a_number_stands_for_its_whole_stretch():
    (told,) = uncovered(between("employees", least=200))
    assert told == "employees blank, 1 to 199 or ranges such as 1+"
    (told,) = uncovered(between("employees", most=49), between("employees", least=200))
    assert told == "employees blank, 50 to 199 or ranges such as 1+"
    (told,) = uncovered(between("score", least=10, most=20))
    assert told == "score blank, less than 10 or more than 20"
    (told,) = uncovered(between("deal_value", least=100))
    assert told == "deal_value blank, without a currency or less than 100 EUR"
    (told,) = uncovered(between("custom.seats", least=5))
    assert told == "custom.seats blank, what is no number or less than 5"


def test_words_that_no_condition_tells_apart_are_all_told():
    (told,) = uncovered(is_one_of("country", "ES", "PT"), Presence(field="country", empty=True))
    assert told == "country any the rules do not name (247 countries)"
    (told,) = uncovered(OneOf(field="product", values=("CRM", "ERP")))
    assert told == "product blank or any the rules do not name"
    (told,) = uncovered(
        Presence(field="product", empty=True),
        OneOf(field="product", values=("CRM",)),
        is_one_of("lead_source", "partner"),
    )
    assert "product any the rules do not name" in told


def test_left_out_are_all_of_those_that_are_covered_and_not_one_for_the_others():
    (told,) = uncovered(
        is_one_of("country", "FR", "IT"),
        is_one_of("country", "DE", "AT"),
        is_one_of("lead_source", "web", "partner"),
        Presence(field="lead_source", empty=True),
    )
    assert "country FR" not in told
    for code in ("FR", "IT", "DE", "AT"):
        assert f"anything but {code};" not in told


def test_a_pattern_is_told_only_where_all_that_it_matches_is_meant():
    (told,) = uncovered(
        OneOf(field="campaign", values=("*-de",)),
        Presence(field="campaign", empty=True),
        OneOf(field="campaign", values=("x*",)),
    )
    assert told == "campaign any the rules do not name"
    campaigns = plan(
        OneOf(field="campaign", values=("ent-1",)),
        Presence(field="campaign", empty=True),
        segments={"ent": OneOf(field="campaign", values=("ent-*",))},
    )
    (gap,) = [f for f in lint(campaigns) if f.code is Code.UNCOVERED]
    told = "no rule covers: campaign any the rules do not name or ent-* but ent-1;"
    assert gap.message.startswith(told)


def test_of_a_pattern_of_which_a_part_is_taken_the_rest_is_an_example():
    campaigns = plan(
        OneOf(field="campaign", values=("*-de",)),
        Presence(field="campaign", empty=True),
        segments={"ent": OneOf(field="campaign", values=("ent-*",))},
    )
    (gap,) = [f for f in lint(campaigns) if f.code is Code.UNCOVERED]
    assert "or for example ent-" in gap.message
    assert "ent-*" not in gap.message


def test_what_is_personal_is_never_told():
    (told,) = uncovered(OneOf(field="email", values=("*@partner.example",)))
    assert told == "email for example a value not shown here"


ENDS = st.integers(1, 9)
RANGES = st.tuples(ENDS, ENDS).map(sorted)


def claimed(told: str, count: int) -> bool:
    """Read the numbers of the sentence."""
    if "employees" not in told or "any number" in told:
        return True
    for part in re.split(r", | or (?!more|less)", told.partition("employees ")[2]):
        match re.findall(r"\d+", part):
            case [only] if part == only:
                inside = count == int(only)
            case [least] if part == f"{least} or more":
                inside = count >= int(least)
            case [least, most] if part == f"{least} to {most}":
                inside = int(least) <= count <= int(most)
            case _:
                inside = False
        if inside:
            return True
    return False


@given(st.lists(RANGES, min_size=1, max_size=3), st.booleans())
def test_exactly_the_numbers_no_rule_takes_are_claimed(ranges, is_open):
    conditions: list[Condition] = [between("employees", *ends) for ends in ranges]
    if is_open:
        conditions.append(between("employees", least=8))
    whole = plan(*conditions)
    (told,) = uncovered(*conditions)
    book = RuleBook(whole)
    for count in range(1, 13):
        here: Lead = lead(employees=Headcount(least=count, most=count))
        is_taken = book.match(here, MONDAY, full=False).rule is not None
        assert claimed(told, count) is not is_taken, (told, count)
