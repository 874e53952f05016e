"""What comparing store and vendors finds: where each record counts, and what differs."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from leads.keys import CrmOwnerId, LeadKey
from leads.sighting import Sighting


class Place(StrEnum):
    """Where one record that a vendor shows counts: in exactly one."""

    ASSIGNED = "assigned"  # its CRM shows the owner we decided on
    A_PERSONS = "a_persons"  # decided, and somebody's own choice stands
    DUPLICATES = "duplicates"  # assigned, as another lead of the same person
    SET_ASIDE = "set_aside"
    IGNORED = "ignored"
    PENDING = "pending"  # on its way, with a deadline
    UNDONE = "undone"  # given back with its run, and nobody's until it is backfilled
    DELETED = "deleted"  # decided; a person deleted it in the CRM
    DIFFERENT = "different"  # listed among the differences


class Kind(StrEnum):
    """What differs."""

    NEVER_SEEN = "never seen by us"
    MISSED = "a lead by now, and we did not see it change"
    UNASSIGNED = "decided, and nobody has it again"
    LOST = "our write is not in the CRM"
    UNDELIVERED = "decided, and never given to anybody"
    OVERDUE = "waits past its deadline"
    STUCK = "the CRM does not take its owner"
    OWNER_REMOVED = "on its way to an owner who is no longer configured"
    RECORD_GONE = "its record is no longer in the CRM"
    IDLE_RESERVATION = "room kept for nothing"
    STALE_WORK = "counted as somebody's open lead, and not in the CRM"


class Repair(StrEnum):
    """What `--fix` does about it. Nothing here writes over a person's choice."""

    TAKE_IN = "taken in as it is now"
    DECIDE_AGAIN = "waits for a decision again"
    CONCEDE = "recorded as it is in the CRM"
    RELEASE = "released"
    CLOSE = "no longer counted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """
    One thing that differs, by `lead` (for work: the CRM's record). `text` says what was found.

    Of `repair`: `sighting` is taken in; `delivery` is conceded (to `owner`) or released.
    `mended` says what was done about it, or why nothing was.
    """

    kind: Kind
    lead: LeadKey
    text: str
    repair: Repair | None = None
    sighting: Sighting | None = None
    delivery: str | None = None
    owner: CrmOwnerId | None = None
    mended: str = ""
    is_mended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """Where a record counts; ignored and set aside, why."""

    place: Place
    reason: str = ""
    difference: Difference | None = None


@dataclass(slots=True, kw_only=True)
class Comparison:
    """
    One source. `shown` by the vendor; `gone`: known here, and no longer at the source.

    `unasked` says why the vendor's side could not be read back.
    """

    source: str
    shown: int = 0
    gone: int = 0
    places: Counter[Place] = field(default_factory=Counter)
    ignored: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    unasked: str = ""

    @property
    def is_balanced(self) -> bool:
        return self.shown == self.places.total()

    @property
    def remaining(self) -> list[Difference]:
        return [each for each in self.differences if not each.is_mended]

    def count(self, record: Mapping[LeadKey, Weighed]) -> None:
        for weighed in record.values():
            self.places[weighed.place] += 1
            if weighed.place is Place.IGNORED:
                self.ignored[weighed.reason] += 1
            if weighed.difference is not None:
                self.differences.append(weighed.difference)
