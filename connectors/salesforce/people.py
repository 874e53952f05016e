"""Whether the org has somebody already."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from connectors.people import Contact, recognise
from connectors.phones import spellings
from connectors.salesforce import soql
from connectors.salesforce.client import Row
from leads.keys import LeadKey
from leads.ownership import ExistingRecord, Person

_OPERATION = "look for people"
_PEOPLE_A_QUERY = 25
"""Keeps the query, which travels in the address, well under the 16,384 bytes a server takes."""


def find(
    read: Callable[[str, str], list[Row]], people: Sequence[Person]
) -> Mapping[LeadKey, ExistingRecord]:
    found: dict[LeadKey, ExistingRecord] = {}
    for start in range(0, len(people), _PEOPLE_A_QUERY):
        some = people[start : start + _PEOPLE_A_QUERY]
        conditions = " OR ".join(_conditions(some))
        if conditions:
            text = (
                "SELECT Id, OwnerId, CreatedDate, Email, Phone, MobilePhone"  # noqa: S608  (quoted)
                f" FROM Lead WHERE {conditions}"
            )
            rows = read(_OPERATION, text)
            found |= recognise(some, map(_contact, rows))
    return found


def _conditions(people: Sequence[Person]) -> Iterator[str]:
    emails = sorted({p.email for p in people if p.email})
    if emails:
        yield f"Email IN {soql.quoted(emails)}"
    phones = sorted({form for p in people if p.phone for form in spellings(p.phone)})
    if phones:
        yield f"Phone IN {soql.quoted(phones)}"
        yield f"MobilePhone IN {soql.quoted(phones)}"


def _contact(row: Row) -> Contact:
    return Contact(
        record_id=row["Id"],
        owner=row["OwnerId"],
        since=row["CreatedDate"],
        email=row["Email"],
        phones=tuple(p for p in (row["Phone"], row["MobilePhone"]) if p),
    )
