"""
The policy a decision obeys, as plain values: owners, pools, rules, fallback.

When a rule holds is in when.py, an owner's hours are in working_hours.py, SLAs in sla_terms.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from leads.keys import CrmOwnerId, OwnerId, PolicyHash, PoolName, RuleName
from leads.matches import MatchSettings
from routing.model_settings import ModelSettings
from routing.sla_terms import Sla
from routing.when import Condition
from routing.working_hours import Absence, Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days, both inclusive, in the policy's time zone; open where None."""

    first: date | None
    last: date | None


class CapPer(StrEnum):
    """A period of the owner's own calendar. Weeks begin on Monday."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """
    At most so many leads in each such period, whatever became of them since.

    Only those that `pool` gave, and only those of `segment`, where stated.
    """

    per: CapPer
    most: int
    pool: PoolName | None = None
    segment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """
    Somebody, or a queue, that can own leads.

    `calendar` None is always on. `max_open` None is uncapped (queues). `crm` has the owner's id in
    each CRM it has one in. `timezone` is an IANA name.
    """

    id: OwnerId
    name: str
    email: str | None = None
    is_queue: bool = False
    crm: Mapping[str, CrmOwnerId] = field(default_factory=dict)
    timezone: str = "UTC"
    calendar: Calendar | None = None
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    max_open: int | None = 25
    caps: tuple[Cap, ...] = ()
    weight: int = 1
    backup: OwnerId | None = None
    manager: OwnerId | None = None
    away: tuple[Absence, ...] = ()


class Strategy(StrEnum):
    """How a pool picks among its eligible members."""

    ROUND_ROBIN = "round_robin"
    LEAST_LOADED = "least_loaded"
    BEST_MATCH = "best_match"
    PULL = "pull"  # leads wait; whoever takes the next one has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An owner's place in a pool: its weight there."""

    owner: OwnerId
    weight: int


@dataclass(frozen=True, slots=True)
class NextShift:
    """Whoever of the pool is at work first has it now, and finds it then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowTheSun:
    """Another pool, elsewhere, that is at work."""

    pool: PoolName


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCall:
    """One owner, at any hour but on leave; else, as always, the backup if at work."""

    owner: OwnerId


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldFor:
    """It waits until somebody of the pool can take it, so long at most."""

    at_most: timedelta


OutOfHours = NextShift | FollowTheSun | OnCall | HoldFor


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """
    Who shares a kind of lead.

    `out_of_hours` is for leads nobody of it is at work for, `when_full` for those that somebody at
    work would take under a higher cap; None: the rule's next target, then the fallback. In a pool
    that is taken from a lead waits as long as `take_within`, or as its SLA allows. With `is_sticky`
    a member who owns the lead's account comes before the others. `joiners` is how many leads a new
    member may catch up on, `returners` one who was on leave or switched off. A lead handed back,
    or one that was none, is void for everybody unless `charges_hand_backs`, `charges_rejected`.
    """

    name: PoolName
    members: tuple[Member, ...]
    strategy: Strategy = Strategy.ROUND_ROBIN
    out_of_hours: OutOfHours | None = None
    when_full: HoldFor | None = None
    take_within: timedelta | None = None
    is_sticky: bool = False
    joiners: int = 0
    returners: int = 0
    charges_hand_backs: bool = False
    charges_rejected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ToPool:
    """A rule's target: a pool."""

    pool: PoolName


@dataclass(frozen=True, slots=True, kw_only=True)
class ToOwner:
    """A rule's target: one owner."""

    owner: OwnerId


@dataclass(frozen=True, slots=True)
class ToAccountOwner:
    """A rule's target: whoever owns the account that the lead belongs to."""


Target = ToPool | ToOwner | ToAccountOwner


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """
    When `when` holds, the first of `assign` that can take the lead gets it.

    `seen_within` is wall clock: only somebody who will be at work by then; None is at work now.
    `prefers_outside`: who has those skills comes before the rest of a pool, in it or not.
    `active` None is always. `out_of_hours` is for the owners it names and the account's: None: the
    next target. `where` is the file and line that state the rule; where it stands does
    not make it another.
    """

    name: RuleName
    when: Condition
    assign: tuple[Target, ...]
    sla: str
    seen_within: timedelta | None = None
    prefer_skills: frozenset[str] = frozenset()
    prefers_outside: bool = False
    require_skills: frozenset[str] = frozenset()
    active: Period | None = None
    out_of_hours: NextShift | None = None
    where: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """Amounts compare in `base`; `rates` is what one unit of another currency is worth in it."""

    base: str = "EUR"
    rates: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """
    Everything a decision obeys. `crm_of` says in which CRM a source's leads are owned; a source
    that is not in it needs no CRM id of an owner. `opportunity_weight`: of how many open leads an
    open opportunity is worth. Rules are in order; the first match wins.
    `timezone` (IANA) is where the days of conditions and of rules begin and end. A lead that
    `most_returns` owners handed back goes round no more: a manager has it, or the fallback.
    """

    hash: PolicyHash
    owners: Mapping[OwnerId, Owner]
    pools: Mapping[PoolName, Pool]
    rules: tuple[Rule, ...]
    fallback: OwnerId
    fallback_sla: str
    slas: Mapping[str, Sla]
    territories: Mapping[str, Condition] = field(default_factory=dict)
    segments: Mapping[str, Condition] = field(default_factory=dict)
    money: Money = field(default_factory=Money)
    crm_of: Mapping[str, str] = field(default_factory=dict)
    opportunity_weight: float = 1.0
    steward: OwnerId | None = None
    timezone: str = "UTC"
    matching: MatchSettings = field(default_factory=MatchSettings)
    most_returns: int = 3
    model: ModelSettings | None = None

    def name_of(self, owner: OwnerId) -> str:
        """Answer what people call them; of whom the policy no longer knows, the id."""
        known = self.owners.get(owner)
        return known.name if known else owner
