"""Conditions as unions of boxes: for some dimensions, the values that are allowed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from routing.facts import Truth
from routing.fields import NAMED
from routing.policy import Policy
from routing.space.space import Space, is_plain
from routing.when import AllOf, AnyOf, Between, Condition, During, Not, OneOf, Presence

MOST_BOXES = 1_500


class TooComplex(Exception):
    """A condition falls into more boxes than are worth looking at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """
    Leads whose value is among those of each mask; a dimension without a mask is free.

    `is_sure` False: it also hangs on a condition of a kind that is not reasoned about here, so
    that only some of its leads may really be meant.
    """

    masks: Mapping[int, int] = field(default_factory=dict)
    is_sure: bool = True

    def narrowed(self, other: "Box") -> "Box | None":
        """Give what both have; None when that is nothing."""
        masks = dict(self.masks)
        for dimension, mask in other.masks.items():
            both = masks.get(dimension, mask) & mask
            if not both:
                return None
            masks[dimension] = both
        return Box(masks=masks, is_sure=self.is_sure and other.is_sure)


Boxes = tuple[Box, ...]
ANYTHING: Boxes = (Box(),)
NOTHING: Boxes = ()


class Boxer:
    """Turns the conditions of one policy into boxes."""

    def __init__(self, policy: Policy, space: Space) -> None:
        self.space = space
        self._named = {"territory": policy.territories, "segment": policy.segments}
        self._known: dict[tuple[str, str, Truth], Boxes] = {}

    def boxes(self, condition: Condition, truth: Truth = Truth.HOLDS) -> Boxes:
        """
        Give the leads for which `condition` holds (or fails). Raises TooComplex.

        Blank makes neither: with `Not` pushed down to the fields, three values are no trouble.
        """
        match condition:
            case AllOf(parts=parts):
                return self._joined(parts, truth, every=truth is Truth.HOLDS)
            case AnyOf(parts=parts):
                return self._joined(parts, truth, every=truth is not Truth.HOLDS)
            case Not(part=part):
                return self.boxes(part, _opposite(truth))
            case OneOf() if condition.field in NAMED:
                return self._inside(condition, truth)
            case Presence() if condition.field in NAMED:
                return self._anywhere(condition, truth)
            case OneOf() | Between() | Presence() | During() if is_plain(condition):
                dimension, mask = self.space.where(condition, truth)
                return self._sliced(dimension, mask)
            case _:
                return (Box(is_sure=False),)

    def _sliced(self, dimension: int, mask: int) -> Boxes:
        if mask == self.space.dimensions[dimension].everything:
            return ANYTHING
        return (Box(masks={dimension: mask}),) if mask else NOTHING

    def _joined(self, parts: Sequence[Condition], truth: Truth, *, every: bool) -> Boxes:
        each = [self.boxes(part, truth) for part in parts]
        return all_of(each) if every else any_of(each)

    def _inside(self, condition: OneOf, truth: Truth) -> Boxes:
        """In some of these; or, when it fails, known to be in none of them."""
        there = self._named[condition.field]
        names = dict.fromkeys(
            name for value in condition.values for name in there if is_called(name, value)
        )
        each = [self._called(condition.field, name, truth) for name in names]
        return any_of(each) if truth is Truth.HOLDS else all_of(each)

    def _anywhere(self, condition: Presence, truth: Truth) -> Boxes:
        """In none, or in some: always one or the other."""
        kind = condition.field
        within = [self._called(kind, name, Truth.HOLDS) for name in self._named[kind]]
        is_nowhere = condition.empty is (truth is Truth.HOLDS)
        return self.outside(any_of(within)) if is_nowhere else any_of(within)

    def _called(self, kind: str, name: str, truth: Truth) -> Boxes:
        key = (kind, name, truth)
        if key not in self._known:
            self._known[key] = self.boxes(self._named[kind][name], truth)
        return self._known[key]

    def outside(self, boxes: Boxes) -> Boxes:
        """Give the leads that are in none of `boxes`. Raises TooComplex."""
        return all_of([self._beside(box) for box in boxes])

    def _beside(self, box: Box) -> Boxes:
        if not box.is_sure:
            return (Box(is_sure=False),)
        dimensions = self.space.dimensions
        sides = ((number, dimensions[number].everything & ~m) for number, m in box.masks.items())
        return tuple(Box(masks={number: rest}) for number, rest in sides if rest)


def all_of(parts: Iterable[Boxes]) -> Boxes:
    """Give what all parts have in common. Raises TooComplex."""
    found = ANYTHING
    for part in sorted(parts, key=len):
        both = (one.narrowed(other) for one in found for other in part)
        found = _limited(box for box in both if box is not None)
    return found


def any_of(parts: Iterable[Boxes]) -> Boxes:
    """Give what any part has; boxes that differ in one dimension alone become one."""
    return _limited(box for part in parts for box in part)


def _limited(boxes: Iterable[Box]) -> Boxes:
    found: dict[tuple[object, ...], Box] = {}
    for box in boxes:
        if not box.masks and box.is_sure:
            return ANYTHING
        key = _shape(box)
        known = found.get(key)
        found[key] = box if known is None else _merged(known, box)
        if len(found) > MOST_BOXES:
            raise TooComplex
    return tuple(found.values())


def _shape(box: Box) -> tuple[object, ...]:
    """Boxes of one dimension, and the same one, can be merged; all others only when equal."""
    if len(box.masks) == 1:
        return (*box.masks, box.is_sure)
    return (*sorted(box.masks.items()), box.is_sure)


def _merged(one: Box, other: Box) -> Box:
    masks = {number: mask | other.masks[number] for number, mask in one.masks.items()}
    return Box(masks=masks, is_sure=one.is_sure)


def _opposite(truth: Truth) -> Truth:
    return Truth.FAILS if truth is Truth.HOLDS else Truth.HOLDS


def is_called(name: str, value: str) -> bool:
    """Tell whether a territory or segment is the one, or one of those, that a condition names."""
    # fnmatch also reads [...] as a set; our globs know only * and ?.
    return fnmatchcase(name.casefold(), value.casefold().replace("[", "[[]"))
