"""From leads of the past to a model that may route, or to the sentence why it may not."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import numpy as np

from routing.learning.fit import design, fit
from routing.learning.gate import GateReport, GateSettings, examine
from routing.learning.history import PastLead, Ripe, Told, ripe
from routing.learning.leakage import Refusal, leaks
from routing.learning.logistic import FloatArray, sigmoid
from routing.learning.model import LikelihoodModel
from routing.learning.prices import Prices
from routing.learning.pricing import price
from routing.learning.proxies import Proxy, proxies
from routing.learning.recipe import Recipe, recipe_of
from routing.learning.sample import Sample
from routing.model_settings import ModelSettings
from routing.policy import Policy, Strategy

THIN = 20
"""An owner with fewer closed leads than this is mostly taken for the usual one."""
_LENGTH = 16
_SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """`left` are configured no more, `thin` have few closed leads, `new` ones have none."""

    left: tuple[str, ...]
    thin: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """What was learnt, from what, and whether it may route. `model` None: nothing closed at all."""

    as_of: datetime
    closed: int
    young: int
    silent: int
    silence_is_loss: bool
    refused: tuple[Refusal, ...]
    proxies: tuple[Proxy, ...]
    owners: Owners
    gate: GateReport
    recipe: Recipe
    model: LikelihoodModel
    prices: Prices
    rates: Mapping[str, tuple[int, float]]  # by owner: closed leads, share won
    mix: Mapping[str, float]  # share of each segment
    chances: FloatArray  # of each lead with a usual owner
    fingerprint: str


class NothingClosedError(ValueError):
    """No lead of the past tells anything yet."""


def train(
    past: Sequence[PastLead], policy: Policy, settings: ModelSettings, as_of: datetime
) -> Trained:
    """Learn from what has closed by `as_of`. Raises NothingClosedError."""
    found = ripe(past, as_of, settings.horizon)
    if not any(each.won for each in found.told) or all(each.won for each in found.told):
        raise NothingClosedError(_nothing(found))
    features = _looked_at(settings)
    refused = leaks(found.told, features, policy.money)
    unused = {each.field for each in refused}
    kept = [name for name in features if name not in unused]
    leads = [each.past.lead for each in found.told]
    segment = "" if settings.segment in unused else settings.segment
    recipe = recipe_of(leads, kept, segment, policy.money)
    sample = sample_of(found.told, recipe)
    model = fit(sample)
    return Trained(
        as_of=as_of,
        closed=found.closed,
        young=found.young,
        silent=found.silent,
        silence_is_loss=found.silence_is_loss,
        refused=tuple(refused),
        proxies=tuple(proxies(leads, kept, settings.exclude, policy.money)),
        owners=_owners(found.told, policy),
        gate=examine(sample, GateSettings(months=settings.min_months, closed=settings.min_closed)),
        recipe=recipe,
        model=model,
        prices=price(past, policy, settings, recipe, model),
        rates=_rates(found.told),
        mix=_mix(sample),
        chances=sigmoid(design(sample) @ model.coefficients[-1]),
        fingerprint=_fingerprint(found.told, recipe),
    )


def _looked_at(settings: ModelSettings) -> list[str]:
    named = [*settings.features, *([settings.segment] if settings.segment else [])]
    return list(dict.fromkeys(named))


def sample_of(told: Sequence[Told], recipe: Recipe) -> Sample:
    owners = tuple(sorted({str(each.past.owner) for each in told}))
    place = {owner: n for n, owner in enumerate(owners)}
    segment = {word: n for n, word in enumerate(recipe.segments)}
    first = min(each.past.at for each in told)
    leads = [each.past.lead for each in told]
    return Sample(
        won=np.array([float(each.won) for each in told]),
        owner=np.array([place[str(each.past.owner)] for each in told], dtype=np.int64),
        segment=np.array([segment[recipe.segment_of(lead)] for lead in leads], dtype=np.int64),
        features=np.array([recipe.features(lead) for lead in leads]).reshape(len(told), -1),
        at=np.array([(e.past.at - first).total_seconds() / _SECONDS_A_DAY for e in told]),
        weight=np.array([each.weight for each in told]),
        value=np.array([each.past.end.value if each.past.end else 0.0 for each in told]),
        open_days=np.array([each.days for each in told]),
        owners=owners,
        segments=recipe.segments,
        names=recipe.names,
    )


def _nothing(found: Ripe) -> str:
    if not found.told:
        return f"no lead has closed yet ({found.young:,} are still open)"
    said = "won" if found.told[0].won else "lost"
    return f"all {found.closed:,} closed leads were {said}: there is nothing to tell them apart"


def _owners(told: Sequence[Told], policy: Policy) -> Owners:
    counts = Counter(str(each.past.owner) for each in told)
    matched = [pool for pool in policy.pools.values() if pool.strategy is Strategy.BEST_MATCH]
    members = dict.fromkeys(str(m.owner) for pool in matched for m in pool.members)
    known = {str(owner) for owner in policy.owners}
    return Owners(
        left=tuple(sorted(counts.keys() - known)),
        thin=tuple(sorted(who for who, n in counts.items() if n < THIN and who in known)),
        new=tuple(who for who in members if who not in counts),
    )


def _rates(told: Sequence[Told]) -> dict[str, tuple[int, float]]:
    counts = Counter(str(each.past.owner) for each in told)
    won = Counter(str(each.past.owner) for each in told if each.won)
    return {who: (n, won[who] / n) for who, n in counts.most_common()}


def _mix(sample: Sample) -> dict[str, float]:
    counts = np.bincount(sample.segment, minlength=len(sample.segments))
    return {name: float(n) / len(sample) for name, n in zip(sample.segments, counts, strict=True)}


def _fingerprint(told: Sequence[Told], recipe: Recipe) -> str:
    """Hash what was learnt from: neither in which order it came, nor whose it was."""
    rows = sorted(
        f"{each.past.lead.key}|{each.past.owner}|{each.won}|{each.days:.3f}|{each.weight:.6f}"
        for each in told
    )
    whole = "\n".join([recipe.to_json(), *rows])
    return sha256(whole.encode()).hexdigest()[:_LENGTH]
