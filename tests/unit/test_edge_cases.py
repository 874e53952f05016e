"""The cases made from a policy: every rule has some, at hours and on days that matter to it."""

from datetime import UTC, date, datetime, time

from routing.edge_cases import EdgeCase, NoCase, edge_cases
from routing.lint.plan import Arrival, Plan
from routing.policy import Period, Rule
from routing.space.reality import Reality
from routing.when import AllOf, Condition, Not, OnClock, Presence
from tests.builders import calendar, is_one_of, owner, policy, pool, rule

BASE = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
ANA = owner("ana", timezone="Europe/Madrid", calendar=calendar())
GRACE = owner("grace", timezone="America/Los_Angeles", calendar=calendar())
NIGHT_OWL = owner("nils")


def plan(*rules: Rule) -> Plan:
    pools = [pool("west", ["grace"]), pool("cover", ["nils"])]
    return Plan(policy([ANA, GRACE, NIGHT_OWL], pools, rules), Reality())


def cases(of: Plan, *, is_fixed: bool = False) -> dict[str, dict[str, EdgeCase | NoCase]]:
    found: dict[str, dict[str, EdgeCase | NoCase]] = {}
    for each in edge_cases(of, BASE, is_fixed=is_fixed):
        what = each.what if isinstance(each, EdgeCase) else "none"
        found.setdefault(each.rule, {})[what] = each
    return found


def taker(of: Plan, case: EdgeCase | NoCase) -> str | None:
    assert isinstance(case, EdgeCase)
    found = of.taker_of(Arrival(case.lead, case.at, case.account_owner))
    return found.name if found else None


def at_night(country: str) -> Condition:
    evening = OnClock(field="local_time", first=time(20), last=time(22))
    return AllOf(parts=(is_one_of("country", country), evening))


def test_a_rule_for_some_hours_has_its_lead_at_one_of_them_and_beside_them():
    of = plan(rule("late", "owner:ana", when=at_night("ES")), rule("rest", "west"))
    of_rule = cases(of)["late"]
    assert taker(of, of_rule["a lead that comes to it"]) == "late"
    assert taker(of, of_rule["at an hour it is not for"]) == "rest"


def test_a_rule_for_some_hours_of_anywhere_has_one_too():
    evening = OnClock(field="local_time", first=time(20), last=time(22))
    of = plan(rule("late", "owner:ana", when=evening))
    assert taker(of, cases(of)["late"]["a lead that comes to it"]) == "late"


def test_a_rule_on_whose_account_it_is_has_one_too():
    of = plan(rule("ana's", "west", when=is_one_of("account_owner", "ana")))
    assert taker(of, cases(of)["ana's"]["a lead that comes to it"]) == "ana's"


def test_somebody_whom_it_names_first_is_at_work():
    of = plan(rule("west", "west", "cover"))
    case = cases(of)["west"]["a lead that comes to it"]
    assert isinstance(case, EdgeCase)
    assert case.at == datetime(2026, 11, 24, 17, 0, tzinfo=UTC)  # 9 in the morning there
    assert case.lead.created_at == case.at


def test_a_moment_that_was_asked_for_is_kept():
    case = cases(plan(rule("west", "west", "cover")), is_fixed=True)["west"]
    ordinary = case["a lead that comes to it"]
    assert isinstance(ordinary, EdgeCase)
    assert ordinary.at == BASE


def test_both_ends_of_its_days_are_tried_from_either_side():
    december = Period(first=date(2026, 12, 1), last=date(2026, 12, 31))
    of = plan(rule("december", "cover", active=december), rule("rest", "west"))
    of_rule = cases(of)["december"]
    assert [(what, taker(of, case)) for what, case in of_rule.items() if what[:3] == "on "] == [
        ("on the day before it is active, 2026-11-30", "rest"),
        ("on its first day, 2026-12-01", "december"),
        ("on its last day, 2026-12-31", "december"),
        ("on the day after its last, 2027-01-01", "rest"),
    ]
    assert taker(of, of_rule["a lead that comes to it"]) == "december"


def test_a_rule_below_one_of_some_days_has_its_lead_when_it_comes_to_it():
    now = Period(first=date(2026, 11, 1), last=date(2026, 11, 30))
    of = plan(rule("season", "cover", active=now), rule("rest", "cover"))
    assert taker(of, cases(of)["rest"]["a lead that comes to it"]) == "rest"


def test_every_rule_appears_though_none_comes_to_it():
    never = AllOf(
        parts=(
            Presence(field="country", empty=True),
            Not(part=Presence(field="country", empty=True)),
        )
    )
    found = cases(
        plan(rule("never", "cover", when=never), rule("all", "cover"), rule("late", "cover"))
    )
    assert list(found) == ["never", "all", "late", "no rule"]
    for name in ("never", "late"):
        assert isinstance(found[name]["none"], NoCase)


def test_nights_are_those_on_which_it_comes_to_the_rule():
    of = plan(rule("late", "owner:grace", when=at_night("ES")))
    assert taker(of, cases(of)["late"]["while nobody is at work"]) == "late"
