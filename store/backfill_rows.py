"""What the store answers on backfills."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from leads.decision import Decision
from leads.keys import LeadKey
from leads.lead import Lead

EVERY_SOURCE = "all"


class BackfillState(StrEnum):
    """How far one is."""

    READING = "reading"
    PLANNED = "planned"  # everything is read and decided; nothing, or a part, is applied
    APPLIED = "applied"


class EntryState(StrEnum):
    """What became of one lead of a backfill."""

    READ = "read"
    PLANNED = "planned"
    APPLIED = "applied"
    CONFLICT = "conflict"  # something changed since it was planned: it was left alone


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillRow:
    """
    One backfill; `passed` counts what was seen and is not to be assigned, by reason.

    `source` is one source's name, or EVERY_SOURCE. `policy_version` is that by which it is decided;
    None: the one in force when it is.
    """

    id: str
    source: str
    since: datetime
    until: datetime
    most: int
    any_owner: bool
    state: BackfillState
    created_at: datetime
    passed: Mapping[str, int] = field(default_factory=dict)
    policy_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRow:
    """What of a backfill is read at a stretch; `position` is where to read on."""

    backfill: str
    number: int
    source: str
    since: datetime
    until: datetime
    position: str | None = None
    is_read: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One lead of a backfill as it was read, what was decided for it, what became of it."""

    lead: Lead
    version: str
    owner_seen: str | None
    state: EntryState
    decision: Decision | None = None
    duplicate_of: LeadKey | None = None
    reason: str = ""
