"""Whether leads, or what comes of them, are no longer what a version learnt from."""

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import NormalDist

import numpy as np

from routing.learning.logistic import FloatArray
from routing.learning.recipe import Recipe
from routing.learning.stability import UNSTABLE, Spectrum, part
from store.model_rows import ModelRow, PastRow

LATEST = 200
"""So many of the latest leads are compared with those that were learnt from."""
LATEST_RIPE = 500
"""Of so many of the latest that are old enough it is asked whether they came out as was said."""
MISREAD = 0.25
"""So far from what was said, in parts of it, a model is wrong in a way that matters."""
# Looked at each day for years: far stricter than for one look.
_BY_CHANCE = 0.0001
_FAR = NormalDist().inv_cdf(1 - _BY_CHANCE / 2)


def drift(
    row: ModelRow, asked: Sequence[PastRow], said: FloatArray, won: FloatArray, recipe: Recipe
) -> str:
    """
    Say which of three things moved, else nothing: segments, chances, or what comes true of them.

    `asked` are the leads that a model was asked about; `said` and `won`, the oldest first, are of
    those old enough: the chance with whom they went to, and 1 for a win.
    """
    return _of_segments(row, asked, recipe) or _of_chances(row, asked) or _of_outcomes(said, won)


def _of_segments(row: ModelRow, asked: Sequence[PastRow], recipe: Recipe) -> str:
    then: Mapping[str, float] = row.report.get("mix", {})
    latest = asked[-LATEST:]
    if len(latest) < LATEST or not then:
        return ""
    counts = Counter(recipe.segment_of(each.lead) for each in latest)
    now = {name: counts[name] / len(latest) for name in {*then, *counts}}
    parts = {name: part(then.get(name, 0.0), share) for name, share in now.items()}
    if sum(parts.values()) <= UNSTABLE:
        return ""
    most = max(parts, key=lambda name: (parts[name], name))
    told = f"{recipe.segment} {most} is {now[most]:.0%} of them, and was {then.get(most, 0.0):.0%}"
    return f"drift: leads are no longer like those it learnt from ({told})"


def _of_chances(row: ModelRow, asked: Sequence[PastRow]) -> str:
    """Compare what a usual owner's chance is: all that the model knows of a lead is in it."""
    known = row.report.get("chances")
    ours = [each.match.usual for each in asked if each.match and each.match.version == row.version]
    if known is None or len(ours) < LATEST:
        return ""
    latest = np.array(ours[-LATEST:])
    then = Spectrum.from_mapping(known)
    if then.moved(latest) <= UNSTABLE:
        return ""
    told = f"a usual owner's is {latest.mean():.1%} on average, and was {known['mean']:.1%}"
    return f"drift: leads' chances are no longer like those it learnt from ({told})"


def _of_outcomes(said: FloatArray, won: FloatArray) -> str:
    """Ask of the latest alone: among all since it began a change would show too late."""
    said, won = said[-LATEST_RIPE:], won[-LATEST_RIPE:]
    if len(said) < LATEST_RIPE:
        return ""
    missed = won - said
    error = float(missed.std(ddof=1)) / len(missed) ** 0.5
    told, came = float(said.mean()), float(won.mean())
    if abs(came - told) <= max(_FAR * error, MISREAD * told):
        return ""
    return (
        f"drift: what comes of leads is no longer what it says: of the latest {len(said):,} it "
        f"said that {told:.1%} would close, and {came:.1%} did"
    )
