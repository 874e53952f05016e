"""A lead in the words every source is translated into."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from leads.keys import CrmOwnerId, LeadKey
from leads.quick import quick

_NOTHING: Mapping[str, str] = MappingProxyType({})


class FlawKind(StrEnum):
    """What was wrong with a value that became blank or was guessed at."""

    UNREADABLE = "unreadable"  # no value could be made of it: blank
    PLACEHOLDER = "placeholder"  # "Select", "n/a", "<test lead: ...>": blank
    UNKNOWN_WORD = "unknown_word"  # kept as it came: no entry in the value map
    AMBIGUOUS = "ambiguous"  # two readings; blank rather than a guess
    FUTURE = "future"  # an instant that is yet to come: that of its receipt stands in
    ASSUMED = "assumed"  # read with help of another field or a default (a phone's region)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One field of one record that did not read cleanly. `raw` may be personal: never log it."""

    field: str
    kind: FlawKind
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """
    How a phone number that was read had come: what its form asks for, and no flaw of the lead.

    `shape` is the format of one without its country code, which tells nobody's number.
    """

    has_code: bool = True
    shape: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headcount:
    """Employees: one number (least == most), a range, or open above (most is None)."""

    least: int
    most: int | None


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """
    One prospect, normalised. None is "blank": never "", 0 or "unknown".

    `created_at` is aware. `country` is ISO 3166-1 alpha-2, `region` ISO 3166-2, `phone` E.164,
    `language` ISO 639-1, `currency` ISO 4217, `deal_value` in `currency`. `current_owner` is the
    source's own id of whoever owns the record there. `custom` holds what the configuration's
    `fields` named that is not canonical. `phone_written` is not known of what was read before it
    was kept.
    """

    key: LeadKey
    created_at: datetime
    email: str | None = None
    phone: str | None = None
    phone_written: Written | None = None
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    website: str | None = None
    job_title: str | None = None
    country: str | None = None
    region: str | None = None
    city: str | None = None
    postal_code: str | None = None
    industry: str | None = None
    employees: Headcount | None = None
    product: str | None = None
    deal_type: str | None = None
    deal_value: Decimal | None = None
    currency: str | None = None
    score: float | None = None
    language: str | None = None
    lead_source: str | None = None
    channel: str | None = None
    campaign: str | None = None
    form: str | None = None
    click_id: str | None = None
    current_owner: CrmOwnerId | None = None
    status: str | None = None
    consent: bool | None = None
    is_test: bool = False
    custom: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    flaws: tuple[Flaw, ...] = ()
