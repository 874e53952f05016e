"""Creating contacts that are already owned: insert-only, once for each lead of a platform."""

from collections.abc import Mapping, Sequence

from connectors.batch import Batch, write_in_batches
from connectors.hubspot.client import HubSpotClient, Json
from connectors.hubspot.failures import NAME, codes_of, is_taken, may_pass
from connectors.hubspot.mapping import OWNER, to_properties
from connectors.hubspot.schema import ContactSchema
from connectors.hubspot.writer import named_rows
from leads.errors import ContractError, TransientError
from leads.ownership import NewRecord, WriteOutcome, WriteStatus

_OPERATION = "create contacts"


class Creations:
    """
    Every try first reads which contacts are there: by our unique property, then by e-mail.

    Batch reads by a unique property see the present; search would be a while behind it.
    """

    def __init__(
        self,
        client: HubSpotClient,
        schema: ContactSchema,
        *,
        fields: Mapping[str, str],
        unique: str,
        batch_size: int,
    ) -> None:
        self._client, self._schema = client, schema
        self._fields, self._unique, self._batch_size = fields, unique, batch_size

    def create(self, records: Sequence[NewRecord]) -> list[WriteOutcome]:
        if problem := self._schema.unique_problem():
            raise ContractError(NAME, _OPERATION, problem)
        return write_in_batches(
            records,
            size=self._batch_size,
            # Two of one e-mail would refuse a whole batch; apart, the second finds the first.
            identity=lambda record: _email(record) or str(record.key),
            attempt=self._try,
            caller=self._client.caller,
            operation=_OPERATION,
        )

    def _try(self, batch: Batch[NewRecord]) -> None:
        self._settle_created(batch)
        self._settle_known(batch)
        numbers = batch.pending
        if not numbers:
            return
        batch.sending(numbers)
        inputs = [self._input(number, batch.asked[number]) for number in numbers]
        answer = self._client.batch("contacts", _OPERATION, "create", {"inputs": inputs})
        self._settle(batch, numbers, answer)

    def _settle_created(self, batch: Batch[NewRecord]) -> None:
        keys = {str(batch.asked[n].key): n for n in batch.pending}
        for contact in self._read(self._unique, list(keys)):
            number = keys.get(contact["properties"].get(self._unique) or "")
            if number is not None:
                owner = contact["properties"].get(OWNER) or None
                batch.settle_as_wanted(number, contact["id"], owner, "created earlier")

    def _settle_known(self, batch: Batch[NewRecord]) -> None:
        emails = {e: n for n in batch.pending if (e := _email(batch.asked[n]))}
        for contact in self._read("email", list(emails)):
            number = emails.get((contact["properties"].get("email") or "").lower())
            if number is not None:
                batch.settle(
                    number,
                    WriteStatus.UNCHANGED,
                    record_id=contact["id"],
                    owner=contact["properties"].get(OWNER) or None,
                    reason="the portal has this person already",
                )

    def _read(self, name: str, values: Sequence[str]) -> list[Json]:
        if not values:
            return []
        body = {
            "idProperty": name,
            "properties": [OWNER, "email", self._unique],
            "inputs": [{"id": value} for value in values],
        }
        answer = self._client.batch("contacts", "look for earlier creations", "read", body)
        return list(answer["results"])

    def _input(self, number: int, record: NewRecord) -> Json:
        asked = {**to_properties(record.values, self._fields), **record.notes}
        properties = {n: v for n, v in asked.items() if self._schema.accepts(n, v)}
        kept = {**properties, OWNER: record.owner, self._unique: str(record.key)}
        return {"properties": kept, "associations": [], "objectWriteTraceId": str(number)}

    def _settle(self, batch: Batch[NewRecord], numbers: Sequence[int], answer: Json) -> None:
        keys = {str(batch.asked[n].key): n for n in numbers}
        for contact in answer["results"]:
            number = keys.get(contact["properties"].get(self._unique) or "")
            if number is not None:
                owner = batch.asked[number].owner
                batch.settle(number, WriteStatus.WRITTEN, record_id=str(contact["id"]), owner=owner)
        errors = answer.get("errors") or ()
        for error in errors:
            if not is_taken(error):
                _refuse(batch, numbers, error)
        if any(is_taken(error) for error in errors):
            raise TransientError(NAME, _OPERATION, "somebody else created one of them meanwhile")


def _refuse(batch: Batch[NewRecord], numbers: Sequence[int], error: Json) -> None:
    status = WriteStatus.RETRYABLE if may_pass(error) else WriteStatus.REFUSED
    reason = " ".join(codes_of(error)) or "refused without a code"
    for number in named_rows(error, {}):
        if number in numbers and number not in batch.outcomes:
            batch.settle(number, status, reason=reason)


def _email(record: NewRecord) -> str:
    return record.values.get("email", "").lower()
