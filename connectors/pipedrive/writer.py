"""Owner writes, one lead at a time: read the owner, write where it is expected, say what came."""

from collections.abc import Callable, Sequence

from connectors.batch import Batch, weigh_owners, write_in_batches
from connectors.creation import Fitted, fitted, notes_asked, without
from connectors.pipedrive import directory
from connectors.pipedrive.client import PipedriveClient
from connectors.pipedrive.failures import NotThere, Refused
from connectors.pipedrive.identity import is_lead_id
from connectors.pipedrive.intake import owner_of
from connectors.pipedrive.mapping import OWNER
from connectors.pipedrive.schema import LeadSchema
from leads.keys import CrmOwnerId
from leads.ownership import OwnerChange, WriteOutcome, WriteStatus

_OPERATION = "write owners"
_REFUSED = "REFUSED"


class OwnerWrites:
    """
    Safe to repeat: every try reads the owner again before it writes.

    No condition goes with a write, and no history tells what it replaced: whoever takes a lead
    between the two calls is overwritten without anybody's knowing. That is why they follow each
    other at once.
    """

    def __init__(
        self, client: PipedriveClient, schema: LeadSchema, alive: Callable[[], None]
    ) -> None:
        self._client, self._schema, self._alive = client, schema, alive

    def write(self, changes: Sequence[OwnerChange]) -> list[WriteOutcome]:
        if changes:
            self._schema.check()
        return write_in_batches(
            changes,
            size=1,
            identity=lambda change: change.record_id,
            attempt=self._try,
            caller=self._client.caller,
            operation=_OPERATION,
            alive=self._alive,
        )

    def _try(self, batch: Batch[OwnerChange]) -> None:
        _refuse_malformed(batch)
        if not batch.pending:
            return
        owners = self._owner(batch.asked[batch.pending[0]].record_id)
        for number in weigh_owners(batch, owners):
            self._send(batch, number)

    def _owner(self, lead_id: str) -> dict[str, CrmOwnerId | None]:
        try:
            body = self._client.once("read owners", "GET", f"/v1/leads/{lead_id}")
        except NotThere:
            return {}
        return {lead_id: owner_of(body.get("data") or {})}

    def _send(self, batch: Batch[OwnerChange], number: int) -> None:
        """A note that may not be written must not cost a lead its owner."""
        change = batch.asked[number]
        notes = fitted(notes_asked(change.notes), self._schema.about)
        batch.sending([number])
        try:
            self._patch(change, notes)
        except NotThere:
            batch.settle(number, WriteStatus.GONE, record_id=change.record_id)
            return
        except Refused as refused:
            if not (notes.texts and self._is_taken_without(change)):
                self._refuse(batch, number, refused)
                return
            notes = without(notes, dict.fromkeys(notes.texts, _REFUSED))
        batch.settle(
            number,
            WriteStatus.WRITTEN,
            record_id=change.record_id,
            owner=change.owner,
            left_out=notes.left_out,
        )

    def _is_taken_without(self, change: OwnerChange) -> bool:
        """No refusal says which value it is about: the owner alone may be taken."""
        try:
            self._patch(change, Fitted(texts={}, names={}, left_out=()))
        except Refused:
            return False
        return True

    def _patch(self, change: OwnerChange, notes: Fitted) -> None:
        body = {OWNER: int(change.owner), **notes.texts}
        self._client.once(_OPERATION, "PATCH", f"/v1/leads/{change.record_id}", body=body)

    def _refuse(self, batch: Batch[OwnerChange], number: int, refused: Refused) -> None:
        change = batch.asked[number]
        is_owners = directory.inactive(directory.owners(self._client), change.owner)
        reason = refused.problem
        if is_owners:
            reason = (
                f"{reason}: Pipedrive has no active user {change.owner}; write the right id under "
                "crm: pipedrive: of that owner, or activate the user in Pipedrive"
            )
        batch.settle(
            number,
            WriteStatus.REFUSED,
            record_id=change.record_id,
            reason=reason,
            blames_owner=is_owners,
        )


def _refuse_malformed(batch: Batch[OwnerChange]) -> None:
    for number in batch.pending:
        change = batch.asked[number]
        is_owner = change.owner.isascii() and change.owner.isdecimal()
        if not (is_lead_id(change.record_id) and is_owner):
            reason = f"MALFORMED_ID: record {change.record_id!r} to owner {change.owner!r}"
            if not change.owner:
                reason = "a lead is always somebody's in Pipedrive: it cannot be left to nobody"
            batch.settle(
                number,
                WriteStatus.REFUSED,
                record_id=change.record_id,
                reason=reason,
                blames_owner=bool(change.owner) and not is_owner,
            )
