"""Owners of Leads: written on the lead and, where it is asked for, on its contact."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from connectors.hubspot.client import HubSpotClient
from connectors.hubspot.kinds import CONTACTS, LEADS
from connectors.hubspot.links import first_linked
from connectors.hubspot.schema import ContactSchema
from connectors.hubspot.writer import OwnerWrites
from leads.errors import ConnectorError
from leads.keys import CrmOwnerId
from leads.ownership import OwnerChange, WriteOutcome, WriteStatus

_DONE = (WriteStatus.WRITTEN, WriteStatus.UNCHANGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadOwners:
    """The lead's outcome is what counts; what became of its contact is told in the reason."""

    client: HubSpotClient
    schema: ContactSchema
    batch_size: int
    also_contact: bool
    unowned: frozenset[CrmOwnerId | None]
    alive: Callable[[], None]

    def write(self, changes: Sequence[OwnerChange]) -> list[WriteOutcome]:
        outcomes = self._writes(LEADS.name).write(changes)
        done = [n for n, outcome in enumerate(outcomes) if outcome.status in _DONE]
        if not (self.also_contact and done):
            return outcomes
        try:
            told = self._write_contacts([changes[n] for n in done])
        except ConnectorError as error:
            told = [f"its contact was not given the owner: {error.problem}"] * len(done)
        for number, reason in zip(done, told, strict=True):
            outcomes[number] = replace(outcomes[number], reason=reason)
        return outcomes

    def _write_contacts(self, changes: Sequence[OwnerChange]) -> list[str]:
        """Give contacts that nobody owns the same owner; a person's choice stands there too."""
        leads = [change.record_id for change in changes]
        contact_of = first_linked(self.client, LEADS.name, CONTACTS.name, leads)
        asked = {
            contact: replace(change, record_id=contact, expected=self.unowned, notes={})
            for change in changes
            if (contact := contact_of.get(change.record_id))
        }
        written = self._writes(CONTACTS.name).write(list(asked.values()))
        status = {i: outcome.status for i, outcome in zip(asked, written, strict=True)}
        return [_told(status.get(contact_of.get(lead, ""))) for lead in leads]

    def _writes(self, kind: str) -> OwnerWrites:
        return OwnerWrites(self.client, self.schema, self.batch_size, kind, self.alive)


def _told(status: WriteStatus | None) -> str:
    if status is None:
        return "it has no contact"
    return "" if status in _DONE else f"its contact keeps its owner: {status}"
