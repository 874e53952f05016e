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
from functools import lru_cache
from hashlib import blake2b

from leads.keys import LeadKey, OwnerId, PoolName

TOLERANCE = 1e-9
"""Entitlements are sums of fractions: what differs by less is equal, and the draw decides."""


@dataclass(frozen=True, slots=True)
class Contest:
    """
    The eligible members by column. `shares` are their parts of this lead; `deficits` what they are
    due with that share counted, less what they had; `loads` their open leads against their caps.

    Columns, as every lead has one for a hundred members: an object for each would take longer than
    the choice.
    """

    owners: Sequence[OwnerId]
    shares: Sequence[float]
    deficits: Sequence[float]
    loads: Sequence[float]


Draw = Callable[[OwnerId], bytes]


def most_due(contest: Contest, draw: Draw) -> int:
    """Choose by Tijdeman's rule, the overdue first; answer the place of the chosen."""
    deficits, shares = contest.deficits, contest.shares
    if len(deficits) == 1:
        return 0
    threshold = 1 / (2 * len(deficits) - 2)
    deadline = 1 - threshold
    greatest = max(deficits)
    if greatest > deadline + TOLERANCE or greatest < threshold - TOLERANCE:
        level = greatest - TOLERANCE
        return _first(contest, [n for n, due in enumerate(deficits) if due >= level], draw)
    level = threshold - TOLERANCE
    urgent = [n for n, due in enumerate(deficits) if due >= level]
    return _first(
        contest, _least(urgent, [(deadline - deficits[n]) / shares[n] for n in urgent]), draw
    )


def least_loaded(contest: Contest, draw: Draw) -> int:
    """Choose the least load; among equals the greatest deficit. Answer the place of the chosen."""
    level = _least(range(len(contest.loads)), contest.loads)
    return _first(contest, _least(level, [-contest.deficits[n] for n in level]), draw)


def drawer(pool: PoolName, lead: LeadKey) -> Draw:
    """
    Draw lots for one lead in one pool.

    Keyed, so that neither the order of the members nor their ids gives anybody an edge over many
    leads, and the same lead draws the same lots when it is decided again.
    """
    return _Lots(pool, lead)


class _Lots:
    """Prepared with the first draw: most leads have one who is first, and draw none."""

    __slots__ = ("_lead", "_pool", "_prepared")

    def __init__(self, pool: PoolName, lead: LeadKey) -> None:
        self._pool = pool
        self._lead = lead
        self._prepared: blake2b | None = None

    def __call__(self, owner: OwnerId) -> bytes:
        prepared = self._prepared
        if prepared is None:
            prepared = self._prepared = blake2b(
                f"{self._lead}\0".encode(), key=_key(self._pool), digest_size=8
            )
        lot = prepared.copy()
        lot.update(owner.encode())
        return lot.digest()


@lru_cache(maxsize=4096)
def _key(pool: PoolName) -> bytes:
    return blake2b(pool.encode()).digest()


def _least(places: Sequence[int], measures: Sequence[float]) -> list[int]:
    least = min(measures) + TOLERANCE
    return [n for n, measure in zip(places, measures, strict=True) if measure <= least]


def _first(contest: Contest, level: Sequence[int], draw: Draw) -> int:
    return level[0] if len(level) == 1 else min(level, key=lambda n: draw(contest.owners[n]))
