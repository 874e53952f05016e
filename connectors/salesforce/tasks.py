"""Tasks for reps: one for each assignment, whatever is repeated."""

import hashlib
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from connectors.batch import Batch, write_in_batches
from connectors.salesforce import soql
from connectors.salesforce.client import Row, SalesforceClient
from connectors.salesforce.failures import NAME, may_pass, row_codes, row_reason
from connectors.salesforce.settings import SalesforceSettings
from connectors.salesforce.writer import send_collection
from leads.errors import ContractError
from leads.ownership import WriteOutcome, WriteStatus
from leads.tasks import RepTask

_OPERATION = "create tasks"
_SUBJECT_LENGTH = 255
_MARK_LENGTH = 10
_OPEN_MARK = "[#"


class Tasks:
    """
    Every try first reads which of the tasks are there, deleted ones too: a rep who threw one away
    does not get it again.

    They are recognised by a field of the org's that holds the assignment's key, or, where there
    is no such field, by the lead and a short mark at the subject's end.
    """

    def __init__(self, client: SalesforceClient, settings: SalesforceSettings) -> None:
        self._client, self._settings = client, settings
        self._fields: Mapping[str, Mapping[str, Any]] | None = None
        self._lock = threading.Lock()

    def create(self, tasks: Sequence[RepTask]) -> list[WriteOutcome]:
        return write_in_batches(
            tasks,
            size=self._settings.batch_size,
            identity=lambda task: task.key,
            attempt=self._try,
            caller=self._client.caller,
            operation=_OPERATION,
        )

    def key_field(self) -> str | None:
        """Answer the field that holds an assignment's key; None where the org has none."""
        name = self._settings.task_id_field
        field = self.fields().get(name)
        return name if field and field.get("createable") and field.get("filterable") else None

    def fields(self) -> Mapping[str, Mapping[str, Any]]:
        """Answer what the org says of a Task's fields; asked once."""
        with self._lock:
            if self._fields is None:
                answer: Any = self._client.ask(
                    "describe Task", lambda api: api.restful("sobjects/Task/describe")
                )
                if not isinstance(answer, dict) or "fields" not in answer:
                    raise ContractError(NAME, "describe Task", "the answer has no fields")
                self._fields = {field["name"]: field for field in answer["fields"]}
            return self._fields

    def _try(self, batch: Batch[RepTask]) -> None:
        there = self._there([batch.asked[n] for n in batch.pending])
        for number in batch.pending:
            task = batch.asked[number]
            if task.key in there:
                batch.settle_as_wanted(number, there[task.key], task.owner, "created earlier")
        numbers = batch.pending
        if not numbers:
            return
        batch.sending(numbers)
        bodies = [self._body(batch.asked[n]) for n in numbers]
        rows = send_collection(self._client, "POST", _OPERATION, bodies, {})
        for number, row in zip(numbers, rows, strict=True):
            _settle(batch, number, row)

    def _there(self, tasks: Sequence[RepTask]) -> dict[str, str]:
        """Ids of the tasks that are there, by key."""
        field = self.key_field()
        if not tasks:
            return {}
        if field:
            keys = soql.quoted(task.key for task in tasks)
            rows = self._rows(f"SELECT Id, {field} FROM Task WHERE {field} IN {keys}")  # noqa: S608  (quoted)
            return {row[field]: row["Id"] for row in rows}
        leads = [task.record_id for task in tasks if soql.is_id(task.record_id)]
        if not leads:
            return {}
        rows = self._rows(
            f"SELECT Id, WhoId, Subject FROM Task WHERE WhoId IN {soql.quoted(leads)}"  # noqa: S608  (quoted)
            f" AND Subject LIKE '%{_OPEN_MARK}%'"
        )
        found = {(soql.short_id(r["WhoId"]), _mark_of(r["Subject"])): r["Id"] for r in rows}
        marks = {t.key: (soql.short_id(t.record_id), _mark(t.key)) for t in tasks}
        return {key: found[mark] for key, mark in marks.items() if mark in found}

    def _rows(self, text: str) -> list[Row]:
        return self._client.rows("look for earlier tasks", text, deleted=True)

    def _body(self, task: RepTask) -> Row:
        field = self.key_field()
        mark = "" if field else f" {_mark(task.key)}"
        return {
            "attributes": {"type": "Task"},
            "WhoId": task.record_id,
            "OwnerId": task.owner,
            "Subject": task.subject[: _SUBJECT_LENGTH - len(mark)] + mark,
            "Description": task.body,
            # A day without a time: the one it is where `due` is told, which is the owner's place.
            "ActivityDate": task.due.date().isoformat(),
            "IsReminderSet": True,
            "ReminderDateTime": soql.instant(task.due.astimezone(UTC)),
            **({field: task.key} if field else {}),
        }


def _mark(key: str) -> str:
    return f"{_OPEN_MARK}{hashlib.sha256(key.encode()).hexdigest()[:_MARK_LENGTH]}]"


def _mark_of(subject: str | None) -> str:
    return _OPEN_MARK + (subject or "").rpartition(_OPEN_MARK)[2]


def _settle(batch: Batch[RepTask], number: int, row: Row) -> None:
    if row.get("success"):
        owner = batch.asked[number].owner
        batch.settle(number, WriteStatus.WRITTEN, record_id=str(row["id"]), owner=owner)
        return
    # A unique key taken since we looked: the next run finds the task that has it.
    may_repeat = may_pass(row) or "DUPLICATE_VALUE" in row_codes(row)
    status = WriteStatus.RETRYABLE if may_repeat else WriteStatus.REFUSED
    batch.settle(number, status, reason=row_reason(row))
