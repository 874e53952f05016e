"""Whether the portal has somebody already: by e-mail first, the rest by phone."""

import json
from collections.abc import Iterator, Mapping, Sequence

from connectors.hubspot.client import HubSpotClient, Json
from connectors.hubspot.mapping import OWNER
from connectors.people import Contact, recognise
from connectors.phones import spellings
from leads.keys import LeadKey
from leads.ownership import ExistingRecord, Person

_PROPERTIES = ["email", "phone", "mobilephone", "createdate", OWNER]
_LONGEST_SEARCH = 2800
"""Characters. HubSpot refuses a search of more than 3,000."""
_MOST_RESULTS = 200


def find(
    client: HubSpotClient, people: Sequence[Person], batch_size: int
) -> Mapping[LeadKey, ExistingRecord]:
    found: dict[LeadKey, ExistingRecord] = {}
    for start in range(0, len(people), batch_size):
        some = people[start : start + batch_size]
        found |= recognise(some, _by_email(client, some))
    rest = [p for p in people if p.phone and p.key not in found]
    for some in _searchable(rest):
        found |= _by_phone(client, some)
    return found


def _by_phone(client: HubSpotClient, people: Sequence[Person]) -> Mapping[LeadKey, ExistingRecord]:
    """A number half the portal has (0000...) fills the page: then each is looked for apart."""
    contacts = client.search("contacts", "look for people by phone", _phone_search(people))
    if len(contacts) < _MOST_RESULTS or len(people) == 1:
        return recognise(people, map(_contact, contacts))
    middle = len(people) // 2
    return {**_by_phone(client, people[:middle]), **_by_phone(client, people[middle:])}


def _by_email(client: HubSpotClient, people: Sequence[Person]) -> list[Contact]:
    """A batch read by e-mail sees the present; search would be a while behind it."""
    emails = sorted({p.email.lower() for p in people if p.email})
    if not emails:
        return []
    body = {
        "idProperty": "email",
        "properties": _PROPERTIES,
        "inputs": [{"id": email} for email in emails],
    }
    operation = "look for people by e-mail"
    answer = client.caller.repeat(
        operation, lambda: client.batch("contacts", operation, "read", body)
    )
    return [_contact(contact) for contact in answer["results"]]


def _searchable(people: Sequence[Person]) -> Iterator[list[Person]]:
    """Cut into searches that are as long as allowed."""
    some: list[Person] = []
    for person in people:
        if some and len(json.dumps(_phone_search([*some, person]))) > _LONGEST_SEARCH:
            yield some
            some = []
        some.append(person)
    if some:
        yield some


def _phone_search(people: Sequence[Person]) -> Json:
    phones = sorted({form for p in people if p.phone for form in spellings(p.phone)})
    return {
        "filterGroups": [
            {"filters": [{"propertyName": name, "operator": "IN", "values": phones}]}
            for name in ("phone", "mobilephone")
        ],
        "sorts": [{"propertyName": "createdate", "direction": "ASCENDING"}],
        "properties": _PROPERTIES,
        "limit": _MOST_RESULTS,
    }


def _contact(contact: Json) -> Contact:
    properties = contact["properties"]
    phones = (properties.get("phone"), properties.get("mobilephone"))
    return Contact(
        record_id=contact["id"],
        owner=properties.get(OWNER) or None,
        since=properties.get("createdate") or "",
        email=properties.get("email"),
        phones=tuple(p for p in phones if p),
    )
