"""HubSpot's Leads: records of their own, whose person is the contact they belong to."""

from collections.abc import Mapping, Sequence
from functools import partial

from connectors.hubspot.client import HubSpotClient, Json
from connectors.hubspot.kinds import CONTACTS, LEADS
from connectors.hubspot.links import first_linked
from connectors.hubspot.mapping import problem_of


def with_contacts(
    client: HubSpotClient, leads: Sequence[Json], properties: Sequence[str], size: int
) -> list[Json]:
    """
    Join each lead with its contact, read for all of them together.

    A lead whose contact is gone, or cannot be read, stays, with nobody to contact: it is set
    aside, not lost.
    """
    contact_of = first_linked(client, LEADS.name, CONTACTS.name, [lead["id"] for lead in leads])
    contacts = _contacts(client, list(dict.fromkeys(contact_of.values())), properties, size)
    return [{**lead, "contact": contacts.get(contact_of.get(lead["id"], ""))} for lead in leads]


def _contacts(
    client: HubSpotClient, ids: Sequence[str], properties: Sequence[str], size: int
) -> Mapping[str, Json]:
    operation, found = "read the contacts of leads", {}
    for start in range(0, len(ids), size):
        inputs = [{"id": i} for i in ids[start : start + size]]
        body = {"properties": list(properties), "inputs": inputs}
        read = partial(client.batch, CONTACTS.name, operation, "read", body)
        for contact in client.caller.repeat(operation, read)["results"]:
            if problem_of(contact) is None:
                found[str(contact["id"])] = contact
    return found
