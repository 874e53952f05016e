"""Owner writes by sObject Collections: read the owners, write the expected ones, sort each row."""

from collections.abc import Sequence
from typing import Any

from connectors.batch import Batch, weigh_owners, write_in_batches
from connectors.salesforce import soql
from connectors.salesforce.client import Row, SalesforceClient
from connectors.salesforce.failures import NAME, may_pass, row_reason
from connectors.salesforce.schema import LeadSchema
from leads.errors import TransientError
from leads.keys import CrmOwnerId
from leads.ownership import OwnerChange, WriteOutcome, WriteStatus

_OPERATION = "write owners"
_HEADERS = {
    # Absent means TRUE: the org's own assignment rules would move the lead on at once.
    "Sforce-Auto-Assign": "FALSE",
    # A new owner does not make a lead more of a duplicate than it was.
    "Sforce-Duplicate-Rule-Header": "allowSave=true",
}


class OwnerWrites:
    """Safe to repeat: every try reads the owners again before it writes."""

    def __init__(self, client: SalesforceClient, schema: LeadSchema, batch_size: int) -> None:
        self._client, self._schema, self._batch_size = client, schema, batch_size

    def write(self, changes: Sequence[OwnerChange]) -> list[WriteOutcome]:
        if changes:
            self._schema.fields()  # a note in a field the org lacks would refuse every batch
        return write_in_batches(
            changes,
            size=self._batch_size,
            identity=lambda change: soql.short_id(change.record_id),
            attempt=self._try,
            caller=self._client.caller,
            operation=_OPERATION,
        )

    def _try(self, batch: Batch[OwnerChange]) -> None:
        _refuse_malformed(batch)
        owners = self._owners([batch.asked[n].record_id for n in batch.pending])
        numbers = weigh_owners(batch, owners, soql.short_id)
        if not numbers:
            return
        batch.sending(numbers)
        rows = send_collection(
            self._client,
            "PATCH",
            _OPERATION,
            [self._body(batch.asked[n]) for n in numbers],
            _HEADERS,
        )
        for number, row in zip(numbers, rows, strict=True):
            _settle(batch, number, row)

    def _body(self, change: OwnerChange) -> Row:
        lead = {"attributes": {"type": "Lead"}, "id": change.record_id}
        return {**lead, **self._schema.cut(change.notes), "OwnerId": change.owner}

    def _owners(self, ids: Sequence[str]) -> dict[str, CrmOwnerId | None]:
        if not ids:
            return {}
        text = f"SELECT Id, OwnerId FROM Lead WHERE Id IN {soql.quoted(ids)}"  # noqa: S608  (quoted)
        rows = self._client.rows("read owners", text)
        return {soql.short_id(row["Id"]): row["OwnerId"] for row in rows}


def send_collection(
    client: SalesforceClient,
    method: str,
    operation: str,
    records: Sequence[Row],
    headers: dict[str, str],
) -> list[Row]:
    """Send up to 200 records at once; one row each comes back, in order. Not repeated."""
    body = {"allOrNone": False, "records": list(records)}
    rows: Any = client.once(
        operation,
        lambda api: api.restful("composite/sobjects", method=method, json=body, headers=headers),
    )
    if not isinstance(rows, list) or len(rows) != len(records):
        # Whether it was carried out is unknown; the next try reads what is there.
        raise TransientError(NAME, operation, f"the answer is not {len(records)} rows")
    return rows


def _refuse_malformed(batch: Batch[OwnerChange]) -> None:
    for number in batch.pending:
        change = batch.asked[number]
        for name, text in (("record id", change.record_id), ("owner id", change.owner)):
            if number not in batch.outcomes and not soql.is_id(text):
                reason = f"MALFORMED_ID: {name} {text!r}"
                batch.settle(number, WriteStatus.REFUSED, record_id=change.record_id, reason=reason)


def _settle(batch: Batch[OwnerChange], number: int, row: Row) -> None:
    change = batch.asked[number]
    if row.get("success"):
        batch.settle(number, WriteStatus.WRITTEN, record_id=change.record_id, owner=change.owner)
        return
    status = WriteStatus.RETRYABLE if may_pass(row) else WriteStatus.REFUSED
    batch.settle(number, status, record_id=change.record_id, reason=row_reason(row))
