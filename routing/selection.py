"""
Which of the eligible gets the lead: Tijdeman's rule, or the least load.

Tijdeman's rule: among those whose deficit is at least 1/(2k-2), the one whose deadline comes first;
if there is none, the greatest deficit. On a fixed pool it keeps everybody within 1 - 1/(2k-2) of
their share at every prefix. R. Tijdeman, The chairman assignment problem, Discrete Math. 32 (1980).

Where eligibility changes from lead to lead a deficit can pass that bound. Its deadline is over by
then, and dividing by the share would put whoever has the least share first, however little they
are owed: deviations past k/2 were seen. So the overdue go by greatest deficit. On a fixed pool
nothing changes: at most one can be overdue there, and has the first deadline as well.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from leads.keys import LeadKey, OwnerId, PoolName

TOLERANCE = 1e-9
"""Entitlements are sums of fractions: what differs by less is equal, and the draw decides."""


@dataclass(frozen=True, slots=True)
class Contender:
    """
    An eligible member. `share` is its part of this lead; `deficit` what it is due with that share
    counted, less what it had; `load` its open leads against its cap.
    """

    owner: OwnerId
    share: float
    deficit: float
    load: float


Draw = Callable[[OwnerId], bytes]


def most_due(contenders: Sequence[Contender], draw: Draw) -> Contender:
    """Choose by Tijdeman's rule, the overdue first."""
    if len(contenders) == 1:
        return contenders[0]
    threshold = 1 / (2 * len(contenders) - 2)
    urgent = [c for c in contenders if c.deficit >= threshold - TOLERANCE]
    is_overdue = any(c.deficit > 1 - threshold + TOLERANCE for c in urgent)
    if is_overdue or not urgent:
        return _least(contenders, lambda c: -c.deficit, draw)
    return _least(urgent, lambda c: (1 - threshold - c.deficit) / c.share, draw)


def least_loaded(contenders: Sequence[Contender], draw: Draw) -> Contender:
    """Choose the least load; among equals the greatest deficit."""
    least = min(c.load for c in contenders)
    level = [c for c in contenders if c.load <= least + TOLERANCE]
    return _least(level, lambda c: -c.deficit, draw)


def drawer(pool: PoolName, lead: LeadKey) -> Draw:
    """
    Draw lots for one lead in one pool.

    Keyed, so that neither the order of the members nor their ids gives anybody an edge over many
    leads, and the same lead draws the same lots when it is decided again.
    """
    key = blake2b(pool.encode()).digest()
    prefix = f"{lead}\0".encode()
    return lambda owner: blake2b(prefix + owner.encode(), key=key, digest_size=8).digest()


def _least(
    contenders: Sequence[Contender], measure: Callable[[Contender], float], draw: Draw
) -> Contender:
    least = min(map(measure, contenders))
    level = [c for c in contenders if measure(c) <= least + TOLERANCE]
    return level[0] if len(level) == 1 else min(level, key=lambda c: draw(c.owner))
