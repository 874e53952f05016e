"""What the store answers: plain values, one for each question."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from leads.decision import Decision, HeldBy, HoldKind
from leads.delivery import Delivery
from leads.keys import CrmOwnerId, LeadKey, OwnerId, PolicyHash, PoolName, RuleName
from leads.lead import Lead
from leads.ownership import LeftOut
from leads.quick import quick
from store.inputs import Input
from store.return_rows import Back
from store.review_rows import ReviewRow


class LeadState(StrEnum):
    """Where a lead is on its way. Every lead is in exactly one."""

    WAITING = "waiting"  # to be decided
    HELD = "held"  # to be decided once its hold is over
    REJECTED = "rejected"
    IGNORED = "ignored"
    DECIDED = "decided"
    DUPLICATE = "duplicate"  # decided, as another lead of the same person
    ERASED = "erased"
    FORGOTTEN = "forgotten"  # decided, too long ago for anything else of it to be kept


class DeliveryState(StrEnum):
    """`leads.ownership.WriteStatus` once settled; RETRYABLE is PENDING again."""

    PENDING = "pending"
    WRITTEN = "written"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    REFUSED = "refused"
    GONE = "gone"
    WITHDRAWN = "withdrawn"  # taken back before it was written: a review, an undo, or decided again
    UNDONE = "undone"  # written, and given back by a person's order


class RejectState(StrEnum):
    """OPEN until the record is readable: by itself, or because a person replayed it."""

    OPEN = "open"
    CLOSED = "closed"
    REPLAYED = "replayed"


@dataclass(frozen=True, slots=True)
class Holding:
    """Which pool holds a lead, what for, until when at most, and by which rule."""

    pool: PoolName
    kind: HoldKind
    until: datetime
    rule: RuleName | None


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLead:
    """
    A lead to be decided. `held_since`: a pool, `held_by`, has held it; `holding`: one still does.

    `attempt` numbers its next decision; `back`: it was somebody's, who handed it back.
    """

    lead: Lead
    owner_seen: str | None
    first_seen: datetime
    held_since: datetime | None = None
    held_by: HeldBy | None = None
    holding: Holding | None = None
    attempt: int = 1
    back: Back | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedLead:
    """A decided lead whose owner its CRM refused, so that nobody has it; `reason` is the CRM's."""

    lead: Lead
    owner: OwnerId
    reason: str
    owner_seen: str | None
    first_seen: datetime
    back: Back | None = None

    def waiting(self) -> WaitingLead:
        """Answer it as a lead to be decided."""
        return WaitingLead(
            lead=self.lead,
            owner_seen=self.owner_seen,
            first_seen=self.first_seen,
            back=self.back,
        )


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class PersonMatch:
    """
    An earlier lead that shares the identity `key`; `owner_seen` is whoever its source showed last.

    `read` is the lead itself, where the key alone does not prove that it is the same person.
    `handed_back` are those who had it before `owner` and from whom it was taken back.
    """

    lead: LeadKey
    owner: OwnerId
    decided_at: datetime
    owner_seen: str | None = None
    key: str = ""
    read: Lead | None = None
    handed_back: frozenset[OwnerId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmPersonMatch:
    """A record of a CRM that shares the identity `key` with a lead, and its owner there."""

    record: LeadKey
    crm_owner: CrmOwnerId
    created_at: datetime
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectRow:
    """A record set aside. `body` is as the vendor sent it: never log it."""

    id: int
    key: LeadKey
    version: str
    field: str
    reason: str
    body: Mapping[str, Any]
    state: RejectState
    seen_at: datetime
    owner_seen: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDelivery:
    """
    One entry of the outbox and what became of it. `due_at` matters while it is pending.

    `attempt` is the number of the lead's decision that it comes from; 0 of none. `left_out` is what
    its record was written without.
    """

    delivery: Delivery
    state: DeliveryState
    reason: str
    created_at: datetime
    due_at: datetime
    settled_at: datetime | None
    owner_found: str | None
    attempt: int
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """How many records were written to a CRM without one thing."""

    crm: str
    left_out: LeftOut
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingDelivery:
    """
    What was, or is still to be, written of a lead; of several the last one.

    `is_being_undone`: a person ordered it, and it is on its way back.
    """

    id: str
    crm: str
    record_id: str | None
    owner: OwnerId
    crm_owner: CrmOwnerId
    state: DeliveryState
    reason: str
    created_at: datetime
    due_at: datetime
    is_being_undone: bool = False

    @property
    def is_taken_back(self) -> bool:
        """Whether the run that gave it was undone: only a backfill gives it away again."""
        # A review, or deciding again, withdraws too, but never what stays a lead's latest.
        return self.state in {DeliveryState.UNDONE, DeliveryState.WITHDRAWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadStanding:
    """
    Where a lead stands here. `deadline` is what it is decided or held by, None for neither.

    `delivery` is its latest decision's; of a record set aside, the data steward's.
    """

    key: LeadKey
    version: str
    state: LeadState
    reason: str
    created_at: datetime | None
    first_seen: datetime
    deadline: datetime | None
    delivery: StandingDelivery | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnseenReservation:
    """Room that is kept for a lead, and nothing shows that it is taken up."""

    delivery: str
    lead: LeadKey
    owner: OwnerId
    crm: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDecision:
    """A decision, its lead unless that is forgotten, and whether no write of it took effect."""

    decision: Decision
    lead: Lead | None
    is_void: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLead:
    """
    All that is kept on one lead. `lead` is None where none could be read (or it was erased).

    `decision` is the latest one; `is_void` says that no write of it took effect. `earlier` are
    those it came after, the first one first. `altered` says of each of them, and of the latest,
    which of its inputs are not what they were; None of one from before that was kept.
    `contradicted` has, of each as well, the columns that say otherwise than the decision, with
    what they say: nothing of ours writes one without the other.
    """

    key: LeadKey
    lead: Lead | None
    state: LeadState
    reason: str
    first_seen: datetime
    last_seen: datetime
    owner_seen: str | None
    held_until: datetime | None
    decision: Decision | None
    is_void: bool
    duplicate_of: LeadKey | None
    deliveries: tuple[StoredDelivery, ...]
    earlier: tuple[Decision, ...] = ()
    altered: tuple[frozenset[Input] | None, ...] = ()
    contradicted: tuple[Mapping[str, object], ...] = ()
    reviews: tuple[ReviewRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedLead:
    """A lead as it is known now, and a decision of it."""

    lead: Lead
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenRow:
    """A record of a CRM that we gave to `owner` at `at`."""

    record_id: str
    owner: OwnerId
    crm_owner: CrmOwnerId
    pool: PoolName | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentRow:
    """
    An owner that now stands in a CRM. `id` grows in the order in which they were recorded.

    `rule` and `method` are None for a rejected record that went to the data steward;
    `created_at` (at the source) is None where none could be read.
    """

    id: int
    lead: LeadKey
    crm: str
    owner: OwnerId
    rule: str | None
    method: str | None
    reason: str
    written_at: datetime
    created_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyVersion:
    """
    A configuration that was in force from `since` on, until the next number's.

    `hash` is the policy's: what only notifies or connects does not change it. `files` are the texts
    as a person wrote them, by file name.
    """

    number: int
    hash: PolicyHash
    since: datetime
    document: Mapping[str, Any]
    files: Mapping[str, str]
