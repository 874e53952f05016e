"""What a source hands over before it is understood: pages of raw records, and where to resume."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NewType

from leads.accounts import Account
from leads.keys import CrmOwnerId, LeadKey

Cursor = NewType("Cursor", str)
"""Where to resume reading a source. Opaque to everybody but the connector that made it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRecord:
    """One record as the vendor sent it. `version` changes whenever the vendor's record does."""

    source_id: str
    version: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Records oldest change first. Saving them and `resume_from` is one transaction."""

    records: tuple[RawRecord, ...]
    resume_from: Cursor


class WorkKind(StrEnum):
    """What takes up an owner's time; an opportunity counts at a stated weight."""

    LEAD = "lead"
    OPPORTUNITY = "opportunity"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """
    A lead or opportunity in a CRM that does, or no longer does, take up its owner's time.

    `twin` is its copy in another CRM, where the record names one. `changed_at` is when the CRM says
    that it last changed; None: it is as told, whatever was known.
    """

    crm: str
    record_id: str
    owner: str | None
    is_open: bool
    kind: WorkKind = WorkKind.LEAD
    changed_at: datetime | None = None
    twin: LeadKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkPage:
    """Changes in who works on what, oldest first, with a place to resume."""

    changes: tuple[WorkItem, ...]
    resume_from: Cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmOwner:
    """
    Who may own records in a CRM: a person or a queue. `teams` by name, where it tells.

    `user_id` is another id that the CRM knows the same person by, where it has one; `main_teams`
    are the ids of teams of which somebody is more than a further member.
    """

    crm_id: str
    name: str
    email: str | None
    is_active: bool
    is_queue: bool
    seen_at: datetime | None = None
    teams: tuple[str, ...] = ()
    user_id: str | None = None
    main_teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeZones:
    """IANA names, as a CRM tells them: its account's own, and owners' by id where it has them."""

    account: str | None
    owners: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmPerson:
    """
    A person in a CRM, by what tells people apart (`leads.matching`); and who owns the record.

    `merged` are the ids of records that somebody merged into this one.
    """

    record_id: str
    owner: CrmOwnerId | None
    keys: frozenset[str]
    created_at: datetime | None = None
    is_gone: bool = False
    merged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePage:
    """Changes in who owns whom, oldest first, with a place to resume."""

    changes: tuple[CrmPerson, ...]
    resume_from: Cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """Changed accounts, oldest first, with a place to resume."""

    changes: tuple[Account, ...]
    resume_from: Cursor
