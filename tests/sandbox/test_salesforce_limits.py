"""Pages, locators, tokens, the daily allowance, and faults in Salesforce's words."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from sandbox.faults import Fault, FaultKind
from tests.sandbox.salesforce_desk import ROOT, WEB, Desk, errors, row_codes, salesforce_desk


@pytest.fixture
def desk() -> Iterator[Desk]:
    with salesforce_desk() as desk:
        yield desk


def fill(desk: Desk, count: int) -> list[str]:
    return [desk.lead() for _ in range(count)]


def test_pages_cover_the_result_as_it_was_when_asked(desk: Desk) -> None:
    leads = fill(desk, 450)
    asked = {"q": "SELECT Id, City FROM Lead ORDER BY Id"}
    headers = {"Sforce-Query-Options": "batchSize=200"}
    page = desk.http.get(f"{ROOT}/query", params=asked, headers=headers).json()
    desk.org.person_updates(leads[449], {"City": "Graz"})
    desk.org.person_deletes(leads[448])
    seen, sizes = page["records"], [len(page["records"])]
    while not page["done"]:
        page = desk.http.get(page["nextRecordsUrl"]).json()
        assert page["totalSize"] == 450
        seen += page["records"]
        sizes.append(len(page["records"]))
    assert "nextRecordsUrl" not in page
    assert sizes == [200, 200, 50]
    assert [record["Id"] for record in seen] == leads
    assert seen[-1]["City"] is None
    served = [key for entry in desk.logged("served") for key in entry["ids"]]
    assert served == leads


def test_a_page_holds_two_thousand_at_most(desk: Desk) -> None:
    fill(desk, 2001)
    _, page = desk.query("SELECT Id FROM Lead")
    assert (len(page["records"]), page["totalSize"], page["done"]) == (2000, 2001, False)
    assert page["nextRecordsUrl"].endswith("-2000")
    status, body = desk.ask(
        "GET", "query?q=SELECT Id FROM Lead", headers={"Sforce-Query-Options": "batchSize=100"}
    )
    assert (status, errors(body)[0][0]) == (400, "INVALID_BATCH_SIZE")


@pytest.mark.parametrize("locator", ["0r8xxxxxxxxxxxxxxx-2000", "nonsense", "0r8xxxxxxxxxxxxxxx"])
def test_a_locator_nobody_gave_out(desk: Desk, locator: str) -> None:
    status, body = desk.ask("GET", f"query/{locator}")
    assert (status, errors(body)) == (400, [("INVALID_QUERY_LOCATOR", "invalid query locator")])


def test_a_locator_lives_two_days(desk: Desk) -> None:
    fill(desk, 3)
    desk.org.page_size = 2
    _, page = desk.query("SELECT Id FROM Lead")
    later = page["nextRecordsUrl"]
    for hours, status in ((47, 200), (2, 400)):
        desk.org.ground.clock.advance(timedelta(hours=hours))
        token = {"Authorization": f"Bearer {desk.org.issue_token()}"}
        assert desk.http.get(later, headers=token).status_code == status


def test_a_locator_may_die_between_two_pages(desk: Desk) -> None:
    fill(desk, 3)
    desk.org.page_size = 2
    _, page = desk.query("SELECT Id FROM Lead")
    desk.org.expire_locators()
    assert desk.http.get(page["nextRecordsUrl"]).status_code == 400
    assert desk.query("SELECT Id FROM Lead")[0] == 200


def test_a_query_that_does_not_fit_into_an_address(desk: Desk) -> None:
    ids = ", ".join(f"'{WEB}'" for _ in range(800))
    response = desk.http.get(
        f"{ROOT}/query", params={"q": f"SELECT Id FROM Lead WHERE OwnerId IN ({ids})"}
    )
    assert response.status_code == 414


def test_no_query_at_all(desk: Desk) -> None:
    status, body = desk.ask("GET", "query/")
    assert (status, errors(body)[0][1]) == (400, "A query string has to be specified")


def test_tokens_die_of_idleness_and_on_command(desk: Desk) -> None:
    clock = desk.org.ground.clock
    for _ in range(3):
        clock.advance(timedelta(minutes=90))
        assert desk.ask("GET", "limits")[0] == 200
    clock.advance(timedelta(minutes=121))
    assert desk.ask("GET", "limits")[0] == 401
    desk.http.headers["Authorization"] = f"OAuth {desk.org.issue_token()}"
    assert desk.ask("GET", "limits")[0] == 200
    desk.org.expire_tokens()
    assert desk.ask("GET", "limits")[0] == 401


def test_a_token_that_expires_by_fault_stays_expired(desk: Desk) -> None:
    lead = desk.lead()
    desk.org.ground.faults.script(Fault(kind=FaultKind.TOKEN_EXPIRED))
    status, body = desk.ask("PATCH", f"sobjects/Lead/{lead}", {"City": "Graz"})
    assert (status, errors(body)[0][0]) == (401, "INVALID_SESSION_ID")
    assert desk.org.leads[lead]["City"] is None
    assert desk.ask("GET", "limits")[0] == 401


def test_the_allowance_is_counted_shown_and_kept(desk: Desk) -> None:
    desk.org.allowance.limit = 3
    first = desk.send("GET", "limits")
    assert first.headers["Sforce-Limit-Info"] == "api-usage=1/3"
    assert first.json()["DailyApiRequests"] == {"Max": 3, "Remaining": 2}
    lead = desk.lead()
    changed = desk.send("PATCH", f"sobjects/Lead/{lead}", {"City": "Graz"})
    assert (changed.status_code, "Sforce-Limit-Info" in changed.headers) == (204, False)
    assert desk.ask("GET", "limits")[0] == 200
    status, body = desk.ask("GET", "limits")
    assert status == 403
    assert errors(body) == [("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")]
    desk.org.ground.clock.advance(timedelta(hours=25))
    desk.http.headers["Authorization"] = f"Bearer {desk.org.issue_token()}"
    assert desk.ask("GET", "limits")[0] == 200


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        (FaultKind.RATE_LIMITED, 403, "REQUEST_LIMIT_EXCEEDED"),
        (FaultKind.SERVER_ERROR, 503, "SERVER_UNAVAILABLE"),
    ],
)
def test_faults_are_worded_as_salesforce_words_them(
    desk: Desk, kind: FaultKind, status: int, code: str
) -> None:
    desk.org.ground.faults.script(Fault(kind=kind, path="/sobjects", retry_after="3"))
    assert desk.ask("GET", "limits")[0] == 200
    response = desk.send("GET", "sobjects/Lead/describe")
    assert (response.status_code, errors(response.json())[0][0]) == (status, code)
    assert response.headers["Retry-After"] == "3"
    assert desk.ask("GET", "sobjects/Lead/describe")[0] == 200


def test_a_share_of_refused_rows_is_drawn_row_by_row(desk: Desk) -> None:
    leads = fill(desk, 200)
    desk.org.ground.faults.set_share(FaultKind.ROW_REFUSED, 0.3)
    _, rows = desk.update_many(*({"id": lead, "City": "Graz"} for lead in leads))
    codes = row_codes(rows)
    assert 30 < codes.count("UNABLE_TO_LOCK_ROW") < 90
    written = {lead for lead in leads if desk.org.leads[lead]["City"] == "Graz"}
    assert written == {lead for lead, code in zip(leads, codes, strict=True) if code == "ok"}


def test_the_sandboxs_own_doors(desk: Desk) -> None:
    desk.ask("GET", "limits")
    journal = desk.http.get("/_sandbox/journal", params={"event": "request"}).json()
    assert [(e["detail"]["method"], e["detail"]["status"]) for e in journal] == [("GET", 200)]
    moved = desk.http.post("/_sandbox/clock", json={"advance_seconds": 60}).json()
    assert moved["now"].startswith("2026-11-22T12:01:00")


def test_the_page_shows_the_newest_leads_and_who_has_them(desk: Desk) -> None:
    fill(desk, 310)
    newest = desk.org.add_lead(
        {"LastName": "<b>Newest</b>", "Company": "R&D", "Routing_Reason__c": "most due"}
    )
    desk.org.person_sets_owner(newest, WEB)
    desk.org.person_deletes(desk.lead(LastName="Deleted"))
    response = desk.http.get("/", headers={"Authorization": ""})
    page = response.text
    assert response.headers["content-type"].startswith("text/html")
    assert page.count("<tr>") == 301
    assert "311 leads, the newest 300 below" in page
    assert "&lt;b&gt;Newest&lt;/b&gt;" in page
    assert "<li>Web leads <b>311</b></li>" in page
    assert 'http-equiv="refresh" content="5"' in page
    assert "Admin User" in page
    assert "most due" in page
    assert "Deleted" not in page
    assert not desk.logged("request")
