"""Clocks of assignments, and what stops them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from leads.activity import TouchFlaw, TouchKind
from leads.keys import CrmOwnerId, LeadKey, OwnerId
from leads.lead import Lead


class ClockKind(StrEnum):
    """What an assignment is timed for."""

    FIRST_TOUCH = "first_touch"
    FOLLOW_UP = "follow_up"  # somebody to be in touch once more after the first time


class ClockState(StrEnum):
    """How a clock stands. RUNNING is the only state in which anything is still to be done."""

    RUNNING = "running"
    TOUCHED = "touched"
    BREACHED = "breached"  # its time was up, and something was done about it
    ENDED = "ended"  # the assignment was over before anybody was in touch
    KEPT = "kept"  # counted for reports alone: from before clocks, or of a further record


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclocked:
    """
    An assignment, number `number`, for which no clock was started yet.

    `worked_from`: when the shift begins that it was given for, if it was; `at_any_hour`: to
    somebody on call. `due_at` is what was promised when it was decided, until its clock is set.
    `is_duplicate`: of a person's further record, whose owner is the first one's: that one's clock
    is acted on. `is_no_lead`: somebody said so, and the data steward has it: nobody is to be in
    touch. `read`: the lead, where it was asked for.
    """

    number: int
    delivery: str
    lead: LeadKey
    attempt: int
    crm: str
    record_id: str
    owner: OwnerId
    crm_owner: CrmOwnerId
    sla: str
    decided_at: datetime
    assigned_at: datetime
    due_at: datetime
    remind_at: datetime | None = None
    worked_from: datetime | None = None
    at_any_hour: bool = False
    read: Lead | None = None
    is_duplicate: bool = False
    is_no_lead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstTouch:
    """Who was in touch first, and which activity of the CRM says so; `flaw`: do not average it."""

    at: datetime
    by: CrmOwnerId | None
    kind: TouchKind
    evidence: str
    flaw: TouchFlaw | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncounted:
    """An activity on a lead's record that stopped no clock of it; the flaw says why."""

    crm: str
    touch: FirstTouch


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """
    How one assignment is timed. Its touch counts from `decided_at`, its owner has it since
    `assigned_at`, and must have been in touch by `due_at`.
    """

    delivery: str
    kind: ClockKind
    lead: LeadKey
    attempt: int
    crm: str
    record_id: str | None
    owner: OwnerId
    crm_owner: CrmOwnerId
    sla: str
    state: ClockState
    decided_at: datetime
    assigned_at: datetime
    due_at: datetime
    remind_at: datetime | None = None
    reminded_at: datetime | None = None
    ended_at: datetime | None = None
    first_touch: FirstTouch | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LateTouches:
    """First touches that did not come in time, of one SLA; `example` is one of the leads."""

    sla: str
    count: int
    owners: int
    example: LeadKey
