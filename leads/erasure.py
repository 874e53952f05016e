"""Erasing a person: who is meant, and what it came to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from leads.keys import LeadKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """
    Who is to be erased: whoever has this e-mail or phone (E.164), or whose lead this is.

    With `whole_person` false only that lead goes: its vendor deleted it, and nobody asked for more.
    """

    email: str | None = None
    phone: str | None = None
    lead: LeadKey | None = None
    whole_person: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """
    What was erased. `rows` counts, by table, what was deleted or emptied. `leads` are the records
    that were stored; `never_leads` those of them that were nobody's to route here, as a contact is
    that an ad's lead became.

    `records` are the vendors' own records of this person that the store knew: they are still there,
    and named here for the last time. `owed` says, by CRM, what may be there too: what it was being
    told to create, or did not answer. `before` is when this person was erased already, if so.
    """

    at: datetime
    leads: tuple[LeadKey, ...]
    rows: Mapping[str, int]
    records: tuple[LeadKey, ...]
    before: datetime | None = None
    never_leads: frozenset[LeadKey] = frozenset()
    owed: tuple[tuple[str, str], ...] = ()
