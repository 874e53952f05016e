"""A made-up sales floor whose truth is known: who wins what, when leads come and close."""

from dataclasses import dataclass, field, replace

import numpy as np

from routing.learning.logistic import FloatArray, IntArray, sigmoid

RUN_IN = 60
_WEEKEND, _BURST, _BURST_DAYS = 0.2, 3.0, 0.03
# Gamma-shaped open times: their spread is half their mean.
_SHAPE = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a world is made with; spreads are standard deviations on the logit."""

    owners: int = 40
    segments: int = 8
    features: int = 4
    cap: int = 25
    load: float = 0.8
    base: float = 0.15
    owner: float = 0.42
    within: float = 0.20
    segment: float = 0.45
    feature: float = 0.35
    lost_days: float = 30.0
    won_days: float = 45.0
    compared: int = 180  # for how many days policies are
    is_strange: bool = False

    @property
    def leads(self) -> float:
        """How far leads differ among themselves, whoever has them."""
        return float((self.segment**2 + self.features * self.feature**2) ** 0.5)

    def with_leads(self, spread: float) -> "Setting":
        """Return it with leads that differ by `spread`, as much of it by segment as before."""
        scale = spread / self.leads
        return replace(self, segment=self.segment * scale, feature=self.feature * scale)


WORLDS = {
    "base": Setting(),
    "no-effects": Setting(owner=0.0, within=0.0),
    "no-interaction": Setting(within=0.0),
    "half-spread": Setting(owner=0.21, within=0.10),
    "misspecified": Setting(is_strange=True),
    "tight-slots": Setting(load=0.95),
    "year": Setting(compared=365),
    "quick-wins": Setting(lost_days=45.0, won_days=30.0),
    "leads-alike": Setting().with_leads(0.0),
    "leads-0.4": Setting().with_leads(0.4),
    "leads-1.2": Setting().with_leads(1.2),
    "leads-1.6": Setting().with_leads(1.6),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class World:
    """
    One drawn world and all of its leads, in order of arrival.

    Every policy meets the same leads with the same luck: `luck` decides whether a lead is won
    (below the true chance), `pace` how long it stays open.
    """

    setting: Setting
    start: float  # the day from which policies are compared; before it leads are given in turn
    at: FloatArray
    segment: IntArray
    features: FloatArray
    chances: FloatArray  # the truth: leads x owners
    luck: FloatArray
    pace: FloatArray
    caps: IntArray
    lean: FloatArray  # how the past was given: segments x owners, nought for in turn
    skill: FloatArray = field(repr=False)  # segments x owners, what an expert sees a blur of

    def days(self, lead: int, *, is_won: bool) -> float:
        mean = self.setting.won_days if is_won else self.setting.lost_days
        return float(mean * self.pace[lead])


def draw(setting: Setting, closed: int, seed: int) -> World:
    """Make a world whose past holds at least `closed` leads closed before policies are compared."""
    dice = np.random.default_rng(seed)
    usual = setting.lost_days + (setting.won_days - setting.lost_days) * setting.base
    per_day = setting.load * setting.owners * setting.cap / usual
    start = float(int(RUN_IN + usual + closed / per_day * 1.1))
    at = _arrivals(dice, per_day, start + setting.compared)
    count, shares = len(at), np.ones(setting.segments)
    if setting.is_strange:
        shares = dice.dirichlet(np.full(setting.segments, 2.0))
    segment = dice.choice(setting.segments, count, p=shares / shares.sum())
    features = dice.normal(size=(count, setting.features))
    skill = _skill(setting, dice)
    logits = _of_leads(setting, dice, segment, features)[:, None] + skill[segment]
    if setting.is_strange:
        logits += _strange(setting, dice, at, features)
    return World(
        setting=setting,
        start=start,
        at=at,
        segment=segment,
        features=features,
        chances=sigmoid(logits + _level(logits, setting.base)),
        luck=dice.random(count),
        pace=dice.gamma(_SHAPE, 1 / _SHAPE, count),
        caps=_caps(setting, dice),
        lean=dice.normal(0, 1.0 if setting.is_strange else 0.0, skill.shape),
        skill=skill,
    )


def _arrivals(dice: np.random.Generator, per_day: float, days: float) -> FloatArray:
    whole = np.arange(int(days))
    rate = np.where(whole % 7 >= 5, _WEEKEND, 1.0)  # noqa: PLR2004  (Saturday and Sunday)
    rate *= np.where(dice.random(len(whole)) < _BURST_DAYS, _BURST, 1.0)
    counts = dice.poisson(rate * per_day / rate.mean())
    return np.sort(np.repeat(whole, counts) + dice.random(counts.sum()))


def _skill(setting: Setting, dice: np.random.Generator) -> FloatArray:
    owner = dice.normal(size=setting.owners)
    within = dice.normal(size=(setting.segments, setting.owners))
    if setting.is_strange:
        # A few stars and a few lost cases, and specialists of one segment among generalists.
        owner = dice.standard_t(3, setting.owners) / 3**0.5
        within = np.where(dice.random(within.shape) < 0.1, 3.0, 0.0) - 0.3  # noqa: PLR2004
    return setting.owner * owner + setting.within * within


def _of_leads(
    setting: Setting, dice: np.random.Generator, segment: IntArray, features: FloatArray
) -> FloatArray:
    by_segment = dice.normal(0, setting.segment, setting.segments)
    slopes = dice.normal(0, setting.feature, setting.features)
    return np.asarray(by_segment[segment] + features @ slopes)


def _strange(
    setting: Setting, dice: np.random.Generator, at: FloatArray, features: FloatArray
) -> FloatArray:
    """What the model has no word for: a bent feature, what nobody sees, owners who change."""
    bent = 0.3 * (np.abs(features[:, :1]) - 0.8)
    unseen = dice.normal(0, 0.5, (len(at), 1))
    drift = dice.normal(0, 0.25, setting.owners) * (at[:, None] - at.mean()) / 180
    slopes = features[:, 1:2] * dice.normal(0, 0.15, setting.owners)
    return np.asarray(bent + unseen + drift + slopes)


def _level(logits: FloatArray, base: float) -> float:
    """Find what to add so that the mean chance is `base`."""
    low, high = -10.0, 10.0
    some = logits[:: max(1, len(logits) // 2_000)]
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if sigmoid(some + middle).mean() < base else (low, middle)
    return low


def _caps(setting: Setting, dice: np.random.Generator) -> IntArray:
    if not setting.is_strange:
        return np.full(setting.owners, setting.cap)
    return np.asarray(setting.cap + dice.permutation(np.arange(setting.owners) % 21 - 10))
