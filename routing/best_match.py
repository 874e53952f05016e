"""The model in force, made ready to say of each lead who is the best match. Needs numpy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from leads.decision import Match, Part
from leads.keys import OwnerId, PoolName
from leads.lead import Lead
from routing.learning.logistic import FloatArray
from routing.learning.model import LikelihoodModel
from routing.learning.prices import Prices
from routing.learning.pricing import WORTH
from routing.learning.recipe import Recipe, number_of
from routing.learning.score import Scorer
from routing.matcher import arm_of
from routing.model_settings import ModelSettings
from routing.policy import Money

_SMALL = 0.005


@dataclass(frozen=True, slots=True)
class _Asked:
    """Owners of a pool as they were `given`, ready to be scored."""

    given: Sequence[OwnerId]
    names: tuple[OwnerId, ...]
    scorer: Scorer


class BestMatch:
    """A `routing.matcher.Matcher`. Keeps a scorer for each set of owners it was asked about."""

    def __init__(
        self,
        version: int,
        recipe: Recipe,
        model: LikelihoodModel,
        prices: Prices,
        settings: ModelSettings,
    ) -> None:
        self.version, self.settings = version, settings
        self._recipe, self._model, self._prices = recipe, model, prices
        self._known: dict[PoolName, _Asked] = {}

    @classmethod
    def stored(
        cls,
        version: int,
        texts: tuple[str, str],
        prices: Mapping[str, Any],
        settings: ModelSettings,
        money: Money,
    ) -> "BestMatch":
        """Read what the store keeps: the recipe, the coefficients and the prices."""
        recipe, likelihood = texts
        return cls(
            version,
            Recipe.from_json(recipe, money),
            LikelihoodModel.from_json(likelihood),
            Prices.from_mapping(prices),
            settings,
        )

    def match(
        self,
        lead: Lead,
        pool: PoolName,
        owners: Sequence[OwnerId],
        loads: Sequence[float],
        place: float,
    ) -> Match:
        segment, features = self._recipe.segment_of(lead), self._recipe.features(lead)
        asked = self._asked(pool, owners)
        load = np.fromiter(loads, np.float64, len(loads))
        scores = asked.scorer.score(segment, features, money=self.money_of(lead), load=load)
        told = {scores.best, int(scores.chances.argmax())}
        chances, usual = scores.chances.tolist(), scores.usual
        return Match(
            version=self.version,
            pool=pool,
            arm=arm_of(place, self.settings),
            draw=place,
            owners=asked.names,
            chances=tuple(chances),
            charges=tuple(scores.charge.tolist()),
            priced=tuple(scores.priced.tolist()),
            usual=usual,
            segment=segment,
            parts={
                asked.names[n]: _parts(
                    asked.scorer.own_logits(n, segment, features),
                    chances[n] - usual,
                    ("", segment, *self._model.names),
                )
                for n in sorted(told)
            },
        )

    def segment_of(self, lead: Lead) -> str:
        return self._recipe.segment_of(lead)

    def money_of(self, lead: Lead) -> float:
        """Answer what a lead is worth if won; where it does not say, what they usually are."""
        stated = number_of(lead, "deal_value", self._recipe.money)
        return stated or self._model.typical_value

    def _asked(self, pool: PoolName, owners: Sequence[OwnerId]) -> _Asked:
        """Make a scorer for these once: while the same are at work, they come as the same list."""
        known = self._known.get(pool)
        if known is not None and (known.given is owners or known.names == tuple(owners)):
            return known
        names = tuple(owners)
        worth = WORTH[self.settings.objective]
        scorer = Scorer(self._model, self._prices, tuple(map(str, names)), worth)
        made = self._known[pool] = _Asked(owners, names, scorer)
        return made


def _parts(own: FloatArray, difference: float, names: Sequence[str]) -> tuple[Part, ...]:
    """Give the parts of the odds as points of the chance, the greatest first: they add up to it."""
    total = float(own.sum())
    if abs(total) < _SMALL:
        return ()
    points = own * (difference / total)
    worth = np.flatnonzero(np.abs(points) >= _SMALL).tolist()
    told = [Part(names[n], float(points[n])) for n in worth]
    return tuple(sorted(told, key=lambda part: (-abs(part.points), part.name)))
