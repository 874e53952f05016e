"""How long one lead takes against a thousand owners with its explanation, and a whole batch."""

import time

import numpy as np

from routing.learning.model import Calibration, LikelihoodModel, OpenDays
from routing.learning.prices import Prices
from routing.learning.score import Scorer, greedy_pairs
from routing.learning.spread import Shape

OWNERS, SEGMENTS, FEATURES, LEADS = 1_000, 8, 8, 2_000
MOST_MICROSECONDS = 100
_BATCH, _DESKS, _ROOM = 10_000, 500, 20


def speed() -> bool:
    """Print both, in processor time; answer whether a lead is within its budget."""
    each = _one_lead() * 1e6
    print(f"\nOne lead against {OWNERS:,} owners, explained: {each:.0f} microseconds")
    dice = np.random.default_rng(1)
    priced = dice.random((_BATCH, _DESKS))
    start = time.process_time()
    given = greedy_pairs(priced, np.full(_DESKS, _ROOM))
    took = time.process_time() - start
    reached = priced[np.arange(_BATCH), given].mean() / priced.max(axis=1).mean()
    print(
        f"A batch of {_BATCH:,} leads and {_DESKS} owners: {took:.1f} s, "
        f"{reached:.1%} of what it would be worth without caps"
    )
    return each <= MOST_MICROSECONDS


def _one_lead() -> float:
    scorer, dice = _scorer(), np.random.default_rng(2)
    features, load = dice.random(FEATURES), dice.random(OWNERS)
    eligible = dice.random(OWNERS) < 0.9  # noqa: PLR2004  (most of them)
    start = time.process_time()
    for _ in range(LEADS):
        scores = scorer.score("segment-1", features, money=0.0, load=load, eligible=eligible)
        for told in (scores.best, int(scores.chances.argmax())):
            scorer.contributions(told, "segment-1", features)
    return (time.process_time() - start) / LEADS


def _scorer() -> Scorer:
    dice, columns = np.random.default_rng(3), 1 + SEGMENTS + FEATURES
    owners = tuple(f"owner-{n}" for n in range(OWNERS))
    model = LikelihoodModel(
        owners=owners,
        segments=tuple(f"segment-{n}" for n in range(SEGMENTS)),
        names=tuple(f"feature-{n}" for n in range(FEATURES)),
        shape=Shape.FULL,
        spreads=(0.4, 0.2, 0.1),
        fixed=dice.normal(-1, 0.3, columns),
        effects=dice.normal(0, 0.2, (OWNERS, columns)),
        calibration=Calibration(slope=1.0, offset=0.0),
        open_days=OpenDays(won=45.0, lost=30.0),
        typical_value=0.0,
        leads=0,
        losses={},
    )
    prices = Prices(
        owners=owners, per_day=dice.random(OWNERS) / 1_000, bonus=np.zeros(OWNERS), unit=0.15
    )
    return Scorer(model, prices, owners)
