"""jobs/query: a query worked through apart from the request, its rows read as CSV in parts."""

from collections.abc import Mapping
from typing import Any

from sandbox.salesforce.errors import Refusal
from sandbox.salesforce.jobs import ENDED, State
from sandbox.salesforce.org import SalesforceOrg
from sandbox.salesforce.soql.grammar import parse
from sandbox.salesforce.soql.run import run
from sandbox.salesforce.soql.tree import Aggregate, Children, Fields, Path
from sandbox.salesforce.wire import Answer, Call

_DEFAULT_ROWS = 50_000


def create_job(org: SalesforceOrg, call: Call) -> Answer:
    asked = call.json()
    if asked.get("operation") not in ("query", "queryAll"):
        raise Refusal("INVALIDJOB", "operation: query or queryAll")
    query = parse(str(asked.get("query", "")))
    if query.group_by or any(isinstance(chosen, Aggregate) for chosen in query.selected):
        raise Refusal("API_ERROR", "aggregates cannot be queried in bulk")
    if any(isinstance(chosen, Children) for chosen in query.selected):
        raise Refusal("API_ERROR", "the children of a record cannot be queried in bulk")
    if any(isinstance(chosen, Fields) for chosen in query.selected):
        raise Refusal("API_ERROR", "The SOQL FIELDS function is not supported in this API")
    result = run(query, org, base="", deleted_too=asked["operation"] == "queryAll")
    job = org.bulk.open(asked, version=call.version, by=org.running_user, at=org.wire_now())
    job.columns = [".".join(chosen.parts) for chosen in query.selected if isinstance(chosen, Path)]
    job.rows = [
        {name: _text(_below(result.show(row), name)) for name in job.columns} for row in result.rows
    ]
    job.state = State.UPLOAD_COMPLETE
    return Answer(body={**job.info(), "object": result.entity.name})


def get_job(org: SalesforceOrg, call: Call) -> Answer:
    job = org.bulk.find(call.args[0])
    if job.state is State.UPLOAD_COMPLETE:
        job.state = State.IN_PROGRESS
    elif job.state is State.IN_PROGRESS:
        job.state = State.JOB_COMPLETE
    count = len(job.rows or ()) if job.state is State.JOB_COMPLETE else 0
    return Answer(body={**job.info(), "jobType": "V2Query", "numberRecordsProcessed": count})


def change_state(org: SalesforceOrg, call: Call) -> Answer:
    job = org.bulk.find(call.args[0])
    job.go(str(call.json().get("state")))
    return Answer(body=job.info())


def results(org: SalesforceOrg, call: Call) -> Answer:
    """Sforce-Locator leads to the next part, and says `null` at the last."""
    job = org.bulk.find(call.args[0])
    if job.state not in ENDED:
        raise Refusal("INVALIDJOBSTATE", "results are there when the job has ended")
    size = int(call.params.get("maxRecords", _DEFAULT_ROWS))
    start = _start(call)
    rows = (job.rows or [])[start : start + size]
    is_last = start + size >= len(job.rows or ())
    headers = {
        "Sforce-NumberOfRecords": str(len(rows)),
        "Sforce-Locator": "null" if is_last else f"at{start + size}",
    }
    return Answer(csv=job.csv(list(job.columns), rows), headers=headers)


def _start(call: Call) -> int:
    locator = call.params.get("locator", "at0")
    if not (locator.startswith("at") and locator[2:].isdecimal()):
        raise Refusal("INVALID_LOCATOR", f"no such locator: {locator}")
    return int(locator[2:])


def _below(record: Mapping[str, Any], name: str) -> Any:
    value: Any = record
    for part in name.split("."):
        found = {key.lower(): v for key, v in value.items()} if value else {}
        value = found.get(part.lower())
    return value


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case _:
            return str(value)
