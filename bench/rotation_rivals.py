"""Other ways to take turns, beside ours: each chooses among who may, and counts for itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from leads.keys import LeadKey, OwnerId, PoolName
from routing.selection import Contest, drawer, most_due

OURS = "ours (Tijdeman's rule)"
_POOL = PoolName("team")


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One lead: who may have it, by seat, and what each was due and had until now."""

    number: int
    eligible: Sequence[int]
    weights: Sequence[int]
    entitled: Sequence[float]
    assigned: Sequence[int]


Chooser = Callable[[Turn], int]
"""Answers a seat."""


def ours(seats: int) -> Chooser:
    names = [OwnerId(f"o{n}") for n in range(seats)]

    def choose(turn: Turn) -> int:
        total = sum(turn.weights[n] for n in turn.eligible)
        shares = [turn.weights[n] / total for n in turn.eligible]
        due = [
            turn.entitled[n] + share - turn.assigned[n]
            for n, share in zip(turn.eligible, shares, strict=True)
        ]
        owners = [names[n] for n in turn.eligible]
        contest = Contest(owners=owners, shares=shares, deficits=due, loads=[0.0] * len(due))
        return turn.eligible[most_due(contest, drawer(_POOL, LeadKey("bench", str(turn.number))))]

    return choose


def naive(seats: int) -> Chooser:
    """The next in the list who may; a weight of two stands in it twice, one after the other."""
    ring: list[int] = []
    at = 0

    def choose(turn: Turn) -> int:
        nonlocal at
        if not ring:
            ring.extend(n for n in range(seats) for _ in range(turn.weights[n]))
        may = set(turn.eligible)
        while ring[at % len(ring)] not in may:
            at += 1
        at += 1
        return ring[(at - 1) % len(ring)]

    return choose


def smooth_weighted(seats: int) -> Chooser:
    """nginx's: everybody who may gains their weight, the chosen one loses what all gained."""
    current = [0.0] * seats

    def choose(turn: Turn) -> int:
        for n in turn.eligible:
            current[n] += turn.weights[n]
        best = max(turn.eligible, key=current.__getitem__)
        current[best] -= sum(turn.weights[n] for n in turn.eligible)
        return best

    return choose


def least_count(seats: int) -> Chooser:
    """Whoever has had fewest for their weight."""
    del seats
    return lambda turn: min(turn.eligible, key=lambda n: turn.assigned[n] / turn.weights[n])


WAYS: Mapping[str, Callable[[int], Chooser]] = {
    OURS: ours,
    "naive turns": naive,
    "smooth weighted (nginx)": smooth_weighted,
    "least count for the weight": least_count,
}
