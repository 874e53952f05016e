"""SOQL by example: what it answers, and what it refuses and where it points."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from sandbox.salesforce.soql.dates import span
from tests.sandbox.salesforce_desk import (
    ANA,
    BEN,
    DESK,
    NOON,
    ROOT,
    WEB,
    Desk,
    errors,
    salesforce_desk,
)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with salesforce_desk() as desk:
        yield desk


@pytest.fixture
def five(desk: Desk) -> Desk:
    """Five leads, two of them within one second."""
    for n, (name, size, owner, minutes) in enumerate(
        [
            ("Adler", 10, ANA, 0),
            ("adler", None, WEB, 1),
            ("Baker's", 500, BEN, 1),
            ("100%", 0, WEB, 2),
            ("a_b", 120, DESK, 3),
        ]
    ):
        desk.org.add_lead(
            {
                "LastName": name,
                "Company": f"Company {n}",
                "NumberOfEmployees": size,
                "OwnerId": owner,
                "Email": f"{n}@example.com" if n % 2 else None,
                "IsUnreadByOwner": n > 2,
                "Description": "long",
            },
            created=NOON + timedelta(minutes=minutes),
        )
    return desk


def names(desk: Desk, where: str) -> list[str]:
    asked = f"SELECT LastName FROM Lead WHERE {where} ORDER BY Company"
    return [record["LastName"] for record in desk.records(asked)]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("LastName = 'ADLER'", "Adler adler"),
        ("LastName != 'adler'", "Baker's 100% a_b"),
        ("LastName <> 'adler'", "Baker's 100% a_b"),
        (r"LastName = 'Baker\'s'", "Baker's"),
        (r"LastName = '\u0041dler'", "Adler adler"),
        ("LastName LIKE '%LER'", "Adler adler"),
        ("LastName LIKE '_dler'", "Adler adler"),
        (r"LastName LIKE '100\%'", "100%"),
        (r"LastName LIKE 'a\_b'", "a_b"),
        ("LastName LIKE 'a_b'", "a_b"),
        (r"LastName LIKE '%\'s'", "Baker's"),
        ("LastName IN ('adler', 'a_b')", "Adler adler a_b"),
        ("LastName NOT IN ('adler', 'a_b')", "Baker's 100%"),
        ("NOT LastName LIKE 'a%'", "Baker's 100%"),
        ("NumberOfEmployees = null", "adler"),
        ("NumberOfEmployees != null AND NumberOfEmployees < 120", "Adler 100%"),
        ("NumberOfEmployees >= 120.0", "Baker's a_b"),
        ("NumberOfEmployees > -1", "Adler Baker's 100% a_b"),
        ("NumberOfEmployees NOT IN (10, 0)", "adler Baker's a_b"),
        ("Email = ''", "Adler Baker's a_b"),
        ("Email = null AND IsUnreadByOwner = true", "a_b"),
        ("isunreadbyowner = FALSE AND Email != NULL", "adler"),
        (f"OwnerId = '{ANA}'", "Adler"),
        (f"OwnerId = '{ANA[:15]}'", "Adler"),
        (f"OwnerId IN ('{ANA}', '{WEB[:15]}')", "Adler adler 100%"),
        ("Owner.Type = 'Queue'", "adler 100% a_b"),
        ("Owner.Name = 'ana ruiz'", "Adler"),
        ("CreatedBy.IsActive = true AND LastName = 'a_b'", "a_b"),
        ("CreatedDate = 2026-11-22T12:01:00Z", "adler Baker's"),
        ("CreatedDate = 2026-11-22T13:01:00+01:00", "adler Baker's"),
        ("CreatedDate = 2026-11-22T13:01:00.000+0100", "adler Baker's"),
        ("CreatedDate > 2026-11-22T12:01:00.999Z", "100% a_b"),
        ("CreatedDate <= 2026-11-22T07:00:00-05:00", "Adler"),
        ("CreatedDate = TODAY", "Adler adler Baker's 100% a_b"),
        ("CreatedDate < TODAY", ""),
        ("CreatedDate = LAST_N_DAYS:0 AND LastName = 'a_b'", "a_b"),
        ("CreatedDate >= LAST_N_DAYS:3 AND CreatedDate < TOMORROW AND LastName = '100%'", "100%"),
        (
            "(LastName = 'adler' AND NumberOfEmployees = 10) OR (NOT (NumberOfEmployees < 500))",
            "Adler adler Baker's",
        ),
    ],
)
def test_where(five: Desk, where: str, found: str) -> None:
    assert names(five, where) == found.split()


def test_keyset_paging_steps_over_a_tie(five: Desk) -> None:
    first = five.records("SELECT Id, SystemModstamp FROM Lead ORDER BY SystemModstamp, Id LIMIT 2")
    at, last = first[-1]["SystemModstamp"].replace(".000+0000", "Z"), first[-1]["Id"]
    where = f"(SystemModstamp = {at} AND Id > '{last}') OR SystemModstamp > {at}"
    assert names(five, where) == ["Baker's", "100%", "a_b"]


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("NumberOfEmployees", [None, 0, 10, 120, 500]),
        ("NumberOfEmployees ASC NULLS LAST", [0, 10, 120, 500, None]),
        ("NumberOfEmployees DESC", [None, 500, 120, 10, 0]),
        ("NumberOfEmployees DESC NULLS LAST", [500, 120, 10, 0, None]),
        ("CreatedDate DESC, NumberOfEmployees DESC NULLS LAST", [120, 0, 500, None, 10]),
        ("Owner.Name, CreatedDate DESC", [10, 500, 120, 0, None]),
        ("NumberOfEmployees LIMIT 2 OFFSET 1", [0, 10]),
        ("NumberOfEmployees OFFSET 5", []),
    ],
)
def test_order_limit_offset(five: Desk, order: str, found: list[int | None]) -> None:
    asked = five.records(f"SELECT NumberOfEmployees FROM Lead ORDER BY {order}")
    assert [record["NumberOfEmployees"] for record in asked] == found


def test_related_records_are_objects_of_their_own(five: Desk) -> None:
    _, answer = five.query(
        "SELECT Owner.Name, Id, Owner.Email, CreatedBy.Name, ConvertedDate, Address FROM Lead "
        "WHERE LastName = 'a_b'"
    )
    (record,) = answer["records"]
    assert list(record) == ["attributes", "Owner", "Id", "CreatedBy", "ConvertedDate", "Address"]
    assert record["Owner"] == {
        "attributes": {"type": "Name", "url": f"{ROOT}/sobjects/Group/{DESK}"},
        "Name": "Inbound desk",
        "Email": None,
    }
    assert record["CreatedBy"]["attributes"]["type"] == "User"
    assert record["ConvertedDate"] is record["Address"] is None


def test_aggregates(five: Desk) -> None:
    asked = (
        "SELECT Owner.Type, COUNT(Id) n, MAX(NumberOfEmployees), AVG(NumberOfEmployees) mean "
        "FROM Lead GROUP BY Owner.Type ORDER BY COUNT(Id) DESC"
    )
    assert five.records(asked) == [
        {"Type": "Queue", "n": 3, "expr0": 120, "mean": 60.0},
        {"Type": "User", "n": 2, "expr0": 500, "mean": 255.0},
    ]
    assert five.records(
        "SELECT COUNT(Email), COUNT_DISTINCT(LastName) d, MIN(CreatedDate) FROM Lead"
    ) == [{"expr0": 2, "d": 5, "expr1": "2026-11-22T12:00:00.000+0000"}]
    _, counted = five.query("SELECT COUNT() FROM Lead WHERE Email = null")
    assert (counted["totalSize"], counted["records"]) == (3, [])
    nobody = five.records("SELECT SUM(NumberOfEmployees), COUNT(Id) FROM Lead WHERE LastName = 'x'")
    assert nobody == [{"expr0": None, "expr1": 0}]


def test_people_queues_and_the_company(five: Desk) -> None:
    inactive = five.records("SELECT Name, Email FROM User WHERE IsActive = false")
    assert inactive == [{"Name": "Olga Left", "Email": "olga@example.com"}]
    queues = five.records("SELECT Id, Name FROM Group WHERE Type = 'Queue' ORDER BY Name")
    assert [queue["Id"] for queue in queues] == [DESK, WEB]
    links = five.records("SELECT Queue.Name FROM QueueSobject WHERE SobjectType = 'Lead'")
    assert sorted(link["Queue"]["Name"] for link in links) == ["Inbound desk", "Web leads"]
    assert len(five.records("SELECT Id, Name, IsSandbox FROM Organization")) == 1


LEAD = "SELECT Id FROM Lead WHERE "


@pytest.mark.parametrize(
    ("soql", "code", "ends", "column"),
    [
        ("", "MALFORMED_QUERY", "SOQL statements cannot be empty or null", None),
        ("SELECT Id", "MALFORMED_QUERY", "unexpected token: '<EOF>'", 10),
        ("SELECT FROM Lead", "MALFORMED_QUERY", "unexpected token: 'FROM'", 8),
        ("SELECT Id FROM Lead WHERE", "MALFORMED_QUERY", "unexpected token: '<EOF>'", 26),
        ("SELECT Id, FROM Lead", "MALFORMED_QUERY", "unexpected token: 'FROM'", 12),
        ("SELECT Id FROM Lead ORDER BY", "MALFORMED_QUERY", "unexpected token: '<EOF>'", 29),
        ("SELECT Id FROM Lead, Task", "MALFORMED_QUERY", "unexpected token: ','", 20),
        ("SELECT Id FROM Lead LIMIT x", "MALFORMED_QUERY", "unexpected token: 'x'", 27),
        ("SELECT Id, Id FROM Lead", "MALFORMED_QUERY", "duplicate field selected: Id", 12),
        ("SELECT FIELDS(ALL) FROM Lead", "MALFORMED_QUERY", "a LIMIT of at most 200", None),
        ("SELECT FIELDS(CUSTOM) FROM Lead LIMIT 201", "MALFORMED_QUERY", "at most 200", None),
        ("SELECT FIELDS(SOME) FROM Lead LIMIT 1", "MALFORMED_QUERY", "token: 'SOME'", 15),
        ("SELECT Id, FIELDS(ALL) FROM Lead LIMIT 1", None, "duplicate field selected: Id", 12),
        ("SELECT FIELDS(ALL), COUNT(Id) FROM Lead LIMIT 1", None, "in a grouped query", 8),
        ("SELECT Id FROM Lead OFFSET 2001", None, "Maximum SOQL offset allowed is 2000", 28),
        ("SELECT Foo.Name FROM Lead", "INVALID_FIELD", None, 8),
        ("SELECT Owner.Foo FROM Lead", "INVALID_FIELD", None, 8),
        ("SELECT Name FROM Lead ORDER BY Description", "INVALID_FIELD", None, 32),
        ("SELECT Name, COUNT(Id) FROM Lead", "MALFORMED_QUERY", "or aggregated: Name", 8),
        ("SELECT CreatedDate, COUNT(Id) FROM Lead GROUP BY CreatedDate", None, None, 50),
        ("SELECT SUM(City) FROM Lead", "MALFORMED_QUERY", "aggregate operator SUM", 8),
        ("SELECT COUNT(), Id FROM Lead", "MALFORMED_QUERY", None, 8),
        ("SELECT Id FROM Lead HAVING COUNT(Id) > 1", None, "'HAVING'", 21),
        (f"{LEAD}a = 1 AND b = 2 OR c = 3", "MALFORMED_QUERY", "unexpected token: 'OR'", 43),
        (f"{LEAD}Foo = 1", "INVALID_FIELD", None, 27),
        (f"{LEAD}Description LIKE '%x%'", "INVALID_FIELD", "filtered in a query call", 27),
        (f"{LEAD}Id = 'abc'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: abc", 27),
        (
            f"{LEAD}LastName = 1",
            "INVALID_FIELD",
            "type string and should be enclosed in quotes",
            27,
        ),
        (f"{LEAD}NumberOfEmployees = '1'", "INVALID_FIELD", "should not be enclosed in quotes", 27),
        (f"{LEAD}CreatedDate > '2026-11-22T12:00:00Z'", "INVALID_FIELD", None, 27),
        (f"{LEAD}CreatedDate > 2026-11-22", "INVALID_FIELD", None, 27),
        (f"{LEAD}CreatedDate > 2026-11-22T12:00:00 00:00", "MALFORMED_QUERY", None, None),
        (f"{LEAD}CreatedDate > SOMEDAY", "MALFORMED_QUERY", "unexpected token: 'SOMEDAY'", 41),
        (f"{LEAD}CreatedDate > 2026-13-01T00:00:00Z", "MALFORMED_QUERY", None, 41),
        (f"{LEAD}ConvertedDate = 2026-02-31", "MALFORMED_QUERY", None, 43),
        (f"{LEAD}CreatedDate > LAST_N_DAYS:99999999", "MALFORMED_QUERY", None, 41),
        ("SELECT Id FROM Lead LIMIT 1.5", "MALFORMED_QUERY", "unexpected token: '1.5'", 27),
        (f"{LEAD}IsConverted > true", "INVALID_QUERY_FILTER_OPERATOR", None, 27),
        (f"{LEAD}CreatedDate LIKE '2026%'", "INVALID_QUERY_FILTER_OPERATOR", None, 27),
        (f"{LEAD}LastName = 'it\\s'", "MALFORMED_QUERY", None, None),
        (f"{LEAD}LastName = 'open", "MALFORMED_QUERY", None, 38),
        (f"{LEAD}LastName == 'x'", "MALFORMED_QUERY", None, 37),
    ],
)
def test_refused(
    desk: Desk, soql: str, code: str | None, ends: str | None, column: int | None
) -> None:
    status, body = desk.query(soql)
    ((found, message),) = errors(body)
    assert status == 400
    assert code in (None, found)
    assert message.endswith(ends or "")
    if column:
        assert f"\nERROR at Row:1:Column:{column}\n" in message
        _, line, caret, *_ = message.split("\n")
        assert (line, len(caret)) == (soql, column)


def test_fields_by_the_group(desk: Desk) -> None:
    desk.lead(Firsttouch_Id__c="meta_ads:1")
    names = {}
    for group, limit in (("ALL", " LIMIT 200"), ("CUSTOM", " LIMIT 1"), ("STANDARD", "")):
        status, body = desk.query(f"SELECT FIELDS({group}) FROM Lead{limit}")
        assert status == 200, body
        names[group] = set(body["records"][0]) - {"attributes"}
    assert names["CUSTOM"] | names["STANDARD"] == names["ALL"]
    assert not names["CUSTOM"] & names["STANDARD"]
    _, described = desk.ask("GET", "sobjects/Lead/describe")
    assert names["ALL"] == {field["name"] for field in described["fields"]}
    mixed = "SELECT Owner.Name, FIELDS(CUSTOM) FROM Lead ORDER BY Id LIMIT 1"
    assert desk.query(mixed)[1]["records"][0]["Firsttouch_Id__c"] == "meta_ads:1"


def test_the_row_of_a_query_on_several_lines(desk: Desk) -> None:
    _, body = desk.query("SELECT Id\nFROM Lead\nWHERE Foo = 1")
    assert errors(body)[0][1].startswith("\nWHERE Foo = 1\n      ^\nERROR at Row:3:Column:7\n")


def test_a_plus_that_was_not_escaped_is_a_space_by_the_time_it_arrives(desk: Desk) -> None:
    asked = f"{ROOT}/query?q=SELECT+Id+FROM+Lead+WHERE+CreatedDate>2026-11-22T12:00:00+00:00"
    assert desk.http.get(asked).status_code == 400
    assert desk.http.get(asked.replace("+00:00", "%2B00:00")).status_code == 200


@pytest.mark.parametrize(
    ("word", "first", "after"),
    [
        ("today", "2026-11-22", "2026-11-23"),
        ("YESTERDAY", "2026-11-21", "2026-11-22"),
        ("LAST_N_DAYS:7", "2026-11-15", "2026-11-23"),
        ("NEXT_N_DAYS:2", "2026-11-23", "2026-11-25"),
        ("LAST_90_DAYS", "2026-08-24", "2026-11-23"),
        ("THIS_WEEK", "2026-11-22", "2026-11-29"),
        ("LAST_WEEK", "2026-11-15", "2026-11-22"),
        ("LAST_N_WEEKS:2", "2026-11-08", "2026-11-22"),
        ("THIS_MONTH", "2026-11-01", "2026-12-01"),
        ("LAST_N_MONTHS:12", "2025-11-01", "2026-11-01"),
        ("NEXT_MONTH", "2026-12-01", "2027-01-01"),
        ("NEXT_N_MONTHS:2", "2026-12-01", "2027-02-01"),
        ("LAST_YEAR", "2025-01-01", "2026-01-01"),
        ("LAST_N_YEARS:2", "2024-01-01", "2026-01-01"),
    ],
)
def test_spans_of_days(word: str, first: str, after: str) -> None:
    sunday = datetime(2026, 11, 22, tzinfo=UTC).date()
    assert span(word, sunday) == (date.fromisoformat(first), date.fromisoformat(after))
    assert span(f"{word}X", sunday) is None
