"""OAuth, pipelines and merging, asked by the vendor's own client over real HTTP."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hubspot import Client
from hubspot.crm.contacts import PublicMergeInput
from hubspot.crm.contacts.exceptions import ApiException as ContactsException
from hubspot.crm.contacts.exceptions import UnauthorizedException
from hubspot.crm.pipelines.exceptions import ApiException as PipelinesException
from hubspot.oauth.exceptions import ApiException

from sandbox.hubspot.account import PORTAL_ID
from sandbox.hubspot.hooks import CLIENT_SECRET
from sandbox.hubspot.oauth import CLIENT_ID, REFRESH_TOKEN
from tests.sandbox.hubspot_desk import ANA, BEN, CONTACTS, Desk, hubspot_desk
from tests.sandbox.stage import Stage
from tests.sandbox.test_hubspot_client import client_of

GRANT = {
    "grant_type": "refresh_token",
    "client_id": CLIENT_ID,
    "client_secret": CLIENT_SECRET,
    "refresh_token": REFRESH_TOKEN,
}


@pytest.fixture
def desk(stage: Stage) -> Iterator[Desk]:
    with hubspot_desk(stage) as desk:
        yield desk


def anonymous(desk: Desk) -> Any:
    return Client.create(host=desk.url, base_url=desk.url)


def test_an_access_token_for_a_refresh_token(desk: Desk) -> None:
    made = anonymous(desk).oauth.tokens_api.create(**GRANT)
    assert (made.token_type, made.expires_in) == ("bearer", 1800)
    assert made.refresh_token == REFRESH_TOKEN
    contact = desk.portal.add_contact({"email": "a@example.com"})
    client = client_of(desk, made.access_token)
    assert client.crm.contacts.basic_api.get_by_id(contact).id == contact
    desk.portal.ground.clock.advance(timedelta(minutes=31))
    with pytest.raises(UnauthorizedException) as refused:
        client.crm.contacts.basic_api.get_by_id(contact)
    assert "EXPIRED_AUTHENTICATION" in refused.value.body
    again = anonymous(desk).oauth.tokens_api.create(**GRANT)
    assert again.access_token != made.access_token
    assert client_of(desk, again.access_token).crm.contacts.basic_api.get_by_id(contact)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"grant_type": "password"}, "BAD_GRANT_TYPE"),
        ({"client_id": "another"}, "BAD_CLIENT_ID"),
        ({"client_secret": "wrong"}, "BAD_CLIENT_SECRET"),
        ({"refresh_token": "old"}, "BAD_REFRESH_TOKEN"),
        ({"grant_type": "authorization_code", "code": "x"}, "BAD_AUTH_CODE"),
    ],
)
def test_no_access_token(desk: Desk, changes: dict[str, str], status: str) -> None:
    response = desk.http.post("/oauth/v1/token", data={**GRANT, **changes})
    assert (response.status_code, response.json()["status"]) == (400, status)
    with pytest.raises(ApiException):
        anonymous(desk).oauth.tokens_api.create(**{**GRANT, **changes})


def test_a_token_asked_for_in_json_has_no_grant_type(desk: Desk) -> None:
    told = desk.http.post("/oauth/v1/token", json=GRANT).json()
    assert told["status"] == "BAD_GRANT_TYPE"


def test_what_a_token_is(desk: Desk) -> None:
    oauth = anonymous(desk).oauth
    issued = oauth.tokens_api.create(**GRANT).access_token
    desk.portal.ground.clock.advance(timedelta(minutes=10))
    known = oauth.access_tokens_api.get(issued)
    assert (known.token, known.token_type, known.expires_in) == (issued, "access", 1200)
    assert (known.hub_id, "crm.objects.contacts.read" in known.scopes) == (PORTAL_ID, True)
    of_refresh = oauth.refresh_tokens_api.get(REFRESH_TOKEN)
    assert (of_refresh.client_id, of_refresh.token_type) == (CLIENT_ID, "refresh")
    desk.portal.ground.clock.advance(timedelta(minutes=20))
    for asked in (oauth.access_tokens_api, oauth.refresh_tokens_api):
        with pytest.raises(ApiException) as refused:
            asked.get(issued)
        assert refused.value.status == 404


def test_pipelines_and_their_stages(desk: Desk) -> None:
    crm = client_of(desk, "sandbox-hubspot-token").crm.pipelines
    (deals,) = crm.pipelines_api.get_all("deals").results
    assert (deals.id, deals.label, deals.archived) == ("default", "Sales Pipeline", False)
    stages = crm.pipeline_stages_api.get_all("deals", "default").results
    assert [stage.display_order for stage in stages] == list(range(7))
    assert {s.id for s in stages} == {*desk.portal.shelves["deals"].properties["dealstage"].options}
    won = crm.pipeline_stages_api.get_by_id("0-3", "default", "closedwon")
    assert won.metadata == {"isClosed": "true", "probability": "1.0"}
    (leads,) = crm.pipelines_api.get_all("leads").results
    assert crm.pipelines_api.get_by_id("leads", leads.id).stages[0].id == "new-stage-id"
    for kind, pipeline, status in (("deals", "other", 404), ("contacts", "default", 400)):
        with pytest.raises(PipelinesException) as refused:
            crm.pipelines_api.get_by_id(kind, pipeline)
        assert refused.value.status == status
    assert desk.ask("GET", "/crm/pipelines/2026-03/deals")[1]["results"][0]["id"] == "default"


def merge(desk: Desk, primary: str, other: str) -> Any:
    api = client_of(desk, "sandbox-hubspot-token").crm.contacts.basic_api
    return api.merge(PublicMergeInput(primary_object_id=primary, object_id_to_merge=other))


def test_what_is_left_of_a_merge_has_an_id_of_its_own(desk: Desk) -> None:
    primary = desk.portal.add_contact({"email": "a@example.com", "hubspot_owner_id": ANA})
    other = desk.portal.add_contact(
        {"email": "b@example.com", "hubspot_owner_id": BEN, "city": "Graz"}
    )
    left = merge(desk, primary, other)
    assert left.id not in {primary, other}
    told = {name: left.properties[name] for name in ("email", "hubspot_owner_id", "city")}
    assert told == {"email": "a@example.com", "hubspot_owner_id": ANA, "city": "Graz"}
    assert left.properties["hs_merged_object_ids"] == f"{primary};{other}"
    for each in (primary, other, left.id):
        assert desk.ask("GET", f"{CONTACTS}/{each}")[1]["id"] == left.id
    _, listed = desk.ask("GET", CONTACTS)
    assert [contact["id"] for contact in listed["results"]] == [left.id]
    by_address = desk.ask("GET", f"{CONTACTS}/a@example.com?idProperty=email")
    assert by_address[1]["id"] == left.id


def test_what_was_merged_may_be_merged_on(desk: Desk) -> None:
    first, second, third = (
        desk.portal.add_contact({"email": f"{n}@example.com"}) for n in range(3)
    )
    between = merge(desk, first, second).id
    left = merge(desk, third, first)  # which means what is left of it
    assert desk.ask("GET", f"{CONTACTS}/{second}")[1]["id"] == left.id
    assert left.properties["hs_merged_object_ids"].split(";") == [
        *(first, second),
        *(third, between),
    ]


def test_what_cannot_be_merged(desk: Desk) -> None:
    contact = desk.portal.add_contact({"email": "a@example.com"})
    for primary, other, status in ((contact, contact, 400), (contact, "7", 404)):
        with pytest.raises(ContactsException) as refused:
            merge(desk, primary, other)
        assert refused.value.status == status
    assert desk.ask("POST", f"{CONTACTS}/merge", {"primaryObjectId": contact})[0] == 400
    body = {"primaryObjectId": contact, "objectIdToMerge": contact}
    assert desk.ask("POST", "/crm/v3/objects/tasks/merge", body)[0] == 400
    assert desk.portal.contacts[contact].archived is False
