"""Tasks for reps: one for each assignment, however often it is asked for."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from connectors.batch import Batch, write_in_batches
from connectors.hubspot.client import HubSpotClient, Json
from connectors.hubspot.failures import NAME, SecondTimes, Taken, codes_of, may_pass
from connectors.hubspot.kinds import CONTACTS, IntakeObject
from connectors.hubspot.links import first_linked, linked
from connectors.hubspot.mapping import OWNER
from connectors.hubspot.settings import HubSpotSettings
from connectors.hubspot.writer import named_rows
from leads.errors import ContractError
from leads.ownership import WriteOutcome, WriteStatus
from leads.tasks import RepTask

_OPERATION = "create tasks"
_BODY = "hs_task_body"
_TASK_TO_CONTACT = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 204}


class TaskWrites:
    """
    Every try first looks which tasks are there.

    With a unique property of tasks (`task_key_property`) they are read by it. Without one the key
    stands in the body, and the tasks of the contacts are read through their associations: search
    would be a while behind, and a second task would be made meanwhile.
    """

    def __init__(
        self, client: HubSpotClient, settings: HubSpotSettings, kind: IntakeObject = CONTACTS
    ) -> None:
        self._client, self._settings, self._kind = client, settings, kind
        self._key_property = settings.task_key_property
        self._conflicts = SecondTimes()

    def create(self, tasks: Sequence[RepTask]) -> list[WriteOutcome]:
        return write_in_batches(
            self._on_contacts(tasks),
            size=self._settings.batch_size,
            identity=lambda task: task.key,
            attempt=self._try,
            caller=self._client.caller,
            operation=_OPERATION,
        )

    def _on_contacts(self, tasks: Sequence[RepTask]) -> Sequence[RepTask]:
        """A lead's task is its contact's: that is where a rep looks, and the type is documented."""
        if self._kind is CONTACTS or not tasks:
            return tasks
        leads = [task.record_id for task in tasks if task.record_id.isdecimal()]
        contact_of = first_linked(self._client, self._kind.name, CONTACTS.name, leads)
        return [
            replace(task, record_id=contact_of.get(task.record_id, "no contact")) for task in tasks
        ]

    def _try(self, batch: Batch[RepTask]) -> None:
        _refuse_malformed(batch)
        if not batch.pending:
            return
        self._settle_known(batch)
        numbers = batch.pending
        if not numbers:
            return
        batch.sending(numbers)
        inputs = [self._input(number, batch.asked[number]) for number in numbers]
        try:
            answer = self._client.batch("tasks", _OPERATION, "create", {"inputs": inputs})
        except Taken as conflict:
            if not self._conflicts.is_second([batch.asked[n].key for n in numbers]):
                raise
            raise ContractError(NAME, _OPERATION, conflict.problem) from None
        self._settle_created(batch, numbers, answer["results"])
        _settle_refused(batch, numbers, answer.get("errors") or ())

    def _settle_known(self, batch: Batch[RepTask]) -> None:
        waiting = [batch.asked[n] for n in batch.pending]
        there = self._by_property(waiting) if self._key_property else self._by_contact(waiting)
        found = {key: task for task in there for key in self._keys_in(task, waiting)}
        for number in batch.pending:
            task = found.get(batch.asked[number].key)
            if task is not None:
                owner = task["properties"].get(OWNER) or None
                batch.settle_as_wanted(number, str(task["id"]), owner, "created earlier")

    def _by_property(self, tasks: Sequence[RepTask]) -> Iterator[Json]:
        inputs = [{"id": task.key} for task in tasks]
        yield from self._read(inputs, {"idProperty": self._key_property})

    def _by_contact(self, tasks: Sequence[RepTask]) -> Iterator[Json]:
        contacts = [task.record_id for task in tasks]
        theirs = linked(self._client, "contacts", "tasks", contacts)
        ids = list(dict.fromkeys(i for found in theirs.values() for i in found))
        size = self._settings.batch_size
        for start in range(0, len(ids), size):
            yield from self._read([{"id": i} for i in ids[start : start + size]], {})

    def _read(self, inputs: Sequence[Json], more: Mapping[str, object]) -> list[Json]:
        names = [OWNER, _BODY, *([self._key_property] if self._key_property else ())]
        body = {**more, "properties": names, "inputs": inputs}
        operation = "look for earlier tasks"
        read = partial(self._client.batch, "tasks", operation, "read", body)
        return list(self._client.caller.repeat(operation, read)["results"])

    def _keys_in(self, task: Json, asked: Collection[RepTask]) -> Iterator[str]:
        """Answer whose of `asked` this task is: the property tells it, or the body."""
        properties = task["properties"]
        if self._key_property:
            yield properties.get(self._key_property) or ""
            return
        body = properties.get(_BODY) or ""
        yield from (one.key for one in asked if _marker(one.key) in body)

    def _input(self, number: int, task: RepTask) -> Json:
        properties = {
            "hs_timestamp": task.due.isoformat(),
            "hs_task_subject": task.subject,
            _BODY: task.body,
            "hs_task_status": "NOT_STARTED",
            "hs_task_priority": "HIGH",
            "hs_task_type": "TODO",
            OWNER: task.owner,
        }
        if self._key_property:
            properties[self._key_property] = task.key
        else:
            properties[_BODY] = f"{task.body}\n\n{_marker(task.key)}"
        return {
            "properties": properties,
            "associations": [{"to": {"id": task.record_id}, "types": [_TASK_TO_CONTACT]}],
            "objectWriteTraceId": str(number),
        }

    def _settle_created(
        self, batch: Batch[RepTask], numbers: Sequence[int], results: Sequence[Json]
    ) -> None:
        asked = {batch.asked[n].key: n for n in numbers}
        tasks = [batch.asked[n] for n in numbers]
        for task in results:
            for key in self._keys_in(task, tasks):
                if (number := asked.get(key)) is not None:
                    owner = batch.asked[number].owner
                    record_id = str(task["id"])
                    batch.settle(number, WriteStatus.WRITTEN, record_id=record_id, owner=owner)


def _marker(key: str) -> str:
    return f"[firsttouch:{key}]"


def _refuse_malformed(batch: Batch[RepTask]) -> None:
    for number in batch.pending:
        task = batch.asked[number]
        if not (task.record_id.isdecimal() and task.owner.isdecimal()):
            reason = f"MALFORMED_ID: contact {task.record_id!r}, owner {task.owner!r}"
            batch.settle(number, WriteStatus.REFUSED, reason=reason)


def _settle_refused(batch: Batch[RepTask], numbers: Sequence[int], errors: Sequence[Json]) -> None:
    for error in errors:
        status = WriteStatus.RETRYABLE if may_pass(error) else WriteStatus.REFUSED
        reason = " ".join(codes_of(error)) or "refused without a code"
        for number in named_rows(error, {}):
            if number in numbers and number not in batch.outcomes:
                batch.settle(number, status, reason=reason)
