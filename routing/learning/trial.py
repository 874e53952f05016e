"""
The model against the rules, side by side: what the difference is, and when it may be believed.

Leads are given by the model or by the rules at random, stratum by stratum, and counted once as much
time has passed for one arm as for the other. People look every day, so the interval is one that
holds at every look (a confidence sequence by a normal mixture), not only at a last one.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import exp, inf, isfinite, log, sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from routing.learning.logistic import FloatArray, IntArray

BoolArray = npt.NDArray[np.bool_]
# Weights above this are cut: one lead that was unlikely to go where it went would speak for twenty.
MOST_WEIGHT = 20.0
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An estimate and what it may be."""

    at: float
    low: float
    high: float


class Outcome(StrEnum):
    """What a comparison says so far."""

    MODEL = "model"  # the model wins more
    CONTROL = "control"  # the rules win more: go back to them
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """
    Model less rules, in share won, strata compared like with like.

    `difference` is the usual interval, for one look; `always` holds however often one looks, and is
    what `outcome` goes by; `p_value` is of the same kind.
    """

    model: int
    control: int
    model_rate: float
    control_rate: float
    difference: Interval
    always: Interval
    p_value: float
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """Leads an arm needs for a difference to be seen."""

    model: int
    control: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OffPolicy:
    """What a policy would have won; `effective` leads speak, `cut` weights were too big."""

    rate: Interval
    effective: float
    cut: int


def compare(
    won: BoolArray,
    by_model: BoolArray,
    stratum: IntArray,
    *,
    alpha: float = 0.05,
    planned: int = 2_400,
) -> Comparison:
    """
    Compare the arms; strata with leads of one arm only say nothing.

    `planned` is the number of leads an arm at which the sequence is to be narrowest.
    """
    at, variance = _difference(won, by_model, stratum)
    rates = [float(won[arm].mean()) if arm.any() else 0.0 for arm in (by_model, ~by_model)]
    always, p_value = _always(at, variance, alpha, _planned_information(won, planned))
    outcome = Outcome.OPEN
    if always.low > 0:
        outcome = Outcome.MODEL
    elif always.high < 0:
        outcome = Outcome.CONTROL
    return Comparison(
        model=int(by_model.sum()),
        control=int((~by_model).sum()),
        model_rate=rates[0],
        control_rate=rates[1],
        difference=_interval(at, variance, alpha),
        always=always,
        p_value=p_value,
        outcome=outcome,
    )


def leads_needed(
    base: float,
    uplift: float,
    *,
    control_share: float = 0.5,
    power: float = 0.8,
    alpha: float = 0.05,
) -> Needed:
    """Answer how many leads show that the model wins `uplift` (0.2: a fifth) more than `base`."""
    better = min(1.0, base * (1 + uplift))
    if not 0 < base < better:
        raise ValueError(f"a base of {base:g} and an uplift of {uplift:g} make no difference")
    mean = base * control_share + better * (1 - control_share)
    alike = sqrt(mean * (1 - mean) / (control_share * (1 - control_share)))
    apart = sqrt(base * (1 - base) / control_share + better * (1 - better) / (1 - control_share))
    quantiles = _NORMAL.inv_cdf(1 - alpha / 2) * alike + _NORMAL.inv_cdf(power) * apart
    total = (quantiles / (better - base)) ** 2
    return Needed(model=round(total * (1 - control_share)), control=round(total * control_share))


def off_policy(
    won: BoolArray,
    *,
    propensity: FloatArray,
    target: FloatArray,
    chance_given: FloatArray,
    chance_target: FloatArray,
    alpha: float = 0.05,
) -> OffPolicy:
    """
    Estimate what another policy would have won on the same leads (doubly robust).

    A row a lead: `propensity` and `target`, how likely the log and the other policy were to give it
    to whom it went; `chance_given`, the model's chance of winning there; `chance_target`, the same
    under the other policy. The chances must be of a model that did not learn from these leads.
    """
    if (propensity <= 0).any():
        raise ValueError("a logged propensity is nought: those leads cannot stand for others")
    weight = target / propensity
    cut = weight > MOST_WEIGHT
    weight = np.minimum(weight, MOST_WEIGHT)
    each = chance_target + weight * (won - chance_given)
    error = float(each.var(ddof=1)) / len(each) if len(each) > 1 else inf
    squares = float((weight**2).sum())
    return OffPolicy(
        rate=_interval(float(each.mean()), error, alpha),
        effective=float(weight.sum()) ** 2 / squares if squares else 0.0,
        cut=int(cut.sum()),
    )


def mean_in_sequence(
    values: FloatArray, *, alpha: float = 0.05, planned: int = 1_000
) -> tuple[Interval, float]:
    """Answer a mean with an interval that holds at every look, and the p-value of nought."""
    spread = float(values.var(ddof=1)) if len(values) > 1 else inf
    if not 0 < spread < inf:
        return Interval(at=0.0, low=-inf, high=inf), 1.0
    return _always(float(values.mean()), spread / len(values), alpha, planned / spread)


def _difference(won: BoolArray, by_model: BoolArray, stratum: IntArray) -> tuple[float, float]:
    """Mantel-Haenszel difference of rates, with Sato's variance: it bears many small strata."""
    count = int(stratum.max()) + 1 if len(stratum) else 0
    ours, theirs = (np.bincount(stratum[arm], minlength=count) for arm in (by_model, ~by_model))
    a, c = (
        np.bincount(stratum[arm], weights=won[arm], minlength=count)
        for arm in (by_model, ~by_model)
    )
    both = np.maximum(ours + theirs, 1)
    weight = float((ours * theirs / both).sum())
    if weight == 0:
        return 0.0, inf
    at = float(((a * theirs - c * ours) / both).sum()) / weight
    lean = (ours**2 * c - theirs**2 * a + ours * theirs * (theirs - ours) / 2) / both**2
    spread = (a * (theirs - c) + c * (ours - a)) / (2 * both)
    variance = (at * float(lean.sum()) + float(spread.sum())) / weight**2
    return at, variance if variance > 0 else inf


def _interval(at: float, variance: float, alpha: float) -> Interval:
    if not isfinite(variance):
        return Interval(at=at, low=-inf, high=inf)
    half = _NORMAL.inv_cdf(1 - alpha / 2) * sqrt(variance)
    return Interval(at=at, low=at - half, high=at + half)


def _planned_information(won: BoolArray, planned: int) -> float:
    rate = min(0.95, max(0.05, float(won.mean()) if len(won) else 0.5))
    return planned / (2 * rate * (1 - rate))


def _always(at: float, variance: float, alpha: float, planned: float) -> tuple[Interval, float]:
    """Robbins' normal mixture: an interval over all time, narrowest near `planned` information."""
    if not isfinite(variance):
        return Interval(at=at, low=-inf, high=inf), 1.0
    wide = -2 * log(alpha)
    prior = planned / (wide + log(wide + 1))
    known = 1 / variance
    half = sqrt((known + prior) * log((known + prior) / (prior * alpha**2))) / known
    score = at * known
    odds = 0.5 * log(prior / (known + prior)) + score**2 / (2 * (known + prior))
    return Interval(at=at, low=at - half, high=at + half), min(1.0, exp(-min(odds, 700.0)))
