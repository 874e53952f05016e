"""The vendor's own Python client against the emulator, over real HTTP."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hubspot import Client
from hubspot.crm.contacts import (
    BatchInputSimplePublicObjectBatchInput,
    BatchInputSimplePublicObjectBatchInputForCreate,
    BatchReadInputSimplePublicObjectId,
    PublicObjectSearchRequest,
    SimplePublicObjectInput,
    SimplePublicObjectInputForCreate,
)
from hubspot.crm.contacts.exceptions import ApiException, NotFoundException, UnauthorizedException
from urllib3 import Retry

from sandbox.faults import Fault, FaultKind
from sandbox.hubspot.app import TOKEN
from tests.sandbox.hubspot_desk import ANA, BEN, Desk, hubspot_desk, owned_by
from tests.sandbox.stage import Stage


@pytest.fixture
def desk(stage: Stage) -> Iterator[Desk]:
    with hubspot_desk(stage) as desk:
        yield desk


@pytest.fixture
def client(desk: Desk) -> Any:
    return client_of(desk, TOKEN)


def client_of(desk: Desk, token: str) -> Any:
    # Own retries: by default the client sleeps through a 429 without a word.
    retries = Retry(total=False)
    return Client.create(access_token=token, host=desk.url, base_url=desk.url, retry=retries)


def test_owners(client: Any) -> None:
    owners = client.crm.owners.get_all()
    assert [(o.id, o.type) for o in owners] == [
        *((ANA, "PERSON"), (BEN, "PERSON"), ("9001", "QUEUE"))
    ]
    assert client.crm.owners.owners_api.get_by_id(int(ANA)).email == "ana@example.com"


def test_search(desk: Desk, client: Any) -> None:
    made = [desk.portal.add_contact({"email": f"{n}@example.com"}) for n in range(3)]
    request = PublicObjectSearchRequest(
        filter_groups=[
            {"filters": [{"propertyName": "hubspot_owner_id", "operator": "NOT_HAS_PROPERTY"}]}
        ],
        sorts=[{"propertyName": "lastmodifieddate", "direction": "ASCENDING"}],
        properties=["email", "hubspot_owner_id"],
        limit=2,
        after="0",
    )
    found = client.crm.contacts.search_api.do_search(request)
    assert (found.total, len(found.results), found.paging.next.after) == (3, 2, "2")
    assert {record.id for record in found.results} < set(made)
    assert found.results[0].properties["hubspot_owner_id"] is None
    assert found.results[0].updated_at.tzinfo is not None


def test_batch_read_and_update(desk: Desk, client: Any) -> None:
    made = [desk.portal.add_contact({"firstname": f"{n}"}) for n in range(2)]
    batch = client.crm.contacts.batch_api
    inputs = [owned_by(i, BEN) for i in made]
    written = batch.update(BatchInputSimplePublicObjectBatchInput(inputs=inputs))
    assert [record.properties["hubspot_owner_id"] for record in written.results] == [BEN, BEN]
    read = batch.read(
        BatchReadInputSimplePublicObjectId(
            inputs=[{"id": i} for i in made],
            properties=["hubspot_owner_id"],
            properties_with_history=["hubspot_owner_id"],
        )
    )
    assert [record.properties["hubspot_owner_id"] for record in read.results] == [BEN, BEN]
    history = read.results[0].properties_with_history["hubspot_owner_id"]
    assert (history[0].value, history[0].source_type) == (BEN, "INTEGRATION")


def test_a_207_comes_back_as_a_value_with_errors(desk: Desk, client: Any) -> None:
    contact_id = desk.portal.add_contact({})
    inputs = [owned_by(contact_id, ANA), owned_by("7", ANA)]
    answer = client.crm.contacts.batch_api.update(
        BatchInputSimplePublicObjectBatchInput(inputs=inputs)
    )
    assert type(answer).__name__ == "BatchResponseSimplePublicObjectWithErrors"
    assert (answer.num_errors, answer.errors[0].category) == (1, "OBJECT_NOT_FOUND")
    assert answer.errors[0].context == {"ids": ["7"]}
    assert [record.id for record in answer.results] == [contact_id]


def test_create_one_and_many(desk: Desk, client: Any) -> None:
    contacts = client.crm.contacts
    body = SimplePublicObjectInputForCreate(properties={"email": "a@example.com"}, associations=[])
    made = contacts.basic_api.create(body)
    assert made.id in desk.portal.contacts
    with pytest.raises(ApiException) as refused:
        contacts.basic_api.create(body)
    assert refused.value.status == 409
    assert json.loads(refused.value.body)["message"].endswith(f"Existing ID: {made.id}")
    inputs = [
        {
            "properties": {"email": f"{n}@example.com"},
            "objectWriteTraceId": n,
            "associations": [],
        }
        for n in "ab"
    ]
    answer = contacts.batch_api.create(
        BatchInputSimplePublicObjectBatchInputForCreate(inputs=inputs)
    )
    assert answer.errors[0].context["objectWriteTraceId"] == ["a"]
    assert [record.properties["email"] for record in answer.results] == ["b@example.com"]


def test_read_update_archive_one(desk: Desk, client: Any) -> None:
    basic = client.crm.contacts.basic_api
    contact_id = desk.portal.add_contact({"firstname": "A"})
    basic.update(contact_id, SimplePublicObjectInput(properties={"hubspot_owner_id": ANA}))
    read = basic.get_by_id(contact_id, properties=["hubspot_owner_id", "firstname"])
    assert read.properties["hubspot_owner_id"] == ANA
    assert [record.id for record in client.crm.contacts.get_all()] == [contact_id]
    basic.archive(contact_id)
    with pytest.raises(NotFoundException):
        basic.get_by_id(contact_id)


def test_properties(client: Any) -> None:
    known = {p.name: p for p in client.crm.properties.core_api.get_all("contacts").results}
    assert known["firsttouch_id"].has_unique_value is True
    assert known["createdate"].modification_metadata.read_only_value is True


def test_a_429_reaches_the_caller_with_its_policy(desk: Desk, client: Any) -> None:
    desk.portal.limits.search.limit = 1
    search = client.crm.contacts.search_api
    search.do_search(PublicObjectSearchRequest())
    with pytest.raises(ApiException) as limited:
        search.do_search(PublicObjectSearchRequest())
    assert limited.value.status == 429
    assert json.loads(limited.value.body)["policyName"] == "SECONDLY"


def test_a_wrong_token_and_an_expired_one(desk: Desk, client: Any) -> None:
    with pytest.raises(UnauthorizedException) as wrong:
        client_of(desk, "pat-eu1-wrong").crm.contacts.basic_api.get_page()
    assert json.loads(wrong.value.body)["category"] == "INVALID_AUTHENTICATION"
    desk.portal.ground.faults.script(Fault(kind=FaultKind.TOKEN_EXPIRED))
    with pytest.raises(UnauthorizedException) as expired:
        client.crm.contacts.basic_api.get_page()
    assert json.loads(expired.value.body)["category"] == "EXPIRED_AUTHENTICATION"
