"""Conditions on what a record does not tell: the weekday, the place of a ZIP code, the account."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config.load import from_document
from flows.recognise import asks_for_accounts
from leads.decision import Choice, Escalation
from leads.keys import LeadKey, OwnerId
from leads.lead import Lead
from leads.matches import SamePerson
from routing.engine import Engine
from routing.explain import explain
from routing.facts import Facts, Truth, Vocabulary
from routing.lead_clock import told, zones_of
from routing.lint.look import lint
from routing.policy import Cap, CapPer
from routing.when import Condition, Not, Presence
from tests.builders import DESK, MONDAY, is_one_of, lead, owner, policy, pool, rule, standing
from tests.unit.judging import evaluate

ANA = OwnerId("ana")
SYDNEY = Vocabulary(zone=ZoneInfo("Australia/Sydney"))
WEEKEND = is_one_of("local_weekday", "sat", "sun")
KNOWN = Presence(field="account_owner", empty=False)
SATURDAY = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


def truth(condition: Condition, subject: Lead, now: datetime, account: Any = None) -> Truth:
    return evaluate(condition, Facts(subject, SYDNEY, now, account_owner=account)).truth


# -- weekdays ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "now", "expected"),
    [
        ({"country": "JP"}, SATURDAY, Truth.HOLDS),
        ({"country": "JP"}, SATURDAY + timedelta(hours=28), Truth.FAILS),  # Monday 01:00 there
        ({"country": "GB"}, SATURDAY + timedelta(hours=28), Truth.HOLDS),
        # From New York to Hawaii: Saturday or Sunday is the weekend either way, ...
        ({"country": "US"}, SATURDAY + timedelta(hours=18), Truth.HOLDS),
        # ... Friday or Saturday is not.
        ({"country": "US"}, SATURDAY - timedelta(hours=6), Truth.UNKNOWN),
        ({"country": "US", "region": "US-NY"}, SATURDAY - timedelta(hours=6), Truth.HOLDS),
        ({}, SATURDAY, Truth.UNKNOWN),
    ],
)
def test_the_weekend_is_the_leads_own(fields: dict[str, Any], now: datetime, expected: Truth):
    assert truth(WEEKEND, lead(**fields), now) is expected
    opposite = {Truth.HOLDS: Truth.FAILS, Truth.FAILS: Truth.HOLDS}.get(expected, expected)
    assert truth(Not(part=WEEKEND), lead(**fields), now) is opposite


def test_weekday_is_the_configurations_own_and_always_known():
    sunday = is_one_of("weekday", "sun")
    assert truth(sunday, lead(), SATURDAY) is Truth.FAILS
    assert truth(sunday, lead(), SATURDAY + timedelta(hours=2)) is Truth.HOLDS  # 01:00 in Sydney
    assert truth(Presence(field="weekday", empty=True), lead(), SATURDAY) is Truth.FAILS


def test_a_weekday_that_fails_says_what_was_found():
    facts = Facts(lead(country="US"), SYDNEY, SATURDAY - timedelta(hours=6))
    assert evaluate(WEEKEND, facts).failed_on == (
        "local_weekday: wanted sat or sun, found fri or sat",
    )


# -- ZIP codes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("postal_code", "zones"),
    [
        ("10001", ("America/New_York",)),
        ("60601-1234", ("America/Chicago",)),
        ("79901", ("America/Denver",)),  # El Paso, unlike the rest of Texas
        ("75201", ("America/Chicago",)),
        ("85004", ("America/Phoenix",)),
        ("94105", ("America/Los_Angeles",)),
        ("83843", ("America/Los_Angeles",)),  # the north of Idaho, unlike Boise
        ("83702", ("America/Denver",)),
        ("00901", ("America/Puerto_Rico",)),
        ("37402", ("America/New_York",)),  # Chattanooga, unlike Nashville
        ("37203", ("America/Chicago",)),
    ],
)
def test_a_zip_code_tells_the_zone(postal_code: str, zones: tuple[str, ...]):
    assert zones_of(lead(country="US", postal_code=postal_code)) == zones
    assert zones_of(lead(country="ES", postal_code=postal_code)) != zones


@pytest.mark.parametrize(
    "postal_code", ["96201", "1234", "SW1A 1AA", "\uff10\uff10\uff19\uff10\uff11", ""]
)
def test_a_code_that_tells_nothing_leaves_the_country(postal_code: str):
    subject = lead(country="US", postal_code=postal_code)
    assert zones_of(subject) == zones_of(lead(country="US"))


def test_the_region_comes_first_and_explain_says_what_told():
    subject = lead(country="US", region="US-CA", postal_code="10001")
    assert told(subject, MONDAY) == (
        "The lead's own clock read Mon 02:00 (America/Los_Angeles), by its region US-CA."
    )
    by_zip = lead(country="US", postal_code="10001")
    assert told(by_zip, MONDAY).endswith("Mon 05:00 (America/New_York), by its ZIP code.")
    assert told(lead(country="US"), MONDAY).endswith(
        "by its country US, of which neither region nor ZIP code is known."
    )
    assert told(lead(), MONDAY).startswith("The lead's own time is not known")
    plan = policy([owner("ana")], rules=[rule("weekend", "owner:ana", when=WEEKEND)])
    made = Engine(plan).decide(by_zip, standing(), MONDAY)
    assert told(by_zip, MONDAY) in explain(made, plan, by_zip)
    plain = policy([owner("ana")], rules=[rule("all", "owner:ana")])
    assert told(by_zip, MONDAY) not in explain(made, plain, by_zip)


# -- whose account it is -------------------------------------------------------------------------


def test_a_known_account_is_a_condition_and_replays():
    rules = [rule("known", "account_owner", "team", when=KNOWN), rule("rest", "team")]
    plan = policy([owner("ana"), owner("ben")], [pool("team", ["ben"])], rules)
    engine = Engine(plan)
    known = engine.decide(lead(), standing(account_owner="ana"), MONDAY)
    assert (known.owner, known.rule) == ("ana", "known")
    unknown = engine.decide(lead(), standing(), MONDAY)
    assert (unknown.owner, unknown.rule) == ("ben", "rest")
    assert unknown.rules[0].failed_on == ("account_owner: wanted any value, found blank",)
    for made in (known, unknown):
        assert made.saw is not None
        assert engine.decide(lead(), made.saw, MONDAY) == made


def test_the_account_is_kept_even_where_no_target_asked_for_it():
    anas = rule("anas", "owner:ben", when=is_one_of("account_owner", "ana"))
    plan = policy([owner("ana"), owner("ben")], rules=[anas])
    made = Engine(plan).decide(lead(), standing(account_owner="ana"), MONDAY)
    assert made.rule == "anas"
    assert made.saw is not None
    assert Engine(plan).decide(lead(), made.saw, MONDAY) == made


def test_a_segment_may_be_the_known_accounts_and_caps_count_it():
    caps = (Cap(per=CapPer.DAY, most=1, segment="known"),)
    plan = policy(
        [owner("ana", caps=caps)], rules=[rule("all", "owner:ana")], segments={"known": KNOWN}
    )
    engine = Engine(plan)
    assert engine.decide(lead(), standing(account_owner="ana"), MONDAY).segments == ("known",)
    assert engine.decide(lead(), standing(), MONDAY).segments == ()


PAST_THE_RULES: dict[str, Any] = {
    "escalated": Escalation(owner=ANA, because="the manager of Ben", sla="standard"),
    "choice": Choice(
        owner=ANA, by="Rosa", reason="knows them", instead_of=DESK, sla="standard", since=MONDAY
    ),
    "refused": "hubspot refused the write to Ben",
    "no_lead": True,
    "person": SamePerson(record=LeadKey("hubspot", "9"), owner=ANA),
}


@pytest.mark.parametrize("what", PAST_THE_RULES)
def test_what_goes_past_the_rules_is_of_its_segments_too(what: str):
    caps = (Cap(per=CapPer.DAY, most=1, segment="known"),)
    plan = policy([owner("ana", caps=caps)], segments={"known": KNOWN}, fallback=ANA)
    engine = Engine(plan)
    saw = replace(standing(account_owner="ben"), **{what: PAST_THE_RULES[what]})
    made = engine.decide(lead(), saw, MONDAY)
    assert (made.owner, made.rule, made.segments) == (ANA, None, ("known",))
    assert made.saw is not None
    assert engine.decide(lead(), made.saw, MONDAY) == made, "it must replay"


def test_check_reaches_rules_of_the_weekend_and_of_known_accounts():
    plan = policy(
        [owner("ana")],
        rules=[
            rule("known", "owner:ana", when=is_one_of("account_owner", "ana")),
            rule("weekend", "owner:ana", when=WEEKEND),
            rule("rest", "owner:ana"),
        ],
    )
    assert {each.code for each in lint(plan)} == set()


def test_written_in_yaml():
    document = {
        "owners": [{"id": "ana", "name": "Ana"}],
        "pools": {"team": {"members": ["ana"]}},
        "fallback": {"assign": "ana", "sla": "day"},
        "sla": {"day": {"first_touch": "24h"}},
        "rules": [
            {"name": "weekend", "when": {"local_weekday": ["sat-sun", "wed"]}, "assign": "team"},
            {"name": "known", "when": {"account_owner": {"is": "present"}}, "assign": "team"},
            {"name": "office", "when": {"weekday": {"not": "mon-fri"}}, "assign": "team"},
        ],
    }
    plan = from_document(document).policy
    assert plan.rules[0].when == is_one_of("local_weekday", "wed", "sat", "sun")
    assert plan.rules[1].when == KNOWN
    assert plan.rules[2].when == Not(part=is_one_of("weekday", "mon", "tue", "wed", "thu", "fri"))
    assert asks_for_accounts(plan)
