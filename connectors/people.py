"""Which record of a CRM is the person of a lead, among the records a search answered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from connectors.phones import spellings
from leads.keys import CrmOwnerId, LeadKey
from leads.ownership import ExistingRecord, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A record found, as far as recognising somebody needs it. `since` orders: earliest wins."""

    record_id: str
    owner: CrmOwnerId | None
    since: str
    email: str | None
    phones: tuple[str, ...]


def recognise(
    people: Sequence[Person], contacts: Iterable[Contact]
) -> Mapping[LeadKey, ExistingRecord]:
    """
    Match by e-mail first, then by phone where no other e-mail contradicts it.

    Two colleagues share a switchboard's number: a record with another e-mail is another person.
    """
    by_email: dict[str, Contact] = {}
    by_phone: dict[str, list[Contact]] = {}
    for contact in sorted(contacts, key=lambda c: (c.since, c.record_id)):
        if contact.email:
            by_email.setdefault(contact.email.strip().lower(), contact)
        for phone in contact.phones:
            by_phone.setdefault(phone.strip(), []).append(contact)
    found = {p.key: _of(p, by_email, by_phone) for p in people}
    return {
        key: ExistingRecord(record_id=contact.record_id, owner=contact.owner)
        for key, contact in found.items()
        if contact
    }


def _of(
    person: Person, by_email: Mapping[str, Contact], by_phone: Mapping[str, Sequence[Contact]]
) -> Contact | None:
    email = (person.email or "").lower()
    if email in by_email:
        return by_email[email]
    for phone in spellings(person.phone) if person.phone else ():
        for contact in by_phone.get(phone, ()):
            if not (email and contact.email):
                return contact
    return None
