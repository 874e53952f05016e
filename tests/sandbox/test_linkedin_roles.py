"""Which pages the token's member has a role at, and requests in the older protocol."""

from collections.abc import Iterator

import pytest

from tests.sandbox.linkedin_desk import FORM, HEADERS, PAGE, Desk, finder, linkedin_desk
from tests.sandbox.stage import Stage

MINE = "/rest/organizationAcls?q=roleAssignee"
OTHER = "urn:li:organization:99887766"


@pytest.fixture
def desk(stage: Stage) -> Iterator[Desk]:
    with linkedin_desk(stage) as desk:
        desk.business.add_owner("organization", "99887766", "Another page")
        yield desk


def pages(desk: Desk, address: str, name: str = "organization") -> list[str]:
    status, told = desk.get(address)
    assert status == 200, told
    return [role[name] for role in told["elements"]]


def test_the_roles_of_a_member(desk: Desk) -> None:
    _, told = desk.get(MINE)
    assert told["paging"] == {"start": 0, "count": 10, "links": [], "total": 2}
    assert told["elements"][0] == {
        "role": "ADMINISTRATOR",
        "state": "APPROVED",
        "roleAssignee": "urn:li:person:sandbox",
        "organization": PAGE,
    }
    assert pages(desk, f"{MINE}&role=ADMINISTRATOR&state=APPROVED") == [PAGE, OTHER]
    assert pages(desk, f"{MINE}&role=ANALYST") == []
    assert pages(desk, f"{MINE}&state=REVOKED") == []
    assert pages(desk, f"{MINE}&start=1&count=1") == [OTHER]
    desk.business.denied.add(PAGE)
    assert pages(desk, MINE) == [OTHER]


def test_the_roles_at_a_page(desk: Desk) -> None:
    urn = OTHER.replace(":", "%3A")
    address = f"/rest/organizationAcls?q=organization&organization={urn}"
    assert pages(desk, address) == [OTHER]
    desk.business.denied.add(OTHER)
    status, told = desk.get(address)
    assert (status, told["code"]) == (403, "ACCESS_DENIED")


def test_the_older_name_has_the_page_under_another_and_no_version(desk: Desk) -> None:
    headers = {name: value for name, value in HEADERS.items() if name != "LinkedIn-Version"}
    for resource, name in (
        ("organizationAcls", "organization"),
        ("organizationalEntityAcls", "organizationalTarget"),
    ):
        address = f"{desk.url}/v2/{resource}?q=roleAssignee"
        told = desk.http.get(address, headers=headers).json()
        assert [role[name] for role in told["elements"]] == [PAGE, OTHER]
    gone = desk.http.get(f"{desk.url}/v2/leadForms?q=owner", headers=headers)
    assert (gone.status_code, gone.json()["code"]) == (404, "NOT_FOUND")
    assert desk.get("/rest/organizationalEntityAcls?q=roleAssignee")[0] == 404
    assert desk.http.get(f"{desk.url}/v2/organizationAcls?q=roleAssignee").status_code == 401


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("q=owner", "q"),
        ("q=organizationalTarget&organizationalTarget=urn%3Ali%3Aorganization%3A1", "q"),
        ("q=organization&organization=11223344", "organization"),
        ("q=roleAssignee&role=KING", "role"),
        ("q=roleAssignee&state=NEVER", "state"),
        ("role=ADMINISTRATOR", "q"),
    ],
)
def test_a_wrong_query(desk: Desk, query: str, named: str) -> None:
    status, told = desk.get(f"/rest/organizationAcls?{query}")
    assert (status, told["code"]) == (400, "ILLEGAL_ARGUMENT")
    assert told["message"].endswith(f": {named}")


@pytest.mark.parametrize("older", ["1.0.0", ""])
def test_the_older_protocol_finds_nothing_and_reads_by_id(desk: Desk, older: str) -> None:
    asked = {"X-Restli-Protocol-Version": older}
    for address in (finder(), MINE, f"/rest/leadForms?ids=List({FORM})"):
        status, told = desk.get(address, **asked)
        assert (status, told["code"]) == (400, "ILLEGAL_ARGUMENT")
        assert "X-Restli-Protocol-Version" in told["message"]
    lead = desk.lead()
    assert desk.get(f"/rest/leadFormResponses/{lead}", **asked)[1]["id"] == lead
    assert desk.get(f"/rest/leadForms/{FORM}", **asked)[1]["id"] == FORM


def test_a_protocol_that_there_is_none_of(desk: Desk) -> None:
    status, told = desk.get(f"/rest/leadForms/{FORM}", **{"X-Restli-Protocol-Version": "3.0.0"})
    assert status == 400
    words = "Rest.li protocol version 3.0.0 used by the client is not supported!"
    assert told["message"] == words
