"""What the store answers on reviews: decisions looked at before they are written."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from leads.decision import Decision
from leads.keys import LeadKey, OwnerId, PolicyHash
from leads.lead import Lead


class ReviewState(StrEnum):
    """What was answered. WAITING and HELD past the deadline: the rules' decision stands."""

    WAITING = "waiting"
    HELD = "held"  # back, until somebody says more
    APPROVED = "approved"
    CHANGED = "changed"
    LEFT = "left"  # nobody answered a model's proposal in time: it went by turns
    OUTDATED = "outdated"  # its policy was in force no more: decided again by the one that was


OPEN = (ReviewState.WAITING, ReviewState.HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRow:
    """
    One decision that was, or is, looked at, by the number it has among its lead's.

    `by` answered, `chosen` in place of the decision's owner where they changed it.
    """

    lead: LeadKey
    attempt: int
    policy: PolicyHash
    state: ReviewState
    asked_at: datetime
    deadline: datetime
    answered_at: datetime | None = None
    by: str | None = None
    chosen: OwnerId | None = None
    reason: str = ""

    def is_open(self, now: datetime) -> bool:
        return self.state in OPEN and now < self.deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A decision that waits to be looked at. `duplicate_of` is the record it was decided as."""

    review: ReviewRow
    decision: Decision
    read: Lead
    duplicate_of: LeadKey | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewCount:
    """
    How a policy's first decisions fared: `left` those nobody answered in time.

    `outdated`: nobody had answered when the policy was in force no more, so another one decided.
    """

    policy: PolicyHash
    waiting: int = 0
    approved: int = 0
    changed: int = 0
    left: int = 0
    outdated: int = 0
