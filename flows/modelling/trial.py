"""How a version of the model fares: against the group that goes by turns, and against its word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from flows.modelling.drift import MISREAD, drift
from flows.modelling.groups import shares_of, shares_of_groups
from flows.modelling.past_store import end_of
from flows.modelling.stopping import disagreed
from leads.decision import Arm, Match
from leads.keys import OwnerId
from routing.learning.logistic import FloatArray
from routing.learning.recipe import Recipe
from routing.learning.trial import (
    Comparison,
    Interval,
    Needed,
    OffPolicy,
    Outcome,
    compare,
    leads_needed,
    mean_in_sequence,
    off_policy,
)
from routing.matcher import best_of
from routing.model_settings import ModelSettings
from routing.policy import Policy
from routing.selection import drawer
from store.model_rows import Agreement, ModelRow, PastRow

FOLLOWED = timedelta(days=30)
"""For so long each lead is followed before it is counted, in either arm; the horizon if less."""
UPLIFT = 0.2
_ENOUGH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Fare:
    """
    `counted` leads were followed long enough, of `given`. `said` is the chance the version gave on
    average to whoever had a lead, `won` what came of it. `shares` is each owner's part of the leads
    by the model and of those by turns, `groups` that of owners with something in common. `stop`
    says why it must not go on.
    """

    given: int
    counted: int
    comparison: Comparison | None
    needed: Needed | None
    everywhere: OffPolicy | None
    said: float
    won: float
    misread: Interval | None
    drift: str
    agreement: Agreement
    shares: Mapping[OwnerId, tuple[float, float]]
    groups: Mapping[str, tuple[float, float]]
    stop: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Followed:
    row: PastRow
    match: Match
    won: bool


def fare(
    row: ModelRow,
    rows: Sequence[PastRow],
    agreement: Agreement,
    policy: Policy,
    now: datetime,
) -> Fare:
    """Judge a version by leads that it, and others of its trial, were asked about: `rows`."""
    settings = policy.model or ModelSettings()
    ours = [each for each in rows if each.match]
    recipe = Recipe.from_json(row.recipe, policy.money)
    old_enough = now - min(FOLLOWED, settings.horizon)
    followed = _followed(ours, old_enough, policy, settings)
    comparison = _compared(followed, recipe) if followed else None
    ripe = _followed(ours, now - settings.horizon, policy, settings)
    told, came = _said_and_won(ripe)
    said, won, misread = _misread(told, came)
    shares = shares_of(ours)
    moved = drift(row, ours, told, came, recipe)
    return Fare(
        given=len(ours),
        counted=len(followed),
        comparison=comparison,
        needed=_needed(comparison, row, settings),
        everywhere=_everywhere(followed),
        said=said,
        won=won,
        misread=misread,
        drift=moved,
        agreement=agreement,
        shares=shares,
        groups=shares_of_groups(row, shares, policy),
        stop=_stop(comparison, said, won, misread, len(ripe))
        or moved
        or disagreed(agreement, settings),
    )


def _followed(
    rows: Sequence[PastRow], until: datetime, policy: Policy, settings: ModelSettings
) -> list[_Followed]:
    found = []
    for row in rows:
        if row.match is not None and row.at <= until:
            end = end_of(row.ends, policy.money, settings.goal)
            found.append(_Followed(row=row, match=row.match, won=bool(end and end.won)))
    return found


def _compared(followed: Sequence[_Followed], recipe: Recipe) -> Comparison:
    """Compare within each pool and segment; who was drawn to learn is in neither arm."""
    arms = [each for each in followed if each.match.arm is not Arm.EXPLORED]
    strata: dict[tuple[str, str], int] = {}
    # Of what was decided before the draw was by segment, the version's own segments are taken.
    keys = [(e.match.pool, e.match.segment or recipe.segment_of(e.row.lead)) for e in arms]
    stratum = [strata.setdefault(key, len(strata)) for key in keys]
    return compare(
        np.array([each.won for each in arms], dtype=np.bool_),
        np.array([each.match.arm is Arm.MODEL for each in arms], dtype=np.bool_),
        np.array(stratum, dtype=np.int64),
    )


def _needed(comparison: Comparison | None, row: ModelRow, settings: ModelSettings) -> Needed | None:
    """Answer how many leads show a fifth more, from what the rules win; else what the past did."""
    base = row.report["won"] / row.report["closed"]
    if comparison is not None and comparison.control and comparison.control_rate > 0:
        base = comparison.control_rate
    if not 0 < settings.control < 1 or not 0 < base < 1:
        return None
    return leads_needed(base, UPLIFT, control_share=settings.control)


def _everywhere(followed: Sequence[_Followed]) -> OffPolicy | None:
    """Estimate what would have been won had the model given every lead away (doubly robust)."""
    usable = [each for each in followed if each.match.propensity > 0]
    if len(usable) < _ENOUGH:
        return None
    best = [best_of(e.match, drawer(e.match.pool, e.row.lead.key)) for e in usable]
    return off_policy(
        np.array([each.won for each in usable], dtype=np.bool_),
        propensity=np.array([each.match.propensity for each in usable]),
        target=np.array(
            [float(each.row.given_to == to) for each, to in zip(usable, best, strict=True)]
        ),
        chance_given=np.array([_chance(each.match, each.row.given_to) for each in usable]),
        chance_target=np.array(
            [_chance(each.match, to) for each, to in zip(usable, best, strict=True)]
        ),
    )


def _chance(match: Match, owner: OwnerId) -> float:
    return match.chance_of(owner) or 0.0


def _said_and_won(ripe: Sequence[_Followed]) -> tuple[FloatArray, FloatArray]:
    said = np.array([_chance(each.match, each.row.given_to) for each in ripe])
    return said, np.array([float(each.won) for each in ripe])


def _misread(said: FloatArray, won: FloatArray) -> tuple[float, float, Interval | None]:
    if not len(said):
        return 0.0, 0.0, None
    interval, _ = mean_in_sequence(won - said)
    return float(said.mean()), float(won.mean()), interval


def _stop(
    comparison: Comparison | None, said: float, won: float, misread: Interval | None, ripe: int
) -> str:
    if comparison is not None and comparison.outcome is Outcome.CONTROL:
        return (
            f"the control group closes more: {comparison.control_rate:.1%} of "
            f"{comparison.control:,} leads by turns, {comparison.model_rate:.1%} of "
            f"{comparison.model:,} by the model"
        )
    is_sure = misread is not None and (misread.low > 0 or misread.high < 0)
    if is_sure and abs(won - said) > MISREAD * said:
        return f"miscalibrated: it said that {said:.1%} would close, and {won:.1%} of {ripe:,} did"
    return ""
