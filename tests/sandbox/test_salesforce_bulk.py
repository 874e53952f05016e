"""Bulk API 2.0 by the real client: states, results apart from the request, locators."""

import csv
import io
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from simple_salesforce.exceptions import SalesforceOperationError

from tests.sandbox.salesforce_desk import (
    ANA,
    BEN,
    GONE,
    ROOT,
    WEB,
    Desk,
    errors,
    salesforce_desk,
    salesforce_over_http,
)
from tests.sandbox.test_salesforce_client import log_in

CREATE = {"operation": "update", "object": "Lead", "contentType": "CSV", "lineEnding": "LF"}


@pytest.fixture
def desk() -> Iterator[Desk]:
    with salesforce_desk() as desk:
        yield desk


@pytest.fixture
def client() -> Iterator[tuple[Desk, Any]]:
    with salesforce_over_http() as desk, ExitStack() as open_things:
        yield desk, log_in(desk, open_things)


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def uploaded(desk: Desk, *rows: tuple[str, str]) -> str:
    """Open a job, send owners for leads, and say that this was all."""
    job = str(desk.ask("POST", "jobs/ingest", CREATE)[1]["id"])
    text = "Id,OwnerId\n" + "".join(f"{lead},{owner}\n" for lead, owner in rows)
    answer = desk.http.put(
        f"{ROOT}/jobs/ingest/{job}/batches", content=text, headers={"Content-Type": "text/csv"}
    )
    assert (answer.status_code, answer.content) == (201, b"")
    assert desk.ask("PATCH", f"jobs/ingest/{job}", {"state": "UploadComplete"})[0] == 200
    return job


def state(desk: Desk, job: str) -> str:
    return str(desk.ask("GET", f"jobs/ingest/{job}")[1]["state"])


def test_the_real_client_updates_and_reads_what_became_of_each_row(client: tuple[Desk, Any]):
    desk, api = client
    leads = [desk.lead() for _ in range(5)]
    desk.org.person_converts(leads[3])
    owners = [ANA, BEN, GONE, ANA, ANA]
    records = [{"Id": k, "OwnerId": o} for k, o in zip(leads, owners, strict=True)]
    (done,) = api.bulk2.Lead.update(records=records, wait=0.01)
    assert (done["numberRecordsFailed"], done["numberRecordsProcessed"]) == (2, 5)
    good = read(api.bulk2.Lead.get_successful_records(done["job_id"]))
    assert {row["sf__Id"]: row["sf__Created"] for row in good} == dict.fromkeys(
        [leads[0], leads[1], leads[4]], "false"
    )
    bad = {r["Id"]: r["sf__Error"] for r in read(api.bulk2.Lead.get_failed_records(done["job_id"]))}
    assert bad[leads[2]].startswith("INACTIVE_OWNER_OR_USER:")
    assert bad[leads[3]].startswith("CANNOT_UPDATE_CONVERTED_LEAD:")
    assert read(api.bulk2.Lead.get_unprocessed_records(done["job_id"])) == []
    assert [desk.owner(lead) for lead in leads] == [ANA, BEN, WEB, WEB, ANA]


def test_a_job_that_is_given_up_leaves_rows_unprocessed(client: tuple[Desk, Any]):
    desk, api = client
    desk.org.bulk.fails_after = 2
    leads = [desk.lead() for _ in range(5)]
    with pytest.raises(SalesforceOperationError):
        api.bulk2.Lead.update(records=[{"Id": k, "OwnerId": ANA} for k in leads], wait=0.01)
    (job,) = desk.org.bulk.jobs
    rest = read(api.bulk2.Lead.get_unprocessed_records(job))
    assert [row["Id"] for row in rest] == leads[2:]
    assert set(rest[0]) == {"Id", "OwnerId"}  # the original columns, and no others


def test_both_spellings_of_unprocessed_records(desk: Desk):
    job = uploaded(desk, (desk.lead(), ANA))
    while state(desk, job) != "JobComplete":
        pass
    for spelling in ("unprocessedRecords", "unprocessedrecords"):
        assert desk.send("GET", f"jobs/ingest/{job}/{spelling}").status_code == 200


def test_a_job_goes_from_state_to_state(desk: Desk):
    desk.org.bulk.looks_until_done = 2
    lead = desk.lead()
    job = uploaded(desk, (lead, ANA))
    status, body = desk.ask("GET", f"jobs/ingest/{job}/successfulResults")
    assert (status, errors(body)[0][0]) == (400, "INVALIDJOBSTATE")
    assert [state(desk, job) for _ in range(4)] == [
        "InProgress",
        "InProgress",
        "JobComplete",
        "JobComplete",
    ]
    assert desk.owner(lead) == ANA
    for later in ("Open", "UploadComplete", "Aborted"):
        assert desk.ask("PATCH", f"jobs/ingest/{job}", {"state": later})[0] == 400
    assert desk.ask("DELETE", f"jobs/ingest/{job}")[0] == 204
    assert desk.ask("GET", f"jobs/ingest/{job}")[0] == 404


def test_an_aborted_job_writes_nothing(desk: Desk):
    lead = desk.lead()
    job = uploaded(desk, (lead, ANA))
    assert desk.ask("PATCH", f"jobs/ingest/{job}", {"state": "Aborted"})[1]["state"] == "Aborted"
    assert state(desk, job) == "Aborted"
    assert desk.owner(lead) == WEB
    assert len(read(desk.send("GET", f"jobs/ingest/{job}/unprocessedRecords").text)) == 1


def test_one_upload_a_job(desk: Desk):
    job = uploaded(desk, (desk.lead(), ANA))
    again = desk.http.put(
        f"{ROOT}/jobs/ingest/{job}/batches", content="Id\n", headers={"Content-Type": "text/csv"}
    )
    assert again.status_code == 400


def test_an_assignment_rule_runs_only_when_the_job_names_one(desk: Desk):
    desk.org.assignment_rule_owner = BEN
    lead = desk.lead()
    job = uploaded(desk, (lead, ANA))
    while state(desk, job) != "JobComplete":
        pass
    assert desk.owner(lead) == ANA


@pytest.mark.parametrize(
    "body",
    [
        {**CREATE, "object": "Nothing"},
        {**CREATE, "operation": "upend"},
        {**CREATE, "contentType": "XML"},
    ],
)
def test_a_job_that_cannot_be(desk: Desk, body: dict[str, str]):
    assert desk.ask("POST", "jobs/ingest", body)[0] == 400


def test_the_real_client_pages_through_a_query(client: tuple[Desk, Any]):
    desk, api = client
    leads = [desk.lead(City='Graz, "old" town') for _ in range(5)]
    asked = "SELECT Id, City, Owner.Name, IsConverted FROM Lead ORDER BY Id"
    parts = [read(part) for part in api.bulk2.Lead.query(asked, max_records=2, wait=0.01)]
    assert [len(part) for part in parts] == [2, 2, 1]
    rows = [row for part in parts for row in part]
    assert [row["Id"] for row in rows] == leads
    assert rows[0]["City"] == 'Graz, "old" town'
    assert (rows[0]["Owner.Name"], rows[0]["IsConverted"]) == ("Web leads", "false")
