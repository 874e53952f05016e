"""Pipedrive's webhooks: proved by a password alone, of version 2, and never an order to erase."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.inbound import Notice, Refusal
from connectors.pipedrive.webhook import verify_webhook

PASSWORD = "a-long-password"
LEAD = "adf21080-0e10-11eb-879b-05d71fb426ec"


def event(**meta: Any) -> bytes:
    told = {"action": "create", "entity": "lead", "entity_id": LEAD, "version": "2.0"}
    return json.dumps({"meta": {**told, "webhook_id": "301", **meta}, "data": {}}).encode()


def basic(text: str, scheme: str = "Basic") -> str:
    return f"{scheme} {base64.b64encode(text.encode()).decode()}"


GOOD = basic(f"anybody:{PASSWORD}")


@pytest.mark.parametrize("action", ["create", "change"])
def test_a_lead_that_came_or_changed_is_fetched_by_its_id(action):
    wanted = (Notice(source="pipedrive", ids=(LEAD,)),)
    assert verify_webhook(event(action=action, entity_id=LEAD.upper()), GOOD, PASSWORD) == wanted


@pytest.mark.parametrize(
    "given_",
    [
        "",
        "Basic",
        "Basic !!!",
        "Basic /w==",
        basic(PASSWORD),
        basic("anybody:wrong"),
        basic(f"anybody:{PASSWORD}x"),
        basic(f"anybody:{PASSWORD}", "Bearer"),
        f"Basic {PASSWORD}",
    ],
)
def test_without_the_password_nothing_is_read(given_):
    refused = verify_webhook(b"not even JSON", given_, PASSWORD)
    assert isinstance(refused, Refusal)
    assert refused.status == 401


@pytest.mark.parametrize("given_", ["", basic("anybody:"), basic(":")])
def test_no_password_at_all_opens_nothing(given_):
    assert isinstance(verify_webhook(event(), given_, ""), Refusal)


def test_a_password_may_have_colons_and_letters_of_any_kind():
    for password in ("a:b:c", "clé-ключ"):
        assert verify_webhook(event(), basic(f"x:{password}"), password) != ()


@pytest.mark.parametrize(
    "meta", [{"action": "delete"}, {"entity": "deal", "entity_id": "7"}, {"entity": "person"}]
)
def test_what_is_deleted_and_what_is_no_lead_is_nothing_here(meta):
    assert verify_webhook(event(**meta), GOOD, PASSWORD) == ()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (event(version="1.0"), "not of version 2.0"),
        (event(entity_id="7"), "entity_id is no lead's"),
        (event(entity_id=None), "entity_id is no lead's"),
        (b"{}", "has no meta"),
        (b"[]", "has no meta"),
    ],
)
def test_what_cannot_be_used_is_told_to_a_person(body, said):
    received = verify_webhook(body, GOOD, PASSWORD)
    assert isinstance(received, tuple)
    (notice,) = received
    (unread,) = notice.unread
    assert said in unread.told()
    assert notice.ids == notice.erased == ()


def test_a_body_that_is_no_json_is_refused():
    refused = verify_webhook(b'{"meta": ', GOOD, PASSWORD)
    assert isinstance(refused, Refusal)
    assert refused.status == 400


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["meta", "action", "entity", "entity_id", "version", "lead", "create", "2.0"]
                ),
                inner,
            )
        ),
        max_leaves=8,
    )
)
def test_whatever_is_said_is_taken_or_refused(told):
    received = verify_webhook(json.dumps(told).encode(), GOOD, PASSWORD)
    assert isinstance(received, Refusal | tuple)
    if isinstance(received, tuple):
        assert all(not notice.erased for notice in received)
