"""Owner writes by batch update: read the owners, write the expected ones, sort each row."""

from collections.abc import Callable, Collection, Mapping, Sequence

from connectors.batch import WITHOUT_LOOKING, Batch, unguarded, weigh_owners, write_in_batches
from connectors.creation import Fitted, fitted, notes_asked, without
from connectors.hubspot.client import HubSpotClient, Json
from connectors.hubspot.failures import (
    NAME,
    SecondTimes,
    Taken,
    Unfit,
    blames_owner,
    in_words,
    reason_of,
    refused_values,
    sort_row,
)
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
        self._refused: dict[str, dict[str, str]] = {}

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
        while numbers:
            numbers = self._send(batch, numbers)

    def _send(self, batch: Batch[OwnerChange], numbers: Sequence[int]) -> list[int]:
        """Write these; answer what is to be sent once more, without the notes that were refused."""
        batch.sending(numbers)
        notes = {n: self._notes(batch.asked[n]) for n in numbers}
        inputs = [_input(number, batch.asked[number], notes[number]) for number in numbers]
        try:
            answer = self._client.batch(self._kind, _OPERATION, "update", {"inputs": inputs})
        except Taken as conflict:
            if not self._conflicts.is_second([i["id"] for i in inputs]):
                raise
            # One record keeps the others from being written: let them be told apart.
            raise ContractError(NAME, _OPERATION, conflict.problem) from None
        except Unfit as unfit:
            if len(numbers) > 1:
                raise
            (number,) = numbers
            if self._leaves_out(batch.asked[number], notes[number], unfit.refused):
                return [number]
            _refuse(batch, number, str(unfit), unfit.refused)
            return []
        _settle_written(batch, answer, notes)
        return self._settle_errors(batch, answer, notes)

    def _notes(self, change: OwnerChange) -> Fitted:
        """A note that may not be written must not cost a lead its owner."""
        found = fitted(notes_asked(change.notes), self._schema.about)
        return without(found, self._refused.get(change.record_id, {}))

    def _leaves_out(self, change: OwnerChange, notes: Fitted, refused: Mapping[str, str]) -> bool:
        """Note what HubSpot does not take of `notes`; whether nothing else was refused."""
        if not refused or not refused.keys() <= notes.texts.keys():
            return False
        self._refused.setdefault(change.record_id, {}).update(refused)
        return True

    def _settle_errors(
        self, batch: Batch[OwnerChange], answer: Json, notes: Mapping[int, Fitted]
    ) -> list[int]:
        """Rows that the answer names neither way stay unsettled: they end RETRYABLE."""
        by_id = {batch.asked[n].record_id: n for n in notes}
        again: list[int] = []
        for error in answer.get("errors") or ():
            rows = [n for n in named_rows(error, by_id) if n in notes and n not in batch.outcomes]
            for number in rows:
                change = batch.asked[number]
                if self._leaves_out(change, notes[number], refused_values(error)):
                    again.append(number)
                else:
                    _settle_error(batch, number, error, self._schema.of_intake())
        return again

    def _owners(self, ids: Sequence[str]) -> dict[str, CrmOwnerId | None]:
        if not ids:
            return {}
        body = {"properties": [OWNER], "inputs": [{"id": i} for i in ids]}
        answer = self._client.batch(self._kind, "read owners", "read", body)
        return {c["id"]: c["properties"].get(OWNER) or None for c in answer["results"]}


def _input(number: int, change: OwnerChange, notes: Fitted) -> Json:
    return {
        "id": change.record_id,
        "properties": {**notes.texts, OWNER: change.owner},
        # With a trace id on every input, one bad input costs only itself.
        "objectWriteTraceId": str(number),
    }


def _refuse_malformed(batch: Batch[OwnerChange]) -> None:
    """An id that is not a number is taken for another property's value, and changes nothing."""
    for number in batch.pending:
        change = batch.asked[number]
        is_owner = change.owner == NOBODY or change.owner.isdecimal()
        if not (change.record_id.isdecimal() and is_owner):
            reason = f"MALFORMED_ID: record {change.record_id!r} to owner {change.owner!r}"
            batch.settle(
                number,
                WriteStatus.REFUSED,
                record_id=change.record_id,
                reason=reason,
                blames_owner=not is_owner,
            )


def _settle_written(batch: Batch[OwnerChange], answer: Json, notes: Mapping[int, Fitted]) -> None:
    by_id = {batch.asked[n].record_id: n for n in notes}
    for contact in answer["results"]:
        if (number := by_id.get(str(contact["id"]))) is not None:
            change = batch.asked[number]
            batch.settle(
                number,
                WriteStatus.WRITTEN,
                record_id=change.record_id,
                owner=change.owner,
                left_out=notes[number].left_out,
            )


def _settle_error(
    batch: Batch[OwnerChange], number: int, error: Json, known: Collection[str]
) -> None:
    change, status = batch.asked[number], sort_row(error)
    batch.settle(
        number,
        status,
        record_id=change.record_id,
        reason=reason_of(error, change.owner, known),
        blames_owner=status is WriteStatus.REFUSED and blames_owner(refused_values(error)),
    )


def _refuse(
    batch: Batch[OwnerChange], number: int, problem: str, refused: Mapping[str, str]
) -> None:
    change = batch.asked[number]
    batch.settle(
        number,
        WriteStatus.REFUSED,
        record_id=change.record_id,
        reason=in_words(problem, refused, change.owner),
        blames_owner=blames_owner(refused),
    )


def named_rows(error: Json, by_id: dict[str, int]) -> list[int]:
    """Numbers of the inputs that an entry of a 207's `errors` is about."""
    context = error.get("context") or {}
    traced = [int(trace) for trace in context.get("objectWriteTraceId") or ()]
    named = [by_id[str(i)] for i in context.get("ids") or () if str(i) in by_id]
    return traced or named
