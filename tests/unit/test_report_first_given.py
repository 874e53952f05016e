"""What routing did is what it did first; few answers, or none, are said and not hidden."""

from datetime import timedelta

import pytest

from reports.aging_rate import aging_section
from reports.beside import Beside, Load
from reports.report import build_report
from reports.report_page import report_page
from reports.response import response_section
from reports.routing_health import routing_section
from reports.slowness import IDLE, NO_RULE, slow_causes
from reports.tables import as_rows
from tests.unit.report_rows import NOW, facts, row

_DAY = timedelta(days=1)


def breached(number: int, first: str) -> list[dict[str, object]]:
    """Give a lead by `first`; nobody was in touch, and the fallback has it now."""
    given = NOW - 2 * _DAY
    moved = given + timedelta(hours=4)
    told = {"attempts": 2, "ended_at": moved, "sla_due": moved, "method": first}
    one = row(number, created_at=given, **told)
    desk = {"owner": "desk", "method": "fallback", "rule": None, "pool": None}
    return [one, {**one, **desk, "attempt": 2, "assigned_at": moved, "ended_at": None}]


def waiting(leads: int) -> list[dict[str, object]]:
    return [
        row(n, created_at=NOW - _DAY + timedelta(minutes=n), owner=f"o{n}") for n in range(leads)
    ]


def touched(leads: int, minutes: int) -> list[dict[str, object]]:
    at = NOW - _DAY
    late = at + timedelta(minutes=minutes)
    return [row(1_000 + n, created_at=at, touched_at=late) for n in range(leads)]


def spam(number: int) -> list[dict[str, object]]:
    """Give a lead that its owner said is none: the data steward has it, past its deadline."""
    one, other = breached(number, "round_robin")
    back = NOW - 2 * _DAY + timedelta(minutes=30)
    return [{**one, "ended_at": back}, {**other, "method": "steward", "assigned_at": back}]


def test_nobody_is_late_with_what_is_no_lead():
    found = facts([*touched(1, 5), *spam(1), *spam(2)])
    figures = aging_section(found).figures
    assert (figures["due"], figures["late"], figures["untouched"]) == (1, 0, 0)
    assert figures["rate_24h"] == 0.0, "of the one that is a lead"
    response = response_section(found)
    assert response.figures["leads"] == 1
    assert "Not counted: 2 that somebody handed back as no lead." in response.said
    assert slow_causes(found) == []


@pytest.mark.parametrize(
    ("first", "cause", "fell"), [("round_robin", IDLE, 0), ("fallback", NO_RULE, 2)]
)
def test_a_breach_is_no_failure_of_the_rules(first, cause, fell):
    found = facts([*breached(1, first), *breached(2, first)])
    assert {each.name: each.leads for each in slow_causes(found)} == {cause: 2}
    section = routing_section(found, Beside())
    assert (section.figures["fallback"], section.figures["given_again"]) == (fell, 2)
    (method,) = as_rows(section.tables[0])
    assert method["method"] == first.replace("_", " ")


def test_where_nobody_was_touched_the_page_says_so_and_alarms():
    made = build_report(facts(waiting(112)), Beside(), title="Leads")
    response, conversion = made.sections[:2]
    assert response.figure == "Nobody was in touch with any of 112 leads"
    assert response.tone.value == "bad"
    assert [each.kind for each in response.alarms] == ["response_none"]
    assert conversion.figure == "Too early: no lead is 30 days old"
    page = report_page(made)
    assert 'class="figure words">Nobody was in touch with any of 112 leads' in page
    assert ":00: 0.0 min" not in page


def test_leads_that_just_came_are_no_alarm_though_nobody_was_in_touch_yet():
    fresh = [row(n, created_at=NOW - timedelta(minutes=9)) for n in range(20)]
    found = response_section(facts(fresh))
    assert (found.alarms, found.tone.value) == ((), "plain")


def test_an_average_of_few_says_of_how_few_and_alarms():
    found = response_section(facts([*waiting(84), *touched(3, 192)]))
    assert (
        "3.2 h on average (median 3.2 h), of the 3 of 87 leads that were touched" in found.headline
    )
    assert found.figure == "3.2 h (3 of 87 leads)"
    (alarm,) = found.alarms
    assert alarm.kind == "response_slow"
    assert alarm.text.endswith("is above 30 min, of the 3 of 87 leads that were touched.")


def test_an_hour_in_which_nobody_was_touched_is_no_bar_of_nothing():
    (_, chart) = response_section(facts([*waiting(3), *touched(1, 40)])).charts
    assert chart.svg.count("<rect") == 1


def test_leads_are_counted_in_leads_and_assignments_as_such():
    """Each was given twice, and nobody was in touch by either deadline."""
    rows = [each for n in range(24) for each in breached(n, "round_robin")]
    found = aging_section(facts(rows))
    assert "(24 of 24)" in found.headline
    (alarm,) = found.alarms
    # They came two days ago, and nothing before: nothing is known of a week.
    assert alarm.why[0] == ("24 leads in 2 days were due, 0 were contacted in time: 24 too many.")
    (capacity,) = [each for each in found.tables if each.name == "capacity"]
    assert capacity.columns[1].title == "Assignments in 2 days"

    tables = {each.name: each for each in found.tables}
    owners = tables["aging_by_owner"]
    assert [each["due"] for each in as_rows(owners)] == [24, 24]
    assert owners.columns[1].title == "Assignments due"
    assert "given again counts for each" in owners.note
    assert tables["aging_by_week"].columns[1].title == "Leads due"


def test_a_report_of_a_few_days_says_so_and_proposes_no_cap():
    """What had waited for go-live is late whoever has it."""
    loads = (Load(owner="ana", open_leads=25, cap=25),)
    for begins, says in ((2, True), (40, False)):
        rows = [each for n in range(24) for each in breached(n, "round_robin")]
        early = NOW - begins * _DAY
        made = facts([*rows, row(99, created_at=early, assigned_at=early, touched_at=early)])
        page = report_page(build_report(made, Beside(loads=loads), title="Leads"))
        assert ("The first lead is of" in page) is says
        assert ("max_open 25" in page) is not says


def test_breaches_are_told_as_moves():
    told = routing_section(facts(breached(1, "round_robin")), Beside(breached=2)).said
    assert "2 assignments were moved on: nobody was in touch in time." in told
