"""Conditions on days and on the lead's own clock, and rules that are switched on between days."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config.load import load
from leads.decision import RuleTrial
from leads.errors import ConfigError
from leads.lead import Lead
from routing.conditions import compile_condition
from routing.engine import Engine
from routing.facts import Facts, Truth, Vocabulary
from routing.lead_clock import zones_of
from routing.policy import Period
from routing.rulebook import RuleBook
from routing.when import Between, Condition, During, Not, OnClock, Presence
from tests.builders import MONDAY, is_one_of, lead, owner, policy, rule, standing
from tests.unit.config_files import loaded, put, swapped
from tests.unit.judging import Verdict, evaluate

MADRID = Vocabulary(zone=ZoneInfo("Europe/Madrid"))
DECEMBER = During(field="created_at", first=date(2026, 12, 1), last=date(2026, 12, 31))
OFFICE = OnClock(field="local_time", first=time(9), last=time(18))


def judge(condition: Condition, subject: Lead, now: datetime = MONDAY) -> Verdict:
    return evaluate(condition, Facts(subject, MADRID, now))


# -- days ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("created", "expected"),
    [
        ("2026-11-30T22:59:59+00:00", Truth.FAILS),
        ("2026-11-30T23:00:00+00:00", Truth.HOLDS),  # Madrid is an hour ahead: the 1st there
        ("2026-12-31T22:59:59+00:00", Truth.HOLDS),
        ("2026-12-31T23:00:00+00:00", Truth.FAILS),
    ],
)
def test_a_day_begins_and_ends_in_the_time_zone_of_the_policy(created: str, expected: Truth):
    subject = lead(created_at=datetime.fromisoformat(created))
    assert judge(DECEMBER, subject).truth is expected
    opposite = Truth.HOLDS if expected is Truth.FAILS else Truth.FAILS
    assert judge(Not(part=DECEMBER), subject).truth is opposite


def test_a_day_that_fails_says_what_was_wanted_and_found():
    assert judge(DECEMBER, lead()).failed_on == (
        "created_at: wanted 2026-12-01 to 2026-12-31, found 2026-11-23",
    )
    since = During(field="created_at", first=date(2027, 1, 1), last=None)
    assert judge(since, lead()).failed_on == (
        "created_at: wanted 2027-01-01 or later, found 2026-11-23",
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [("2026-12-24", Truth.HOLDS), ("2027-01-01", Truth.FAILS), (None, Truth.UNKNOWN)],
)
def test_a_custom_date(value: str | None, expected: Truth):
    renewal = During(field="custom.renewal", first=None, last=date(2026, 12, 31))
    subject = lead(custom={} if value is None else {"renewal": value})
    assert judge(renewal, subject).truth is expected
    if expected is Truth.UNKNOWN:
        assert judge(Not(part=renewal), subject).truth is Truth.UNKNOWN


def test_a_custom_field_that_is_no_date_is_unknown_and_shown():
    renewal = During(field="custom.renewal", first=None, last=date(2026, 12, 31))
    verdict = judge(renewal, lead(custom={"renewal": "soon"}))
    assert verdict.truth is Truth.UNKNOWN
    assert verdict.failed_on == ("custom.renewal: wanted 2026-12-31 or earlier, found soon",)


def test_one_day_is_an_equality():
    assert judge(is_one_of("created_at", "2026-11-23"), lead()).truth is Truth.HOLDS
    assert judge(is_one_of("created_at", "2026-11-24"), lead()).truth is Truth.FAILS


# -- the lead's own clock ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "hour", "expected", "found"),
    [
        ({"country": "ES", "region": "ES-MD"}, 8, Truth.HOLDS, "09:00"),
        ({"country": "ES", "region": "ES-TF"}, 8, Truth.FAILS, "08:00"),
        # Spain without a region: the Canaries are an hour behind.
        ({"country": "ES"}, 8, Truth.UNKNOWN, "08:00 or 09:00, by where in the country it is"),
        ({"country": "ES"}, 10, Truth.HOLDS, "10:00 or 11:00, by where in the country it is"),
        ({"country": "JP"}, 8, Truth.HOLDS, "17:00"),
        ({"region": "US-CA"}, 16, Truth.FAILS, "08:00"),
        ({"country": "US", "region": "US-CA"}, 17, Truth.HOLDS, "09:00"),
        ({"phone": "+81312345678"}, 8, Truth.HOLDS, "17:00"),
        ({"country": "ES", "region": "ES-MD", "phone": "+81312345678"}, 8, Truth.HOLDS, "09:00"),
        ({}, 8, Truth.UNKNOWN, "blank (no country, region or phone number tells a time zone)"),
    ],
)
def test_hours_by_the_clock_of_the_lead(
    fields: dict[str, Any], hour: int, expected: Truth, found: str
):
    now = datetime(2026, 11, 23, hour, 0, 30, tzinfo=UTC)
    verdict = judge(OFFICE, lead(**fields), now)
    assert verdict.truth is expected
    if expected is not Truth.HOLDS:
        assert verdict.failed_on == (f"local_time: wanted 09:00 to 18:00, found {found}",)
    opposite = {Truth.HOLDS: Truth.FAILS, Truth.FAILS: Truth.HOLDS, Truth.UNKNOWN: Truth.UNKNOWN}
    assert judge(Not(part=OFFICE), lead(**fields), now).truth is opposite[expected]


def test_the_last_minute_counts_to_its_end_and_summer_time_is_kept():
    summer = datetime(2026, 7, 1, 16, 0, 59, tzinfo=UTC)  # 18:00:59 in Berlin
    assert judge(OFFICE, lead(country="DE"), summer).truth is Truth.HOLDS
    assert judge(OFFICE, lead(country="DE"), summer.replace(minute=1)).truth is Truth.FAILS


@pytest.mark.parametrize(("country", "is_known"), [("JP", True), ("US", False), (None, False)])
def test_a_local_time_is_empty_unless_it_is_one(country: str | None, is_known: bool):  # noqa: FBT001 - a table
    empty = Presence(field="local_time", empty=True)
    assert (judge(empty, lead(country=country)).truth is Truth.HOLDS) is not is_known


def test_a_country_or_region_without_a_clock_of_its_own():
    assert zones_of(lead(country="BV")) == ()  # Bouvet Island: nobody lives there
    assert zones_of(lead(region="ES-XX")) == zones_of(lead(country="ES"))
    assert zones_of(lead(phone="not a number")) == ()


# -- rules between days --------------------------------------------------------------------------

CHRISTMAS = Period(first=date(2026, 12, 1), last=date(2026, 12, 31))


def trial(now: str, active: Period = CHRISTMAS) -> RuleTrial:
    seasonal = rule("christmas", "owner:ana", when=is_one_of("country", "ES"), active=active)
    setup = policy([owner("ana")], rules=[seasonal], timezone="America/New_York")
    decision = Engine(setup).decide(
        lead(country="ES"), standing(), datetime.fromisoformat(now), trace_full=True
    )
    return decision.rules[0]


@pytest.mark.parametrize(
    ("now", "why"),
    [
        ("2026-12-01T04:59:59Z", "2026-11-30: not active until 2026-12-01"),
        ("2026-12-01T05:00:00Z", None),
        ("2027-01-01T04:59:59Z", None),
        ("2027-01-01T05:00:00Z", "2027-01-01: not active since 2026-12-31"),
    ],
)
def test_a_rule_is_tried_on_its_days_only_by_the_clock_of_the_decision(now: str, why: str | None):
    found = trial(now)
    assert found.matched is (why is None)
    if why:
        assert found.failed_on == (f"active: wanted 2026-12-01 to 2026-12-31, found {why}",)


def test_a_rule_may_be_open_at_one_end():
    assert trial("2030-01-01T12:00:00Z", Period(first=date(2026, 12, 1), last=None)).matched
    assert not trial("2030-01-01T12:00:00Z", Period(first=None, last=date(2026, 12, 1))).matched


@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        (During(field="city", first=None, last=None), "city is not a date"),
        (OnClock(field="created_at", first=None, last=None), "created_at is not a time of day"),
        (Between(field="local_time", least=Decimal(9), most=None), "local_time is not a number"),
        (is_one_of("local_time", "09:00"), "a clock is never at one minute for long"),
        (is_one_of("created_at", "soon"), "'soon' is not a date"),
    ],
)
def test_what_cannot_be_meant_of_a_moment_is_refused(condition: Condition, problem: str):
    with pytest.raises(ConfigError, match=problem):
        Engine(policy([owner("ana")], rules=[rule("r", "owner:ana", when=condition)]))


def test_a_time_zone_that_does_not_exist_is_refused():
    with pytest.raises(ConfigError, match="there is no time zone 'Mars/Base'"):
        Engine(policy([owner("ana")], timezone="Mars/Base"))


# -- in the configuration ------------------------------------------------------------------------


def test_days_hours_and_active_are_read_from_the_files(tmp_path: Path):
    text = swapped(
        "when: {territory: iberia, employees: {min: 200}}",
        'when: {created_at: {min: 2026-12-01}, local_time: {min: "09:00", max: "18:00"},\n'
        "      custom.renewal: {max: 2026-12-31}, custom.budget: [5, 7.50]}\n"
        "    active: {from: 2026-12-01}",
    )
    text = text.replace("custom: {budget: number,", "custom: {budget: number, renewal: date,")
    put(tmp_path, base=f"{text}timezone: Europe/Madrid\n")
    configuration = load(tmp_path)
    first = configuration.policy.rules[0]
    assert configuration.policy.timezone == "Europe/Madrid"
    assert first.active == Period(first=date(2026, 12, 1), last=None)
    decision = Engine(configuration.policy).decide(
        lead(country="JP", created_at=MONDAY, custom={"budget": "7.5", "renewal": "2026-12-01"}),
        standing(),
        MONDAY,
        trace_full=True,
    )
    assert decision.rules[0].failed_on == (
        "active: wanted 2026-12-01 or later, found 2026-11-23: not active until 2026-12-01",
        "created_at: wanted 2026-12-01 or later, found 2026-11-23",
        "local_time: wanted 09:00 to 18:00, found 19:00",
    )


def test_a_segment_may_be_made_of_territories(tmp_path: Path):
    configuration = loaded(tmp_path, segments="{paid: {territory: iberia}}")
    assert configuration.policy.segments["paid"] == is_one_of("territory", "iberia")


def test_where_days_begin_is_part_of_the_policy(tmp_path: Path):
    plain = loaded(tmp_path)
    zoned = loaded(tmp_path, timezone="Europe/Madrid")
    assert plain.policy.hash != zoned.policy.hash


@pytest.mark.parametrize(
    ("at", "is_night"),
    [("21:59", False), ("22:00", True), ("00:00", True), ("06:00", True), ("06:01", False)],
)
def test_hours_over_midnight_hold_at_both_ends(at: str, is_night: bool):  # noqa: FBT001 - a table
    night = OnClock(field="local_time", first=time(22), last=time(6))
    hour, minute = map(int, at.split(":"))
    now = datetime(2026, 11, 23, hour, minute, 30, tzinfo=UTC)
    for wanted, when in ((is_night, night), (not is_night, Not(part=night))):
        setup = policy([owner("ana")], rules=[rule("it", "owner:ana", when=when)])
        match = RuleBook(setup).match(lead(country="GB"), now, full=True)
        assert (match.rule is not None) is wanted
        alone = compile_condition(when, {}, "EUR").truth(match.facts)
        assert alone is (Truth.HOLDS if wanted else Truth.FAILS), "read by itself, as in a miss"
        if not wanted and when is night:
            assert match.trials[0].failed_on == (f"local_time: wanted 22:00 to 06:00, found {at}",)
