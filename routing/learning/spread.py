"""
How much owners differ, learnt from the leads themselves (empirical Bayes), and averaged over.

Three spreads, in units of the logit: of owners, of owners within a segment, of owners' slopes on a
feature. Each may be nought. One best guess would be used as if it were certain, and is too wide
where there is nothing to find; so coefficients are averaged over the spreads near the best.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

import numpy as np

from routing.learning.logistic import FloatArray, IntArray
from routing.learning.mixed import Mode, Problem, mode

_LADDERS = (
    (0.0, 0.1, 0.2, 0.3, 0.42, 0.58, 0.8, 1.1),
    (0.0, 0.07, 0.13, 0.2, 0.3, 0.45, 0.7),
    (0.0, 0.04, 0.1, 0.18, 0.3, 0.5),
)
_BEGIN = (3, 3, 0)
# Real owners differ by 0.4 to 0.5. Nobody could tell an interaction from nought in real leads, nor
# from 0.2: a year of them holds too little. It is taken to be there, for the two mistakes do not
# cost alike: a plan under caps lives on who is better at what; where nobody is, it costs little.
# A prior with long tails (Student's t), so that leads that do tell have the last word.
_TYPICAL, _SCALE = (0.42, 0.2, 0.0), (0.5, 0.06, 0.04)
_FREEDOM = 4.0
_SWEEPS = 3
Rung = tuple[int, int, int]


class Shape(StrEnum):
    """Which spreads may be other than nought."""

    POOLED = "pooled"  # everybody is alike
    OWNERS = "owners"  # somebody wins more, whatever the lead
    FULL = "full"  # somebody wins more of some leads


_FREE = {Shape.POOLED: (), Shape.OWNERS: (0,), Shape.FULL: (0, 1, 2)}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Posterior:
    """Coefficients averaged over spreads; `spreads` is the mean of each of the three."""

    fixed: FloatArray
    effects: FloatArray
    spreads: tuple[float, float, float]


@dataclass(slots=True)
class _Search:
    problem: Problem
    kinds: IntArray  # which of the three spreads each column has
    seen: dict[Rung, Mode]
    latest: Mode | None = None

    def at(self, rung: Rung) -> Mode:
        if rung not in self.seen:
            spreads = np.array(_spreads(rung))
            self.latest = mode(self.problem, spreads[self.kinds], self.latest)
            self.seen[rung] = self.latest
        return self.seen[rung]

    def score(self, rung: Rung) -> float:
        strange = (np.array(_spreads(rung)) - _TYPICAL) / _SCALE
        tails = np.log1p(strange**2 / _FREEDOM).sum() * (_FREEDOM + 1) / 2
        return self.at(rung).evidence - float(tails)


def _spreads(rung: Rung) -> tuple[float, float, float]:
    return _LADDERS[0][rung[0]], _LADDERS[1][rung[1]], _LADDERS[2][rung[2]]


def posteriors(
    problem: Problem, segments: int, shapes: tuple[Shape, ...]
) -> Mapping[Shape, Posterior]:
    """Learn spreads and coefficients; the design is a one, `segments` columns, then features."""
    features = problem.design.shape[1] - 1 - segments
    kinds = np.repeat(np.arange(3), (1, segments, features))
    search = _Search(problem=problem, kinds=kinds, seen={})
    learnt = {}
    for shape in shapes:
        free = tuple(kind for kind in _FREE[shape] if kind in kinds)
        learnt[shape] = _average(search, _climb(search, free), free)
    return learnt


def _climb(search: _Search, free: tuple[int, ...]) -> Rung:
    owners, within, slopes = (at if kind in free else 0 for kind, at in enumerate(_BEGIN))
    here: Rung = owners, within, slopes
    for _ in range(_SWEEPS):
        before = here
        for kind in free:
            here = _along(search, here, kind)
        if here == before:
            break
    return here


def _along(search: _Search, here: Rung, kind: int) -> Rung:
    """Walk up or down one ladder for as long as it gets better."""
    for way in (1, -1):
        while (there := _moved(here, kind, way)) and search.score(there) > search.score(here):
            here = there
    return here


def _moved(here: Rung, kind: int, way: int) -> Rung | None:
    rung = list(here)
    rung[kind] += way
    if not 0 <= rung[kind] < len(_LADDERS[kind]):
        return None
    return rung[0], rung[1], rung[2]


def _average(search: _Search, best: Rung, free: tuple[int, ...]) -> Posterior:
    owners, within, slopes = (
        _around(kind, at) if kind in free else (at,) for kind, at in enumerate(best)
    )
    rungs: list[Rung] = list(product(owners, within, slopes))
    scores = np.array([search.score(rung) for rung in rungs])
    share = np.exp(scores - scores.max())
    share /= share.sum()
    fixed, effects = 0.0, 0.0
    for rung, weight in zip(rungs, share, strict=True):
        found, spread = search.at(rung), np.array(_spreads(rung))[search.kinds]
        fixed = fixed + weight * found.fixed
        effects = effects + weight * spread * found.scaled
    means = share @ np.array([_spreads(rung) for rung in rungs])
    return Posterior(
        fixed=np.asarray(fixed),
        effects=np.asarray(effects),
        spreads=(float(means[0]), float(means[1]), float(means[2])),
    )


def _around(kind: int, at: int) -> tuple[int, ...]:
    return tuple(n for n in (at - 1, at, at + 1) if 0 <= n < len(_LADDERS[kind]))
