"""Lists of contacts that are kept by hand, by the vendor's own client over real HTTP."""

from collections.abc import Iterator
from typing import Any

import pytest
from hubspot.crm.lists import ListCreateRequest, ListSearchRequest, MembershipChangeRequest
from hubspot.crm.lists.exceptions import ApiException

from sandbox.hubspot.app import TOKEN
from tests.sandbox.hubspot_desk import Desk, hubspot_desk
from tests.sandbox.stage import Stage
from tests.sandbox.test_hubspot_client import client_of

LISTS = "/crm/v3/lists"


@pytest.fixture
def desk(stage: Stage) -> Iterator[Desk]:
    with hubspot_desk(stage) as desk:
        yield desk


@pytest.fixture
def crm(desk: Desk) -> Any:
    return client_of(desk, TOKEN).crm.lists


def made(crm: Any, name: str) -> str:
    asked = ListCreateRequest(name=name, object_type_id="0-1", processing_type="MANUAL")
    return str(crm.lists_api.create(asked).list.list_id)


def test_a_list_is_found_by_id_name_and_words(desk: Desk, crm: Any) -> None:
    ids = [made(crm, name) for name in ("Webinar", "Fair 2026", "Fair 2025")]
    found = crm.lists_api.get_by_id(ids[0]).list
    assert (found.name, found.size, found.processing_type) == ("Webinar", 0, "MANUAL")
    assert crm.lists_api.get_by_name("Fair 2026", "0-1").list.list_id == ids[1]
    page = crm.lists_api.do_search(ListSearchRequest(query="fair", offset=0, count=1))
    assert ([each.list_id for each in page.lists], page.total) == ([ids[1]], 2)
    assert (page.has_more, page.offset) == (True, 1)
    rest = crm.lists_api.do_search(ListSearchRequest(query="fair", offset=page.offset, count=1))
    assert ([each.list_id for each in rest.lists], rest.has_more) == ([ids[2]], False)
    both = desk.ask("GET", f"{LISTS}/?listIds={ids[0]}&listIds={ids[2]}")[1]["lists"]
    assert [each["listId"] for each in both] == [ids[0], ids[2]]
    crm.lists_api.remove(ids[0])
    with pytest.raises(ApiException) as gone:
        crm.lists_api.get_by_id(ids[0])
    assert gone.value.status == 404
    assert made(crm, "Another") not in ids


def test_members_come_and_go(desk: Desk, crm: Any) -> None:
    fair = made(crm, "Fair")
    people = [desk.portal.add_contact({"email": f"{n}@example.com"}) for n in range(3)]
    api = crm.memberships_api
    told = api.add(fair, [*people[:2], "7"])
    assert (told.records_ids_added, told.record_ids_missing) == (people[:2], ["7"])
    assert api.add(fair, people[:1]).records_ids_added == []
    changes = MembershipChangeRequest(record_ids_to_add=people[2:], record_ids_to_remove=people[:1])
    both = api.add_and_remove(fair, changes)
    assert (both.records_ids_added, both.record_ids_removed) == (people[2:], people[:1])
    assert crm.lists_api.get_by_id(fair).list.size == 2
    (first,) = api.get_page(fair, limit=1).results
    page = api.get_page(fair, limit=1)
    assert (first.record_id, page.total, page.paging.next.after) == (people[1], 2, people[1])
    rest = api.get_page(fair, limit=1, after=page.paging.next.after)
    assert ([each.record_id for each in rest.results], rest.paging) == (people[2:], None)
    mine = api.get_lists("0-1", people[2])
    assert ([each.list_id for each in mine.results], mine.total) == ([fair], 1)
    assert api.remove(fair, people[1:2]).record_ids_removed == people[1:2]
    assert desk.ask("GET", f"/crm/lists/2026-03/{fair}/memberships")[1]["total"] == 1


@pytest.mark.parametrize(
    ("asked", "body", "status"),
    [
        ("POST ", {"objectTypeId": "0-1", "processingType": "MANUAL"}, 400),
        ("POST ", {"name": "a", "objectTypeId": "0-2", "processingType": "MANUAL"}, 400),
        ("POST ", {"name": "a", "objectTypeId": "0-1", "processingType": "DYNAMIC"}, 400),
        ("POST ", {"name": "fair", "objectTypeId": "0-1", "processingType": "MANUAL"}, 400),
        ("POST /search", {"count": "many"}, 400),
        ("PUT /1/memberships/add", {"ids": []}, 400),
        ("PUT /9/memberships/add", [], 404),
        ("GET /1/memberships?after=x", None, 400),
        ("GET /1/memberships?limit=251", None, 400),
        ("GET /object-type-id/0-1/name/Nothing", None, 404),
        ("GET /records/0-1/7/memberships", None, 404),
    ],
)
def test_refused(desk: Desk, crm: Any, asked: str, body: Any, status: int) -> None:
    made(crm, "Fair")
    method, path = asked.split(" ", 1)
    assert desk.ask(method, f"{LISTS}{path}", body)[0] == status
    assert len(desk.portal.lists) == 1
