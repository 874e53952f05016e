"""Owner writes: read the owners, write where they are still the expected ones, sort each row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from simple_salesforce.api import Salesforce as Api

from connectors.batch import WITHOUT_LOOKING, Batch, unguarded, weigh_owners, write_in_batches
from connectors.creation import Fitted, fitted, notes_asked, without
from connectors.salesforce import soql
from connectors.salesforce.bulk import BulkUpdate
from connectors.salesforce.client import Row, SalesforceClient
from connectors.salesforce.conditional import (
    PARTS_AT_ONCE,
    Part,
    is_changed_meanwhile,
    send_parts,
)
from connectors.salesforce.failures import (
    NAME,
    blames_owner,
    is_converted,
    is_gone,
    may_pass,
    refusal,
    refused_values,
)
from connectors.salesforce.paging import read_stamp
from connectors.salesforce.schema import LeadSchema
from connectors.salesforce.settings import SalesforceSettings
from leads.errors import TransientError
from leads.ownership import OwnerChange, WriteOutcome, WriteStatus

_OPERATION = "write owners"
_HEADERS = {
    # Absent means TRUE: the org's own assignment rules would move the lead on at once.
    "Sforce-Auto-Assign": "FALSE",
    # A new owner does not make a lead more of a duplicate than it was.
    "Sforce-Duplicate-Rule-Header": "allowSave=true",
}
_ROUNDS = 3
_ROWS_IN_A_JOB = 10_000
_READ_AT_ONCE = 2000
_READ_FIELDS = ["Id", "OwnerId", "LastModifiedDate"]
_UNPROCESSED = "the bulk job ended before it came to this record"
_KEEPS_CHANGING = "somebody keeps editing it while we write"
_TOLD_APART = timedelta(seconds=2)
"""A condition tells apart what is a second apart; ours and the org's clock, by another second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerWrites:
    """
    Few changes go one by one on a condition, 25 in a request; more go by collections of 200; a
    backfill's thousands go by bulk jobs.

    Safe to repeat: every try reads the owners again before it writes. A condition costs no more
    calls than a collection as long as one composite request holds all of them. `now` is this
    machine's clock: a lead that had just been changed when we read it is to be looked at again,
    if the org `has_history` to look at.
    """

    client: SalesforceClient
    schema: LeadSchema
    settings: SalesforceSettings
    now: Callable[[], datetime]
    has_history: Callable[[], bool]
    alive: Callable[[], None] = lambda: None
    _just_changed: set[str] = field(default_factory=set)
    _refused: dict[str, dict[str, str]] = field(default_factory=dict)

    def write(self, changes: Sequence[OwnerChange]) -> list[WriteOutcome]:
        if not changes:
            return []
        self.schema.fields()  # a note in a field the org lacks would refuse every batch
        outcomes = self._written(changes)
        again = [n for n, each in enumerate(outcomes) if self._can_do_without(changes[n], each)]
        without_notes = self._written([changes[n] for n in again])
        for number, outcome in zip(again, without_notes, strict=True):
            outcomes[number] = outcome
        return outcomes

    def _can_do_without(self, change: OwnerChange, outcome: WriteOutcome) -> bool:
        """Whether it was only notes of ours that were refused, so that the owner can be written."""
        is_known = soql.short_id(change.record_id) in self._refused
        return outcome.status is WriteStatus.REFUSED and is_known

    def _written(self, changes: Sequence[OwnerChange]) -> list[WriteOutcome]:
        if not changes:
            return []
        size = self.settings.batch_size
        if len(changes) > self.settings.bulk_above:
            done = self._write(changes, _ROWS_IN_A_JOB, self._try_job)
            return unguarded(done, *WITHOUT_LOOKING)
        if len(changes) <= self.settings.conditional_up_to:
            done = self._write(changes, min(size, PARTS_AT_ONCE), self._try_one_by_one)
            guarded = unguarded(done, WriteStatus.UNCHANGED)
            return list(map(self._without_condition, changes, guarded))
        return unguarded(self._write(changes, size, self._try_collection), *WITHOUT_LOOKING)

    def _without_condition(self, change: OwnerChange, outcome: WriteOutcome) -> WriteOutcome:
        """Mark what was written on a condition that could not tell a person's change from ours."""
        is_blind = soql.short_id(change.record_id) in self._just_changed
        is_written = outcome.status is WriteStatus.WRITTEN
        return replace(outcome, unguarded=outcome.unguarded or (is_written and is_blind))

    def _write(
        self,
        changes: Sequence[OwnerChange],
        size: int,
        attempt: Callable[[Batch[OwnerChange]], None],
    ) -> list[WriteOutcome]:
        return write_in_batches(
            changes,
            size=size,
            identity=lambda change: soql.short_id(change.record_id),
            attempt=attempt,
            caller=self.client.caller,
            operation=_OPERATION,
            alive=self.alive,
        )

    def _try_collection(self, batch: Batch[OwnerChange]) -> None:
        _refuse_malformed(batch)
        leads = self._leads([batch.asked[n].record_id for n in batch.pending])
        numbers, _ = self._still_to_write(batch, leads)
        if not numbers:
            return
        records = [
            {"attributes": {"type": "Lead"}, "id": change.record_id, **self._body(change)}
            for change in (batch.asked[n] for n in numbers)
        ]
        rows = send_collection(self.client, "PATCH", _OPERATION, records, _HEADERS)
        for number, row in zip(numbers, rows, strict=True):
            self._settle(batch, number, row)

    def _try_job(self, batch: Batch[OwnerChange]) -> None:
        _refuse_malformed(batch)
        leads = self._many_leads([batch.asked[n].record_id for n in batch.pending])
        numbers, _ = self._still_to_write(batch, leads)
        if not numbers:
            return
        records = [
            {"Id": change.record_id, **self._body(change)}
            for change in (batch.asked[n] for n in numbers)
        ]
        patience = self.settings.bulk_wait_seconds
        rows = BulkUpdate(client=self.client, patience=patience, alive=self.alive).run(records)
        for number in numbers:
            row = rows.get(soql.short_id(batch.asked[number].record_id))
            if row is None:
                batch.not_sent([number])
            else:
                self._settle(batch, number, row)
        batch.settle_rest(WriteStatus.RETRYABLE, _UNPROCESSED)

    def _try_one_by_one(self, batch: Batch[OwnerChange]) -> None:
        """A lead that was changed meanwhile is read again: its owner may be as expected still."""
        _refuse_malformed(batch)
        for _ in range(_ROUNDS):
            ids = [batch.asked[n].record_id for n in batch.pending]
            read_at = self._org_time()
            numbers, changed_at = self._still_to_write(batch, self._leads(ids))
            if not numbers:
                return
            changes = [batch.asked[n] for n in numbers]
            self._note_just_changed(read_at, changed_at)
            parts = [
                Part(
                    record_id=change.record_id,
                    seen=changed_at[soql.short_id(change.record_id)],
                    body=self._body(change),
                )
                for change in changes
            ]
            rows = send_parts(self.client, _OPERATION, parts, _HEADERS)
            for number, row in zip(numbers, rows, strict=True):
                if is_changed_meanwhile(row):
                    batch.not_sent([number])
                else:
                    self._settle(batch, number, row)
        batch.settle_rest(WriteStatus.RETRYABLE, _KEEPS_CHANGING)

    def _note_just_changed(self, read_at: datetime, changed_at: Mapping[str, datetime]) -> None:
        """Before it is written: the answer may be lost, and the next try finds our own change."""
        latest = {key for key, at in changed_at.items() if read_at - at < _TOLD_APART}
        if latest and self.has_history():
            self._just_changed.update(latest)

    def _org_time(self) -> datetime:
        return self.now() + (self.client.usage.skew or timedelta(0))

    def _still_to_write(
        self, batch: Batch[OwnerChange], leads: Sequence[Row]
    ) -> tuple[list[int], dict[str, datetime]]:
        """Weigh the owners just read; answer what is left to write, and when each last changed."""
        rows = {soql.short_id(row["Id"]): row for row in leads}
        owners = {key: row["OwnerId"] for key, row in rows.items()}
        numbers = weigh_owners(batch, owners, soql.short_id)
        batch.sending(numbers)
        stamps = {key: read_stamp(r["LastModifiedDate"]).astimezone(UTC) for key, r in rows.items()}
        return numbers, stamps

    def _body(self, change: OwnerChange) -> Row:
        return {**self.schema.worded(self._notes(change).texts), "OwnerId": change.owner}

    def _notes(self, change: OwnerChange) -> Fitted:
        """Neither a missing permission nor a list of choices must cost a lead its owner."""
        found = fitted(notes_asked(change.notes), self.schema.about_update)
        return without(found, self._refused.get(soql.short_id(change.record_id), {}))

    def _settle(self, batch: Batch[OwnerChange], number: int, row: Row) -> None:
        change = batch.asked[number]
        if row.get("success"):
            batch.settle(
                number,
                WriteStatus.WRITTEN,
                record_id=change.record_id,
                owner=change.owner,
                left_out=self._notes(change).left_out,
            )
            return
        refused = refused_values(row)
        if refused and refused.keys() <= self._notes(change).texts.keys():
            self._refused.setdefault(soql.short_id(change.record_id), {}).update(refused)
        status = WriteStatus.RETRYABLE if may_pass(row) else WriteStatus.REFUSED
        if is_gone(row):
            status = WriteStatus.GONE
        batch.settle(
            number,
            status,
            record_id=change.record_id,
            reason=refusal(row, change.owner),
            blames_owner=status is WriteStatus.REFUSED and blames_owner(row),
            is_converted=status is WriteStatus.REFUSED and is_converted(row),
        )

    def _leads(self, ids: Sequence[str]) -> list[Row]:
        if not ids:
            return []
        text = f"SELECT {', '.join(_READ_FIELDS)} FROM Lead WHERE Id IN {soql.quoted(ids)}"  # noqa: S608  (quoted)
        return self.client.rows("read owners", text)

    def _many_leads(self, ids: Sequence[str]) -> list[Row]:
        """Read by ids in a body: 2,000 at once, where a query's address takes some hundreds."""
        found: list[Row] = []
        for start in range(0, len(ids), _READ_AT_ONCE):
            body = {"ids": ids[start : start + _READ_AT_ONCE], "fields": _READ_FIELDS}
            rows = self.client.once("read owners", partial(_retrieve, body))
            found += [row for row in rows or () if row]
        return found


def _retrieve(body: Row, api: Api) -> Any:
    return api.restful("composite/sobjects/Lead", method="POST", json=body)


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
                batch.settle(
                    number,
                    WriteStatus.REFUSED,
                    record_id=change.record_id,
                    reason=f"MALFORMED_ID: {name} {text!r}",
                    blames_owner=text is change.owner,
                )
