"""
Which weights and caps the outcomes speak for. Pure; a person accepts what comes of it, or not.

The formulas and their reasons are in docs/recalibration.md; every constant they use is here.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import timedelta
from math import gcd, sqrt
from statistics import median

from leads.keys import OwnerId, PoolName
from routing.capacity import in_hand, load
from routing.policy import Owner, Policy, Pool, Strategy

LEAST_OF_POOL = 50
"""Closed leads of a pool below which its members' rates say next to nothing."""
LEAST_OF_MEMBER = 15
LEAST_FOR_CYCLE = 20
PRIOR = 20
"""So many leads at the pool's own rate are added to each member's: luck moves nobody far."""
WORTH_IT = 0.10
"""A share that would change by less stays: a table that moves every month is no table."""
SLOWEST, FASTEST = 0.5, 1.5
USUAL_CAP, USUAL_CYCLE = 25, timedelta(days=30)
LOWEST_CAP, HIGHEST_CAP = 10, 60
CAP_STEP = 0.25
_FULLEST = 0.95
_Z95 = 1.96
_PICKED = "its members are picked by what they can do; list them to weigh them here"
_SCALE = 10
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A lead that was given to `owner`, by `pool` if by one, and won or lost `after` so long."""

    owner: OwnerId
    pool: PoolName | None
    won: bool
    after: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known: leads that closed, and what everybody has in hand now."""

    closed: Sequence[Closed] = ()
    open_leads: Mapping[OwnerId, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightChange:
    """Of one member of one pool. `why` has the numbers, `sure` how much they are worth."""

    pool: PoolName
    owner: OwnerId
    old: int
    new: int
    why: str
    sure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CapChange:
    """Of `max_open`."""

    owner: OwnerId
    old: int
    new: int
    why: str
    sure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`left` says what stays as it is, and why."""

    weights: tuple[WeightChange, ...] = ()
    caps: tuple[CapChange, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.weights or self.caps)


@dataclass(frozen=True, slots=True)
class _Record:
    won: int
    closed: int


def propose(policy: Policy, evidence: Evidence, weighable: AbstractSet[PoolName]) -> Proposal:
    """
    Propose weights for the pools that take turns by weight, and caps for people who have one.

    `weighable` pools state their members one by one.
    """
    weights: list[WeightChange] = []
    caps: list[CapChange] = []
    left: list[str] = []
    for pool in policy.pools.values():
        by_name = pool.name in weighable
        changed, why = _of_pool(pool, policy, evidence) if by_name else ([], _PICKED)
        weights += changed
        left += [f"pool {pool.name}: {why}"] if why else []
    for owner in policy.owners.values():
        if owner.max_open is None or owner.is_queue:
            continue
        cap, why = _of_owner(owner, owner.max_open, evidence)
        caps += [cap] if cap else []
        left += [f"{owner.name}: {why}"] if why else []
    return Proposal(weights=tuple(weights), caps=tuple(caps), left=tuple(left))


def _of_pool(pool: Pool, policy: Policy, evidence: Evidence) -> tuple[list[WeightChange], str]:
    if pool.strategy is not Strategy.ROUND_ROBIN:
        return [], f"its strategy is {pool.strategy}, which no weight decides"
    members = {m.owner: m.weight for m in pool.members if m.weight > 0}
    records = {who: _record(evidence, who, pool.name) for who in members}
    closed = sum(each.closed for each in records.values())
    if len(members) <= 1:
        return [], "nobody to share with"
    if closed < LEAST_OF_POOL:
        return [], f"{closed} of its leads are closed; {LEAST_OF_POOL} are needed to compare"
    rate = sum(each.won for each in records.values()) / closed
    loads = {who: _load(policy.owners[who], evidence) for who in members}
    factors = _factors(records, rate, loads)
    weights = _whole({who: members[who] * factors[who] for who in members})
    if not _is_worth_it(members, weights):
        return [], f"no share would change by {WORTH_IT:.0%} or more"
    changes = [
        WeightChange(
            pool=pool.name,
            owner=who,
            old=members[who],
            new=weights[who],
            why=_why(policy.owners[who], records[who], rate, evidence, loads),
            sure=_how_sure(records[who], rate),
        )
        for who in members
    ]
    return changes, ""


def _record(evidence: Evidence, owner: OwnerId, pool: PoolName) -> _Record:
    own = [each for each in evidence.closed if each.owner == owner and each.pool == pool]
    return _Record(won=sum(each.won for each in own), closed=len(own))


def _load(owner: Owner, evidence: Evidence) -> float:
    return min(_FULLEST, load(owner, evidence.open_leads.get(owner.id, 0.0)))


def _factors(
    records: Mapping[OwnerId, _Record], rate: float, loads: Mapping[OwnerId, float]
) -> dict[OwnerId, float]:
    """Close rate against the pool's, times room against the pool's, within bounds."""
    room = 1 - sum(loads.values()) / len(loads)
    return {
        who: min(FASTEST, max(SLOWEST, _skill(each, rate) * (1 - loads[who]) / room))
        for who, each in records.items()
    }


def _skill(record: _Record, rate: float) -> float:
    if record.closed < LEAST_OF_MEMBER or not rate:
        return 1.0
    return (record.won + PRIOR * rate) / (record.closed + PRIOR) / rate


def _whole(weights: Mapping[OwnerId, float]) -> dict[OwnerId, int]:
    """Tenths of what they were, as the smallest whole numbers in the same proportion."""
    tenths = {who: max(1, round(_SCALE * weight)) for who, weight in weights.items()}
    by = gcd(*tenths.values())
    return {who: each // by for who, each in tenths.items()}


def _is_worth_it(old: Mapping[OwnerId, int], new: Mapping[OwnerId, int]) -> bool:
    before, after = sum(old.values()), sum(new.values())
    return any(abs(new[who] / after * before / old[who] - 1) >= WORTH_IT for who in old)


def _why(
    owner: Owner,
    record: _Record,
    rate: float,
    evidence: Evidence,
    loads: Mapping[OwnerId, float],
) -> str:
    held = in_hand(owner, evidence.open_leads.get(owner.id, 0.0))
    mean = sum(loads.values()) / len(loads)
    room = f"{held} ({loads[owner.id]:.0%} full, the pool {mean:.0%})"
    if record.closed < LEAST_OF_MEMBER:
        few = f"{record.closed} closed, too few to tell from the pool's {rate:.0%}"
        return f"{few}; {room}"
    own = record.won / record.closed
    return f"won {record.won} of {record.closed} ({own:.0%}, the pool {rate:.0%}); {room}"


def _how_sure(record: _Record, rate: float) -> str:
    if record.closed < LEAST_OF_MEMBER:
        return "by the load alone"
    low, high = _interval(record)
    told = f"the rate is between {low:.0%} and {high:.0%} (95 %)"
    return f"{told}: it may be the pool's" if low <= rate <= high else f"{told}: it differs"


def _interval(record: _Record) -> tuple[float, float]:
    """Wilson's score interval."""
    n, p, z2 = record.closed, record.won / record.closed, _Z95 * _Z95
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z95 * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def _of_owner(owner: Owner, cap: int, evidence: Evidence) -> tuple[CapChange | None, str]:
    own = sorted(each.after for each in evidence.closed if each.owner == owner.id)
    if len(own) < LEAST_FOR_CYCLE:
        few = f"{len(own)} of the leads given are closed"
        return None, f"max_open stays {cap}: {few}; {LEAST_FOR_CYCLE} are needed to tell the cycle"
    cycle = _DAY * median(each / _DAY for each in own)
    aim = min(HIGHEST_CAP, max(LOWEST_CAP, USUAL_CAP * (cycle / USUAL_CYCLE)))
    new = round(min(cap * (1 + CAP_STEP), max(cap * (1 - CAP_STEP), aim)))
    if abs(new - cap) < WORTH_IT * cap:
        return None, f"max_open stays {cap}: a cycle of {_days(cycle)} speaks for {aim:.0f}"
    toward = "" if new == round(aim) else f" speaks for {aim:.0f}; a quarter at once, so"
    middle = f"half of {len(own)} closed within {_days(cycle)}{toward}"
    low, high = own[len(own) // 4], own[-1 - len(own) // 4]
    sure = f"the middle half took {_days(low)} to {_days(high)}"
    return CapChange(owner=owner.id, old=cap, new=new, why=middle, sure=sure), ""


def _days(span: timedelta) -> str:
    return f"{span / _DAY:.0f} days"


def told(proposal: Proposal, policy: Policy) -> Iterator[str]:
    """Say each change, with the reason and how sure it is; then what stays."""
    for each in proposal.weights:
        who = policy.owners[each.owner].name
        change = f"pool {each.pool}, {who}: weight {each.old} → {each.new}"
        yield f"{change}. {each.why}. {each.sure.capitalize()}."
    for cap in proposal.caps:
        who = policy.owners[cap.owner].name
        yield f"{who}: max_open {cap.old} → {cap.new}. {cap.why.capitalize()}; {cap.sure}."
    yield from (f"{each}." for each in proposal.left)
