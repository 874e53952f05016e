"""Owner writes by batch update: read the owners, write the expected ones, sort each row."""

from collections.abc import Callable, Sequence

from connectors.batch import WITHOUT_LOOKING, Batch, unguarded, weigh_owners, write_in_batches
from connectors.hubspot.client import HubSpotClient, Json
from connectors.hubspot.failures import NAME, SecondTimes, Taken, codes_of, may_pass
from connectors.hubspot.mapping import OWNER
from connectors.hubspot.schema import ContactSchema
from leads.errors import ContractError
from leads.keys import CrmOwnerId
from leads.ownership import NOBODY, OwnerChange, WriteOutcome, WriteStatus

_OPERATION = "write owners"


class OwnerWrites:
    """Safe to repeat: every try reads the owners again before it writes."""

    def __init__(
        self,
        client: HubSpotClient,
        schema: ContactSchema,
        batch_size: int,
        kind: str = "contacts",
        alive: Callable[[], None] = lambda: None,
    ) -> None:
        self._client, self._schema, self._batch_size = client, schema, batch_size
        self._kind, self._alive = kind, alive
        self._conflicts = SecondTimes()

    def write(self, changes: Sequence[OwnerChange]) -> list[WriteOutcome]:
        if changes:
            self._schema.known()  # a note in a property the portal lacks would refuse every batch
        done = write_in_batches(
            changes,
            size=self._batch_size,
            identity=lambda change: change.record_id,
            attempt=self._try,
            caller=self._client.caller,
            operation=_OPERATION,
            alive=self._alive,
        )
        return unguarded(done, *WITHOUT_LOOKING)

    def _try(self, batch: Batch[OwnerChange]) -> None:
        _refuse_malformed(batch)
        owners = self._owners([batch.asked[n].record_id for n in batch.pending])
        numbers = weigh_owners(batch, owners)
        if not numbers:
            return
        batch.sending(numbers)
        inputs = [self._input(number, batch.asked[number]) for number in numbers]
        try:
            answer = self._client.batch(self._kind, _OPERATION, "update", {"inputs": inputs})
        except Taken as conflict:
            if not self._conflicts.is_second([i["id"] for i in inputs]):
                raise
            # One record keeps the others from being written: let them be told apart.
            raise ContractError(NAME, _OPERATION, conflict.problem) from None
        _settle(batch, numbers, answer)

    def _input(self, number: int, change: OwnerChange) -> Json:
        # A note that may not be written must not cost a lead its owner; the doctor names it.
        notes = {k: text for k, text in change.notes.items() if self._schema.is_writable(k)}
        return {
            "id": change.record_id,
            "properties": {**notes, OWNER: change.owner},
            # With a trace id on every input, one bad input costs only itself.
            "objectWriteTraceId": str(number),
        }

    def _owners(self, ids: Sequence[str]) -> dict[str, CrmOwnerId | None]:
        if not ids:
            return {}
        body = {"properties": [OWNER], "inputs": [{"id": i} for i in ids]}
        answer = self._client.batch(self._kind, "read owners", "read", body)
        return {c["id"]: c["properties"].get(OWNER) or None for c in answer["results"]}


def _refuse_malformed(batch: Batch[OwnerChange]) -> None:
    """An id that is not a number is taken for another property's value, and changes nothing."""
    for number in batch.pending:
        change = batch.asked[number]
        is_owner = change.owner == NOBODY or change.owner.isdecimal()
        if not (change.record_id.isdecimal() and is_owner):
            reason = f"MALFORMED_ID: record {change.record_id!r} to owner {change.owner!r}"
            batch.settle(number, WriteStatus.REFUSED, record_id=change.record_id, reason=reason)


def _settle(batch: Batch[OwnerChange], numbers: Sequence[int], answer: Json) -> None:
    """Rows that the answer names neither way stay unsettled: they end RETRYABLE."""
    by_id = {batch.asked[n].record_id: n for n in numbers}
    for contact in answer["results"]:
        if (number := by_id.get(str(contact["id"]))) is not None:
            change = batch.asked[number]
            batch.settle(
                number, WriteStatus.WRITTEN, record_id=change.record_id, owner=change.owner
            )
    for error in answer.get("errors") or ():
        status = WriteStatus.RETRYABLE if may_pass(error) else WriteStatus.REFUSED
        reason = " ".join(codes_of(error)) or "refused without a code"
        for number in named_rows(error, by_id):
            if number in numbers and number not in batch.outcomes:
                record_id = batch.asked[number].record_id
                batch.settle(number, status, record_id=record_id, reason=reason)


def named_rows(error: Json, by_id: dict[str, int]) -> list[int]:
    """Numbers of the inputs that an entry of a 207's `errors` is about."""
    context = error.get("context") or {}
    traced = [int(trace) for trace in context.get("objectWriteTraceId") or ()]
    named = [by_id[str(i)] for i in context.get("ids") or () if str(i) in by_id]
    return traced or named
