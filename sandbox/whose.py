"""Whose a platform's lead is by now in a CRM, for the pages that people look at."""

from collections.abc import Callable, Iterator
from typing import Any

from sandbox.hubspot.portal import HubSpotPortal
from sandbox.hubspot.values import OWNER
from sandbox.salesforce.org import SalesforceOrg

Lookup = Callable[[str, str], str]
"""Answers the owner of a lead, by its id and e-mail address; "" while it has none."""
TEST = "- (test)"
Whose = Callable[[], Lookup]
"""Looks once at what the CRMs hold, and answers how to look a lead up in it."""


def unknown() -> Lookup:
    """Stand in where no CRM is beside the platform."""
    return lambda _lead_id, _email: "-"


def in_crms(source: str, salesforce: SalesforceOrg, hubspot: HubSpotPortal) -> Whose:
    """Find a lead by the platform's id in the CRM's unique field, else by its e-mail address."""

    def look() -> Lookup:
        by_id: dict[str, str] = {}
        by_email: dict[str, str] = {}
        for key, email, owner in (*_contacts(hubspot), *_leads(salesforce)):
            if key:
                by_id[key] = owner
            if email:
                by_email.setdefault(email.lower(), owner)

        def lookup(lead_id: str, email: str) -> str:
            return by_id.get(f"{source}:{lead_id}") or by_email.get(email.lower(), "")

        return lookup

    return look


def _contacts(portal: HubSpotPortal) -> Iterator[tuple[str, str, str]]:
    with portal.lock:
        live: list[Any] = [each for each in portal.contacts.values() if not each.archived]
        for contact in live:
            values = contact.state.values
            owner = portal.owners.get(values.get(OWNER, ""))
            told = f"{owner.name} · HubSpot {contact.id}" if owner else ""
            yield values.get("firsttouch_id", ""), values.get("email", ""), told


def _leads(org: SalesforceOrg) -> Iterator[tuple[str, str, str]]:
    with org.lock:
        for lead in list(org.leads.values()):
            if not lead["IsDeleted"]:
                told = f"{org.name_of(lead['OwnerId'])} · Salesforce {lead['Id']}"
                yield lead["Firsttouch_Id__c"] or "", lead["Email"] or "", told
