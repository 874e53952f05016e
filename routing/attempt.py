"""What came of one target of a rule: who has the lead by it, or why nobody does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from leads.decision import Accrual, Candidate, Match, Method, Tally
from leads.keys import OwnerId, PoolName
from leads.quick import quick
from routing.eligibility import Ask
from routing.failure import Failure


@dataclass(frozen=True, slots=True)
class Considered:
    """
    The owners looked at. `tell` says what became of each: rarely asked for, and long to say.

    It takes what was asked again, with a standing that has not moved since.
    """

    owners: Sequence[OwnerId]
    tell: Callable[[Ask], tuple[Candidate, ...]]


def considered(*candidates: Candidate) -> Considered:
    """Give owners of whom all is said already."""
    return Considered(tuple(candidate.owner for candidate in candidates), lambda _: candidates)


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """
    `owner` None: nobody could take it. `clause` says how the owner was found, or why there is none.

    `tallies` is the part of the rotation that was looked at; `by_account`: so was the account.
    `tells_wait`: the clause has how long a pool held it. `match`: what the model said of it;
    `asks_model`: it would have been asked. `failure`: what the clause says of whom.
    """

    clause: str
    looked_at: Considered = field(default_factory=considered)
    owner: OwnerId | None = None
    method: Method | None = None
    pool: PoolName | None = None
    accrual: Accrual | None = None
    tallies: Mapping[OwnerId, Tally] = field(default_factory=dict)
    by_account: bool = False
    match: Match | None = None
    asks_model: bool = False
    tells_wait: bool = False
    failure: Failure | None = None
