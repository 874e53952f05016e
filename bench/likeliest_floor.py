"""The floor at work: leads come, somebody gets each, leads close; a policy from a given day."""

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush

import numpy as np

from bench.likeliest_world import World
from leads.arrears import BEHIND, CREDIT
from routing.learning.logistic import FloatArray, IntArray
from routing.learning.sample import Sample

# Where every desk is full the shared queue takes it, and wins half as often as an average owner.
QUEUE, QUEUE_WINS = -1, 0.5


@dataclass(slots=True, eq=False)
class Floor:
    """Who has what open, and what has closed so far, in order of closing."""

    world: World
    open: IntArray
    given: IntArray
    arrears: FloatArray  # how many leads each is behind what a policy's floor promises
    owner: IntArray  # of each lead; QUEUE before and where nobody had room
    closed: list[int] = field(default_factory=list)
    closing: list[tuple[float, int]] = field(default_factory=list)
    next: int = 0

    @classmethod
    def of(cls, world: World) -> "Floor":
        owners = world.setting.owners
        return cls(
            world=world,
            open=np.zeros(owners, dtype=np.int64),
            given=np.zeros(owners, dtype=np.int64),
            arrears=np.zeros(owners),
            owner=np.full(len(world.at), QUEUE, dtype=np.int64),
        )

    def copy(self) -> "Floor":
        return Floor(
            world=self.world,
            open=self.open.copy(),
            given=self.given.copy(),
            arrears=self.arrears.copy(),
            owner=self.owner.copy(),
            closed=self.closed.copy(),
            closing=self.closing.copy(),
            next=self.next,
        )

    def run(self, until: float, choose: Callable[["Floor", int], int]) -> None:
        """Give what comes before `until`; `choose` answers an owner with room, or QUEUE."""
        while self.next < len(self.world.at) and self.world.at[self.next] < until:
            lead, at = self.next, float(self.world.at[self.next])
            self._close(at)
            owner = choose(self, lead)
            self.owner[lead] = owner
            if owner != QUEUE:
                self.open[owner] += 1
                self.given[owner] += 1
                days = self.world.days(lead, is_won=self.is_won(lead))
                heappush(self.closing, (at + days, lead))
            self.next += 1

    def is_won(self, lead: int) -> bool:
        return bool(self.world.luck[lead] < self.world.chances[lead, self.owner[lead]])

    def _close(self, at: float) -> None:
        while self.closing and self.closing[0][0] <= at:
            lead = heappop(self.closing)[1]
            self.open[self.owner[lead]] -= 1
            self.closed.append(lead)

    def sample(self, first: int) -> Sample:
        """
        Return what closed, from the `first` on.

        Chosen by when leads closed, not by when they came: of the leads of the last weeks only the
        quick ones have closed, of the closings of the last weeks none is missing.
        """
        world, rows = self.world, np.array(self.closed[first:], dtype=np.int64)
        owner = self.owner[rows]
        won = (world.luck[rows] < world.chances[rows, owner]).astype(np.float64)
        mean = np.where(won > 0, world.setting.won_days, world.setting.lost_days)
        return Sample(
            won=won,
            owner=owner,
            segment=world.segment[rows],
            features=world.features[rows],
            at=world.at[rows],
            weight=np.ones(len(rows)),
            value=np.zeros(len(rows)),
            open_days=mean * world.pace[rows],
            owners=tuple(f"owner-{n}" for n in range(world.setting.owners)),
            segments=tuple(f"segment-{n}" for n in range(world.setting.segments)),
            names=tuple(f"feature-{n}" for n in range(world.setting.features)),
        )

    def expected_wins(self) -> float:
        """Answer the share won since policies are compared, by the true chances, without luck."""
        return float(self._chances().mean())

    def _chances(self) -> FloatArray:
        world = self.world
        rows = np.arange(int(np.searchsorted(world.at, world.start)), self.next)
        owner = self.owner[rows]
        queue = QUEUE_WINS * world.chances[rows].mean(axis=1)
        return np.where(owner == QUEUE, queue, world.chances[rows, owner])


def in_turn(floor: Floor, lead: int) -> int:
    """Give it to whoever with room has had fewest for their cap; the past may lean to some."""
    world = floor.world
    due = floor.given / world.caps - 0.02 * world.lean[world.segment[lead]]
    return with_room(floor, -due)


def with_room(floor: Floor, preferred: FloatArray) -> int:
    """Take the most preferred owner whose desk is not full."""
    ranked = np.where(floor.open < floor.world.caps, preferred, -np.inf)
    best = int(ranked.argmax())
    return best if ranked[best] > -np.inf else QUEUE


def by_floor(floor: Floor, preferred: FloatArray, least: float) -> int:
    """Take the most preferred of those behind `least` of an equal share, if any with room is."""
    able = floor.open < floor.world.caps
    behind = able & (floor.arrears >= BEHIND)
    owner = with_room(floor, np.where(behind, preferred, -np.inf) if behind.any() else preferred)
    if owner != QUEUE:
        floor.arrears[able] += least / able.sum()
        floor.arrears[owner] = max(floor.arrears[owner] - 1, -CREDIT)
    return owner
