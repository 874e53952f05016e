"""What happened to a lead after its assignment: first touches, what came of it, past owners."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from leads.keys import CrmOwnerId


class TouchKind(StrEnum):
    """How somebody worked on a lead."""

    CALL = "call"
    EMAIL = "email"
    MEETING = "meeting"
    TASK = "task"  # any other completed task
    STATUS = "status"  # the lead's status left the open set


class OutcomeKind(StrEnum):
    """What came of a lead. One lead may be converted first, and won or lost later."""

    CONVERTED = "converted"
    WON = "won"
    LOST = "lost"


class TouchFlaw(StrEnum):
    """Why a touch is no measure of how soon somebody was in touch."""

    NOBODY = "not by a person"  # a queue, or a user that the intake names as nobody
    EARLY = "before the assignment"
    FUTURE = "in the future"  # of when the CRM came to know of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """
    A person worked on `record_id` at `at`; never an integration or the system itself.

    `owner` is whoever did it, None where the CRM does not say. `evidence` is the id of the task,
    event or history row that proves it: with `record_id` it tells repeats apart. `recorded_at` is
    when the CRM came to know, which may be long after `at`; the latest one read is where to resume.
    """

    record_id: str
    at: datetime
    kind: TouchKind
    evidence: str
    recorded_at: datetime
    owner: CrmOwnerId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """
    What came of `record_id` at `at`.

    `evidence` is the id of the opportunity or deal, or of the record itself where there is none.
    `amount` and `currency` (ISO 4217) are the deal's as it stands; None where it has none.
    `recorded_at` is as in a Touch: an outcome is told again when its amount changes.
    """

    record_id: str
    at: datetime
    kind: OutcomeKind
    evidence: str
    recorded_at: datetime
    owner: CrmOwnerId | None = None
    amount: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerShift:
    """
    `record_id` went from one owner to another at `at`; `by` is the user who did it.

    `by_us`: Firsttouch did, or, where a CRM does not tell programs apart, some program.
    """

    record_id: str
    at: datetime
    before: CrmOwnerId | None
    after: CrmOwnerId | None
    by: str | None = None
    by_us: bool = False
