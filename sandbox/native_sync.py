"""
HubSpot's own Salesforce sync: copies of each other's records, and of their owners, with a delay.

It knows people by their address, keeps the Salesforce id on the contact, and copies an owner that
has changed on one side to the other; where both changed, Salesforce's counts.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from sandbox.hubspot.records import Author
from sandbox.settling import Vendors
from sandbox.world.roster import EVERYBODY, INTEGRATION_USER
from sandbox.world.salesforce_leads import NOT_CONTACTED

SYNC = Author(source_type="SALESFORCE", source_id="salesforce-sync", label="Salesforce sync")
LEAD_ID, OWNER = "salesforceleadid", "hubspot_owner_id"
NOT_PROVIDED = "[not provided]"

_TO_LEAD = {"email": "Email", "firstname": "FirstName", "lastname": "LastName"}
_TO_LEAD |= {"phone": "Phone", "company": "Company", "country": "Country"}
_IN_SALESFORCE = {seat.hubspot: seat.salesforce for seat in EVERYBODY if not seat.queue}
_IN_HUBSPOT = {
    seat.salesforce: seat.hubspot
    for seat in EVERYBODY
    if not seat.queue and seat is not INTEGRATION_USER
}


@dataclass(slots=True)
class NativeSync:
    """
    Each `run` copies what has changed since the last one: the time between is the delay.

    Only people with these `emails` are synced, as an inclusion list says it.
    """

    vendors: Vendors
    emails: Collection[str]
    _owners: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)

    def run(self) -> None:
        contacts, leads = self._contacts(), self._leads()
        for email in sorted(self.emails):
            contact, lead = contacts.get(email), leads.get(email)
            if contact is None and lead is not None:
                contact = self._make_contact(lead)
            elif lead is None and contact is not None:
                lead = self._make_lead(contact)
            if contact is not None and lead is not None:
                self._link(contact, lead)
                self._copy_owner(contact, lead)

    def _contacts(self) -> dict[str, str]:
        live = self.vendors.hubspot.contacts.items()
        return {str(c.state.values.get("email")): i for i, c in live if not c.archived}

    def _leads(self) -> dict[str, str]:
        live = self.vendors.salesforce.leads.items()
        return {str(row["Email"]): i for i, row in live if not row["IsDeleted"]}

    def _make_contact(self, lead: str) -> str:
        row = self.vendors.salesforce.leads[lead]
        told = {ours: row[theirs] for ours, theirs in _TO_LEAD.items() if row.get(theirs)}
        owner = _IN_HUBSPOT.get(row["OwnerId"])
        owned = {OWNER: owner} if owner else {}
        return self.vendors.hubspot.add_contact({**told, "lifecyclestage": "lead", **owned})

    def _make_lead(self, contact: str) -> str:
        values = self.vendors.hubspot.contacts[contact].state.values
        told = {theirs: values[ours] for ours, theirs in _TO_LEAD.items() if values.get(ours)}
        owner = _IN_SALESFORCE.get(str(values.get(OWNER)), INTEGRATION_USER.salesforce)
        asked = {"LastName": NOT_PROVIDED, "Company": NOT_PROVIDED, "Status": NOT_CONTACTED}
        return self.vendors.salesforce.add_lead({**asked, **told, "OwnerId": owner})

    def _link(self, contact: str, lead: str) -> None:
        if self.vendors.hubspot.contacts[contact].state.values.get(LEAD_ID) != lead:
            self.vendors.hubspot.person_updates(contact, {LEAD_ID: lead}, author=SYNC)

    def _copy_owner(self, contact: str, lead: str) -> None:
        here, there = self._now(contact, lead)
        was = self._owners.get(contact)
        if there != (was[1] if was else None) and there in _IN_HUBSPOT:
            here = self._give_contact(contact, here, _IN_HUBSPOT[there])
        elif here != (was[0] if was else None) and here in _IN_SALESFORCE:
            self._give_lead(lead, there, _IN_SALESFORCE[here])
        self._owners[contact] = self._now(contact, lead)

    def _now(self, contact: str, lead: str) -> tuple[str | None, str | None]:
        values = self.vendors.hubspot.contacts[contact].state.values
        return values.get(OWNER) or None, self.vendors.salesforce.leads[lead]["OwnerId"]

    def _give_contact(self, contact: str, was: str | None, owner: str) -> str:
        if was != owner:
            self.vendors.hubspot.person_updates(contact, {OWNER: owner}, author=SYNC)
        return owner

    def _give_lead(self, lead: str, was: str | None, owner: str) -> None:
        if was != owner:
            by = INTEGRATION_USER.salesforce
            self.vendors.salesforce.person_sets_owner(lead, owner, by=by)
