"""The address that a token's answer names tells whose token it is, and refuses in words."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.salesforce_desk import Desk, salesforce_desk

_CLIENT = {"client_id": "sandbox-client", "client_secret": "sandbox-secret"}


@pytest.fixture
def desk() -> Iterator[Desk]:
    with salesforce_desk() as desk:
        yield desk


def granted(desk: Desk) -> Any:
    form = {**_CLIENT, "grant_type": "client_credentials"}
    return desk.http.post("/services/oauth2/token", data=form).json()


def test_it_says_who_the_token_speaks_for(desk):
    token = granted(desk)
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    answer = desk.http.get(token["id"], headers=headers)
    assert answer.status_code == 200
    about = answer.json()
    assert token["id"].endswith(f"/id/{about['organization_id']}/{about['user_id']}")
    row = desk.records(f"SELECT Username, Name FROM User WHERE Id = '{about['user_id']}'")[0]
    assert (about["username"], about["display_name"]) == (row["Username"], row["Name"])
    assert desk.http.get(about["urls"]["rest"].format(version="60.0"), headers=headers).is_success


@pytest.mark.parametrize(
    ("headers", "elsewhere", "problem"),
    [
        ({"Authorization": ""}, "", "Missing_OAuth_Token"),
        ({"Authorization": "Bearer nope"}, "", "Bad_OAuth_Token"),
        (None, "X", "Wrong_Id"),
    ],
)
def test_it_refuses_in_words(desk, headers, elsewhere, problem):
    token = granted(desk)
    own = {"Authorization": f"Bearer {token['access_token']}"}
    answer = desk.http.get(token["id"] + elsewhere, headers=own if headers is None else headers)
    assert (answer.status_code, answer.text) == (403, problem)
