"""
Logistic regression whose coefficients differ by owner: the likeliest ones, and their evidence.

A lead's logit is its row of the design times (fixed + the owner's own deviation). Deviations are
normal with a spread for each column; given the fixed part, owners do not depend on each other, so a
Newton step solves one small system an owner and one for the fixed part (an arrowhead).
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from routing.learning.logistic import FloatArray, IntArray, log_likelihood, sigmoid

_STEPS, _HALVINGS, _CLOSE = 30, 8, 1e-5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """Rows sorted by owner; `first` is where each owner's begin; every owner has some."""

    design: FloatArray
    won: FloatArray
    weight: FloatArray
    owner: IntArray
    first: IntArray
    penalty: FloatArray  # one over the prior variance of each fixed coefficient

    @classmethod
    def of(
        cls,
        design: FloatArray,
        won: FloatArray,
        weight: FloatArray,
        owner: IntArray,
        penalty: FloatArray,
    ) -> Self:
        """Sort the rows; `owner` counts from 0 and leaves no number out."""
        order = np.argsort(owner, kind="stable")
        return cls(
            design=np.ascontiguousarray(design[order]),
            won=won[order],
            weight=weight[order],
            owner=owner[order],
            first=np.searchsorted(owner[order], np.arange(owner.max() + 1)),
            penalty=penalty,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mode:
    """
    The likeliest coefficients at given spreads.

    `scaled` are the owners' deviations in units of the spread; `evidence` is the logarithm of the
    likelihood with all coefficients integrated out (Laplace), which compares spreads.
    """

    fixed: FloatArray
    scaled: FloatArray
    evidence: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Bend:
    """Second derivatives at a point: of each owner's block, its inverse, and what joins them."""

    inverse: FloatArray
    joint: FloatArray
    schur: FloatArray
    log_volume: float


def mode(problem: Problem, spread: FloatArray, start: Mode | None = None) -> Mode:
    """Find the likeliest coefficients for a `spread` (a standard deviation a column)."""
    owners, columns = len(problem.first), problem.design.shape[1]
    fixed = np.zeros(columns) if start is None else start.fixed
    scaled = np.zeros((owners, columns)) if start is None else start.scaled
    height = _height(problem, spread, fixed, scaled)
    for _ in range(_STEPS):
        step = _newton(problem, spread, fixed, scaled)
        for halving in range(_HALVINGS):
            nearer = fixed + step[0] * 0.5**halving, scaled + step[1] * 0.5**halving
            reached = _height(problem, spread, *nearer)
            if reached >= height - _CLOSE:
                break
        gained, height = reached - height, reached
        fixed, scaled = nearer
        if gained < _CLOSE:
            break
    bend = _bend(problem, spread, _logits(problem, spread, fixed, scaled))
    return Mode(
        fixed=fixed,
        scaled=scaled,
        evidence=height - bend.log_volume,
    )


def _logits(
    problem: Problem, spread: FloatArray, fixed: FloatArray, scaled: FloatArray
) -> FloatArray:
    own = fixed + spread * scaled
    return np.asarray(np.einsum("ij,ij->i", problem.design, own[problem.owner]))


def _height(problem: Problem, spread: FloatArray, fixed: FloatArray, scaled: FloatArray) -> float:
    likely = log_likelihood(problem.won, _logits(problem, spread, fixed, scaled), problem.weight)
    return likely - 0.5 * float((scaled**2).sum() + problem.penalty @ fixed**2)


def _newton(
    problem: Problem, spread: FloatArray, fixed: FloatArray, scaled: FloatArray
) -> tuple[FloatArray, FloatArray]:
    logits = _logits(problem, spread, fixed, scaled)
    missed = problem.weight * (problem.won - sigmoid(logits))
    slopes = np.add.reduceat(problem.design * missed[:, None], problem.first, axis=0)
    bend = _bend(problem, spread, logits)
    own = spread * slopes - scaled
    reduced = (bend.joint @ (bend.inverse @ own[:, :, None])).sum(axis=0)[:, 0]
    fixed_step = np.linalg.solve(bend.schur, slopes.sum(axis=0) - problem.penalty * fixed - reduced)
    rest = own - fixed_step @ bend.joint
    return fixed_step, (bend.inverse @ rest[:, :, None])[:, :, 0]


def _bend(problem: Problem, spread: FloatArray, logits: FloatArray) -> _Bend:
    chance = sigmoid(logits)
    grams = _grams(problem, problem.weight * chance * (1 - chance))
    joint = grams * spread
    blocks = joint * spread[:, None] + np.eye(len(spread))
    inverse: FloatArray = np.asarray(np.linalg.inv(blocks), dtype=np.float64)
    taken_up = (joint @ inverse @ joint.transpose(0, 2, 1)).sum(axis=0)
    schur = grams.sum(axis=0) - taken_up + np.diag(problem.penalty)
    volume = np.linalg.slogdet(blocks)[1].sum() + np.linalg.slogdet(schur)[1]
    return _Bend(inverse=inverse, joint=joint, schur=schur, log_volume=0.5 * float(volume))


def _grams(problem: Problem, weight: FloatArray) -> FloatArray:
    weighted = problem.design * weight[:, None]
    ends = np.append(problem.first[1:], len(weight))
    return np.stack(
        [problem.design[a:b].T @ weighted[a:b] for a, b in zip(problem.first, ends, strict=True)]
    )
