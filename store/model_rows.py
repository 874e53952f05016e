"""What the store answers on models."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from leads.activity import OutcomeKind
from leads.decision import Match
from leads.keys import CrmOwnerId, OwnerId
from leads.lead import Lead


class ModelState(StrEnum):
    """How a version stands; at most one is in force."""

    REFUSED = "refused"  # the gate found nothing to go by
    TRAINED = "trained"  # good, and waits for somebody to put it in force
    IN_FORCE = "in_force"
    REPLACED = "replaced"  # by a later one
    ROLLED_BACK = "rolled_back"  # a person went back to another one, or to the rules
    STOPPED = "stopped"  # by itself: `why` says what was found


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRow:
    """One version. `report` is what training found, as JSON; `prices` likewise."""

    version: int
    trained_at: datetime
    state: ModelState
    state_at: datetime
    state_by: str
    why: str
    recipe: str
    likelihood: str
    prices: Mapping[str, Any]
    priced_at: datetime
    fingerprint: str
    report: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEnd:
    """What came of a record, as its CRM told."""

    kind: OutcomeKind
    at: datetime
    amount: str | None
    currency: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRow:
    """
    A lead that was given to somebody, first to `given_to`; `match` is what a model said then.

    `touched_by` was in touch with it first, `touched_owner` had it then; None: nobody was.
    """

    lead: Lead
    owner: OwnerId
    at: datetime
    crm: str | None
    touched_by: CrmOwnerId | None
    touched_owner: OwnerId | None
    touched_at: datetime | None
    match: Match | None
    given_to: OwnerId
    ends: tuple[StoredEnd, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What people said to a version's first proposals; `left` were left to the rules."""

    approved: int = 0
    changed: int = 0
    left: int = 0
