"""Events of proven webhooks that name nothing: told, and neither guessed at nor passed over."""

import json

import pytest

from connectors.inbound import Notice, Refusal, Unread
from tests.unit.test_fuzz_webhooks import of_google, of_hubspot, of_linkedin, of_meta
from tests.unit.test_google_webhook import KEY

SOMEBODY = "ana.private@example.com"
BAD_IDS = [None, "", "abc", SOMEBODY, True, [7], {"id": 7}, -1, 1.5, "9" * 40]


def unread(receive, told):
    """What one request's only notice could not read, which holds nothing of the event."""
    (notice,) = receive(json.dumps(told).encode())
    assert not notice.is_usable
    assert SOMEBODY not in str(notice)
    return notice.unread


@pytest.mark.parametrize("wrong", BAD_IDS)
def test_a_hubspot_event_whose_id_is_none(wrong):
    event = {"subscriptionType": "contact.creation", "objectId": wrong, "eventId": 5}
    problem = "creation whose objectId is no number"
    assert unread(of_hubspot, [event]) == (Unread(problem=problem, about="eventId 5"),)


@pytest.mark.parametrize("kind", ["contact.privacyDeletion", "object.privacyDeletion"])
@pytest.mark.parametrize("wrong", BAD_IDS)
def test_an_order_to_erase_that_names_nobody_is_told_as_such(kind, wrong):
    event = {"subscriptionType": kind, "objectTypeId": "0-1", "objectId": wrong}
    told = {**event, "occurredAt": 1700000000000, "propertyValue": SOMEBODY}
    (found,) = unread(of_hubspot, [told])
    assert found.erases
    assert found.told() == (
        "privacyDeletion whose objectId is no number (occurredAt 1700000000000)"
    )


def test_what_can_be_read_beside_it_is():
    good = {"subscriptionType": "contact.creation", "objectId": 101}
    bad = {"subscriptionType": "contact.merge", "objectId": "x"}
    received = of_hubspot(json.dumps([bad, good, bad]).encode())
    told = Unread(problem="merge whose objectId is no number")
    assert received == (Notice(source="hubspot", ids=("101",), unread=(told,)),)


def test_a_deletion_asks_nothing_and_other_objects_are_not_ours():
    for event in (
        {"subscriptionType": "contact.deletion", "objectId": None},
        {"subscriptionType": "company.creation", "objectId": None},
        {"subscriptionType": "object.privacyDeletion", "objectTypeId": "0-2"},
    ):
        assert of_hubspot(json.dumps([event]).encode()) == ()


@pytest.mark.parametrize("told", [None, "x", {}, ["contact.creation"], [None], [{}]])
def test_a_hubspot_body_without_events(told):
    problem = "an event is no object with a subscriptionType"
    assert unread(of_hubspot, told) == (Unread(problem=problem),)


@pytest.mark.parametrize("wrong", BAD_IDS)
def test_a_meta_lead_whose_id_is_none(wrong):
    value = {"leadgen_id": wrong, "form_id": "77", "page_id": SOMEBODY}
    told = {"entry": [{"id": 1, "changes": [{"field": "leadgen", "value": value}]}]}
    problem = "a leadgen change whose leadgen_id is no number"
    assert unread(of_meta, told) == (Unread(problem=problem, about="form_id 77"),)


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({}, "the body has no list named entry"),
        ([], "the body has no list named entry"),
        ({"entry": {}}, "the body has no list named entry"),
        ({"entry": [3]}, "an entry is no object"),
        ({"entry": [{"changes": {}}]}, "an entry's changes are no list"),
        ({"entry": [{"changes": [None]}]}, "a change is no object"),
        (
            {"entry": [{"changes": [{"field": "leadgen"}]}]},
            "a leadgen change whose leadgen_id is no number",
        ),
    ],
)
def test_a_meta_body_of_another_shape(told, problem):
    assert unread(of_meta, told) == (Unread(problem=problem),)


def test_a_pages_other_news_are_nothing():
    for entry in ([], [{"messaging": []}, {"changes": [{"field": "feed"}]}]):
        assert of_meta(json.dumps({"entry": entry}).encode()) == ()


URN_OF_NONE = "urn:li:leadGenFormResponse:nope"


@pytest.mark.parametrize(("action", "erases"), [("CREATED", False), ("DELETED", True)])
@pytest.mark.parametrize(
    "wrong", [None, "", SOMEBODY, "urn:li:leadGenFormResponse:a b", 7, URN_OF_NONE]
)
def test_a_linkedin_event_that_names_no_lead(action, erases, wrong):
    event = {"type": "LEAD_ACTION", "leadAction": action, "leadGenFormResponse": wrong}
    (found,) = unread(of_linkedin, {**event, "occurredAt": 1700000000000})
    assert found.erases is erases
    assert found.told() == (
        f"{action} with a leadGenFormResponse that names no lead (occurredAt 1700000000000)"
    )


@pytest.mark.parametrize("told", [None, "x", {}, [3], [{"leadAction": "DELETED"}]])
def test_a_linkedin_body_without_events(told):
    assert unread(of_linkedin, told) == (Unread(problem="an event is no object with a type"),)


def test_linkedin_events_of_other_kinds_are_nothing():
    assert of_linkedin(b"[]") == ()
    for event in ({"type": "OTHER"}, {"type": "LEAD_ACTION", "leadAction": "UPDATED"}):
        assert of_linkedin(json.dumps(event).encode()) == ()


def test_a_google_lead_that_is_refused_is_kept_to_be_looked_at():
    """Google sends nothing again that was refused: the poll may have it, a person knows of it."""
    key = KEY.get_secret_value()
    told = {"lead_id": "L-1", "google_key": key, "form_id": 40, "user_column_data": {SOMEBODY: 1}}
    refused = of_google(json.dumps(told).encode())
    assert isinstance(refused, Refusal)
    (notice,) = refused.kept
    (found,) = notice.unread
    assert notice.source == "google_ads"
    assert found.told() == (
        "a lead that was refused, as Google does not write it: user_column_data: must be a list "
        "(lead_id L-1, form_id 40)"
    )


def test_a_stranger_leaves_nothing_behind():
    refused = of_google(b'{"google_key": "wrong", "lead_id": "L-1"}')
    assert refused.status == 401
    assert refused.kept == ()
