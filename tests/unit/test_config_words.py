"""What words mean: YAML 1.2 and its traps, durations, hours, days, names of places."""

from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from config.time_words import read_days, read_duration, read_span
from config.yaml_text import resolve
from leads.keys import OwnerId
from routing.when import AllOf, AnyOf, Between, Not, OneOf, Presence
from tests.unit.config_files import complaints, loaded, put, with_sections


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        *(("NO", "NO"), ("no", "no"), ("on", "on"), ("Off", "Off"), ("y", "y"), ("yes", "yes")),
        *(("true", True), ("FALSE", False), ("null", None), ("~", None), ("", None)),
        *(("12", 12), ("-3", -3), ("0", 0), ("1.5", 1.5), ("1e3", 1000.0), ("0.92", 0.92)),
        *(("08001", "08001"), ("007", "007"), ("0x1F", "0x1F"), ("1_000", "1_000")),
        *(("09:00", "09:00"), ("12:30:45", "12:30:45"), ("2026-12-24", "2026-12-24")),
        *((".inf", ".inf"), (".nan", ".nan"), ("1e999", "1e999"), ("=", "="), ("9" * 30, "9" * 30)),
        *((".", "."), ("+", "+"), ("-", "-"), ("1.2.3", "1.2.3"), ("٣", "٣"), ("01.5", "01.5")),
    ],
)
def test_unquoted_words(text: str, meant: object):
    found = resolve(text)

    assert found == meant
    assert type(found) is type(meant)


def test_norway_stays_norway_and_keys_stay_text(tmp_path: Path):
    made = loaded(
        tmp_path,
        territories="\n  iberia: {country: ES}\n  no: {country: NO}\n  on: {country: [no, se]}",
        segments="\n  12: {postal_code: [08001, 28001]}",
    )

    assert made.policy.territories["no"] == OneOf(field="country", values=("NO",))
    assert made.policy.territories["on"] == OneOf(field="country", values=("NO", "SE"))
    assert made.policy.segments["12"] == OneOf(field="postal_code", values=("08001", "28001"))


def test_an_unquoted_vendor_id_is_text(tmp_path: Path):
    owners = "[{id: ana, name: Ana, crm: {hubspot: 4471}}, {id: desk, name: D, kind: queue}]"
    made = loaded(tmp_path, owners=owners, **NO_SOURCES)

    assert made.policy.owners[OwnerId("ana")].crm == {"hubspot": "4471"}


NO_SOURCES = {
    "sources": "",
    "territories": "",
    "pools": "{smb: {members: [ana]}}",
    "rules": "[{name: All, assign: smb}]",
}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("15m", 900), ("24h", 86400), ("2d", 172800), ("1h30m", 5400), ("1w", 604800)],
)
def test_durations(text: str, seconds: int):
    assert read_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "value", ["", "15", "m", "15 m", "1.5h", "-5m", "0m", "30m1h", "9999d", "1y", None, [], True, 5]
)
def test_what_is_no_duration(value: object):
    with pytest.raises(ValueError, match=r"duration|of what"):
        read_duration(value)


def test_hours_may_end_at_midnight():
    assert read_span("22:00-24:00") == (time(22), time.max)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("9-17", '"09:00-17:00"'),
        ("9:30 to 18", '"09:30-18:00"'),
        ("9.00-17.30", '"09:00-17:30"'),
        ("9am-5pm", '"09:00-17:00"'),
        ("09:00-25:00", '"09:00-17:00"'),
        ("24:00-25:00", '"09:00-17:00"'),
        ("09:60-10:00", '"09:00-17:00"'),
        ("09:00-09:00", "ends before it begins"),
        ("22:00-06:00", '"22:00-24:00" and "00:00-06:00"'),
    ],
)
def test_hours_that_are_not_tell_what_would_be(text: str, remedy: str):
    with pytest.raises(ValueError, match=remedy):
        read_span(text)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("mon,wed,fri", {0, 2, 4}),
        ("sat-sun", {5, 6}),
        ("fri-mon", {4, 5, 6, 0}),
        ("Mon - Wed, sun", {0, 1, 2, 6}),
        ("mon-sun", set(range(7))),
        ("tue", {1}),
    ],
)
def test_days(text: str, days: set[int]):
    assert read_days(text) == days


