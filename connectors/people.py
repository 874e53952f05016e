"""Which record of a CRM is the person of a lead, among the records a search answered."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from leads.keys import CrmOwnerId, LeadKey
from leads.matching import name_key, person_keys
from leads.normalise.email import read_email
from leads.normalise.names import name_of
from leads.normalise.phone import read_phone
from leads.normalise.place import place_of
from leads.normalise.reading import Reading
from leads.normalise.sheet import Sheet
from leads.normalise.vocabulary import Vocabulary
from leads.ownership import ExistingRecord, Person

_EMAILS = ("email", "work_email")
_PHONES = ("phone", "mobile_phone")
TELLING = (*_EMAILS, *_PHONES, "first_name", "last_name", "company", "country", "region")
"""Canonical fields that a record has to be read with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """
    A record found. `since` orders: earliest wins.

    `text` has canonical fields as the CRM holds them, TELLING among them.
    """

    record_id: str
    owner: CrmOwnerId | None
    since: str
    text: Mapping[str, str | None]


def recognise(
    people: Sequence[Person], contacts: Iterable[Contact], vocabulary: Vocabulary
) -> Mapping[LeadKey, ExistingRecord]:
    """
    Find who of `people` is there: the same e-mail address before the same number.

    Who is the same person is for `leads.matching` to say. Records are read as leads are: a number
    in its national form is one of the record's own country, and not of the person's.
    """
    known: dict[str, Contact] = {}
    for contact in sorted(contacts, key=lambda c: (c.since, c.record_id)):
        for key in _keys(contact.text, vocabulary):
            known.setdefault(key, contact)
    found = {p.key: _first(p, known) for p in people}
    return {
        key: ExistingRecord(record_id=contact.record_id, owner=contact.owner)
        for key, contact in found.items()
        if contact
    }


def identity_of(text: Mapping[str, str | None], vocabulary: Vocabulary) -> frozenset[str]:
    """Answer what tells the person of a record, read as a lead is (`leads.matching`)."""
    sheet = Sheet(text, vocabulary)
    name, company = name_of(sheet), sheet.read("company", Reading)
    whole = name_key(name.first, name.last, company)
    return frozenset({*_keys(text, vocabulary), *([whole] if whole else [])})


def _first(person: Person, known: Mapping[str, Contact]) -> Contact | None:
    keys = person_keys(email=person.email, phone=person.phone, last_name=person.last_name)
    return next((known[key] for key in sorted(keys) if key in known), None)


def _keys(text: Mapping[str, str | None], vocabulary: Vocabulary) -> Iterator[str]:
    """Keys by each address and number; where there is an address, a number needs the surname."""
    sheet = Sheet(text, vocabulary)
    last_name, country = name_of(sheet).last, place_of(sheet).country
    emails = [sheet.read(name, read_email) for name in _EMAILS]
    phones = [
        sheet.read(name, lambda t: read_phone(t, country, vocabulary.default_country))
        for name in _PHONES
    ]
    numbers = [phone.number for phone in phones if phone]
    for email, number in product(_known(emails), _known(numbers)):
        yield from person_keys(email=email, phone=number, last_name=last_name)


def _known(texts: Sequence[str | None]) -> list[str | None]:
    return [text for text in texts if text] or [None]
