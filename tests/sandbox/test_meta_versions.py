"""Versions that expired or are not out yet, and what a page tells the app."""

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.meta.hooks import is_subscribed
from tests.sandbox.meta_desk import AD, FORM, PAGE, Desk, error_of, ids, meta_desk
from tests.sandbox.stage import Stage

APPS = f"/v26.0/{PAGE}/subscribed_apps"


@pytest.fixture
def desk(stage: Stage) -> Iterator[Desk]:
    with meta_desk(stage) as desk:
        yield desk


def told_of(answer: tuple[int, Any]) -> tuple[int, str]:
    error = error_of(answer)
    return error["code"], error["message"]


@pytest.mark.parametrize(
    ("asked", "answered"),
    [("/v26.0", "v26.0"), ("/v22.0", "v22.0"), ("/v15.0", "v22.0"), ("", "v22.0")],
)
def test_what_has_expired_is_answered_by_the_oldest_that_is_left(
    desk: Desk, asked: str, answered: str
) -> None:
    for number in range(2):
        desk.lead(f"Joe {number}")
    response = desk.send("GET", f"{asked}/{FORM}/leads", limit="1")
    assert response.status_code == 200
    assert response.headers["facebook-api-version"] == answered
    assert f"/{answered}/{FORM}/leads?" in response.json()["paging"]["next"]


@pytest.mark.parametrize("path", [AD, f"{AD}/leads"])
def test_an_ad_is_refused_to_an_expired_version(desk: Desk, path: str) -> None:
    code, told = told_of(desk.get(f"/v15.0/{path}"))
    assert (code, told[-6:]) == (2635, "v26.0.")
    assert desk.get(f"/v22.0/{path}")[0] == 200


def test_a_version_that_is_not_out_is_no_path(desk: Desk) -> None:
    assert told_of(desk.get(f"/v99.0/{FORM}")) == (2500, "Unknown path components: /v99.0")


def subscribe(desk: Desk, **parameters: Any) -> tuple[int, Any]:
    answer = desk.send("POST", APPS, **parameters)
    return answer.status_code, answer.json()


def test_a_page_is_subscribed_to_what_is_named_and_to_nothing_else(desk: Desk) -> None:
    assert ids(desk.get(APPS)) == ["120000000000000"]
    assert subscribe(desk, subscribed_fields="leadgen,feed") == (200, {"success": True})
    (app,) = desk.get(APPS)[1]["data"]
    assert app["subscribed_fields"] == ["feed", "leadgen"]
    assert subscribe(desk, subscribed_fields=["leadgen"])[0] == 200
    (app,) = desk.get(APPS)[1]["data"]
    assert app["subscribed_fields"] == ["leadgen"]


def test_a_subscription_says_which_fields(desk: Desk) -> None:
    told = "(#100) The parameter subscribed_fields is required."
    assert told_of(subscribe(desk)) == (100, told)
    code, told = told_of(subscribe(desk, subscribed_fields="leads"))
    assert code == 100
    assert told.startswith("(#100) Param subscribed_fields[0] must be one of {")
    assert told_of(subscribe(desk, subscribed_fields="[leadgen"))[0] == 100
    desk.business.scopes.remove("pages_manage_metadata")
    lacking = (200, "(#200) Requires pages_manage_metadata permission to manage the object")
    assert told_of(subscribe(desk, subscribed_fields="leadgen")) == lacking
    assert told_of(desk.get(APPS)) == lacking


def test_a_page_that_is_not_subscribed_tells_nothing(desk: Desk) -> None:
    lead = desk.business.leads[desk.lead("Joe")]
    assert is_subscribed(desk.business, lead)
    assert desk.send("DELETE", APPS).json() == {"success": True}
    assert desk.get(APPS) == (200, {"data": []})
    assert not is_subscribed(desk.business, lead)
