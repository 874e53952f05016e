"""Creating Leads that are already owned: insert-only, once for each lead of a platform."""

from collections.abc import Mapping, Sequence

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
from connectors.salesforce import soql
from connectors.salesforce.client import Row, SalesforceClient
from connectors.salesforce.duplicates import is_duplicate, named_leads, rules_of
from connectors.salesforce.failures import (
    NAME,
    blames_owner,
    may_pass,
    refusal,
    refused_values,
    row_codes,
)
from connectors.salesforce.mapping import REQUIRED
from connectors.salesforce.people import People
from connectors.salesforce.schema import LeadSchema
from connectors.salesforce.writer import send_collection
from leads.ownership import ExistingRecord, NewRecord, Person, WriteOutcome, WriteStatus

_OPERATION = "create leads"
_HEADERS = {"Sforce-Auto-Assign": "FALSE", "Sforce-Duplicate-Rule-Header": "allowSave=false"}
_ALL_THE_SAME = {**_HEADERS, "Sforce-Duplicate-Rule-Header": "allowSave=true"}
_THERE = "the org has this person already"
_NEEDED = frozenset({*REQUIRED, "Email", "Phone", "MobilePhone"})
"""A Lead is not made without what Salesforce requires, nor without what it is found by."""
_NO_REASONS: Mapping[int, str] = {}


