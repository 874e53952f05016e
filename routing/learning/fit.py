"""Train a model: choose its shape and calibrate it on later leads, then learn from all."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from routing.learning.logistic import FloatArray, log_loss, sigmoid
from routing.learning.mixed import Problem
from routing.learning.model import Calibration, LikelihoodModel, OpenDays
from routing.learning.sample import Sample
from routing.learning.spread import Posterior, Shape, posteriors

LATER_SHARE = 0.25
# One over the prior variance of a segment's or a feature's fixed effect; the intercept is free.
_PENALTY, _FREE = 0.5, 1e-6
# The later leads say how far to trust the logits. The prior is that of a model that shrinks by
# itself: it is as much as about a thousand leads for the slope, 300 for the shift.
_SLOPE_PRECISION, _OFFSET_PRECISION = 60.0, 40.0
_ENOUGH, _ROUNDS = 20, 25
_USUAL_DAYS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The later leads' log-loss by shape, the best one, and how to read the logits asked for."""

    losses: Mapping[Shape, float]
    best: Shape
    calibration: Calibration


def fit(sample: Sample, *, shape: Shape = Shape.FULL) -> LikelihoodModel:
    """
    Learn from closed leads.

    The full shape is right where a simpler one would do: its spreads go to nought by themselves.
    Choosing by the later leads' log-loss was tried, and lost: so few leads cannot see an
    interaction that, under caps, is most of what routing has to win.
    """
    if len(sample) == 0:
        raise ValueError("a model needs closed leads: there are none")
    judged = judge(sample, shape)
    learnt = _learn(sample, (shape,))[shape]
    effects = np.zeros((len(sample.owners), learnt.fixed.shape[0]))
    effects[np.unique(sample.owner)] = learnt.effects
    return LikelihoodModel(
        owners=sample.owners,
        segments=sample.segments,
        names=sample.names,
        shape=shape,
        spreads=learnt.spreads,
        fixed=learnt.fixed,
        effects=effects,
        calibration=judged.calibration,
        open_days=_open_days(sample),
        typical_value=_typical_value(sample),
        leads=len(sample),
        losses={str(name): loss for name, loss in judged.losses.items()},
    )


def judge(sample: Sample, shape: Shape = Shape.FULL) -> Judged:
    """Learn each shape from the earlier leads, try it on the later ones, calibrate one by them."""
    earlier, later = sample.earlier_and_later(LATER_SHARE)
    if len(later) < _ENOUGH or not 0 < earlier.won.mean() < 1:
        return Judged(losses={}, best=shape, calibration=Calibration(slope=1.0, offset=0.0))
    logits = held_out(earlier, later, tuple(Shape))
    losses = {each: log_loss(later.won, logits[each], later.weight) for each in Shape}
    best = _simplest(later, logits)
    return Judged(losses=losses, best=best, calibration=calibrated(later, logits[shape]))


def held_out(
    earlier: Sample, later: Sample, shapes: tuple[Shape, ...]
) -> Mapping[Shape, FloatArray]:
    """Answer the later leads' logits by each shape, as learnt from the earlier ones."""
    rows, present, logits = design(later), np.unique(earlier.owner), {}
    for shape, learnt in _learn(earlier, shapes).items():
        effects = np.zeros((len(earlier.owners), len(learnt.fixed)))
        effects[present] = learnt.effects
        own = learnt.fixed + effects[later.owner]
        logits[shape] = np.asarray(np.einsum("ij,ij->i", rows, own))
    return logits


def design(sample: Sample) -> FloatArray:
    """Return a row a lead: one, its segment, its features."""
    segment = np.eye(len(sample.segments))[sample.segment]
    return np.hstack([np.ones((len(sample), 1)), segment, sample.features])


def calibrated(later: Sample, logits: FloatArray) -> Calibration:
    """
    Stretch and shift logits to what happened (Platt), held near "as they are" by a prior.

    The slope is found as a logarithm: it is positive, so that nobody's order changes. It turns
    about the usual logit, so that it and the shift do not pull at each other.
    """
    log_slope, offset, middle = 0.0, 0.0, float(logits.mean())
    away = logits - middle
    for _ in range(_ROUNDS):
        slope = np.exp(log_slope)
        chance = sigmoid(slope * away + middle + offset)
        missed, bend = later.weight * (later.won - chance), later.weight * chance * (1 - chance)
        rows = np.stack([slope * away, np.ones_like(logits)])
        slopes = rows @ missed - [_SLOPE_PRECISION * log_slope, _OFFSET_PRECISION * offset]
        curve = (rows * bend) @ rows.T + np.diag([_SLOPE_PRECISION, _OFFSET_PRECISION])
        step = np.clip(np.linalg.solve(curve, slopes), -0.5, 0.5)
        log_slope, offset = log_slope + step[0], offset + step[1]
    slope = float(np.exp(log_slope))
    return Calibration(slope=slope, offset=float(offset) + middle * (1 - slope))


def _simplest(later: Sample, logits: Mapping[Shape, FloatArray]) -> Shape:
    """Take the full shape, unless a simpler one is better by more than a standard error."""
    best = Shape.FULL
    for simpler in (Shape.OWNERS, Shape.POOLED):
        gained = _losses(later, logits[best]) - _losses(later, logits[simpler])
        error = float(gained.std()) * len(gained) ** 0.5
        if gained.sum() > error:
            best = simpler
    return best


def _losses(later: Sample, logits: FloatArray) -> FloatArray:
    return later.weight * (np.logaddexp(0, logits) - later.won * logits)


def problem_of(sample: Sample) -> Problem:
    """Arrange the leads by owner; only owners who have some are in it, in their order."""
    _, owner = np.unique(sample.owner, return_inverse=True)
    rows = design(sample)
    penalty = np.full(rows.shape[1], _PENALTY)
    penalty[0] = _FREE
    return Problem.of(rows, sample.won, sample.weight, owner.astype(np.int64), penalty)


def _learn(sample: Sample, shapes: tuple[Shape, ...]) -> Mapping[Shape, Posterior]:
    return posteriors(problem_of(sample), len(sample.segments), shapes)


def _open_days(sample: Sample) -> OpenDays:
    usual = float(sample.open_days.mean()) or _USUAL_DAYS
    won, lost = (sample.open_days[sample.won == outcome] for outcome in (1, 0))
    # A past that does not say when leads closed has no days, and nobody's time is free by that.
    return OpenDays(won=_mean(won) or usual, lost=_mean(lost) or usual)


def _typical_value(sample: Sample) -> float:
    return _mean(sample.value[(sample.won == 1) & (sample.value > 0)])


def _mean(known: FloatArray) -> float:
    return float(known.mean()) if len(known) else 0.0
