"""What the store answers: plain values, one for each question."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from leads.decision import Decision, HoldKind
from leads.delivery import Delivery
from leads.keys import CrmOwnerId, LeadKey, OwnerId, PolicyHash, PoolName, RunId
from leads.lead import Lead
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


class DeliveryState(StrEnum):
    """`leads.ownership.WriteStatus` once settled; RETRYABLE is PENDING again."""

    PENDING = "pending"
    WRITTEN = "written"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    REFUSED = "refused"
    GONE = "gone"
    WITHDRAWN = "withdrawn"  # taken back before it was written: a review, or decided again


class InboxState(StrEnum):
    """FAILED: given up on, a person may look; where its source is polled, the poll has it."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class RejectState(StrEnum):
    """OPEN until the record is readable: by itself, or because a person replayed it."""

    OPEN = "open"
    CLOSED = "closed"
    REPLAYED = "replayed"


@dataclass(frozen=True, slots=True)
class Holding:
    """Which pool holds a lead, what for, and until when at most."""

    pool: PoolName
    kind: HoldKind
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLead:
    """
    A lead to be decided. `held_since`: a pool has held it; `holding`: one still does.

    `attempt` numbers its next decision; `back`: it was somebody's, who handed it back.
    """

    lead: Lead
    owner_seen: str | None
    first_seen: datetime
    held_since: datetime | None = None
    holding: Holding | None = None
    attempt: int = 1
    back: Back | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedLead:
    """A decided lead whose owner its CRM refused, so that nobody has it; `reason` is the CRM's."""

    lead: Lead
    owner: OwnerId
    reason: str
    back: Back | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonMatch:
    """
    An earlier lead that shares the identity `key`; `owner_seen` is whoever its source showed last.

    `read` is the lead itself, where the key alone does not prove that it is the same person.
    """

    lead: LeadKey
    owner: OwnerId
    decided_at: datetime
    owner_seen: str | None = None
    key: str = ""
    read: Lead | None = None


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

    `attempt` is the number of the lead's decision that it comes from; 0 of none.
    """

    delivery: Delivery
    state: DeliveryState
    reason: str
    created_at: datetime
    due_at: datetime
    settled_at: datetime | None
    owner_found: str | None
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingDelivery:
    """What was, or is still to be, written of a lead; of several the last one."""

    id: str
    crm: str
    record_id: str | None
    owner: OwnerId
    crm_owner: CrmOwnerId
    state: DeliveryState
    reason: str
    created_at: datetime
    due_at: datetime


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
    """A decision, and whether no write of it took effect."""

    decision: Decision
    is_void: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLead:
    """
    All that is kept on one lead. `lead` is None where none could be read (or it was erased).

    `decision` is the latest one; `is_void` says that no write of it took effect. `earlier` are
    those it came after, the first one first.
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
    reviews: tuple[ReviewRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedLead:
    """A lead as it is known now, and a decision of it."""

    lead: Lead
    decision: Decision


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


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run of a flow; `ended_at` None while it runs, or when it was killed."""

    id: RunId
    kind: str
    started_at: datetime
    ended_at: datetime | None
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLedger:
    """
    What became of every record that one source showed in one run.

    `pulled` is the connector's count, the others are the store's. `carried` leads were decided in
    this run and not shown in it; they are no part of the balance. `delivered` to `refused` are
    writes settled in this run, `pending` those recorded in it and not settled yet, of which a
    person may look at `in_review`, at the first one until `review_until`.
    """

    pulled: int = 0
    decided: int = 0
    duplicates: int = 0
    rejected: int = 0
    held: int = 0
    waiting: int = 0
    ignored: Mapping[str, int] = field(default_factory=dict)
    carried: int = 0
    delivered: int = 0
    unchanged: int = 0
    conflicts: int = 0
    refused: int = 0
    gone: int = 0
    pending: int = 0
    in_review: int = 0
    review_until: datetime | None = None

    @property
    def accounted(self) -> int:
        settled = self.decided + self.duplicates + self.rejected
        return settled + self.held + self.waiting + sum(self.ignored.values())

    @property
    def balanced(self) -> bool:
        return self.pulled == self.accounted


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxEntry:
    """
    What a verified webhook said, to be kept before it is answered.

    `body_hash` is of the body, or of what the sender calls this delivery. `payload` holds no
    secret; it may hold a lead, and is emptied once that is saved.
    """

    source: str
    body_hash: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """An entry of the inbox that somebody took to work on."""

    id: int
    entry: InboxEntry
    received_at: datetime
    attempts: int


class BreakerState(StrEnum):
    """Whether a source is asked."""

    CLOSED = "closed"  # it is
    OPEN = "open"  # it failed too often: left alone until an instant
    HALF_OPEN = "half_open"  # asked once, to see


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceRow:
    """
    How often a source, or a part of it, is polled: every so many seconds, next at an instant.

    `cost` is what a poll takes of the vendor's allowance, on the average of the last ones.
    """

    source: str
    part: str
    cost: float
    seconds: float
    next_at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerRow:
    """How a source's last ticks went; `failures` in a row, `until` while it is left alone."""

    source: str
    state: BreakerState
    failures: int
    until: datetime | None
    changed_at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """
    Somebody to be told of an assignment that stands in the CRM, by one channel.

    `repeats` counts how often it may have been sent before: a teller died and nobody knows.
    `lead` and `decision` are None where they are no more (erased). `is_withdrawn`: they were told
    that it is theirs, and it turned out to be somebody else's.
    """

    delivery: Delivery
    channel: str
    attempts: int
    repeats: int
    lead: Lead | None
    decision: Decision | None
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeCount:
    """Notices of one channel."""

    waiting: int = 0
    sent: int = 0
    failed: int = 0
    repeats: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxCount:
    """How much of one source lies in the inbox; `oldest` is the longest waiting one's arrival."""

    waiting: int = 0
    failed: int = 0
    oldest: datetime | None = None