class Creations:
    """Every try first reads which of the leads are there already, by the unique external id."""

    def __init__(
        self,
        client: SalesforceClient,
        schema: LeadSchema,
        people: People,
        *,
        creation: Creation,
        external_id: str,
        batch_size: int,
    ) -> None:
        self._client, self._schema, self._people = client, schema, people
        self._creation, self._external_id, self._batch_size = creation, external_id, batch_size
        self._refused: dict[str, dict[str, str]] = {}

    def create(self, records: Sequence[NewRecord]) -> list[WriteOutcome]:
        """While the org lacks the unique field nothing is sent: all of it waits for a person."""
        if problem := self._schema.external_id_problem():
            reason = f"{NAME}: {_OPERATION}: {problem}"
            return [WriteOutcome(status=WriteStatus.RETRYABLE, reason=reason) for _ in records]
        self._schema.fields()
        outcomes = write_in_batches(
            records,
            size=self._batch_size,
            identity=lambda record: str(record.key),
            attempt=self._try,
            caller=self._client.caller,
            operation=_OPERATION,
        )
        if any(is_of_the_crm(left) for outcome in outcomes for left in outcome.left_out):
            self._schema.forget()
        return outcomes

    def _try(self, batch: Batch[NewRecord]) -> None:
        self._settle_existing(batch)
        if not batch.pending:
            return
        refused = self._send(batch, batch.pending, _HEADERS)
        duplicates = self._settle_refused(batch, refused)
        self._send_all_the_same(batch, duplicates)

    def _settle_existing(self, batch: Batch[NewRecord]) -> None:
        numbers = {str(batch.asked[n].key): n for n in batch.pending}
        for row in self._created_earlier(list(numbers)):
            number = numbers.get(row[self._external_id])
            if number is not None:
                left_out = self._fitted(batch.asked[number]).left_out
                batch.settle_as_wanted(
                    number, row["Id"], row["OwnerId"], "created earlier", left_out=left_out
                )

    def _send(
        self,
        batch: Batch[NewRecord],
        numbers: Sequence[int],
        headers: dict[str, str],
        reasons: Mapping[int, str] = _NO_REASONS,
    ) -> dict[int, Row]:
        """
        Settle what was created; answer the refused rows by their numbers.

        A record that is refused for a value it can do without is sent again without it.
        """
        batch.sending(numbers)
        fits = {n: self._fitted(batch.asked[n]) for n in numbers}
        bodies = [self._body(batch.asked[n], fits[n]) for n in numbers]
        rows = send_collection(self._client, "POST", _OPERATION, bodies, headers)
        sent = dict(zip(numbers, rows, strict=True))
        for number, row in sent.items():
            if row.get("success"):
                batch.settle(
                    number,
                    WriteStatus.WRITTEN,
                    record_id=str(row["id"]),
                    owner=batch.asked[number].owner,
                    reason=reasons.get(number, ""),
                    left_out=fits[number].left_out,
                )
        refused = {n: row for n, row in sent.items() if not row.get("success")}
        again = [n for n, row in refused.items() if self._leaves_out(batch.asked[n], fits[n], row)]
        if not again:
            return refused
        rest = {n: row for n, row in refused.items() if n not in again}
        return rest | self._send(batch, again, headers, reasons)

    def _leaves_out(self, record: NewRecord, fits: Fitted, row: Row) -> bool:
        """Note what the org does not take; whether the record can do without it, so far sent."""
        refused = refused_values(row)
        if not refused or not refused.keys() <= fits.texts.keys() - _NEEDED:
            return False
        self._refused.setdefault(str(record.key), {}).update(refused)
        return True

    def _settle_refused(
        self, batch: Batch[NewRecord], refused: Mapping[int, Row]
    ) -> dict[int, Row]:
        """Use the record of whoever is there; answer the duplicates that are somebody else."""
        there = self._same_people(batch, refused)
        for number, known in there.items():
            _settle_there(batch, number, known, _THERE)
        rest = {n: row for n, row in refused.items() if n not in there}
        for number, row in rest.items():
            if not is_duplicate(row):
                _refuse(batch, number, row)
        return {n: row for n, row in rest.items() if is_duplicate(row)}

    def _send_all_the_same(self, batch: Batch[NewRecord], duplicates: Mapping[int, Row]) -> None:
        """
        Save what a rule merely warns of: the standard ones compare names and companies.

        The external id keeps it single. A rule that blocks is the org's last word: the lead that
        it names is used, whoever that is.
        """
        if not duplicates:
            return
        told = {
            number: f"created, though {rules_of(row)} reported a duplicate"
            for number, row in duplicates.items()
        }
        blocked = self._send(batch, list(duplicates), _ALL_THE_SAME, told)
        leads = self._named(blocked)
        for number, row in blocked.items():
            known = next((leads[i] for i in named_leads(row) if i in leads), None)
            if known and is_duplicate(row):
                _settle_there(batch, number, known, f"{rules_of(row)} allows no second record")
            else:
                _refuse(batch, number, row)

    def _same_people(
        self, batch: Batch[NewRecord], refused: Mapping[int, Row]
    ) -> Mapping[int, ExistingRecord]:
        """Among the leads that a rule named, and those with the same address or number."""
        taken = [n for n, row in refused.items() if is_duplicate(row) or _has_taken_value(row)]
        people = {n: _person(batch.asked[n]) for n in taken}
        asked = list(people.values())
        named = [i for n in taken for i in named_leads(refused[n])]
        found = {
            **self._people.recognise(asked, self._people.live(self._client.rows, named)),
            **self._people.find(self._client.rows, asked),
        }
        return {n: found[p.key] for n, p in people.items() if p.key in found}

    def _named(self, rows: Mapping[int, Row]) -> Mapping[str, ExistingRecord]:
        named = [i for row in rows.values() for i in named_leads(row)]
        return {
            row["Id"]: ExistingRecord(record_id=row["Id"], owner=row["OwnerId"])
            for row in self._people.live(self._client.rows, named)
        }

    def _created_earlier(self, keys: Sequence[str]) -> list[Row]:
        field = self._external_id
        text = f"SELECT Id, OwnerId, {field} FROM Lead WHERE {field} IN {soql.quoted(keys)}"  # noqa: S608  (quoted)
        return self._client.rows("look for earlier creations", text)

    def _fitted(self, record: NewRecord) -> Fitted:
        values = asked_of(record.values, self._schema.targets(), self._creation)
        found = fitted((*values, *notes_asked(record.notes)), self._schema.about)
        return without(found, self._refused.get(str(record.key), {}))

    def _body(self, record: NewRecord, fits: Fitted) -> Row:
        return {
            "attributes": {"type": "Lead"},
            **REQUIRED,
            **self._schema.worded(fits.texts),
            "OwnerId": record.owner,
            self._external_id: str(record.key),
        }


def _person(record: NewRecord) -> Person:
    values = record.values
    return Person(
        key=record.key,
        email=values.get("email"),
        phone=values.get("phone"),
        last_name=values.get("last_name"),
    )


def _settle_there(batch: Batch[NewRecord], number: int, known: ExistingRecord, reason: str) -> None:
    batch.settle(
        number,
        WriteStatus.UNCHANGED,
        record_id=known.record_id,
        owner=known.owner,
        reason=reason,
    )


def _refuse(batch: Batch[NewRecord], number: int, row: Row) -> None:
    # A unique value taken since we looked: the next run finds who has it.
    may_repeat = may_pass(row) or _has_taken_value(row)
    status = WriteStatus.RETRYABLE if may_repeat else WriteStatus.REFUSED
    batch.settle(
        number,
        status,
        reason=refusal(row, batch.asked[number].owner),
        blames_owner=status is WriteStatus.REFUSED and blames_owner(row),
    )


def _has_taken_value(row: Row) -> bool:
    return "DUPLICATE_VALUE" in row_codes(row)
