"""Whether the portal has somebody already: by e-mail first, the rest by phone."""

import json
from collections.abc import Iterator, Mapping, Sequence

from connectors.hubspot.client import HubSpotClient, Json
from connectors.hubspot.failures import NAME
from connectors.hubspot.mapping import CHANGED, OWNER, STANDARD, problem_of, to_text
from connectors.inbound import is_record_number
from connectors.malformed import MalformedAnswer
from connectors.people import TELLING, Contact, recognise
from connectors.phones import spellings
from connectors.setup import SourceSetup
from leads.keys import LeadKey
from leads.ownership import ExistingRecord, Person

_LONGEST_SEARCH = 2800
"""Characters. HubSpot refuses a search of more than 3,000."""
_MOST_RESULTS = 200


class People:
    """Contacts as far as telling people apart needs them."""

    def __init__(self, client: HubSpotClient, setup: SourceSetup, batch_size: int) -> None:
        self._client, self._setup, self._batch_size = client, setup, batch_size
        by_name = {**STANDARD, **setup.fields}
        telling = [by_name[name] for name in TELLING]
        self._properties = list(dict.fromkeys((*telling, "createdate", CHANGED, OWNER)))

    def find(self, people: Sequence[Person]) -> Mapping[LeadKey, ExistingRecord]:
        found: dict[LeadKey, ExistingRecord] = {}
        for start in range(0, len(people), self._batch_size):
            some = people[start : start + self._batch_size]
            there = [*self._with_emails(some), *self._known(some)]
            found |= self._recognise(some, there)
        rest = [p for p in people if p.phone and p.key not in found]
        for some in self._searchable(rest):
            found |= self._by_phone(some)
        return found

    def _recognise(
        self, people: Sequence[Person], contacts: Sequence[Json]
    ) -> Mapping[LeadKey, ExistingRecord]:
        return recognise(people, map(self._contact, contacts), self._setup.vocabulary)

    def _contact(self, contact: Json) -> Contact:
        if problem := problem_of(contact):
            raise MalformedAnswer(NAME, "look for people", problem)
        properties = contact["properties"]
        return Contact(
            record_id=str(contact["id"]),
            owner=properties.get(OWNER) or None,
            since=properties.get("createdate") or "",
            text=to_text(contact, self._setup.fields),
        )

    def _by_phone(self, people: Sequence[Person]) -> Mapping[LeadKey, ExistingRecord]:
        """A number half the portal has (0000...) fills the page: then each is looked for apart."""
        search = self._phone_search(people)
        contacts = self._client.search("contacts", "look for people by phone", search)
        if len(contacts) < _MOST_RESULTS or len(people) == 1:
            return self._recognise(people, contacts)
        middle = len(people) // 2
        return {**self._by_phone(people[:middle]), **self._by_phone(people[middle:])}

    def _with_emails(self, people: Sequence[Person]) -> list[Json]:
        """A batch read by e-mail sees the present; search would be a while behind it."""
        emails = sorted({p.email.lower() for p in people if p.email})
        if not emails:
            return []
        inputs = [{"id": email} for email in emails]
        return self._batch("look for people by e-mail", {"idProperty": "email", "inputs": inputs})

    def _known(self, people: Sequence[Person]) -> list[Json]:
        """HubSpot answers for a record that was merged with what is left, and for none archived."""
        ids = sorted({p.known for p in people if p.known and is_record_number(p.known)})
        if not ids:
            return []
        inputs = [{"id": each} for each in ids]
        return self._batch("look at known people", {"inputs": inputs})

    def _batch(self, operation: str, asked: Json) -> list[Json]:
        body = {"properties": self._properties, **asked}
        answer = self._client.caller.repeat(
            operation, lambda: self._client.batch("contacts", operation, "read", body)
        )
        return list(answer["results"])

    def _searchable(self, people: Sequence[Person]) -> Iterator[list[Person]]:
        """Cut into searches that are as long as allowed."""
        some: list[Person] = []
        for person in people:
            longer = self._phone_search([*some, person])
            if some and len(json.dumps(longer)) > _LONGEST_SEARCH:
                yield some
                some = []
            some.append(person)
        if some:
            yield some

    def _phone_search(self, people: Sequence[Person]) -> Json:
        phones = sorted({form for p in people if p.phone for form in spellings(p.phone)})
        return {
            "filterGroups": [
                {"filters": [{"propertyName": name, "operator": "IN", "values": phones}]}
                for name in ("phone", "mobilephone")
            ],
            "sorts": [{"propertyName": "createdate", "direction": "ASCENDING"}],
            "properties": self._properties,
            "limit": _MOST_RESULTS,
        }
