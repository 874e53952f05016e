"""Who of the eligible is the best match: by what a model says of each, or by what it said then."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from hashlib import blake2b
from typing import Protocol

from leads.arrears import BEHIND
from leads.decision import Arm, Match
from leads.keys import LeadKey, OwnerId, PoolName
from leads.lead import Lead
from routing.model_settings import ModelSettings

_SAME = 1e-12
BLOCK = 10
"""So many leads of a pool and segment that follow each other are spread evenly over [0, 1)."""
_LOTS = 2**32
Draw = Callable[[OwnerId], bytes]


class Matcher(Protocol):
    """A version of the model with its prices, ready to be asked about one lead after another."""

    version: int
    settings: ModelSettings

    def segment_of(self, lead: Lead) -> str:
        """Answer which of the segments it knows the lead is in."""
        ...

    def match(
        self,
        lead: Lead,
        pool: PoolName,
        owners: Sequence[OwnerId],
        loads: Sequence[float],
        place: float,
    ) -> Match:
        """
        Say what each of these is worth for this lead; `loads` are open leads by slot.

        `place` is the lead's own number in [0, 1): the arm hangs on it. The match has its segment.
        """
        ...


def arm_of(place: float, settings: ModelSettings) -> Arm:
    if place < settings.control:
        return Arm.CONTROL
    return Arm.EXPLORED if place < settings.control + settings.explore else Arm.MODEL


def place_of(lead: LeadKey, pool: PoolName, segment: str, drawn: int) -> float:
    """
    Draw a number in [0, 1) for a lead of which so many of its pool and segment were `drawn` before.

    In permuted blocks: each ten leads of a stratum have one number in each tenth, in an order that
    nobody can foresee. So the arms have the same mix of segments, however few leads there are yet.
    """
    block, position = divmod(drawn, BLOCK)
    tenth = _permuted(pool, segment, block)[position]
    own = int.from_bytes(_lot(f"{pool}\0{lead}", "arm"))
    return (tenth + own / _LOTS) / BLOCK


@lru_cache(maxsize=4096)
def _permuted(pool: PoolName, segment: str, block: int) -> Sequence[int]:
    stratum = f"{pool}\0{segment}\0{block}"
    return sorted(range(BLOCK), key=lambda tenth: (_lot(stratum, f"tenth {tenth}"), tenth))


def _lot(of: str, key: str) -> bytes:
    return blake2b(of.encode(), key=key.encode(), digest_size=4).digest()


def choose_by(match: Match, settings: ModelSettings, draw: Draw) -> OwnerId:
    """Answer whom the model gives the lead: the best, or, to learn, anybody of the eligible."""
    within = match.draw - settings.control
    if match.arm is not Arm.EXPLORED or not 0 <= within < settings.explore:
        return best_of(match, draw)  # or it was drawn by the settings of another policy
    place = int(within / settings.explore * len(match.owners))
    return match.owners[min(place, len(match.owners) - 1)]


def best_of(match: Match, draw: Draw) -> OwnerId:
    """Answer who is worth most, of those behind the floor if any; between equals lots are drawn."""
    owners, worth = match.owners, match.priced
    if match.behind:
        places = [owners.index(owner) for owner in match.behind]
        owners, worth = match.behind, tuple(worth[n] for n in places)
    highest = max(worth)
    level = highest - _SAME * max(1.0, abs(highest))
    equals = [owners[n] for n, priced in enumerate(worth) if priced >= level]
    return equals[0] if len(equals) == 1 else min(equals, key=draw)


def floored(match: Match, floor: float, arrears: Mapping[OwnerId, float]) -> Match:
    """Add who of the eligible is behind the floor, and so comes first."""
    if not floor:
        return match
    behind = tuple(owner for owner in match.owners if arrears.get(owner, 0.0) >= BEHIND)
    return replace(match, floor=floor, behind=behind)


def likeliest_of(match: Match) -> OwnerId:
    return match.owners[match.chances.index(max(match.chances))]


def settled(
    match: Match,
    owner: OwnerId,
    shares: Mapping[OwnerId, float],
    settings: ModelSettings,
    draw: Draw,
) -> Match:
    """
    Add how likely it was that this lead goes to `owner`.

    Its turn comes without regard to the lead, so in the control group that is their share.
    """
    explored = settings.explore / len(match.owners)
    is_best = best_of(match, draw) == owner
    by_model = 1 - settings.control - settings.explore if is_best else 0.0
    by_turn = settings.control * shares.get(owner, 0.0)
    return replace(match, propensity=by_turn + explored + by_model)
