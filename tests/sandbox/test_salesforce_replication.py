"""Ids of what was changed and deleted, by the minute, as clients that replicate ask for them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.sandbox.salesforce_desk import NOON, Desk, errors, salesforce_desk


@pytest.fixture
def desk() -> Iterator[Desk]:
    with salesforce_desk() as desk:
        yield desk


def asked(what: str, start: str, end: str) -> str:
    return f"sobjects/Lead/{what}/?start=2026-11-22T{start}%2B00:00&end=2026-11-22T{end}%2B00:00"


def test_what_was_changed_and_what_was_deleted(desk: Desk) -> None:
    first, gone = desk.lead(), desk.lead()
    desk.org.ground.clock.advance(timedelta(minutes=2))
    second = desk.lead()
    desk.org.person_deletes(gone)
    # Seconds do not count: 12:01:59 is 12:01, and 12:02:59 is 12:02.
    assert desk.ask("GET", asked("updated", "12:00:00", "12:02:59")) == (
        200,
        {"ids": [first], "latestDateCovered": "2026-11-22T12:02:00.000+0000"},
    )
    assert desk.ask("GET", asked("updated", "12:01:59", "12:03:00"))[1]["ids"] == [second]
    status, told = desk.ask("GET", asked("deleted", "12:00:00", "12:03:00"))
    assert status == 200
    assert told["deletedRecords"] == [{"id": gone, "deletedDate": "2026-11-22T12:02:00.000+0000"}]
    assert told.keys() == {"deletedRecords", "earliestDateAvailable", "latestDateCovered"}


def test_times_that_cannot_be_asked_for(desk: Desk) -> None:
    early = (NOON - timedelta(days=31)).isoformat().replace("+", "%2B")
    late = NOON.isoformat().replace("+", "%2B")
    for path, code in (
        (asked("updated", "12:00:10", "12:00:50"), "INVALID_REPLICATION_DATE"),
        (f"sobjects/Lead/updated?start={early}&end={late}", "INVALID_REPLICATION_DATE"),
        (f"sobjects/Lead/updated?start=yesterday&end={late}", "INVALID_DATE_FORMAT"),
        ("sobjects/Lead/deleted", "INVALID_DATE_FORMAT"),
    ):
        status, body = desk.ask("GET", path)
        assert (status, errors(body)[0][0]) == (400, code)
