"""Whether the org has somebody already."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from connectors.malformed import MalformedAnswer
from connectors.people import TELLING, Contact, recognise
from connectors.phones import spellings
from connectors.salesforce import soql
from connectors.salesforce.client import Row
from connectors.salesforce.failures import NAME
from connectors.salesforce.mapping import STANDARD, WITH_PICKLISTS, to_text
from connectors.salesforce.schema import LeadSchema
from connectors.salesforce_ids import lead_id
from connectors.setup import SourceSetup
from leads.keys import LeadKey
from leads.ownership import ExistingRecord, Person

_OPERATION = "look for people"
_PEOPLE_A_QUERY = 25
"""Keeps the query, which travels in the address, well under the 16,384 bytes a server takes."""
_IDS_A_QUERY = 200
_LIVE = "IsConverted = false"
"""A converted lead cannot be written to. Deleted ones are not in a query's answer anyway."""

Read = Callable[[str, str], list[Row]]


class People:
    """Leads as far as telling people apart needs them."""

    def __init__(self, schema: LeadSchema, setup: SourceSetup) -> None:
        self._schema, self._setup = schema, setup

    def find(self, read: Read, people: Sequence[Person]) -> Mapping[LeadKey, ExistingRecord]:
        found: dict[LeadKey, ExistingRecord] = {}
        for start in range(0, len(people), _PEOPLE_A_QUERY):
            some = people[start : start + _PEOPLE_A_QUERY]
            if conditions := " OR ".join(_conditions(some)):
                found |= self.recognise(some, self._rows(read, conditions))
        return found

    def live(self, read: Read, ids: Sequence[str]) -> list[Row]:
        """Those of the leads that are neither converted nor deleted, for `recognise`."""
        parts = [ids[n : n + _IDS_A_QUERY] for n in range(0, len(ids), _IDS_A_QUERY)]
        return [row for part in parts for row in self._rows(read, f"Id IN {soql.quoted(part)}")]

    def recognise(
        self, people: Sequence[Person], rows: Sequence[Row]
    ) -> Mapping[LeadKey, ExistingRecord]:
        return recognise(people, map(self._contact, rows), self._setup.vocabulary)

    def telling(self) -> list[str]:
        """Answer the fields of this org's Lead that tell people apart."""
        by_name = {**STANDARD, **self._setup.fields}
        telling = (*(by_name.get(n) for n in TELLING), *WITH_PICKLISTS.values())
        return [name for name in telling if name and self._schema.has(name)]

    def _rows(self, read: Read, conditions: str) -> list[Row]:
        # Names are our own or the configuration's, which the describe has; values are quoted.
        names = ", ".join(self._columns())
        return read(_OPERATION, f"SELECT {names} FROM Lead WHERE {_LIVE} AND ({conditions})")  # noqa: S608

    def _columns(self) -> list[str]:
        return list(dict.fromkeys(("Id", "OwnerId", "CreatedDate", *self.telling())))

    def _contact(self, row: Row) -> Contact:
        if not (row.get("Id") and row.get("OwnerId")):
            lacks = "OwnerId" if row.get("Id") else "Id"
            raise MalformedAnswer(NAME, _OPERATION, f"a row has no {lacks}")
        return Contact(
            record_id=row["Id"],
            owner=row["OwnerId"],
            since=str(row.get("CreatedDate") or ""),
            text=to_text(row, self._setup.fields),
        )


def _conditions(people: Sequence[Person]) -> Iterator[str]:
    emails = sorted({p.email for p in people if p.email})
    if emails:
        yield f"Email IN {soql.quoted(emails)}"
    phones = sorted({form for p in people if p.phone for form in spellings(p.phone)})
    if phones:
        yield f"Phone IN {soql.quoted(phones)}"
        yield f"MobilePhone IN {soql.quoted(phones)}"
    if known := sorted({i for p in people if p.known and (i := lead_id(p.known))}):
        yield f"Id IN {soql.quoted(known)}"