@pytest.mark.parametrize("text", ["", "monday", "mon-", "-fri", "mon--fri", "mon;fri", "lun-vie"])
def test_what_is_no_day(text: str):
    with pytest.raises(ValueError, match="mon-fri"):
        read_days(text)


def test_hours_by_groups_of_days(tmp_path: Path):
    office = '{hours: {mon-thu: ["09:00-14:00", "14:00-18:00"], fri: ["08:00-15:00"]}}'
    made = loaded(tmp_path, calendars=f"\n  office: {office}")
    calendar = made.policy.owners[OwnerId("ana")].calendar

    assert calendar is not None
    # Two spans that touch are one: nobody goes home for no time at all.
    assert calendar.hours[0] == ((time(9), time(18)),)
    assert calendar.hours[4] == ((time(8), time(15)),)
    assert sorted(calendar.hours) == [0, 1, 2, 3, 4]


def test_a_day_in_two_groups(tmp_path: Path):
    office = '{hours: {mon-fri: ["09:00-18:00"], fri: ["08:00-15:00"]}}'
    put(tmp_path, base=with_sections(calendars=f"\n  office: {office}"))

    (told,) = complaints(tmp_path)
    assert told.startswith("base.yaml:10: calendars.office.hours.mon-fri: a day of this group is")


WHEN = [
    ("{country: Spain}", OneOf(field="country", values=("ES",))),
    ("{country: UK}", OneOf(field="country", values=("GB",))),
    ("{region: us-ca}", OneOf(field="region", values=("US-CA",))),
    ("{language: [Spanish, pt]}", OneOf(field="language", values=("es", "pt"))),
    ("{currency: usd}", OneOf(field="currency", values=("USD",))),
    ('{email: "*@example.com"}', OneOf(field="email", values=("*@example.com",))),
    ("{employees: 200}", OneOf(field="employees", values=("200",))),
    ("{score: {max: 0.5}}", Between(field="score", least=None, most=Decimal("0.5"))),
    ("{custom.budget: {min: 1}}", Between(field="custom.budget", least=Decimal(1), most=None)),
    ("{custom.plan: pro}", OneOf(field="custom.plan", values=("pro",))),
    ("{is_test: false}", OneOf(field="is_test", values=("false",))),
    ("{city: {is: empty}}", Presence(field="city", empty=True)),
    ("{city: {is: present}}", Presence(field="city", empty=False)),
    ("{city: {not: Madrid}}", Not(part=OneOf(field="city", values=("Madrid",)))),
    ("{city: {not: [A, B]}}", Not(part=OneOf(field="city", values=("A", "B")))),
    ("{city: {not: {is: empty}}}", Not(part=Presence(field="city", empty=True))),
    (
        "{employees: {min: 10, not: 13}}",
        AllOf(
            parts=(
                Between(field="employees", least=Decimal(10), most=None),
                Not(part=OneOf(field="employees", values=("13",))),
            )
        ),
    ),
    (
        "{any: [{city: A}, {all: [{city: B}, {not: {form: C}}]}]}",
        AnyOf(
            parts=(
                OneOf(field="city", values=("A",)),
                AllOf(
                    parts=(
                        OneOf(field="city", values=("B",)),
                        Not(part=OneOf(field="form", values=("C",))),
                    )
                ),
            )
        ),
    ),
]


@pytest.mark.parametrize(("when", "meant"), WHEN, ids=[text for text, _ in WHEN])
def test_conditions(when: str, meant: object, tmp_path: Path):
    made = loaded(tmp_path, rules=f"[{{name: One, when: {when}, assign: smb}}]")

    assert made.policy.rules[0].when == meant
    assert made.remarks == ()
