"""What a world is made of: records in their vendor's own words, and what is known about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Standing(StrEnum):
    """What a lead distribution has to do with a record."""

    WAITING = "waiting"  # in the intake: somebody must come to own it
    UNREACHABLE = "unreachable"  # in the intake, with neither e-mail nor phone: to be set aside
    TEST = "test"  # made by the Meta tool: never to be handed out
    OWNED = "owned"  # a rep's open lead: never to be owned anew, and it counts as workload
    CLOSED = "closed"  # converted, lost or a customer: never to be touched
    OUTSIDE = "outside"  # nobody's, but too old or at another stage: never to be touched


IN_THE_INTAKE = frozenset({Standing.WAITING, Standing.UNREACHABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """`key` is the world's own name for it; the vendor gives it an id when it is added."""

    key: str
    standing: Standing
    created: datetime
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaWorld:
    """Pages, forms and ads as the Graph API words them; `leads` name their form and ad by id."""

    pages: tuple[Mapping[str, Any], ...]
    forms: tuple[Mapping[str, Any], ...]
    ads: tuple[Mapping[str, Any], ...]
    leads: tuple[Record, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoogleWorld:
    """Accounts, campaigns and lead forms; `leads` name their form and campaign by id."""

    customers: tuple[Mapping[str, Any], ...]
    campaigns: tuple[Mapping[str, Any], ...]
    forms: tuple[Mapping[str, Any], ...]
    leads: tuple[Record, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedInWorld:
    """
    `owners` are accounts and pages, `campaigns` ids: both by URN or name, to what they are called.

    `leads` name their form and campaign by id.
    """

    owners: Mapping[str, str]
    campaigns: Mapping[str, str]
    forms: tuple[Mapping[str, Any], ...]
    leads: tuple[Record, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WildValue:
    """
    A malformed value seen in the wild, and where this world has it.

    `listed` is the text of the list it comes from, which may name several values at once; `value`
    is the one that stands in `field` (the vendor's word) of record `key`. `becomes` is what a
    careful reader makes of it for the canonical field `canonical`, as text; None is blank. An
    employee range reads "51-200", and "10001-" when open above.
    """

    listed: str
    value: str
    source: str
    key: str
    field: str
    canonical: str
    becomes: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One person twice, in two sources. `by` is what tells: `email` or `phone`."""

    first: str
    second: str
    by: str
    owner: str | None = None  # the rep who works `first` already, by name


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything the vendors hold when the sandbox opens. Records are oldest first."""

    seed: int
    now: datetime
    salesforce: tuple[Record, ...]
    hubspot: tuple[Record, ...]
    meta: MetaWorld
    google: GoogleWorld
    linkedin: LinkedInWorld
    wild: tuple[WildValue, ...]
    duplicates: tuple[Pair, ...]

    @property
    def records(self) -> dict[str, tuple[Record, ...]]:
        """All records by source."""
        return {
            "salesforce": self.salesforce,
            "hubspot": self.hubspot,
            "meta_ads": self.meta.leads,
            "google_ads": self.google.leads,
            "linkedin_ads": self.linkedin.leads,
        }

    def find(self, key: str) -> Record:
        """Answer the record named `key`. Raises KeyError when there is none."""
        for records in self.records.values():
            for record in records:
                if record.key == key:
                    return record
        raise KeyError(key)
