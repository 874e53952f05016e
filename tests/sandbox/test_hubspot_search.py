"""Search obeys the query it is sent, refuses what the vendor refuses, and lags when told to."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.hubspot_desk import ANA, BEN, CONTACTS, NOON, Desk, hubspot_desk
from tests.sandbox.stage import Stage


@pytest.fixture
def desk(stage: Stage) -> Iterator[Desk]:
    with hubspot_desk(stage) as desk:
        yield desk


def one(name: str, operator: str, **value: Any) -> list[dict[str, Any]]:
    return [{"filters": [{"propertyName": name, "operator": operator, **value}]}]


def ids(answer: tuple[int, Any]) -> list[str]:
    status, body = answer
    assert status == 200, body
    return [record["id"] for record in body["results"]]


def three(desk: Desk) -> tuple[str, str, str]:
    """Acme owned by Ana with 10 people, Beta owned by Ben with 250, Acme Labs owned by nobody."""
    return (
        desk.portal.add_contact(
            {"company": "Acme", "hubspot_owner_id": ANA, "annualrevenue": "9", "zip": "b"},
            created=NOON - timedelta(hours=3),
        ),
        desk.portal.add_contact(
            {"company": "Beta", "hubspot_owner_id": BEN, "annualrevenue": "250", "zip": "a"},
            created=NOON - timedelta(hours=2),
        ),
        desk.portal.add_contact(
            {"company": "Acme Labs", "email": "x@labs.example.com"},
            created=NOON - timedelta(hours=1),
        ),
    )


@pytest.mark.parametrize(
    ("groups", "found"),
    [
        (one("company", "EQ", value="acme"), [0]),  # text is compared without case
        (one("company", "NEQ", value="Acme"), [1, 2]),
        (one("hubspot_owner_id", "NEQ", value=ANA), [1]),  # unset is not "other than Ana"
        (one("hubspot_owner_id", "IN", values=[ANA, BEN]), [0, 1]),
        (one("hubspot_owner_id", "NOT_IN", values=[ANA]), [1]),
        (one("hubspot_owner_id", "HAS_PROPERTY"), [0, 1]),
        (one("hubspot_owner_id", "NOT_HAS_PROPERTY"), [2]),
        (one("annualrevenue", "GT", value="9"), [1]),  # as numbers: as text 250 < 9
        (one("annualrevenue", "GTE", value="9"), [0, 1]),
        (one("annualrevenue", "LT", value="250"), [0]),
        (one("annualrevenue", "LTE", value=250), [0, 1]),
        (one("annualrevenue", "BETWEEN", value="9", highValue="100"), [0]),
        (one("company", "CONTAINS_TOKEN", value="acme"), [0, 2]),
        (one("company", "NOT_CONTAINS_TOKEN", value="acme"), [1]),
        (one("email", "CONTAINS_TOKEN", value="*@labs.example.com"), [2]),
        (one("company", "IN", values=["Acme"]), []),  # IN needs lower case, as the vendor says
        (one("company", "IN", values=["acme"]), [0]),
        (one("createdate", "GTE", value="2026-11-23T10:00:00.250Z"), [1, 2]),
        (one("createdate", "GT", value="2026-11-23T10:00:00.250Z"), [2]),
        (one("createdate", "LTE", value="1763888400250"), []),  # a year too early
        (one("createdate", "LTE", value="1795424400250"), [0]),
        ([*one("company", "EQ", value="acme"), *one("company", "EQ", value="beta")], [0, 1]),
        (
            [
                {
                    "filters": [
                        {"propertyName": "company", "operator": "HAS_PROPERTY"},
                        {"propertyName": "hubspot_owner_id", "operator": "EQ", "value": BEN},
                    ]
                }
            ],
            [1],
        ),
        ([], [0, 1, 2]),
    ],
)
def test_each_operator(desk: Desk, groups: list[dict[str, Any]], found: list[int]) -> None:
    made = three(desk)
    assert ids(desk.search(filterGroups=groups)) == [made[i] for i in found]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ({"propertyName": "zip", "direction": "ASCENDING"}, [1, 0, 2]),
        ({"propertyName": "zip", "direction": "DESCENDING"}, [0, 1, 2]),  # unset comes last
        ({"propertyName": "createdate", "direction": "DESCENDING"}, [2, 1, 0]),
        ("-annualrevenue", [1, 0, 2]),
        ('{"propertyName": "annualrevenue", "direction": "ASCENDING"}', [0, 1, 2]),
    ],
)
def test_sorting(desk: Desk, sort: Any, order: list[int]) -> None:
    made = three(desk)
    assert ids(desk.search(sorts=[sort])) == [made[i] for i in order]


def test_text_query(desk: Desk) -> None:
    made = three(desk)
    assert ids(desk.search(query="labs")) == [made[2]]


def test_pages_are_ten_long_unless_asked_and_never_more_than_200(desk: Desk) -> None:
    for n in range(23):
        desk.portal.add_contact({"firstname": f"{n}"})
    first = desk.search()
    assert len(ids(first)) == 10
    assert first[1]["total"] == 23
    assert first[1]["paging"] == {"next": {"after": "10"}}
    rest = desk.search(after="10", limit=200)
    assert len(ids(rest)) == 13
    assert "paging" not in rest[1]
    assert not set(ids(first)) & set(ids(rest))
    assert desk.search(limit=201)[0] == 400
    assert desk.search(limit=0)[0] == 400


def test_ties_are_not_in_the_order_of_ids(desk: Desk) -> None:
    made = [desk.portal.add_contact({"firstname": "tie"}) for _ in range(30)]
    found = ids(desk.search(limit=100))
    assert sorted(found, key=int) == made
    assert found != made
    assert found == ids(desk.search(limit=100))


def test_only_properties_asked_for_come_back_and_unset_ones_are_null(desk: Desk) -> None:
    desk.portal.add_contact({"email": "a@example.com"})
    _, body = desk.search(properties=["phone", "no_such_property"])
    assert body["results"][0]["properties"].keys() == {
        *("createdate", "hs_object_id", "lastmodifieddate", "phone")
    }
    assert body["results"][0]["properties"]["phone"] is None
    _, body = desk.search()
    assert body["results"][0]["properties"]["lastname"] is None


def test_archived_contacts_are_never_found(desk: Desk) -> None:
    kept, gone = (desk.portal.add_contact({"firstname": name}) for name in ("kept", "gone"))
    assert desk.ask("DELETE", f"{CONTACTS}/{gone}")[0] == 204
    assert ids(desk.search()) == [kept]
    assert desk.ask("GET", f"{CONTACTS}/{gone}")[0] == 404
    assert desk.ask("GET", f"{CONTACTS}/{gone}?archived=true")[1]["archived"] is True


FILTER = {"propertyName": "email", "operator": "HAS_PROPERTY"}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"filterGroups": one("shoe_size", "EQ", value="44")}, "There was a problem"),
        ({"filterGroups": one("email", "LIKE", value="a")}, "Cannot deserialize"),
        ({"filterGroups": one("email", "EQ")}, "operator EQ requires a value"),
        ({"filterGroups": one("createdate", "BETWEEN", value="1")}, "requires a highValue"),
        ({"filterGroups": one("email", "IN", value="a")}, "operator IN requires values"),
        ({"filterGroups": [{"filters": [{"operator": "EQ"}]}]}, "Cannot build Filter"),
        ({"filterGroups": one("createdate", "GT", value="yesterday")}, "There was a problem"),
        ({"filterGroups": one("annualrevenue", "GT", value="much")}, "There was a problem"),
        ({"filterGroups": {"filters": []}}, "Cannot deserialize"),
        ({"filterGroups": [{"filters": [FILTER]}] * 6}, "Too many filterGroups: 6"),
        ({"filterGroups": [{"filters": [FILTER] * 7}]}, "Too many filters in one"),
        ({"filterGroups": [{"filters": [FILTER] * 5}] * 4}, "Too many filters in all"),
        ({"sorts": ["createdate", "email"]}, "Only one sort"),
        ({"sorts": ["shoe_size"]}, "There was a problem"),
        ({"sorts": [{"propertyName": "email", "direction": "DOWN"}]}, "Cannot deserialize"),
        ({"after": "MTA="}, "Cannot deserialize"),
        ({"after": "9900", "limit": 101}, "10000 results"),
        ({"query": "x" * 3_000}, "3000 characters"),
    ],
)
def test_what_the_vendor_refuses(desk: Desk, body: dict[str, Any], told: str) -> None:
    status, answer = desk.search(**body)
    assert status == 400
    assert told in answer["message"]
    assert answer["status"] == "error"
    assert answer["correlationId"]
    if not answer["message"].startswith("Invalid input JSON"):
        assert answer["category"] == "VALIDATION_ERROR"
    assert len(desk.logged("refused")) == 1


def test_the_most_that_is_allowed_is_allowed(desk: Desk) -> None:
    groups = [{"filters": [FILTER] * 6}] * 3
    assert desk.search(filterGroups=groups, after="9800", limit=200)[0] == 200
    assert desk.search(filterGroups=[{"filters": [FILTER] * 3}] * 5)[0] == 200


def test_a_search_sees_changes_only_after_the_lag(desk: Desk) -> None:
    clock = desk.portal.ground.clock
    contact_id = desk.portal.add_contact({"firstname": "early"})
    desk.portal.search_lag = 30
    mine = one("hubspot_owner_id", "EQ", value=ANA)
    clock.advance(timedelta(seconds=29))
    assert ids(desk.search()) == []
    clock.advance(timedelta(seconds=1))
    assert ids(desk.search()) == [contact_id]
    desk.portal.person_sets_owner(contact_id, ANA)
    assert ids(desk.search(filterGroups=mine)) == []
    _, stale = desk.search(properties=["hubspot_owner_id"])
    assert stale["results"][0]["properties"]["hubspot_owner_id"] is None
    read = desk.ask("GET", f"{CONTACTS}/{contact_id}?properties=hubspot_owner_id")[1]
    assert read["properties"]["hubspot_owner_id"] == ANA  # reads by id do not lag
    clock.advance(timedelta(seconds=30))
    assert ids(desk.search(filterGroups=mine)) == [contact_id]


def test_every_write_moves_a_record_to_the_end_of_a_search_by_change(desk: Desk) -> None:
    made = [desk.portal.add_contact({"firstname": f"{n}"}) for n in range(3)]
    desk.portal.ground.clock.advance(timedelta(seconds=1))
    desk.ask("PATCH", f"{CONTACTS}/{made[0]}", {"properties": {"hubspot_owner_id": ANA}})
    assert ids(desk.search(sorts=["lastmodifieddate"]))[-1] == made[0]


def test_what_left_in_an_answer_is_in_the_journal(desk: Desk) -> None:
    made = [desk.portal.add_contact({"firstname": f"{n}"}) for n in range(12)]
    served = ids(desk.search(limit=5))
    assert desk.logged("served") == [{"ids": tuple(served)}]
    assert set(served) < set(made)
