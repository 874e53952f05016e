"""Quarters, and an object by another name."""

from collections.abc import Iterator

import pytest

from tests.sandbox.salesforce_desk import ANA, NOON, WEB, Desk, salesforce_desk


@pytest.fixture
def desk() -> Iterator[Desk]:
    with salesforce_desk() as desk:
        yield desk


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("THIS_QUARTER", ["now", "October"]),  # it is November
        ("LAST_QUARTER", ["September"]),
        ("LAST_N_QUARTERS:2", ["June", "September"]),
        ("NEXT_QUARTER", []),
        ("NEXT_N_QUARTERS:1", []),
    ],
)
def test_quarters(desk: Desk, word: str, found: list[str]) -> None:
    for name, month in (("June", 6), ("September", 9), ("October", 10), ("now", 11)):
        at = NOON.replace(month=month, day=1)
        desk.org.ground.clock.set(at)
        desk.lead(City=name)
    desk.org.ground.clock.set(NOON)
    rows = desk.records(f"SELECT City FROM Lead WHERE CreatedDate = {word} ORDER BY City")
    assert sorted(row["City"] for row in rows) == sorted(found)


def test_an_object_by_another_name(desk: Desk) -> None:
    first, _ = desk.lead(OwnerId=ANA), desk.lead(OwnerId=WEB)
    soql = "SELECT l.Id, L.Owner.Type, Id plain FROM Lead l"
    assert desk.query(soql)[0] == 400  # no field has one
    rows = desk.records(
        f"SELECT l.Id, L.Owner.Type FROM Lead l WHERE l.OwnerId = '{ANA}' ORDER BY l.Id LIMIT 1"
    )
    assert [row["Id"] for row in rows] == [first]
    assert rows[0]["Owner"]["Type"] == "User"
    assert desk.query("SELECT x.Id FROM Lead l")[0] == 400
    for end in ("FOR VIEW", "USING SCOPE mine", "AS l"):
        assert desk.query(f"SELECT Id FROM Lead {end}")[0] == 400
