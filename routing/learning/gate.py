"""Does the history say who closes more? If not, the model may not route; one sentence says why."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from routing.learning.fit import LATER_SHARE, Judged, held_out, judge
from routing.learning.logistic import FloatArray, IntArray, ranking, sigmoid
from routing.learning.model import Calibration
from routing.learning.sample import Sample
from routing.learning.spread import Shape

# An owner's or a cell's excess of wins counts for the more, the more leads it is of: as if owners
# differed by this much.
_OWNERS_DIFFER, _CELLS_DIFFER = 0.4, 0.25
_BLOCK, _MOST_BLOCKS = 30, 12
_BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class GateSettings:
    """What is asked of a history; `p_value` of either test against shuffled owners."""

    months: float = 6.0
    closed: int = 500
    p_value: float = 0.02
    shuffles: int = 999


@dataclass(frozen=True, slots=True, kw_only=True)
class GateReport:
    """What was found; the `verdict` says what it means; without `refusals` the model may route."""

    closed: int
    won: int
    months: float
    owners: int
    owner_p: float
    owner_segment_p: float
    losses: Mapping[str, float]  # of later leads, by the shape of the model
    ranking: Mapping[str, float]  # the same leads: how often a won one is above a lost one
    calibration: Calibration
    calibration_error: float  # mean distance of tenths of the later leads from what was said
    refusals: tuple[str, ...]
    verdict: str

    @property
    def passes(self) -> bool:
        return not self.refusals


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Groups:
    """Groups that may differ, and the blocks within which leads are shuffled among them."""

    group: IntArray
    block: IntArray
    differ: float


def examine(sample: Sample, asked: GateSettings | None = None, *, seed: int = 0) -> GateReport:
    """Judge a history; `seed` makes the shuffles, so that the same history is judged alike."""
    asked = asked or GateSettings()
    dice = np.random.default_rng(seed)
    can_judge = len(sample) > _BLOCK and 0 < sample.won.mean() < 1
    owner_p = owner_p_value(sample, asked.shuffles, dice) if can_judge else 1.0
    cell_p = owner_segment_p_value(sample, asked.shuffles, dice) if can_judge else 1.0
    judged = judge(sample)
    order, error = _later(sample) if judged.losses else ({}, 0.0)
    too_little = _too_little(sample, asked)
    refusals = (*too_little, *_no_signal(sample, asked, owner_p, cell_p), *_no_better(judged))
    seen = _seen(asked, owner_p, cell_p)
    return GateReport(
        closed=len(sample),
        won=int(sample.won.sum()),
        months=sample.months,
        owners=len(np.unique(sample.owner)),
        owner_p=owner_p,
        owner_segment_p=cell_p,
        losses={str(shape): loss for shape, loss in judged.losses.items()},
        ranking=order,
        calibration=judged.calibration,
        calibration_error=error,
        refusals=refusals,
        verdict=_verdict(sample, refusals, seen, is_too_little=len(too_little) == len(refusals)),
    )


def owner_p_value(sample: Sample, shuffles: int, dice: np.random.Generator) -> float:
    """
    Answer how often shuffled owners differ as much as the real ones do.

    Leads are compared after their segment and features are allowed for, and shuffled only among
    leads of about the same time: neither an easier mix nor a better season is an owner's merit.
    """
    chances = sigmoid(held_out(sample, sample, (Shape.POOLED,))[Shape.POOLED])
    blocks = min(_MOST_BLOCKS, max(1, len(sample) // _BLOCK))
    block = np.empty(len(sample), dtype=np.int64)
    block[np.argsort(sample.at, kind="stable")] = np.arange(len(sample)) * blocks // len(sample)
    groups = _Groups(group=sample.owner, block=block, differ=_OWNERS_DIFFER)
    return _p_value(sample, chances, groups, shuffles, dice)


def owner_segment_p_value(sample: Sample, shuffles: int, dice: np.random.Generator) -> float:
    """Answer how often segments shuffled within each owner differ as much as the real ones do."""
    chances = sigmoid(held_out(sample, sample, (Shape.OWNERS,))[Shape.OWNERS])
    cell = sample.owner * len(sample.segments) + sample.segment
    groups = _Groups(group=cell, block=sample.owner, differ=_CELLS_DIFFER)
    return _p_value(sample, chances, groups, shuffles, dice)


def _p_value(
    sample: Sample,
    chances: FloatArray,
    groups: _Groups,
    shuffles: int,
    dice: np.random.Generator,
) -> float:
    excess = sample.weight * (sample.won - chances)
    noise = sample.weight * chances * (1 - chances)
    order = np.argsort(groups.block, kind="stable")
    excess, noise, block = excess[order], noise[order], groups.block[order]
    group, differ = groups.group[order], groups.differ
    found = _differences(group, excess, noise, differ)
    as_much = 0
    for _ in range(shuffles):
        # A whole number and a part of one: sorted, each block keeps its place, shuffled within.
        moved = np.argsort(block + dice.random(len(block)))
        as_much += _differences(group, excess[moved], noise[moved], differ) >= found
    return (1 + as_much) / (1 + shuffles)


def _differences(group: IntArray, excess: FloatArray, noise: FloatArray, differ: float) -> float:
    total, spread = np.bincount(group, weights=excess), np.bincount(group, weights=noise)
    return float((total**2 / (spread + 1 / differ**2)).sum())


def _later(sample: Sample) -> tuple[Mapping[str, float], float]:
    earlier, later = sample.earlier_and_later(LATER_SHARE)
    logits = held_out(earlier, later, tuple(Shape))
    order = {str(shape): ranking(later.won, each) for shape, each in logits.items()}
    return order, _calibration_error(later.won, sigmoid(logits[Shape.FULL]))


def _calibration_error(won: FloatArray, chances: FloatArray) -> float:
    parts = np.array_split(np.argsort(chances, kind="stable"), _BINS)
    return sum(abs(float((won[part] - chances[part]).sum())) for part in parts) / len(won)


def _too_little(sample: Sample, asked: GateSettings) -> list[str]:
    found = []
    if sample.is_undated:
        found.append(
            f"nothing says when its leads came and closed, and closed leads of {asked.months:g} "
            "months are asked for: give it both dates"
        )
    elif sample.months < asked.months:
        found.append(f"closed leads of {sample.months:.1f} months, {asked.months:g} are asked for")
    if len(sample) < asked.closed:
        found.append(f"{len(sample):,} closed leads, {asked.closed:,} are asked for")
    return found


def _no_signal(sample: Sample, asked: GateSettings, owner_p: float, cell_p: float) -> list[str]:
    if min(owner_p, cell_p) <= asked.p_value:
        return []
    by_chance = f"chance alone does as much in {owner_p:.0%} of shuffles"
    if len(sample.segments) > 1:
        by_chance += f", and in {cell_p:.0%} for owners within a segment"
    return [f"whose a lead was says nothing about whether it was won ({by_chance})"]


def _no_better(judged: Judged) -> list[str]:
    if not judged.losses or judged.best is not Shape.POOLED:
        return []
    return ["later leads were foretold better without knowing their owner"]


def _seen(asked: GateSettings, owner_p: float, cell_p: float) -> str:
    who = "some owners close more" if owner_p <= asked.p_value else "owners are alike"
    where = (
        "and who does depends on the segment"
        if cell_p <= asked.p_value
        else "and no owner is seen to be better in one segment than in another"
    )
    return f"{who} (p = {owner_p:.3f}), {where} (p = {cell_p:.3f})"


def _verdict(sample: Sample, refusals: tuple[str, ...], seen: str, *, is_too_little: bool) -> str:
    """Whom more leads may serve hears that waiting for them is worth it."""
    if not refusals:
        return (
            f"May route: {len(sample):,} closed leads of {sample.months:.0f} months say that "
            f"{seen}."
        )
    rules = f"Stays on rules: {'; '.join(refusals)}."
    return f"{rules} What there is says that {seen}." if is_too_little else rules
