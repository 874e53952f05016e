"""GAQL's LIKE, IS NULL, NOT IN and DURING, over real HTTP."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from sandbox.google.ranges import SPANS
from tests.sandbox.google_desk import ACCOUNT, CAMPAIGN, FORM, LEAD, Desk, google_desk
from tests.sandbox.stage import Stage


@pytest.fixture
def desk(stage: Stage) -> Iterator[Desk]:
    with google_desk(stage) as desk:
        yield desk


def campaigns(desk: Desk, where: str) -> list[str]:
    rows = desk.rows(f"SELECT campaign.name FROM campaign WHERE {where} ORDER BY campaign.name")
    return [row["campaign"]["name"] for row in rows]


@pytest.fixture
def named(desk: Desk) -> Desk:
    for number, name in enumerate(("Brand 100%", "brand_DE", "Brand DE", "[x]")):
        desk.accounts.add_campaign(ACCOUNT, f"777{number}", name)
    return desk


@pytest.mark.parametrize(
    ("like", "found"),
    [
        ("'brand%'", ["Brand 100%", "Brand DE", "brand_DE"]),  # whatever the case
        ("'%[%]'", ["Brand 100%"]),
        ("'brand_de'", ["Brand DE", "brand_DE"]),
        ("'brand[_]de'", ["brand_DE"]),
        ("'[[]x[]]'", ["[x]"]),
        ("'rand'", []),
    ],
)
def test_like(named: Desk, like: str, found: list[str]) -> None:
    assert campaigns(named, f"campaign.name LIKE {like}") == found
    mine = campaigns(named, "campaign.name != 'none'")
    assert campaigns(named, f"campaign.name NOT LIKE {like}") == [
        name for name in mine if name not in found
    ]


def test_in_and_not_in(named: Desk) -> None:
    two = "('Brand DE', '[x]')"
    assert campaigns(named, f"campaign.name IN {two}") == ["Brand DE", "[x]"]
    rest = campaigns(named, f"campaign.name NOT IN {two}")
    assert "brand_DE" in rest
    assert not {"Brand DE", "[x]"} & set(rest)
    assert campaigns(named, "campaign.name in ('BRAND DE')") == []  # here the case counts


def test_what_is_null_and_what_is_not(desk: Desk) -> None:
    clicked, other = desk.lead("clicked", gclid="abc"), desk.lead("other")
    assert desk.ids(f"WHERE {LEAD}.gclid IS NULL") == [other]
    assert desk.ids(f"WHERE {LEAD}.gclid IS NOT NULL") == [clicked]
    assert desk.ids(f"WHERE {LEAD}.gclid IS NULL AND {LEAD}.gclid IS NOT NULL") == []


def test_parameters(desk: Desk) -> None:
    desk.lead("Joe")
    query = f"SELECT {LEAD}.id, campaign.id FROM {LEAD} LIMIT 1 PARAMETERS include_drafts = true"
    (named,) = desk.rows(query)
    assert named["campaign"].keys() == {"resourceName", "id"}
    (bare,) = desk.rows(f"{query}, omit_unselected_resource_names=true")
    assert (bare["campaign"].keys(), bare["leadFormSubmissionData"].keys()) == ({"id"}, {"id"})
    (other,) = desk.rows(f"SELECT campaign.id FROM {LEAD}")
    assert other["leadFormSubmissionData"].keys() == {"resourceName"}
    only = f"SELECT campaign.id FROM {LEAD} PARAMETERS omit_unselected_resource_names=true"
    assert desk.rows(only)[0].keys() == {"campaign"}
    (asked,) = desk.rows(
        "SELECT campaign.resource_name FROM campaign LIMIT 1 "
        "PARAMETERS omit_unselected_resource_names=true"
    )
    assert asked["campaign"].keys() == {"resourceName"}


SUNDAY, MONDAY = date(2026, 11, 22), date(2026, 11, 23)


@pytest.mark.parametrize(
    ("word", "first", "last"),  # on Monday, 23 November
    [
        ("TODAY", "11-23", "11-23"),
        ("YESTERDAY", "11-22", "11-22"),
        ("LAST_7_DAYS", "11-16", "11-22"),
        ("LAST_14_DAYS", "11-09", "11-22"),
        ("LAST_30_DAYS", "10-24", "11-22"),
        ("LAST_BUSINESS_WEEK", "11-16", "11-20"),
        ("LAST_WEEK_MON_SUN", "11-16", "11-22"),
        ("LAST_WEEK_SUN_SAT", "11-15", "11-21"),
        ("THIS_WEEK_MON_TODAY", "11-23", "11-23"),
        ("THIS_WEEK_SUN_TODAY", "11-22", "11-23"),
        ("THIS_MONTH", "11-01", "11-30"),
        ("LAST_MONTH", "10-01", "10-31"),
    ],
)
def test_during(desk: Desk, word: str, first: str, last: str) -> None:
    start, end = SPANS[word](MONDAY)
    assert start.isoformat() == f"2026-{first}"
    assert (end - start).days == (date.fromisoformat(f"2026-{last}") - start).days + 1
    zone = ZoneInfo(desk.accounts.customers[ACCOUNT].time_zone)
    inside = [at(day, hour, zone) for day, hour in ((start, 0), (end, -1))]
    outside = [at(day, hour, zone) for day, hour in ((start, -1), (end, 0))]
    desk.accounts.ground.clock.set(datetime(2026, 11, 23, 12, tzinfo=zone))
    ids = [desk.accounts.add_lead(FORM, CAMPAIGN, [], created=one) for one in inside]
    for one in outside:
        desk.accounts.add_lead(FORM, CAMPAIGN, [], created=one)
    found = desk.ids(f"WHERE {LEAD}.submission_date_time DURING {word}")
    assert sorted(found) == sorted(ids)


def at(day: date, hour: int, zone: ZoneInfo) -> datetime:
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    return datetime.fromtimestamp(midnight.timestamp() + hour * 3600, UTC)


def test_a_sunday_begins_one_week_and_ends_another() -> None:
    assert SPANS["THIS_WEEK_SUN_TODAY"](SUNDAY) == (SUNDAY, MONDAY)
    assert SPANS["THIS_WEEK_MON_TODAY"](SUNDAY)[0] == date(2026, 11, 16)
    assert SPANS["LAST_WEEK_SUN_SAT"](SUNDAY) == (date(2026, 11, 15), SUNDAY)
    assert SPANS["LAST_WEEK_MON_SUN"](SUNDAY) == (date(2026, 11, 9), date(2026, 11, 16))


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ("campaign.id LIKE '1%'", "OPERATOR_FIELD_MISMATCH"),
        ("campaign.name LIKE 5", "INVALID_VALUE_WITH_LIKE_OPERATOR"),
        ("campaign.name DURING TODAY", "OPERATOR_FIELD_MISMATCH"),
        (f"{LEAD}.submission_date_time DURING SOMEDAY", "INVALID_VALUE_WITH_DURING_OPERATOR"),
        ("campaign.name NOT IN ()", "PROHIBITED_EMPTY_LIST_IN_CONDITION"),
        ("campaign.name NOT IN 'a'", "EXPECTED_LIST"),
        ("campaign.name IS 'a'", "BAD_OPERATOR"),
        ("campaign.name IS NOT 'a'", "BAD_OPERATOR"),
        ("campaign.name NOT = 'a'", "BAD_OPERATOR"),
        ("campaign.id BETWEEN 1 OR 2", "EXPECTED_AND"),
        ("campaign.name LIKE", "UNEXPECTED_END_OF_QUERY"),
        ("campaign.id = 1 PARAMETERS drafts=true", "BAD_PARAMETER_NAME"),
        ("campaign.id = 1 PARAMETERS include_drafts=maybe", "BAD_PARAMETER_VALUE"),
        ("campaign.id = 1 PARAMETERS include_drafts true", "UNEXPECTED_INPUT"),
    ],
)
def test_refused(desk: Desk, where: str, code: str) -> None:
    response = desk.ask(f"SELECT campaign.name FROM {LEAD} WHERE {where}")
    assert response.status_code == 400
    (error,) = response.json()["error"]["details"][0]["errors"]
    assert error["errorCode"] == {"queryError": code}
