"""Creating contacts that are already owned: insert-only, once for each lead of a platform."""

from collections.abc import Collection, Mapping, Sequence

from connectors.batch import Batch, write_in_batches
from connectors.creation import (
    Creation,
    Fitted,
    asked_of,
    fitted,
    is_of_the_crm,
    notes_asked,
    without,
)
from connectors.hubspot.client import HubSpotClient, Json
from connectors.hubspot.failures import (
    NAME,
    SecondTimes,
    Taken,
    Unfit,
    blames_owner,
    existing_of,
    in_words,
    is_taken,
    may_pass,
    reason_of,
    refused_values,
)
from connectors.hubspot.mapping import ALWAYS_WRITTEN, OWNER
from connectors.hubspot.schema import ContactSchema
from connectors.hubspot.writer import named_rows
from leads.errors import ContractError
from leads.keys import CrmOwnerId
from leads.ownership import NewRecord, WriteOutcome, WriteStatus

_OPERATION = "create contacts"
_NEEDED = frozenset({"email", "phone"})
"""A contact is not made without what it is found by."""


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
        creation: Creation,
        unique: str,
        batch_size: int,
    ) -> None:
        self._client, self._schema, self._creation = client, schema, creation
        self._unique, self._batch_size = unique, batch_size
        self._conflicts = SecondTimes()
        self._refused: dict[str, dict[str, str]] = {}

    def create(self, records: Sequence[NewRecord]) -> list[WriteOutcome]:
        """While the portal lacks the unique property nothing is sent: it waits for a person."""
        if problem := self._schema.unique_problem():
            reason = f"{NAME}: {_OPERATION}: {problem}"
            return [WriteOutcome(status=WriteStatus.RETRYABLE, reason=reason) for _ in records]
        self._schema.known()
        outcomes = write_in_batches(
            records,
            size=self._batch_size,
            # Two of one e-mail would refuse a whole batch; apart, the second finds the first.
            identity=lambda record: _email(record) or str(record.key),
            attempt=self._try,
            caller=self._client.caller,
            operation=_OPERATION,
        )
        if any(is_of_the_crm(left) for outcome in outcomes for left in outcome.left_out):
            self._schema.forget()
        return outcomes

    def _try(self, batch: Batch[NewRecord]) -> None:
        self._settle_created(batch)
        self._settle_known(batch)
        if batch.pending:
            self._send(batch, batch.pending)

    def _send(self, batch: Batch[NewRecord], numbers: Sequence[int]) -> None:
        batch.sending(numbers)
        fits = {n: self._fitted(batch.asked[n]) for n in numbers}
        inputs = [self._input(n, batch.asked[n], fits[n]) for n in numbers]
        again: Sequence[int] = numbers
        try:
            answer = self._client.batch("contacts", _OPERATION, "create", {"inputs": inputs})
        except Taken as conflict:
            self._settle_conflict(batch, numbers, conflict)
            return
        except Unfit as unfit:
            if len(numbers) > 1:
                raise
            (number,) = numbers
            record = batch.asked[number]
            if not self._leaves_out(record, fits[number], unfit.refused):
                reason = in_words(str(unfit), unfit.refused, record.owner)
                batch.settle(
                    number,
                    WriteStatus.REFUSED,
                    reason=reason,
                    blames_owner=blames_owner(unfit.refused),
                )
                return
        else:
            again = self._settle(batch, fits, answer)
        if again:
            self._send(batch, again)

    def _leaves_out(self, record: NewRecord, fits: Fitted, refused: Mapping[str, str]) -> bool:
        """Note what HubSpot does not take; whether the record can do without it, so far sent."""
        if not refused or not refused.keys() <= fits.texts.keys() - _NEEDED:
            return False
        self._refused.setdefault(str(record.key), {}).update(refused)
        return True

    def _settle_conflict(
        self, batch: Batch[NewRecord], numbers: Sequence[int], conflict: Taken
    ) -> None:
        """A whole batch was refused for one: look again, then tell them apart."""
        if not self._conflicts.is_second([str(batch.asked[n].key) for n in numbers]):
            raise conflict
        if len(numbers) > 1:
            raise ContractError(NAME, _OPERATION, conflict.problem)
        self._settle_taken(batch, {numbers[0]: conflict.existing})

    def _settle_created(self, batch: Batch[NewRecord]) -> None:
        keys = {str(batch.asked[n].key): n for n in batch.pending}
        for contact in self._read(self._unique, list(keys)):
            number = keys.get(contact["properties"].get(self._unique) or "")
            if number is not None:
                owner = contact["properties"].get(OWNER) or None
                left_out = self._fitted(batch.asked[number]).left_out
                batch.settle_as_wanted(
                    number, contact["id"], owner, "created earlier", left_out=left_out
                )

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

    def _fitted(self, record: NewRecord) -> Fitted:
        values = asked_of(record.values, self._schema.targets(), self._creation)
        found = fitted((*values, *notes_asked(record.notes)), self._schema.about)
        return without(found, self._refused.get(str(record.key), {}))

    def _input(self, number: int, record: NewRecord, fits: Fitted) -> Json:
        kept = {
            **ALWAYS_WRITTEN,
            **fits.texts,
            OWNER: record.owner,
            self._unique: str(record.key),
        }
        return {"properties": kept, "associations": [], "objectWriteTraceId": str(number)}

    def _settle(
        self, batch: Batch[NewRecord], fits: Mapping[int, Fitted], answer: Json
    ) -> list[int]:
        """Settle what the answer names; answer what can be sent again without what was refused."""
        keys = {str(batch.asked[n].key): n for n in fits}
        for contact in answer["results"]:
            number = keys.get(contact["properties"].get(self._unique) or "")
            if number is not None:
                batch.settle(
                    number,
                    WriteStatus.WRITTEN,
                    record_id=str(contact["id"]),
                    owner=batch.asked[number].owner,
                    left_out=fits[number].left_out,
                )
        return self._settle_errors(batch, fits, answer)

    def _settle_errors(
        self, batch: Batch[NewRecord], fits: Mapping[int, Fitted], answer: Json
    ) -> list[int]:
        taken: dict[int, str | None] = {}
        again: list[int] = []
        for error in answer.get("errors") or ():
            rows = [n for n in named_rows(error, {}) if n in fits and n not in batch.outcomes]
            if is_taken(error):
                taken |= dict.fromkeys(rows, existing_of(error))
                continue
            for number in rows:
                if self._leaves_out(batch.asked[number], fits[number], refused_values(error)):
                    again.append(number)
                else:
                    _refuse(batch, number, error, self._schema.there())
        unnamed = [str(batch.asked[n].key) for n, record in taken.items() if record is None]
        if unnamed and not self._conflicts.is_second(unnamed):
            raise Taken(_OPERATION, "somebody else created one of them meanwhile")
        self._settle_taken(batch, taken)
        return again

    def _settle_taken(self, batch: Batch[NewRecord], taken: Mapping[int, str | None]) -> None:
        """Use the records that HubSpot says are there, as an e-mail's second owner may be."""
        owners = self._owners_of({record for record in taken.values() if record})
        for number, record in taken.items():
            if record and record in owners:
                reason = "the portal has this person already"
                batch.settle(
                    number,
                    WriteStatus.UNCHANGED,
                    record_id=record,
                    owner=owners[record],
                    reason=reason,
                )
            else:
                reason = "CONFLICT: the portal has a contact with one of its unique values"
                batch.settle(number, WriteStatus.RETRYABLE, reason=reason)

    def _owners_of(self, ids: Collection[str]) -> Mapping[str, CrmOwnerId | None]:
        if not ids:
            return {}
        body = {"properties": [OWNER], "inputs": [{"id": i} for i in sorted(ids)]}
        found = self._client.batch("contacts", "read owners", "read", body)["results"]
        return {str(c["id"]): c["properties"].get(OWNER) or None for c in found}


def _refuse(batch: Batch[NewRecord], number: int, error: Json, known: Collection[str]) -> None:
    status = WriteStatus.RETRYABLE if may_pass(error) else WriteStatus.REFUSED
    batch.settle(
        number,
        status,
        reason=reason_of(error, batch.asked[number].owner, known),
        blames_owner=status is WriteStatus.REFUSED and blames_owner(refused_values(error)),
    )


def _email(record: NewRecord) -> str:
    return record.values.get("email", "").lower()
