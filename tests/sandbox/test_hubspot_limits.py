"""Rate limits by the clock, their headers and bodies, and the faults in the vendor's words."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from sandbox.faults import Fault, FaultKind
from sandbox.hubspot.limits import RollingWindow
from tests.sandbox.hubspot_desk import ANA, CONTACTS, NOON, Desk, hubspot_desk, owned_by
from tests.sandbox.stage import Stage

LIMIT_HEADERS = ("x-hubspot-ratelimit-max", "x-hubspot-ratelimit-remaining")


@pytest.fixture
def desk(stage: Stage) -> Iterator[Desk]:
    with hubspot_desk(stage) as desk:
        yield desk


def search(desk: Desk) -> httpx.Response:
    return desk.http.post(f"{CONTACTS}/search", json={})


def listing(desk: Desk) -> httpx.Response:
    return desk.http.get(CONTACTS)


def test_the_window_rolls_and_does_not_jump() -> None:
    window = RollingWindow(2, timedelta(seconds=10))
    at = [NOON + timedelta(seconds=s) for s in (0, 9, 9.9, 10, 18.9, 19)]
    assert [window.take(now) for now in at] == [True, True, False, True, False, True]


def test_190_calls_in_ten_seconds_and_not_one_more(desk: Desk) -> None:
    desk.portal.limits.ten_secondly.limit = 190
    answers = [listing(desk) for _ in range(190)]
    assert {answer.status_code for answer in answers} == {200}
    assert [answers[0].headers[name] for name in LIMIT_HEADERS] == ["190", "189"]
    assert answers[-1].headers["x-hubspot-ratelimit-remaining"] == "0"
    assert answers[0].headers["x-hubspot-ratelimit-interval-milliseconds"] == "10000"
    refused = listing(desk)
    body = refused.json()
    assert refused.status_code == 429
    assert body["message"] == "You have reached your ten_secondly_rolling limit."
    assert (body["errorType"], body["policyName"]) == ("RATE_LIMIT", "TEN_SECONDLY_ROLLING")
    assert body["groupName"].startswith("publicapi:")
    desk.portal.ground.clock.advance(timedelta(seconds=10))
    assert listing(desk).status_code == 200


def test_five_searches_a_second_counted_apart_and_without_headers(desk: Desk) -> None:
    desk.portal.limits.ten_secondly.limit = 1
    desk.portal.limits.search.limit = 5
    answers = [search(desk) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {200}
    assert not any(name in answer.headers for name in LIMIT_HEADERS for answer in answers)
    refused = search(desk)
    assert refused.status_code == 429
    assert refused.json()["message"] == "You have reached your secondly limit."
    assert refused.json()["policyName"] == "SECONDLY"
    assert listing(desk).status_code == 200  # searches left the other window alone
    assert listing(desk).status_code == 429
    desk.portal.ground.clock.advance(timedelta(seconds=1))
    assert search(desk).status_code == 200


def test_a_refused_call_does_nothing(desk: Desk) -> None:
    contact_id = desk.portal.add_contact({})
    desk.portal.limits.ten_secondly.limit = 0
    assert desk.batch("update", owned_by(contact_id, ANA))[0] == 429
    assert desk.owner(contact_id) is None


@pytest.mark.parametrize(
    ("fault", "policy"),
    [
        (Fault(kind=FaultKind.RATE_LIMITED), "SECONDLY"),
        (Fault(kind=FaultKind.RATE_LIMITED, detail="TEN_SECONDLY_ROLLING"), "TEN_SECONDLY_ROLLING"),
        (Fault(kind=FaultKind.RATE_LIMITED, detail="DAILY", retry_after="20000"), "DAILY"),
    ],
)
def test_a_scripted_429(desk: Desk, fault: Fault, policy: str) -> None:
    desk.portal.ground.faults.script(fault)
    answer = search(desk)
    assert answer.status_code == 429
    assert answer.json()["policyName"] == policy
    assert answer.headers.get("retry-after") == fault.retry_after
    assert search(desk).status_code == 200


def test_a_server_error_in_the_vendors_json(desk: Desk) -> None:
    desk.portal.ground.faults.script(Fault(kind=FaultKind.SERVER_ERROR))
    answer = listing(desk)
    assert answer.status_code == 503
    assert answer.json()["status"] == "error"


def test_a_truncated_answer_to_a_write_that_was_carried_out(desk: Desk) -> None:
    contact_id = desk.portal.add_contact({})
    desk.portal.ground.faults.script(Fault(kind=FaultKind.TRUNCATED, path="batch/update"))
    with pytest.raises(httpx.RemoteProtocolError):
        desk.batch("update", owned_by(contact_id, ANA))
    assert desk.owner(contact_id) == ANA
    assert len(desk.logged("owner_written")) == 1


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer nobody"}, {"hapikey": "x"}])
def test_without_the_token_nothing_is_told(desk: Desk, header: dict[str, str]) -> None:
    answer = httpx.get(f"{desk.url}/crm/v3/owners/", headers=header)
    assert answer.status_code == 401
    assert answer.json()["category"] == "INVALID_AUTHENTICATION"


def test_every_request_is_in_the_journal_with_its_status(desk: Desk) -> None:
    listing(desk)
    desk.http.get(f"{CONTACTS}/7")
    assert [(e["path"], e["status"]) for e in desk.logged("request")] == [
        (CONTACTS, 200),
        (f"{CONTACTS}/7", 404),
    ]


def test_a_day_has_so_many_calls_searches_among_them(desk: Desk) -> None:
    limits = desk.portal.limits
    limits.daily.limit, limits.ten_secondly.limit = 3, 190
    answers = [listing(desk), search(desk), listing(desk)]
    assert {answer.status_code for answer in answers} == {200}
    assert answers[0].headers["x-hubspot-ratelimit-daily"] == "3"
    assert answers[2].headers["x-hubspot-ratelimit-daily-remaining"] == "0"
    for refused in (listing(desk), search(desk)):
        assert (refused.status_code, refused.json()["policyName"]) == (429, "DAILY")
    desk.portal.ground.clock.advance(timedelta(hours=12))
    assert listing(desk).status_code == 200
