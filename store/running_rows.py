"""What the store answers on how it runs: runs, the inbox, sources' health and pace, notices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from leads.decision import Decision
from leads.delivery import Delivery
from leads.keys import LeadKey, OwnerId, RunId
from leads.lead import Lead


class InboxState(StrEnum):
    """
    FAILED: given up on, a person may look; where its source is polled, the poll has it.

    OWED: an order to erase that cannot be carried out as it is; a person must.
    """

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    OWED = "owed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run of a flow; `ended_at` None while it runs, or when it was killed."""

    id: RunId
    kind: str
    started_at: datetime
    ended_at: datetime | None
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDelivery:
    """
    An owner whose writing a run settled. `record_id` is empty while the CRM has no record.

    `why` is the decision's reason, `came_to` what the CRM or we said of the write; empty where
    there is nothing to say.
    """

    lead: LeadKey
    crm: str
    record_id: str
    owner: OwnerId
    rule: str
    why: str
    came_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """How many seconds passed from a lead's creation at its source until its owner was written."""

    source: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """
    How it stands: leads by source and state, what waits, what was last read, what is wrong.

    `turned_away` counts requests refused in the last week by door and status; `calls_left` is the
    share of a vendor's day by source and part.
    """

    leads: Mapping[tuple[str, str], int]
    outbox: Mapping[str, tuple[int, datetime]]
    read_at: Mapping[str, datetime]
    alerts: Mapping[tuple[str, str], int]
    speeds: Sequence[Speed]
    turned_away: Mapping[tuple[str, str], int]
    calls_left: Mapping[tuple[str, str], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """Records that a run set aside for the same reason; `example` is one of them."""

    field: str
    reason: str
    records: int
    example: LeadKey


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedWrites:
    """Owners that a CRM refused to write for the same reason; `example` is one of the leads."""

    crm: str
    reason: str
    writes: int
    example: LeadKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Flawed:
    """Leads of a source that came with a `field` that could not be read; `example` is one."""

    source: str
    field: str
    leads: int
    example: LeadKey


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
    undone: int = 0
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
    secret; it may hold a lead, and is emptied once that is saved. One that nothing can be done with
    comes in another `state` than WAITING, with the `error` that says why.
    """

    source: str
    body_hash: str
    payload: Mapping[str, Any]
    state: InboxState = InboxState.WAITING
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """An entry of the inbox that somebody took to work on."""

    id: int
    entry: InboxEntry
    received_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusedRow:
    """What a webhook brought and nothing came of: `names` are the ids in it, `reason` is why."""

    id: int
    source: str
    names: tuple[str, ...]
    reason: str
    received_at: datetime
    is_owed: bool


class BreakerState(StrEnum):
    """Whether a source is asked."""

    CLOSED = "closed"  # it is
    OPEN = "open"  # it failed too often: left alone until an instant
    HALF_OPEN = "half_open"  # asked once, to see


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceRow:
    """
    How often a source, or a part of it, is polled: every so many seconds, next at an instant.

    `cost` is what a poll takes of the vendor's allowance, on the average of the last ones;
    `share_left` is of the day's calls, None where that is not known.
    """

    source: str
    part: str
    cost: float
    seconds: float
    next_at: datetime
    reason: str
    share_left: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsRow:
    """Requests made to a source on a day (UTC), as in 2026-11-23."""

    source: str
    day: str
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnedAwayRow:
    """Requests that a webhook's door refused for one reason; `last_at` is when last."""

    door: str
    status: int
    reason: str
    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerRow:
    """How a source's last ticks went; `failures` in a row, `until` while it is left alone."""

    source: str
    state: BreakerState
    failures: int
    until: datetime | None
    changed_at: datetime
    reason: str


class NoticeKind(StrEnum):
    """What somebody is told of an assignment."""

    ASSIGNED = "assigned"
    REMINDER = "reminder"  # its time is nearly up
    LATE = "late"  # nobody was in touch in time: to a manager
    FOLLOW_UP = "follow_up"  # they were in touch once, and should be again
    COLD = "cold"  # nobody was in touch once more in time: to a manager
    PAUSED = "paused"  # its owner was late too often, and gets nothing for a while: to a manager


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """
    Somebody (`to`) to be told of an assignment that stands in the CRM, by one channel.

    `repeats` counts how often it may have been sent before: a teller died and nobody knows.
    `lead` and `decision` are None where they are no more (erased). `is_withdrawn`: they were told
    that it is theirs, and it turned out to be somebody else's. `due_at`: by when somebody must be
    in touch, by the assignment's own clock; None: it has none yet.
    """

    delivery: Delivery
    channel: str
    attempts: int
    repeats: int
    lead: Lead | None
    decision: Decision | None
    is_withdrawn: bool = False
    kind: NoticeKind = NoticeKind.ASSIGNED
    to: OwnerId | None = None
    due_at: datetime | None = None

    @property
    def receiver(self) -> OwnerId:
        return self.to or self.delivery.owner


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeCount:
    """Notices of one channel; `reason` is why the last that failed did, and was not sent since."""

    waiting: int = 0
    sent: int = 0
    failed: int = 0
    repeats: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxCount:
    """
    How much of one source lies in the inbox; `oldest` is the longest waiting one's arrival.

    `reason` is why one of those that wait was not worked off at the last try.
    """

    waiting: int = 0
    failed: int = 0
    oldest: datetime | None = None
    reason: str = ""
