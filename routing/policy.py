"""The policy a decision obeys, as plain values: owners, pools, rules, fallback, SLAs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum

from leads.keys import CrmOwnerId, OwnerId, PolicyHash, PoolName, RuleName
from leads.matches import MatchSettings
from routing.model_settings import ModelSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    """Every part holds; of none: holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """Some part holds; of none: fails."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """The part fails. A blank field is unknown and stays unknown here, so this fails as well."""

    part: "Condition"


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf:
    """The field equals one of `values`, or matches one that has * or ? in it; case is ignored."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """least <= field <= most, open where None. A range satisfies it only if all of it does."""

    field: str
    least: Decimal | None
    most: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """The field is blank (`empty`), or is not."""

    field: str
    empty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class During:
    """first <= the field's day <= last, open where None; days are the policy's time zone's."""

    field: str
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnClock:
    """
    first <= what the clock on the lead's wall reads, to the minute <= last; open where None.

    A first that is later than the last begins in the evening: 22:00 to 06:00 is a night.
    Unknown where the lead may be in time zones that give different answers.
    """

    field: str
    first: time | None
    last: time | None


Condition = AllOf | AnyOf | Not | OneOf | Between | Presence | During | OnClock
"""Fields are canonical names, `custom.NAME` and what routing/fields.py has beside the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days, both inclusive, in the policy's time zone; open where None."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """
    Working hours. `hours` maps a weekday (Monday 0) to spans [from, to) in the owner's own time;
    a span that ends at midnight ends at time.max. `holidays` is a country, "ES" or "ES-MD".
    """

    name: str
    hours: Mapping[int, tuple[tuple[time, time], ...]]
    holidays: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Days off, both inclusive, in the owner's own time zone."""

    first: date
    last: date


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


class SlaClock(StrEnum):
    """Which hours count."""

    WALL = "wall"
    BUSINESS = "business"  # the owner's working hours
    LEAD = "lead"  # the hours at which the lead can be called, on the lead's own clock


class OnBreach(StrEnum):
    """What follows when an owner's time is up."""

    REASSIGN = "reassign"  # somebody else by the rules
    BACKUP = "backup"  # the owner's backup, if at work; else as REASSIGN
    MANAGER = "manager"  # the owner's manager, likewise
    TELL = "tell"  # it stays with the owner, and their manager is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Calling:
    """When a lead can be called, on its own clock; on that of `timezone` where nobody knows it."""

    calendar: Calendar
    timezone: str

    def __hash__(self) -> int:
        """What a calendar is named tells it from the others: its hours are a mapping."""
        return hash((self.calendar.name, self.timezone))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sla:
    """
    How soon an owner must be in touch, and what follows when nobody was.

    `follow_up`: how soon after the first time once more; None: that is not timed. `calling` is
    there for the clock LEAD. An owner who was late `pause_after` times in a row gets nothing more
    for a day; None: does.
    """

    name: str
    first_touch: timedelta
    clock: SlaClock = SlaClock.WALL
    remind_after: timedelta | None = None
    on_breach: OnBreach = OnBreach.REASSIGN
    max_reassign: int = 1
    then: OwnerId | None = None
    pause_after: int | None = None
    follow_up: timedelta | None = None
    calling: Calling | None = None


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
