"""The real client, simple_salesforce, over real HTTP: it hard-codes https, so we steer it."""

import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import requests
from requests.adapters import HTTPAdapter
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceExpiredSession,
    SalesforceGeneralError,
    SalesforceMalformedRequest,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
)

from sandbox.faults import Fault, FaultKind
from sandbox.salesforce.soql.grammar import parse
from sandbox.salesforce.soql.run import run
from tests.sandbox.salesforce_desk import ANA, BY_HAND, GONE, WEB, Desk, salesforce_over_http


class _Loopback(HTTPAdapter):
    """Sends what was meant for any https host to the sandbox, and keeps the host's name."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        meant = urlsplit(request.url or "")
        request.headers["Host"] = meant.netloc
        query = f"?{meant.query}" if meant.query else ""
        request.url = f"{self._url}{meant.path}{query}"
        return super().send(request, *args, **kwargs)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with salesforce_over_http() as desk:
        yield desk


@pytest.fixture
def client(desk: Desk) -> Iterator[Any]:
    with ExitStack() as open_things:
        yield log_in(desk, open_things)


def log_in(desk: Desk, open_things: ExitStack, secret: str = "sandbox-secret") -> Any:
    session = open_things.enter_context(requests.Session())
    session.trust_env = False
    session.mount("https://", _Loopback(desk.url))
    return Salesforce(
        consumer_key="sandbox-client",
        consumer_secret=secret,
        domain="acme.my",
        session=session,
        version="66.0",
    )


def collection(client: Any, rows: list[dict[str, Any]], method: str = "PATCH") -> Any:
    records = [{"attributes": {"type": "Lead"}, **row} for row in rows]
    body = {"allOrNone": False, "records": records}
    return client.restful("composite/sobjects", method=method, json=body, headers=dict(BY_HAND))


def code_of(error: Any) -> str:
    return str(error.content[0]["errorCode"])


def test_it_logs_in_with_client_credentials(client: Any) -> None:
    assert client.sf_instance == "acme.my.salesforce.com"
    assert client.limits()["DailyApiRequests"]["Remaining"] > 0
    assert client.api_usage["api-usage"].total == 115_000


def test_a_wrong_secret_says_so(desk: Desk) -> None:
    with ExitStack() as open_things, pytest.raises(SalesforceAuthenticationFailed) as refused:
        log_in(desk, open_things, secret="wrong")
    assert "invalid client credentials" in str(refused.value)


def test_it_pages_through_a_query(desk: Desk, client: Any) -> None:
    leads = [desk.lead() for _ in range(5)]
    desk.org.page_size = 2
    asked = "SELECT Id FROM Lead ORDER BY SystemModstamp, Id"
    assert [row["Id"] for row in client.query_all_iter(asked)] == leads
    first = client.query(asked)
    assert first["totalSize"] == 5
    rest = client.query_more(first["nextRecordsUrl"], identifier_is_url=True)
    assert [row["Id"] for row in rest["records"]] == leads[2:4]
    desk.org.person_deletes(leads[0])
    assert client.query_all(asked, include_deleted=True)["totalSize"] == 5


def test_it_creates_reads_updates_upserts_and_deletes(desk: Desk, client: Any) -> None:
    made = client.Lead.create(
        {"LastName": "Doe", "Company": "Doe Ltd", "OwnerId": ANA}, headers=dict(BY_HAND)
    )
    assert made == {"id": made["id"], "success": True, "errors": []}
    assert client.Lead.update(made["id"], {"City": "Graz"}, headers=dict(BY_HAND)) == 204
    assert client.Lead.get(made["id"])["City"] == "Graz"
    assert len(client.Lead.describe()["fields"]) == 66
    upsert = {"LastName": "Roe", "Company": "Roe Ltd"}
    assert client.Lead.upsert("Firsttouch_Id__c/meta:1", upsert) == 201
    assert client.Lead.upsert("Firsttouch_Id__c/meta:1", {"City": "Linz"}) == 200
    assert client.Lead.get_by_custom_id("Firsttouch_Id__c", "meta:1")["City"] == "Linz"
    assert client.Lead.delete(made["id"]) == 204
    assert made["id"] not in {row["Id"] for row in client.query_all_iter("SELECT Id FROM Lead")}
    assert desk.logged("deleted") == [{"ids": (made["id"],)}]


def test_it_writes_owners_by_the_hundred(desk: Desk, client: Any) -> None:
    leads = [desk.lead() for _ in range(200)]
    owners = [GONE if n == 17 else ANA for n in range(200)]
    rows = [{"id": k, "OwnerId": o} for k, o in zip(leads, owners, strict=True)]
    answer = collection(client, rows)
    assert [n for n, row in enumerate(answer) if not row["success"]] == [17]
    assert [desk.owner(lead) for lead in leads] == [WEB if n == 17 else ANA for n in range(200)]
    with pytest.raises(SalesforceMalformedRequest) as refused:
        collection(client, [*rows, {"id": desk.lead(), "OwnerId": ANA}])
    assert code_of(refused.value) == "EXCEEDED_ID_LIMIT"


def test_its_exceptions_carry_our_bodies(desk: Desk, client: Any) -> None:
    with pytest.raises(SalesforceMalformedRequest) as malformed:
        client.query("SELECT Foo FROM Lead")
    assert code_of(malformed.value) == "INVALID_FIELD"
    with pytest.raises(SalesforceResourceNotFound):
        client.Lead.get("00QfT000000ZZZZUA4")
    lead = desk.lead()
    headers = {"If-Unmodified-Since": "Sun, 22 Nov 2026 11:00:00 GMT"}
    with pytest.raises(SalesforceGeneralError) as conflict:
        client.Lead.update(lead, {"City": "Graz"}, headers=headers)
    assert conflict.value.status == 412
    desk.org.ground.faults.script(Fault(kind=FaultKind.RATE_LIMITED))
    with pytest.raises(SalesforceRefusedRequest) as limited:
        client.limits()
    assert code_of(limited.value) == "REQUEST_LIMIT_EXCEEDED"


def test_it_logs_in_again_when_its_token_dies(desk: Desk, client: Any) -> None:
    desk.org.expire_tokens()
    assert client.query("SELECT Id FROM Lead")["totalSize"] == 0
    tokens = [e for e in desk.logged("request") if e["path"] == "/services/oauth2/token"]
    assert len(tokens) == 2


def test_a_plain_session_cannot_log_in_again(desk: Desk) -> None:
    with requests.Session() as session:
        session.trust_env = False
        session.mount("https://", _Loopback(desk.url))
        token = desk.org.issue_token()
        client = Salesforce(session_id=token, instance="acme.my.salesforce.com", session=session)
        assert client.query("SELECT Id FROM Lead")["totalSize"] == 0
        desk.org.expire_tokens()
        with pytest.raises(SalesforceExpiredSession):
            client.query("SELECT Id FROM Lead")


@pytest.mark.parametrize(
    ("kind", "carried_out"),
    [(FaultKind.TRUNCATED, True), (FaultKind.MALFORMED, False), (FaultKind.HTML_ERROR, False)],
)
def test_an_answer_that_is_lost(desk: Desk, *, kind: FaultKind, carried_out: bool) -> None:
    lead = desk.lead()
    desk.org.ground.faults.script(Fault(kind=kind))
    row = {"attributes": {"type": "Lead"}, "id": lead, "OwnerId": ANA}
    try:
        response = desk.send("PATCH", "composite/sobjects", {"records": [row]})
    except httpx.RemoteProtocolError:
        assert kind is FaultKind.TRUNCATED
    else:
        with pytest.raises(ValueError, match=r"Expecting|delimiter"):
            response.json()
    assert (desk.owner(lead) == ANA) == carried_out


def test_an_answer_that_comes_too_late_was_carried_out(desk: Desk) -> None:
    lead = desk.lead()
    desk.org.ground.faults.script(Fault(kind=FaultKind.TIMEOUT, seconds=1.0))
    row = {"attributes": {"type": "Lead"}, "id": lead, "OwnerId": ANA}
    with pytest.raises(httpx.ReadTimeout):
        desk.http.patch(
            "/services/data/v66.0/composite/sobjects", json={"records": [row]}, timeout=0.3
        )
    assert desk.owner(lead) == ANA


def test_people_edit_while_programs_write(desk: Desk) -> None:
    leads = [desk.lead() for _ in range(40)]

    def write(rows: list[str]) -> Any:
        return desk.update_many(*({"id": row, "OwnerId": ANA} for row in rows))[1]

    with ThreadPoolExecutor(8) as pool:
        edits = [pool.submit(desk.org.person_updates, lead, {"City": "Graz"}) for lead in leads]
        written = [pool.submit(write, leads[n : n + 10]) for n in range(0, 40, 10)]
        assert all(row["success"] for one in written for row in one.result())
        for edit in edits:
            edit.result()
    rows: list[Mapping[str, Any]] = [desk.org.leads[lead] for lead in leads]
    assert all((row["OwnerId"], row["City"]) == (ANA, "Graz") for row in rows)
    owners = desk.records("SELECT COUNT(Id) n FROM LeadHistory WHERE Field = 'Owner'")
    assert owners == [{"n": 80}]


def test_a_query_looks_at_each_lead_once(desk: Desk) -> None:
    query = parse(
        "SELECT Id, Owner.Name FROM Lead WHERE NumberOfEmployees > 300 "
        "AND Owner.Type = 'Queue' ORDER BY SystemModstamp, Id LIMIT 200"
    )

    def steps() -> int:
        """Count the calls that one query comes to: that tells loops from nested loops."""
        called = 0

        def count(*_: object) -> None:
            nonlocal called
            called += 1

        sys.setprofile(count)
        try:
            run(query, desk.org, base="", deleted_too=False)
        finally:
            sys.setprofile(None)
        return called

    taken = []
    for leads in (500, 1_000, 2_000):
        while len(desk.org.leads) < leads:
            desk.lead(NumberOfEmployees=len(desk.org.leads) % 2 * 400)
        taken.append(steps())
    assert taken[0] > 500
    assert taken[2] - taken[1] < 2.5 * (taken[1] - taken[0])
