"""The ways to choose an owner that are compared, each made ready anew every two weeks or day."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from bench.likeliest_floor import Floor, by_floor, in_turn, with_room
from routing.learning.fit import fit, problem_of
from routing.learning.logistic import FloatArray, sigmoid
from routing.learning.mixed import mode
from routing.learning.prices import Prices, solve
from routing.learning.sample import Sample
from routing.learning.score import penalties

Chooser = Callable[[Floor, int], int]
RECENT, REFIT = 400, 28
_ARRIVALS_OVER = 56
_EXPERTS, _BLUR = 0.33, 0.4
_FREE = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """
    How chances are learnt ("" for not at all), and what is done with them.

    `ready_for` days it goes by the same prices; REFIT is a multiple of it.
    """

    learns: str = ""
    is_priced: bool = False
    ready_for: int = 14
    explores: float = 0.0
    floor: float = 0.0


POLICIES: Mapping[str, Policy] = {
    "rotation": Policy(),
    "least loaded": Policy(),
    "experts' skill rules": Policy(),
    "plain logistic, greedy": Policy(learns="plain"),
    "plain logistic + price": Policy(learns="plain", is_priced=True),
    "hierarchical, greedy": Policy(learns="ours"),
    "hierarchical + price (ours)": Policy(learns="ours", is_priced=True),
    "ours + prices every day": Policy(learns="ours", is_priced=True, ready_for=1),
    "ours + 5 % exploration": Policy(learns="ours", is_priced=True, explores=0.05),
    "ours + floor of half": Policy(learns="ours", is_priced=True, floor=0.5),
    "true spreads + price": Policy(learns="spreads", is_priced=True),
    "true spreads + prices every day": Policy(learns="spreads", is_priced=True, ready_for=1),
    "true chances + price": Policy(learns="truth", is_priced=True),
}
Chances = Callable[[slice], FloatArray]


def chooser(name: str, floor: Floor, chances: Chances, until: float, seed: int) -> Chooser:
    """Make a policy ready for the leads that come before `until`."""
    match name:
        case "rotation":
            return in_turn
        case "least loaded":
            return _least_loaded
        case "experts' skill rules":
            return _experts(floor, seed)
        case _:
            return _by_chance(POLICIES[name], floor, chances, until, seed)


def _least_loaded(floor: Floor, lead: int) -> int:
    del lead
    caps = floor.world.caps
    return with_room(floor, -floor.open / caps - 1e-4 * floor.given / caps)


def _experts(floor: Floor, seed: int) -> Chooser:
    """Give a segment to the third of the team that experts, with a blur, think best at it."""
    world = floor.world
    blur = np.random.default_rng(seed + 1).normal(0, _BLUR, world.skill.shape)
    seen = world.skill + blur
    rank = np.argsort(np.argsort(-seen, axis=1), axis=1)
    is_expert = rank < world.setting.owners * _EXPERTS

    def choose(floor: Floor, lead: int) -> int:
        load = floor.open / world.caps + 1e-4 * floor.given
        return with_room(floor, is_expert[world.segment[lead]] * 2.0 - load)

    return choose


def _by_chance(policy: Policy, floor: Floor, chances: Chances, until: float, seed: int) -> Chooser:
    world, first = floor.world, floor.next
    last = int(np.searchsorted(world.at, until))
    known = chances(slice(first, last))
    prices = _prices(policy, floor, chances) if policy.is_priced else None
    dice = np.random.default_rng((seed, first))
    if prices is None:
        return lambda floor, lead: with_room(floor, known[lead - first])
    setting = world.setting
    days = setting.lost_days + (setting.won_days - setting.lost_days) * known
    net = known - prices.per_day * days + prices.bonus

    def choose(floor: Floor, lead: int) -> int:
        if policy.explores and dice.random() < policy.explores:
            return with_room(floor, dice.random(setting.owners))
        preferred = net[lead - first] - penalties(floor.open / world.caps, prices.unit)
        if policy.floor:
            return by_floor(floor, preferred, policy.floor)
        return with_room(floor, preferred)

    return choose


def _prices(policy: Policy, floor: Floor, chances: Chances) -> Prices:
    world, now = floor.world, floor.next
    recent = chances(slice(max(0, now - RECENT), now))
    setting = world.setting
    since = world.at[now - 1] - _ARRIVALS_OVER
    per_day = (now - int(np.searchsorted(world.at, since))) / _ARRIVALS_OVER
    return solve(
        recent,
        setting.lost_days + (setting.won_days - setting.lost_days) * recent,
        owners=tuple(f"owner-{n}" for n in range(setting.owners)),
        slots=world.caps.astype(np.float64),
        leads_per_day=per_day,
        floor=policy.floor,
    )


def learn(kind: str, floor: Floor, closed: int) -> Chances:
    """Learn who wins what, from what has closed; `closed` of it were there at the start."""
    world = floor.world
    if kind in {"", "truth"}:
        return lambda leads: world.chances[leads]
    sample = floor.sample(closed)
    coefficients = _coefficients(kind, floor, sample)
    segments = np.eye(world.setting.segments)

    def chances(leads: slice) -> FloatArray:
        rows = np.hstack(
            [
                np.ones((leads.stop - leads.start, 1)),
                segments[world.segment[leads]],
                world.features[leads],
            ]
        )
        return sigmoid(rows @ coefficients.T)

    return chances


def _coefficients(kind: str, floor: Floor, sample: Sample) -> FloatArray:
    setting = floor.world.setting
    if kind == "ours":
        return fit(sample).coefficients[:-1]
    # A plain logistic regression on owner, segment and features: owners all but free.
    own, within = (_FREE, 0.0) if kind == "plain" else (setting.owner, setting.within)
    spread = np.repeat([own, within, 0.0], (1, setting.segments, setting.features))
    found = mode(problem_of(sample), spread)
    effects = np.zeros((setting.owners, len(spread)))
    effects[np.unique(sample.owner)] = spread * found.scaled
    return found.fixed + effects
