"""SOQL over more than a row: HAVING, semi-joins, children, functions of a date."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.salesforce_desk import ANA, BEN, NOON, WEB, Desk, errors, salesforce_desk
from tests.sandbox.salesforce_desk import salesforce_over_http as over_http
from tests.sandbox.test_salesforce_client import log_in

JOIN = "Id IN (SELECT WhoId FROM Task)"
MONTHS = "SELECT CALENDAR_YEAR(CreatedDate) FROM Lead GROUP BY CALENDAR_MONTH(CreatedDate)"


@pytest.fixture
def desk() -> Iterator[Desk]:
    with salesforce_desk() as desk:
        fill(desk)
        yield desk


def fill(desk: Desk) -> dict[str, str]:
    """Three leads of two owners, on a Sunday and 40 days before; one is called twice."""
    early = NOON - timedelta(days=40)
    leads = {}
    for name, owner, size, at in (
        ("one", ANA, 10, early),
        ("two", ANA, 30, NOON),
        ("three", BEN, 5, NOON),
    ):
        given = {"LastName": name, "Company": "Acme", "OwnerId": owner, "NumberOfEmployees": size}
        leads[name] = desk.org.add_lead(given, created=at)
    desk.org.person_logs_call(leads["one"], ANA, "first")
    desk.org.person_logs_call(leads["one"], ANA, "second")
    desk.org.person_logs_call(leads["three"], BEN, "third")
    return leads


def names(desk: Desk, where: str) -> list[str]:
    return [r["LastName"] for r in desk.records(f"SELECT LastName FROM Lead WHERE {where}")]


@pytest.mark.parametrize(
    ("having", "owners"),
    [
        ("COUNT(Id) > 1", [ANA]),
        ("COUNT(Id) = 1", [BEN]),
        ("NOT COUNT(Id) > 1", [BEN]),
        ("SUM(NumberOfEmployees) >= 40 AND MAX(LastName) LIKE 't%'", [ANA]),
        ("AVG(NumberOfEmployees) IN (5, 7)", [BEN]),
        ("COUNT(Id) > 5 OR OwnerId = '" + BEN + "'", [BEN]),
        ("MIN(CreatedDate) < LAST_N_DAYS:7", [ANA]),
    ],
)
def test_having(desk: Desk, having: str, owners: list[str]) -> None:
    asked = f"SELECT OwnerId, COUNT(Id) n FROM Lead GROUP BY OwnerId HAVING {having} ORDER BY n"
    assert [group["OwnerId"] for group in desk.records(asked)] == owners


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("Id IN (SELECT WhoId FROM Task)", ["one", "three"]),
        ("Id NOT IN (SELECT WhoId FROM Task)", ["two"]),
        ("Id IN (SELECT WhoId FROM Task WHERE Subject = 'third')", ["three"]),
        ("Id IN (SELECT t.WhoId FROM Task t WHERE t.Subject = 'third')", ["three"]),
        ("Id IN (SELECT WhoId FROM Task WHERE Subject = 'never')", []),
        (f"Id IN (SELECT WhoId FROM Task) AND OwnerId = '{ANA}'", ["one"]),
        (f"OwnerId IN (SELECT Id FROM User WHERE Id = '{BEN}')", ["three"]),
        (
            f"{JOIN} AND OwnerId IN (SELECT Id FROM User WHERE IsActive = true)",
            ["one", "three"],
        ),
    ],
)
def test_semi_joins(desk: Desk, where: str, found: list[str]) -> None:
    assert names(desk, where) == found


@pytest.mark.parametrize(
    ("where", "told"),
    [
        (f"LastName = 'x' OR {JOIN}", "are not allowed with the 'OR' operator"),
        (f"LastName = 'x' AND (City = 'y' OR {JOIN})", "not in nested WHERE expressions."),
        (f"NOT {JOIN}", "not in nested WHERE expressions."),
        ("LastName IN (SELECT Subject FROM Task)", "must be an id: LastName"),
        ("Id IN (SELECT Subject FROM Task)", "only query id fields, cannot use: 'Subject'"),
        ("Id IN (SELECT Id FROM Lead)", "should not be on the same object type"),
        ("Id IN (SELECT OwnerId FROM Task)", "should point to the same object type"),
        ("Id IN (SELECT WhoId FROM Task LIMIT 1)", "take WHERE only, and none within it"),
        ("Id IN (SELECT Id, WhoId FROM Task)", "can only query one id field"),
        ("Id IN (SELECT WhoId FROM Nothing)", "appropriate names."),
        (f"{JOIN} AND {JOIN} AND {JOIN}", "Maximum 2 semi join sub-selects are allowed."),
        ("COUNT(Id) > 1", "unexpected token: '('"),
        ("CALENDAR_YEAR(LastName) = 1", "does not support function CALENDAR_YEAR"),
        ("DAY_ONLY(ConvertedDate) = 2026-01-01", "does not support function DAY_ONLY"),
        ("CALENDAR_YEAR(CreatedDate) = THIS_YEAR", "unexpected token: 'THIS_YEAR'"),
    ],
)
def test_where_refused(desk: Desk, where: str, told: str) -> None:
    status, body = desk.query(f"SELECT Id FROM Lead WHERE {where}")
    assert status == 400
    assert errors(body)[0][1].endswith(told)


@pytest.mark.parametrize(
    ("soql", "told"),
    [
        (
            f"SELECT OwnerId FROM Lead GROUP BY OwnerId HAVING {JOIN}",
            "Semi-joins are only supported in WHERE clauses",
        ),
        (
            "SELECT OwnerId FROM Lead GROUP BY OwnerId HAVING City = 'x'",
            "Field must be grouped or aggregated: City",
        ),
        ("SELECT (SELECT COUNT() FROM Tasks) FROM Lead", "support aggregate expressions"),
        ("SELECT (SELECT Id FROM Task) FROM Lead", "describe call for the appropriate names."),
        ("SELECT (SELECT Nothing FROM Tasks) FROM Lead", "appropriate names."),
        (
            "SELECT COUNT(Id), (SELECT Id FROM Tasks) FROM Lead",
            "cannot use child relationships in the SELECT list",
        ),
        ("SELECT (SELECT Id FROM Tasks), (SELECT Id FROM Tasks) FROM Lead", "twice"),
        (
            "SELECT CALENDAR_YEAR(CreatedDate) FROM Lead",
            "Field must be grouped or aggregated: CALENDAR_YEAR",
        ),
        (MONTHS, "Field must be grouped or aggregated: CreatedDate"),
    ],
)
def test_refused(desk: Desk, soql: str, told: str) -> None:
    status, body = desk.query(soql)
    assert status == 400
    assert errors(body)[0][1].endswith(told)


def test_children_are_a_page_of_their_own(desk: Desk) -> None:
    _, told = desk.query(
        "SELECT LastName, (SELECT Subject, Owner.Name FROM Tasks WHERE Subject != 'first' "
        "ORDER BY Subject DESC) FROM Lead ORDER BY NumberOfEmployees DESC"
    )
    two, one, three = told["records"]
    assert (two["LastName"], two["Tasks"]) == ("two", None)
    tasks = one["Tasks"]
    assert (tasks["totalSize"], tasks["done"]) == (1, True)
    assert tasks["records"][0]["attributes"]["type"] == "Task"
    assert tasks["records"][0]["Subject"] == "second"
    assert tasks["records"][0]["Owner"]["Name"] == desk.org.users[ANA]["Name"]
    assert three["Tasks"]["records"][0]["Subject"] == "third"


def test_each_record_has_its_own_limit_of_children(desk: Desk) -> None:
    _, told = desk.query("SELECT (SELECT Subject FROM Tasks ORDER BY Subject LIMIT 1) FROM Lead")
    shown = [lead["Tasks"] and lead["Tasks"]["records"] for lead in told["records"]]
    assert [tasks and [task["Subject"] for task in tasks] for tasks in shown] == [
        ["first"],
        None,
        ["third"],
    ]


def test_children_of_an_account(desk: Desk) -> None:
    account = desk.org.add_account({"Name": "Acme"})
    desk.org.add_contact({"LastName": "Doe", "AccountId": account})
    soql = "SELECT Name, (SELECT LastName FROM Contacts) FROM Account WHERE Name = 'Acme'"
    (found,) = desk.records(soql)
    assert [each["LastName"] for each in found["Contacts"]["records"]] == ["Doe"]


@pytest.mark.parametrize(
    ("function", "early", "late"),  # Tuesday, 13 October; Sunday, 22 November: 12 h
    [
        ("CALENDAR_YEAR", 2026, 2026),
        ("CALENDAR_QUARTER", 4, 4),
        ("CALENDAR_MONTH", 10, 11),
        ("FISCAL_YEAR", 2026, 2026),
        ("FISCAL_QUARTER", 4, 4),
        ("FISCAL_MONTH", 10, 11),
        ("DAY_IN_MONTH", 13, 22),
        ("DAY_IN_WEEK", 3, 1),
        ("DAY_IN_YEAR", 286, 326),
        ("WEEK_IN_MONTH", 2, 4),
        ("WEEK_IN_YEAR", 41, 47),
        ("HOUR_IN_DAY", 12, 12),
        ("DAY_ONLY", "2026-10-13", "2026-11-22"),
    ],
)
def test_functions_of_a_date(desk: Desk, function: str, early: Any, late: Any) -> None:
    asked = f"{function}(CreatedDate)"
    groups = desk.records(
        f"SELECT {asked}, {asked} same, COUNT(Id) FROM Lead GROUP BY {asked} ORDER BY {asked} DESC"
    )
    wanted = {early: 1, late: 2} if early != late else {early: 3}
    assert {group["expr0"]: group["expr1"] for group in groups} == wanted
    assert all(group["same"] == group["expr0"] for group in groups)
    assert [g["same"] for g in groups] == sorted(wanted, reverse=True)
    found = names(desk, f"{asked} = {late} AND LastName != 'one'")
    assert found == ["two", "three"]
    assert ("one" in names(desk, f"{asked} = {late}")) == (early == late)


def test_a_function_of_a_day_without_a_time(desk: Desk) -> None:
    desk.org.person_converts(desk.lead(OwnerId=WEB, LastName="bought"))
    assert names(desk, "CALENDAR_MONTH(ConvertedDate) = 11") == ["bought"]


def test_the_real_client_reads_a_join_and_its_children() -> None:
    with ExitStack() as open_things:
        desk = open_things.enter_context(over_http())
        leads = fill(desk)
        client = log_in(desk, open_things)
        soql = f"SELECT Id, (SELECT Subject FROM Tasks) FROM Lead WHERE {JOIN} ORDER BY LastName"
        found = list(client.query_all_iter(soql))
        assert [row["Id"] for row in found] == [leads["one"], leads["three"]]
        assert {task["Subject"] for task in found[0]["Tasks"]["records"]} == {"first", "second"}


def test_bulk_takes_no_children_and_no_groups(desk: Desk) -> None:
    for soql in (
        "SELECT (SELECT Id FROM Tasks) FROM Lead",
        "SELECT OwnerId FROM Lead GROUP BY OwnerId",
    ):
        status, told = desk.ask("POST", "jobs/query", {"operation": "query", "query": soql})
        assert (status, told[0]["errorCode"]) == (400, "API_ERROR")
