"""How long one lead takes against a thousand owners with its explanation, and a whole batch."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from bench.finding import Finding, hand_over
from leads.keys import LeadKey, OwnerId, PoolName
from leads.lead import Headcount, Lead
from routing.best_match import BestMatch
from routing.learning.model import Calibration, LikelihoodModel, OpenDays
from routing.learning.prices import Prices
from routing.learning.recipe import Recipe, Scale
from routing.learning.score import Scorer, best_pairs
from routing.learning.spread import Shape
from routing.model_settings import ModelSettings
from routing.policy import Money

OWNERS, SEGMENTS, FEATURES, LEADS, ROUNDS = 1_000, 8, 8, 3_000, 10
MOST_MICROSECONDS = 100
_BATCH, _DESKS, _ROOM = 10_000, 500, 20
_OWNERS = tuple(f"owner-{n}" for n in range(OWNERS))
_SEGMENTS = tuple(f"segment-{n}" for n in range(SEGMENTS))


def speed() -> bool:
    """Print all, in processor time; answer whether a lead is within its budget."""
    scored, whole = _scored() * 1e6, _matched() * 1e6
    print(f"\nOne lead against {OWNERS:,} owners, scored and explained: {scored:.0f} microseconds")
    print(f"  with its fields read, and every number as the store keeps it: {whole:.0f}")
    dice = np.random.default_rng(1)
    priced = dice.random((_BATCH, _DESKS))
    start = time.process_time()
    pairs = best_pairs(priced, np.full(_DESKS, _ROOM))
    took = time.process_time() - start
    reached = sum(priced[pair] for pair in pairs) / priced.max(axis=1).sum()
    print(
        f"A batch of {_BATCH:,} leads and {_DESKS} owners: {took:.1f} s, "
        f"{reached:.1%} of what it would be worth without caps"
    )
    finding = Finding(
        what=f"the model's chances for one lead against {OWNERS:,} owners, explained",
        budget=f"at most {MOST_MICROSECONDS} microseconds",
        found=f"{scored:.0f} microseconds; {whole:.0f} with its fields read and all kept",
        growth=f"a batch of {_BATCH:,} leads and {_DESKS} owners: {took:.1f} s, "
        f"{reached:.1%} of what it would be worth without caps",
        bound="a product of the lead's features and each owner's effects",
        is_kept=scored <= MOST_MICROSECONDS,
    )
    return hand_over(finding)


def _scored() -> float:
    model, prices = _model(), _prices()
    scorer, dice = Scorer(model, prices, model.owners), np.random.default_rng(2)
    features, load = dice.random(FEATURES), dice.random(OWNERS)

    def score() -> None:
        scores = scorer.score("segment-1", features, money=0.0, load=load)
        for told in (scores.best, int(scores.chances.argmax())):
            scorer.own_logits(told, "segment-1", features)

    return _least(score)


def _matched() -> float:
    recipe = Recipe(
        values={"country": tuple(f"c{n}" for n in range(FEATURES - 1))},
        scales={"employees": Scale(4.0, 1.0)},
        segment="industry",
        segments=_SEGMENTS,
        money=Money(),
    )
    matcher = BestMatch(1, recipe, _model(), _prices(), ModelSettings())
    lead = Lead(
        key=LeadKey("hubspot", "1"),
        created_at=datetime(2026, 11, 23, tzinfo=UTC),
        industry="segment-1",
        country="C1",
        employees=Headcount(least=120, most=120),
    )
    owners = [OwnerId(each) for each in _OWNERS]
    loads = np.random.default_rng(2).random(OWNERS).tolist()
    return _least(lambda: matcher.match(lead, PoolName("team"), owners, loads, 0.5))


def _least(once: Callable[[], object]) -> float:
    """Answer the seconds of the best round: the others had their cache taken away."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(LEADS // ROUNDS):
            once()
        rounds.append((time.process_time() - start) / (LEADS // ROUNDS))
    return min(rounds)


def _model() -> LikelihoodModel:
    dice, columns = np.random.default_rng(3), 1 + SEGMENTS + FEATURES
    return LikelihoodModel(
        owners=_OWNERS,
        segments=_SEGMENTS,
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


def _prices() -> Prices:
    per_day = np.random.default_rng(4).random(OWNERS) / 1_000
    return Prices(owners=_OWNERS, per_day=per_day, bonus=np.zeros(OWNERS), unit=0.15)
