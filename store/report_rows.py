"""What the store answers for a report."""

from collections.abc import Mapping
from dataclasses import dataclass

from leads.decision import Tally
from leads.keys import OwnerId, PoolName


@dataclass(frozen=True, slots=True, kw_only=True)
class Returner:
    """How many leads an owner handed back, and how many of them as no lead."""

    owner: OwnerId
    leads: int
    no_lead: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUps:
    """Of an owner's follow-ups that were due: how many came in time, late, or not at all."""

    owner: OwnerId
    in_time: int
    late: int
    never: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCounts:
    """
    Fallbacks and hand-backs by reason, deliveries by CRM and state, records set aside and leads
    that wait to be decided; each pool's rotation. `breached` counts what was taken back because its
    time was up: nobody handed that back.
    """

    fallbacks: Mapping[str, int]
    returns: Mapping[str, int]
    breached: int
    deliveries: Mapping[tuple[str, str], int]
    rejected: int
    undecided: int
    rotation: Mapping[PoolName, Mapping[OwnerId, Tally]]
    returners: tuple[Returner, ...] = ()
    follow_ups: tuple[FollowUps, ...] = ()
