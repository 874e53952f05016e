"""
One update job of Bulk API 2.0: many leads uploaded as CSV, and what became of each.

The job runs apart from the request, so between our reading of the owners and the last row's write
lie seconds to minutes in which a person may be overwritten: it is for backfills, not for new leads.
No assignment rule runs, because the job names none.
"""

import csv
import io
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simple_salesforce.api import Salesforce as Api
from simple_salesforce.util import call_salesforce

from connectors.salesforce import soql
from connectors.salesforce.client import Row, SalesforceClient
from connectors.salesforce.failures import NAME
from leads.errors import ConnectorError, TransientError

_OPERATION = "write owners in bulk"
_CREATE = {
    "object": "Lead",
    "operation": "update",
    "contentType": "CSV",
    "lineEnding": "LF",
    "columnDelimiter": "COMMA",
}
_ENDED = frozenset({"JobComplete", "Failed", "Aborted"})
_TAKEN = 201
_FIRST_LOOK, _LONGEST_PAUSE = 0.05, 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkUpdate:
    """
    `run` sends one job and waits for its end, for `patience` seconds at most.

    Whoever waits so long holds leases that are shorter: `alive` is called at every look.
    """

    client: SalesforceClient
    patience: float
    alive: Callable[[], None]

    def run(self, records: Sequence[Row]) -> dict[str, Row]:
        """
        Answer a row for each lead by its short id, worded as of a collection.

        A lead the job left unprocessed has none. Raises ConnectorError while nothing is known.
        """
        job = str(self._ask("jobs/ingest", "POST", _CREATE)["id"])
        try:
            self.client.once(_OPERATION, lambda api: _upload(api, job, _as_csv(records)))
            self._set_state(job, "UploadComplete")
            self._wait(job)
        except ConnectorError:
            self._abort(job)  # whatever it did not reach must not happen behind the next try
            raise
        return self._results(job)

    def _wait(self, job: str) -> None:
        """Return when the job has ended, one way or another; one that takes too long is ended."""
        deadline, pause = time.monotonic() + self.patience, _FIRST_LOOK
        while time.monotonic() < deadline:
            self.alive()
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
            if self._state(job) in _ENDED:
                return
        self._abort(job)

    def _state(self, job: str) -> str:
        try:
            return str(self._ask(f"jobs/ingest/{job}", "GET")["state"])
        except TransientError:
            return ""  # the job goes on whether we hear of it or not

    def _abort(self, job: str) -> None:
        try:
            self._set_state(job, "Aborted")
        except ConnectorError:
            return  # it has ended already, or nobody answers: the next try reads what is there

    def _set_state(self, job: str, state: str) -> None:
        self._ask(f"jobs/ingest/{job}", "PATCH", {"state": state})

    def _results(self, job: str) -> dict[str, Row]:
        done = self._read(job, "get_successful_records")
        failed = self._read(job, "get_failed_records")
        good: dict[str, Row] = {_key(row): {"success": True} for row in done}
        return good | {_key(row): _refused(row) for row in failed}

    def _read(self, job: str, results: str) -> list[Mapping[str, str]]:
        text = self.client.once(_OPERATION, lambda api: _results_of(api, job, results))
        reader = csv.DictReader(io.StringIO(text, newline=""))
        if "sf__Id" not in (reader.fieldnames or ()):
            # Taken for an empty list, it would leave every lead unprocessed.
            raise TransientError(NAME, _OPERATION, "the answer is not a job's results")
        return list(reader)

    def _ask(self, path: str, method: str, body: Mapping[str, Any] | None = None) -> Row:
        answer = self.client.once(
            _OPERATION, lambda api: api.restful(path, method=method, json=body)
        )
        if not isinstance(answer, dict) or "state" not in answer:
            raise TransientError(NAME, _OPERATION, "the answer is not a job")
        return answer


def _upload(api: Api, job: str, text: str) -> None:
    headers = {**api.headers, "Content-Type": "text/csv; charset=UTF-8"}
    url = f"{api.bulk2_url}ingest/{job}/batches"
    answer = call_salesforce(url, "PUT", api.session, headers, data=text.encode())
    if answer.status_code != _TAKEN:
        raise TransientError(NAME, _OPERATION, "the upload was not acknowledged")


def _results_of(api: Api, job: str, results: str) -> str:
    bulk: Any = api.bulk2
    return str(getattr(bulk.Lead, results)(job))


def _as_csv(records: Sequence[Row]) -> str:
    """A cell left empty leaves its field alone, so leads without a note may share a column."""
    columns = list(dict.fromkeys(name for record in records for name in record))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue()


def _key(row: Mapping[str, str]) -> str:
    """By name: the order of the columns, like that of the rows, is nobody's promise."""
    return soql.short_id(row.get("Id") or row.get("sf__Id") or "")


def _refused(row: Mapping[str, str]) -> Row:
    """Read `CODE:what went wrong:Field Field --`; the middle may hold what a lead said."""
    code, _, rest = row.get("sf__Error", "").partition(":")
    fields = list(_fields(rest.rpartition(":")[2]))
    return {"success": False, "errors": [{"statusCode": code or "UNKNOWN", "fields": fields}]}


def _fields(text: str) -> Iterator[str]:
    return (word for word in text.split() if word != "--")
