"""Closed leads of a made-up team, from a seed: who wins more is known."""

from dataclasses import dataclass

import numpy as np

from routing.learning.logistic import FloatArray, sigmoid
from routing.learning.sample import Sample


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Team:
    sample: Sample
    effect: FloatArray  # what each owner adds to the logit, truly


def team(
    seed: int,
    *,
    leads: int = 3_000,
    owners: int = 20,
    segments: int = 4,
    features: int = 2,
    spread: float = 0.5,
    interaction: float = 0.0,
) -> Team:
    """Make leads at random moments of a year, each given to anybody."""
    dice = np.random.default_rng(seed)
    effect = dice.normal(0, spread, owners)
    within = dice.normal(0, interaction, (owners, segments))
    owner, segment = dice.integers(0, owners, leads), dice.integers(0, segments, leads)
    rows = dice.normal(size=(leads, features))
    logits = -1.5 + 0.3 * np.arange(segments)[segment] + rows @ np.full(features, 0.4)
    logits += effect[owner] + within[owner, segment]
    won = (dice.random(leads) < sigmoid(logits)).astype(np.float64)
    sample = Sample(
        won=won,
        owner=owner,
        segment=segment,
        features=rows,
        at=dice.uniform(0, 365, leads),
        weight=np.ones(leads),
        value=won * 1_000,
        open_days=30 + 15 * won,
        owners=tuple(f"owner-{n}" for n in range(owners)),
        segments=tuple(f"segment-{n}" for n in range(segments)),
        names=tuple(f"feature-{n}" for n in range(features)),
    )
    return Team(sample=sample, effect=effect)
