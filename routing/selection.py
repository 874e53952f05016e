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
from functools import partial
from hashlib import blake2b
from typing import NamedTuple

from leads.keys import LeadKey, OwnerId, PoolName

TOLERANCE = 1e-9
"""Entitlements are sums of fractions: what differs by less is equal, and the draw decides."""


class Contender(NamedTuple):
    """
    An eligible member. `share` is its part of this lead; `deficit` what it is due with that share
    counted, less what it had; `load` its open leads against its cap.
    """

    owner: OwnerId
    share: float
    deficit: float
    load: float


def contenders_of(
    owners: Sequence[OwnerId],
    shares: Sequence[float],
    deficits: Sequence[float],
    loads: Sequence[float],
) -> list[Contender]:
    """Make one of each column's entries."""
    # Contender(...) would take twice as long, and every lead makes one for each member.
    make = partial(tuple.__new__, Contender)
    return list(map(make, zip(owners, shares, deficits, loads, strict=True)))


Draw = Callable[[OwnerId], bytes]


def most_due(contenders: Sequence[Contender], draw: Draw) -> Contender:
    """Choose by Tijdeman's rule, the overdue first."""
    if len(contenders) == 1:
        return contenders[0]
    threshold = 1 / (2 * len(contenders) - 2)
    greatest = max([c.deficit for c in contenders])
    is_overdue = greatest > 1 - threshold + TOLERANCE
    if is_overdue or greatest < threshold - TOLERANCE:
        return _first([c for c in contenders if c.deficit >= greatest - TOLERANCE], draw)
    urgent = [c for c in contenders if c.deficit >= threshold - TOLERANCE]
    deadlines = [(1 - threshold - c.deficit) / c.share for c in urgent]
    return _first(_least(urgent, deadlines), draw)


def least_loaded(contenders: Sequence[Contender], draw: Draw) -> Contender:
    """Choose the least load; among equals the greatest deficit."""
    level = _least(contenders, [c.load for c in contenders])
    return _first(_least(level, [-c.deficit for c in level]), draw)


def drawer(pool: PoolName, lead: LeadKey) -> Draw:
    """
    Draw lots for one lead in one pool.

    Keyed, so that neither the order of the members nor their ids gives anybody an edge over many
    leads, and the same lead draws the same lots when it is decided again.
    """
    key = blake2b(pool.encode()).digest()
    prefix = f"{lead}\0".encode()
    return lambda owner: blake2b(prefix + owner.encode(), key=key, digest_size=8).digest()


def _least(contenders: Sequence[Contender], measures: Sequence[float]) -> list[Contender]:
    least = min(measures) + TOLERANCE
    return [c for c, measure in zip(contenders, measures, strict=True) if measure <= least]


def _first(level: Sequence[Contender], draw: Draw) -> Contender:
    return level[0] if len(level) == 1 else min(level, key=lambda c: draw(c.owner))
