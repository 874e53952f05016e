"""Who gets a lead and why: the decision, what it was decided from, and its trace."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, overload

from leads.keys import LeadKey, OwnerId, PolicyHash, PoolName, RuleName
from leads.matches import AccountMatch, SamePerson
from leads.quick import quick


class Method(StrEnum):
    """How an owner was found; reports group by it."""

    ROUND_ROBIN = "round_robin"
    LEAST_LOADED = "least_loaded"
    BEST_MATCH = "best_match"
    OWNER = "owner"  # the rule names one owner
    BACKUP = "backup"  # who should have it cannot take it
    ACCOUNT_OWNER = "account_owner"
    ON_CALL = "on_call"  # nobody of the pool was at work
    TAKE = "take"  # a rep took it from a pool
    MANAGER = "manager"  # nobody on the rule's list could take it
    SAME_PERSON = "same_person"  # somebody already works this person
    REVIEWED = "reviewed"  # a person chose another owner than the rules had
    STEWARD = "steward"  # a rep said that it is no lead
    ESCALATED = "escalated"  # nobody was in touch in time, and no rule is asked any more
    FALLBACK = "fallback"


class CandidateStatus(StrEnum):
    """What became of one owner in one decision."""

    CHOSEN = "chosen"
    ELIGIBLE = "eligible"  # could have had it; another was more due
    SKIPPED = "skipped"  # could not have it: `reason` says why


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One owner considered, and a sentence saying why chosen or not."""

    owner: OwnerId
    status: CandidateStatus
    reason: str


class Telling(Sequence[Candidate]):
    """Candidates told when first asked for: of most decisions nobody ever asks."""

    __slots__ = ("_tell", "_told")

    def __init__(self, tell: Callable[[], tuple[Candidate, ...]]) -> None:
        """Takes a function that gives the same whenever it is called."""
        self._tell = tell
        self._told: tuple[Candidate, ...] | None = None

    def _all(self) -> tuple[Candidate, ...]:
        if self._told is None:
            self._told = self._tell()
        return self._told

    @overload
    def __getitem__(self, at: int) -> Candidate: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Candidate, ...]: ...
    def __getitem__(self, at: int | slice) -> Candidate | tuple[Candidate, ...]:
        return self._all()[at]

    def __len__(self) -> int:
        return len(self._all())

    def __iter__(self) -> Iterator[Candidate]:
        return iter(self._all())

    def __eq__(self, other: object) -> bool:
        return self._all() == (other._all() if isinstance(other, Telling) else other)

    def __hash__(self) -> int:
        return hash(self._all())

    def __repr__(self) -> str:
        return repr(self._all())


class RuleTrial(NamedTuple):
    """
    One rule tried. `failed_on` names each field that failed, with what was wanted and found.

    A tuple, as `Tally` is: of a thousand rules each lead nearly matches some.
    """

    rule: RuleName
    matched: bool
    failed_on: tuple[str, ...] = ()


class Tally(NamedTuple):
    """
    A member's place in a pool's rotation: leads it was due (a real number) and leads it had.

    A tuple, as each lead changes that of every member: a dataclass takes four times as long.
    """

    entitled: float
    assigned: int


