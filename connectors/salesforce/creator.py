"""Creating Leads that are already owned: insert-only, once for each lead of a platform."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.batch import Batch, write_in_batches
from connectors.salesforce import soql
from connectors.salesforce.client import Row, SalesforceClient
from connectors.salesforce.failures import NAME, may_pass, row_codes, row_reason
from connectors.salesforce.mapping import to_fields
from connectors.salesforce.people import find as find_people
from connectors.salesforce.schema import LeadSchema
from connectors.salesforce.writer import send_collection
from leads.errors import ContractError
from leads.ownership import ExistingRecord, NewRecord, Person, WriteOutcome, WriteStatus

_OPERATION = "create leads"
_HEADERS = {
    "Sforce-Auto-Assign": "FALSE",
    "Sforce-Duplicate-Rule-Header": "allowSave=false; includeRecordDetails=true",
}
_TAKEN = frozenset({"DUPLICATE_VALUE", "DUPLICATES_DETECTED"})
_LEAD_PREFIX = "00Q"


class Creations:
    """Every try first reads which of the leads are there already, by the unique external id."""

    def __init__(
        self,
        client: SalesforceClient,
        schema: LeadSchema,
        *,
        fields: Mapping[str, str],
        external_id: str,
        batch_size: int,
    ) -> None:
        self._client, self._schema = client, schema
        self._fields, self._external_id, self._batch_size = fields, external_id, batch_size

    def create(self, records: Sequence[NewRecord]) -> list[WriteOutcome]:
        if problem := self._schema.external_id_problem():
            raise ContractError(NAME, _OPERATION, problem)
        return write_in_batches(
            records,
            size=self._batch_size,
            identity=lambda record: str(record.key),
            attempt=self._try,
            caller=self._client.caller,
            operation=_OPERATION,
        )

    def _try(self, batch: Batch[NewRecord]) -> None:
        self._settle_existing(batch)
        numbers = batch.pending
        if not numbers:
            return
        batch.sending(numbers)
        rows = send_collection(
            self._client,
            "POST",
            _OPERATION,
            [self._body(batch.asked[n]) for n in numbers],
            _HEADERS,
        )
        refused = [
            (n, row) for n, row in zip(numbers, rows, strict=True) if not _settled(batch, n, row)
        ]
        self._settle_taken(batch, refused)

    def _settle_existing(self, batch: Batch[NewRecord]) -> None:
        numbers = {str(batch.asked[n].key): n for n in batch.pending}
        for row in self._leads(self._external_id, list(numbers)):
            number = numbers.get(row[self._external_id])
            if number is not None:
                batch.settle_as_wanted(number, row["Id"], row["OwnerId"], "created earlier")

    def _settle_taken(self, batch: Batch[NewRecord], refused: Sequence[tuple[int, Row]]) -> None:
        """A duplicate by the org's own rules: answer the record that is there, and its owner."""
        taken = {n: row for n, row in refused if _TAKEN & set(row_codes(row))}
        there = self._known(batch, taken)
        for number, row in refused:
            if number in there:
                batch.settle(
                    number,
                    WriteStatus.UNCHANGED,
                    record_id=there[number].record_id,
                    owner=there[number].owner,
                    reason="the org has this person already",
                )
                continue
            # A unique value taken since we looked: the next run finds who has it.
            may_repeat = may_pass(row) or "DUPLICATE_VALUE" in row_codes(row)
            status = WriteStatus.RETRYABLE if may_repeat else WriteStatus.REFUSED
            batch.settle(number, status, reason=row_reason(row))

    def _known(
        self, batch: Batch[NewRecord], taken: Mapping[int, Row]
    ) -> Mapping[int, ExistingRecord]:
        """By the ids the duplicate rule named, where it named any, else by e-mail and phone."""
        named = {n: next(iter(_matched_leads(row)), "") for n, row in taken.items()}
        rows = self._leads("Id", [i for i in named.values() if i])
        owners = {row["Id"]: row["OwnerId"] for row in rows}
        people = {n: _person(batch.asked[n]) for n in taken if named[n] not in owners}
        found = find_people(self._client.rows, list(people.values()))
        return {
            n: ExistingRecord(record_id=i, owner=owners[i]) for n, i in named.items() if i in owners
        } | {n: found[p.key] for n, p in people.items() if p.key in found}

    def _leads(self, field: str, values: Sequence[str]) -> list[Row]:
        if not values:
            return []
        names = ", ".join(dict.fromkeys(["Id", "OwnerId", field]))
        text = f"SELECT {names} FROM Lead WHERE {field} IN {soql.quoted(values)}"  # noqa: S608  (quoted)
        return self._client.rows("look for earlier creations", text)

    def _body(self, record: NewRecord) -> Row:
        asked = {**to_fields(record.values, self._fields), **record.notes}
        return {
            "attributes": {"type": "Lead"},
            **self._schema.fitted(asked),
            "OwnerId": record.owner,
            self._external_id: str(record.key),
        }


def _person(record: NewRecord) -> Person:
    values = record.values
    return Person(key=record.key, email=values.get("email"), phone=values.get("phone"))


def _settled(batch: Batch[NewRecord], number: int, row: Row) -> bool:
    if not row.get("success"):
        return False
    owner = batch.asked[number].owner
    batch.settle(number, WriteStatus.WRITTEN, record_id=str(row["id"]), owner=owner)
    return True


def _matched_leads(row: Row) -> Iterator[str]:
    """Ids of the leads a duplicate rule found. They sit deep, beside much we do not read."""
    for error in row.get("errors") or []:
        if str(error.get("statusCode")) in _TAKEN:
            yield from _lead_ids(error.get("duplicateResult"))


def _lead_ids(node: Any) -> Iterator[str]:
    match node:
        case {"record": {"Id": str(record_id)}} if record_id.startswith(_LEAD_PREFIX):
            yield record_id
        case dict():
            for part in node.values():
                yield from _lead_ids(part)
        case list():
            for part in node:
                yield from _lead_ids(part)
        case _:
            return
