"""jobs/ingest: many rows uploaded as CSV, worked through apart from the request."""

from typing import Any

from sandbox.salesforce.errors import Refusal, no_such_type
from sandbox.salesforce.ids import long_id
from sandbox.salesforce.jobs import ENDED, Job, State, row_error
from sandbox.salesforce.org import SalesforceOrg
from sandbox.salesforce.schema import Entity
from sandbox.salesforce.wire import Answer, Call
from sandbox.salesforce.writing import Terms, create, update

_CREATED, _NO_CONTENT = 201, 204
_OPERATIONS = frozenset({"insert", "update"})
_EMPTY_VALUE = "#N/A"


def create_job(org: SalesforceOrg, call: Call) -> Answer:
    asked = call.json()
    if str(asked.get("operation")) not in _OPERATIONS:
        raise Refusal("INVALIDJOB", "the sandbox's ingest jobs insert and update")
    if org.entity(str(asked.get("object"))) is None:
        raise Refusal("INVALIDENTITY", no_such_type(str(asked.get("object"))))
    if asked.get("contentType", "CSV") != "CSV":
        raise Refusal("INVALIDJOB", "contentType: only CSV is supported")
    job = org.bulk.open(asked, version=call.version, by=org.running_user, at=org.wire_now())
    url = f"{call.base[1:]}/jobs/ingest/{job.id}/batches"
    return Answer(body={**job.info(), "contentUrl": url})


def upload(org: SalesforceOrg, call: Call) -> Answer:
    org.bulk.find(call.args[0]).upload(call.body)
    return Answer(status=_CREATED)


def change_state(org: SalesforceOrg, call: Call) -> Answer:
    job = org.bulk.find(call.args[0])
    job.go(str(call.json().get("state")))
    return Answer(body=job.info())


def get_job(org: SalesforceOrg, call: Call) -> Answer:
    """Every look moves a job on: in progress first, then done."""
    job = org.bulk.find(call.args[0])
    if job.state is State.UPLOAD_COMPLETE:
        job.state = State.IN_PROGRESS
    elif job.state is State.IN_PROGRESS:
        job.looks += 1
        if job.looks >= org.bulk.looks_until_done:
            _run(org, job)
    counts = {
        "jobType": "V2Ingest",
        "numberRecordsProcessed": len(job.done) + len(job.failed),
        "numberRecordsFailed": len(job.failed),
        "retries": 0,
        "totalProcessingTime": 100,
    }
    return Answer(body={**job.info(), **counts})


def delete_job(org: SalesforceOrg, call: Call) -> Answer:
    job = org.bulk.find(call.args[0])
    if job.state not in ENDED:
        raise Refusal("INVALIDJOBSTATE", "only a job that has ended can be deleted")
    del org.bulk.jobs[job.id]
    return Answer(status=_NO_CONTENT)


# Results come in no order that a client may rely on: hence from the end.


def successful(org: SalesforceOrg, call: Call) -> Answer:
    job = _ended(org, call)
    rows = [
        {"sf__Id": key, "sf__Created": str(made).lower(), **row}
        for row, key, made in reversed(job.done)
    ]
    return Answer(csv=job.csv(["sf__Id", "sf__Created", *job.columns], rows))


def failed(org: SalesforceOrg, call: Call) -> Answer:
    job = _ended(org, call)
    rows = [{"sf__Id": key, "sf__Error": error, **row} for row, key, error in reversed(job.failed)]
    return Answer(csv=job.csv(["sf__Id", "sf__Error", *job.columns], rows))


def unprocessed(org: SalesforceOrg, call: Call) -> Answer:
    job = _ended(org, call)
    return Answer(csv=job.csv(list(job.columns), job.unprocessed))


def _ended(org: SalesforceOrg, call: Call) -> Job:
    job = org.bulk.find(call.args[0])
    if job.state not in ENDED:
        raise Refusal("INVALIDJOBSTATE", "results are there when the job has ended")
    return job


def _run(org: SalesforceOrg, job: Job) -> None:
    entity = org.entity(str(job.asked["object"]))
    assert entity is not None
    terms = Terms(auto_assign=bool(job.asked.get("assignmentRuleId")), allow_duplicates=True)
    rows = job.rows or []
    stop = len(rows) if org.bulk.fails_after is None else org.bulk.fails_after
    for row in rows[:stop]:
        try:
            key, made = _write(org, entity, row, terms)
        except Refusal as refusal:
            error = row_error(refusal.message, refusal.code, refusal.fields or ())
            job.failed.append((row, row.get("Id", ""), error))
        else:
            job.done.append((row, key, made))
    job.state = State.JOB_COMPLETE if stop >= len(rows) else State.FAILED
    if job.state is State.FAILED:
        job.error = "InternalServerError: the sandbox gave this job up"


def _write(
    org: SalesforceOrg, entity: Entity, row: dict[str, str], terms: Terms
) -> tuple[str, bool]:
    """An empty cell leaves its field alone; #N/A empties it."""
    body: dict[str, Any] = {
        name: None if text == _EMPTY_VALUE else text
        for name, text in row.items()
        if text and name != "Id"
    }
    if "Id" not in row:
        return create(org, entity, body, terms), True
    key = long_id(row["Id"]) or row["Id"]
    update(org, entity, key, body, terms)
    return key, False
