"""Is there a lead in one box and in none of some others? Found, ruled out, or given up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from routing.space.boxes import Box
from routing.space.space import Point, Space

BUDGET = 20_000
"""Steps of one search: enough for every policy met, and an end for those made to be hard."""

_Masks = list[int]


class GaveUp(Exception):
    """The search took too long: nothing is known."""


def point_outside(
    space: Space, start: Box, taken: Sequence[Box], *, budget: int = BUDGET
) -> Point | None:
    """
    Give a point of `start` that is in none of `taken`; None when there is none.

    Exact: the boxes that could take what is left are made to miss it one by one, in all ways there
    are, the fewest ways first. Raises GaveUp after `budget` steps.
    """
    masks = [dimension.everything for dimension in space.dimensions]
    for dimension, mask in start.masks.items():
        masks[dimension] &= mask
    if not all(masks):
        return None
    return _Search(budget).point(masks, taken)


@dataclass(slots=True)
class _Search:
    left: int

    def point(self, masks: _Masks, taken: Sequence[Box]) -> Point | None:
        self.left -= 1
        if self.left < 0:
            raise GaveUp
        near = [box for box in taken if _meet(masks, box)]
        if not near:
            return tuple(map(_first, masks))
        guess = _least_taken(masks, near)
        if not any(_has(box, guess) for box in near):
            return guess
        return self._branch(masks, near)

    def _branch(self, masks: _Masks, near: Sequence[Box]) -> Point | None:
        """A point outside all of them is outside the hardest: on one of its open sides."""
        open_sides = min((_open_sides(masks, box) for box in near), key=len)
        rest = list(masks)
        for dimension, within in open_sides:
            aside = list(rest)
            aside[dimension] &= ~within
            found = self.point(aside, near) if aside[dimension] else None
            if found is not None:
                return found
            rest[dimension] &= within
        return None


def _meet(masks: _Masks, box: Box) -> bool:
    for dimension, mask in box.masks.items():  # noqa: SIM110  the innermost loop of the search
        if not masks[dimension] & mask:
            return False
    return True


def _open_sides(masks: _Masks, box: Box) -> list[tuple[int, int]]:
    return [(number, mask) for number, mask in box.masks.items() if masks[number] & ~mask]


def _has(box: Box, point: Point) -> bool:
    return all(mask >> point[dimension] & 1 for dimension, mask in box.masks.items())


def _least_taken(masks: _Masks, near: Sequence[Box]) -> Point:
    """Guess: in each dimension by itself the value that the fewest boxes have."""
    guess = list(map(_first, masks))
    for dimension, mask in enumerate(masks):
        sides = [box.masks[dimension] & mask for box in near if dimension in box.masks]
        if sides:
            guess[dimension] = _least_covered(mask, sides)
    return tuple(guess)


def _least_covered(mask: int, sides: Sequence[int]) -> int:
    """Give the value in the fewest of `sides`: first those in none, else counted one by one."""
    free = mask
    for side in sides:
        free &= ~side
    if free:
        return _first(free)
    return min(_bits(mask), key=lambda bit: sum(side >> bit & 1 for side in sides))


def _first(mask: int) -> int:
    return (mask & -mask).bit_length() - 1


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
