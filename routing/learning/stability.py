"""Whether numbers or kinds are still as they were: the population stability index."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Self

import numpy as np

from routing.learning.logistic import FloatArray

UNSTABLE = 0.25
"""Above this a population is usually called another one; chance alone gives 200 leads 0.05."""
_BINS = 10
_LEAST_SHARE = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Spectrum:
    """Numbers by tenths: where one bin ends and the next begins, and each one's share."""

    edges: tuple[float, ...]
    shares: tuple[float, ...]

    @classmethod
    def of(cls, numbers: FloatArray) -> Self:
        """Cut at the tenths; numbers that are all alike make one bin of their own."""
        cuts = np.unique(np.quantile(numbers, np.arange(1, _BINS) / _BINS))
        edges = tuple(float(each) for each in cuts)
        return cls(edges=edges, shares=_shares(edges, numbers))

    @classmethod
    def from_mapping(cls, read: Mapping[str, Sequence[float]]) -> Self:
        return cls(edges=tuple(read["edges"]), shares=tuple(read["shares"]))

    def moved(self, numbers: FloatArray) -> float:
        """Answer how far these numbers are from those it was made of (the index)."""
        now = _shares(self.edges, numbers)
        return sum(part(before, after) for before, after in zip(self.shares, now, strict=True))


def part(before: float, after: float) -> float:
    """Answer what one kind, of which the share changed so, adds to the index."""
    return (after - before) * log(max(after, _LEAST_SHARE) / max(before, _LEAST_SHARE))


def _shares(edges: Sequence[float], numbers: FloatArray) -> tuple[float, ...]:
    counts = np.bincount(np.searchsorted(edges, numbers), minlength=len(edges) + 1)
    return tuple(float(each) for each in counts / max(1, len(numbers)))
