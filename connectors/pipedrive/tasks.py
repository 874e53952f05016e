"""Tasks for reps: one activity for each assignment, however often it is asked for."""

from collections.abc import Sequence
from datetime import UTC
from html import escape

from connectors.batch import Batch, write_in_batches
from connectors.pipedrive.client import Json, PipedriveClient
from connectors.pipedrive.failures import NotThere, Refused
from connectors.pipedrive.identity import is_lead_id
from connectors.pipedrive.intake import owner_of
from leads.ownership import WriteOutcome, WriteStatus
from leads.tasks import RepTask

_OPERATION = "create tasks"
_PAGE = "100"


class TaskWrites:
    """
    Every try first looks which activities the lead has.

    No field of an activity is unique: the assignment's key stands in its note.
    """

    def __init__(self, client: PipedriveClient, task_type: str) -> None:
        self._client, self._type = client, task_type

    def create(self, tasks: Sequence[RepTask]) -> list[WriteOutcome]:
        return write_in_batches(
            tasks,
            size=1,
            identity=lambda task: task.key,
            attempt=self._try,
            caller=self._client.caller,
            operation=_OPERATION,
        )

    def _try(self, batch: Batch[RepTask]) -> None:
        for number in batch.pending:
            task = batch.asked[number]
            if not (is_lead_id(task.record_id) and task.owner.isdecimal()):
                reason = f"MALFORMED_ID: lead {task.record_id!r}, owner {task.owner!r}"
                batch.settle(number, WriteStatus.REFUSED, reason=reason)
            elif there := self._earlier(task):
                batch.settle_as_wanted(number, str(there["id"]), owner_of(there), "created earlier")
            else:
                self._send(batch, number)

    def _earlier(self, task: RepTask) -> Json | None:
        operation = "look for earlier tasks"
        pages = self._client.pages(operation, "activities", lead_id=task.record_id, limit=_PAGE)
        marker = _marker(task.key)
        return next((a for page in pages for a in page if marker in str(a.get("note"))), None)

    def _send(self, batch: Batch[RepTask], number: int) -> None:
        task = batch.asked[number]
        batch.sending([number])
        try:
            body = self._client.once(
                _OPERATION, "POST", "/v2/activities", body=_activity(task, self._type)
            )
        except NotThere:
            batch.settle(number, WriteStatus.GONE, reason="the lead is gone")
        except Refused as refused:
            batch.settle(number, WriteStatus.REFUSED, reason=refused.problem)
        else:
            made = str((body.get("data") or {}).get("id") or "")
            batch.settle(number, WriteStatus.WRITTEN, record_id=made or None, owner=task.owner)


def _activity(task: RepTask, task_type: str) -> Json:
    """Times are UTC there; a note is HTML."""
    due = task.due.astimezone(UTC)
    lines = [*task.body.splitlines(), "", _marker(task.key)]
    return {
        "subject": task.subject,
        "type": task_type,
        "lead_id": task.record_id,
        "owner_id": int(task.owner),
        "due_date": f"{due:%Y-%m-%d}",
        "due_time": f"{due:%H:%M}",
        "done": False,
        "note": "<br>".join(map(escape, lines)),
    }


def _marker(key: str) -> str:
    return f"[firsttouch:{key}]"