NOTHING_TAKEN: Mapping[OwnerId, Mapping[str, int]] = MappingProxyType({})
BY_NOBODY: Mapping[OwnerId, str] = MappingProxyType({})
NO_ARREARS: Mapping[PoolName, Mapping[OwnerId, float]] = MappingProxyType({})
NOTHING_DRAWN: Mapping[PoolName, Mapping[str, int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """
    A decision that counts against its owner's caps per hour, day or week.

    `at` is when it is worked from: of a lead given for a later shift, when that begins.
    """

    owner: OwnerId
    at: datetime
    pool: PoolName | None = None
    segments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """
    What a person chose in place of the rules: their name, the owner, and why.

    The promise made stays what it was: the same SLA, counted from `since`.
    """

    owner: OwnerId
    by: str
    reason: str
    instead_of: OwnerId
    sla: str
    since: datetime


NOT_IN_TOUCH = "not in touch"
"""How the reason begins for which a lead is taken from an owner whose time is up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """
    To whom a lead goes, past the rules, when its owners were not in touch in time.

    `because` says who that is: "the backup of Ana". The SLA is the one that was broken.
    """

    owner: OwnerId
    because: str
    sla: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBy:
    """Which pool has held a lead up to now, and by which rule; None was not kept."""

    pool: PoolName
    rule: RuleName | None


class Arm(StrEnum):
    """Which part of the trial of a model a lead is in."""

    MODEL = "model"
    CONTROL = "control"  # by turns, to compare with
    EXPLORED = "explored"  # to anybody able, to learn


class Part(NamedTuple):
    """What somebody's chance owes to `name`, in shares of one."""

    name: str
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """
    What version `version` of the model said of one lead in one pool: columns of the eligible.

    `charges` is what an owner's time costs, less what the fairness floor adds; `priced` what the
    lead is worth with them after that and after a penalty for a full desk. `usual` is the chance
    with an owner of whom nothing is known, `parts` what the best one's and the likeliest one's
    differ by. `draw` in [0, 1) decided the arm, and who explores; it was drawn among the leads of
    the pool's `segment`. `propensity` is how likely it was that this lead would go to whom it went.
    `floor` is the part of an equal share that each is to have; those `behind` it by a whole lead
    come before the others.
    """

    version: int
    pool: PoolName
    arm: Arm
    draw: float
    owners: tuple[OwnerId, ...]
    chances: tuple[float, ...]
    charges: tuple[float, ...]
    priced: tuple[float, ...]
    usual: float
    parts: Mapping[OwnerId, tuple[Part, ...]] = field(default_factory=dict)
    propensity: float = 0.0
    segment: str = ""
    floor: float = 0.0
    behind: tuple[OwnerId, ...] = ()

    def chance_of(self, owner: OwnerId) -> float | None:
        return self.chances[self.owners.index(owner)] if owner in self.owners else None


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """
    All that a decision depends on beside lead, policy and clock; stored with it, so it replays.

    `open_leads`: open in the CRM plus reservations not visible there yet. `rotation`: per pool and
    member. `away`: owners switched off in the store over the configuration, until an instant.
    `account` is the one the lead belongs to, `person` who has an earlier record of the same
    person. `refused` says which owner a CRM would not take; the fallback then has the lead.
    `held_since`: when a pool began to hold this lead, if one does: its SLA runs from then;
    `held_by`: which one, latest.
    `taker`: who asks to take it from a pool. `taken`: leads given per owner with
    caps and named period (routing/quota.py). `choice`: a person decided. `returned`: who handed
    this lead back, or was not in touch in time, and why; none of them gets it again. `no_lead`: the
    last of them said that it is none. `barred`: to whom the lead's CRM gives nothing, and why.
    `escalated`: the SLA's policy says who has it now. `match`: what the model said, when it was
    decided first; `by_turns` why no model is asked, where a pool would. `drawn`: of how many leads
    of a pool and segment the arm of the trial was drawn; `arrears`: how many leads each owner of a
    pool is behind the model's floor.
    """

    open_leads: Mapping[OwnerId, float]
    rotation: Mapping[PoolName, Mapping[OwnerId, Tally]]
    away: Mapping[OwnerId, datetime]
    account: AccountMatch | None = None
    person: SamePerson | None = None
    refused: str = ""
    held_since: datetime | None = None
    held_by: HeldBy | None = None
    taker: OwnerId | None = None
    taken: Mapping[OwnerId, Mapping[str, int]] = field(default_factory=lambda: NOTHING_TAKEN)
    choice: Choice | None = None
    returned: Mapping[OwnerId, str] = field(default_factory=lambda: BY_NOBODY)
    no_lead: bool = False
    barred: Mapping[OwnerId, str] = field(default_factory=lambda: BY_NOBODY)
    escalated: Escalation | None = None
    match: Match | None = None
    by_turns: str = ""
    drawn: Mapping[PoolName, Mapping[str, int]] = field(default_factory=lambda: NOTHING_DRAWN)
    arrears: Mapping[PoolName, Mapping[OwnerId, float]] = field(default_factory=lambda: NO_ARREARS)


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Accrual:
    """What a decision adds to a pool's rotation: each eligible member's share, who is charged."""

    pool: PoolName
    shares: Mapping[OwnerId, float]
    charged: OwnerId | None


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """
    The owner of one lead. There always is one: the fallback takes what nobody else can.

    `reason` is one sentence a rep understands. `sla_due` is the instant by which somebody must
    have been in touch. `segments` are those of the lead that caps are stated for. `accruals` is
    what the store must add to the rotation; `saw` the part of the
    standing that the decision looked at: enough to decide it again. It `fills` nobody's hands
    where the CRM has the record already: an ad's lead of somebody who is in it. `worked_from` is
    when the owner's next shift begins, for which it was given; None: they are at work. `program` is
    the version that decided it, noted when it is kept; empty: nobody noted it.
    """

    lead: LeadKey
    owner: OwnerId
    pool: PoolName | None
    rule: RuleName | None
    method: Method
    reason: str
    policy: PolicyHash
    decided_at: datetime
    sla: str
    sla_due: datetime
    rules: tuple[RuleTrial, ...] = ()
    candidates: Sequence[Candidate] = ()
    accruals: tuple[Accrual, ...] = ()
    segments: tuple[str, ...] = ()
    fills: bool = True
    worked_from: datetime | None = None
    saw: Standing | None = None
    program: str = field(default="", compare=False)


class HoldKind(StrEnum):
    """What a held lead waits for."""

    OUT_OF_HOURS = "out_of_hours"  # somebody of the pool to be at work
    FULL = "full"  # somebody at work to have room
    TAKE = "take"  # somebody to take it


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """
    A lead that waits for a pool, since `since`. Decided again at `until` it is never held.

    `until` comes before `sla_due`, by which somebody must have been in touch. Before `wake` it is
    of no use to try again, but for what people change: who is away, what is open.
    """

    lead: LeadKey
    pool: PoolName
    rule: RuleName
    kind: HoldKind
    reason: str
    policy: PolicyHash
    since: datetime
    until: datetime
    wake: datetime
    sla_due: datetime
