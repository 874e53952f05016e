"""What owners' time costs: the leads of late, planned among those who could have had each."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from leads.keys import OwnerId, PoolName
from leads.lead import Lead
from routing.learning.history import PastLead
from routing.learning.logistic import FloatArray, sigmoid
from routing.learning.model import LikelihoodModel
from routing.learning.prices import Objective as Worth
from routing.learning.prices import Prices, solve, values
from routing.learning.recipe import Recipe, number_of
from routing.model_settings import ModelSettings, Objective
from routing.policy import Policy, Pool, Strategy, ToPool
from routing.rulebook import RuleBook

RECENT = 400
_SECONDS_A_DAY = 86_400
WORTH = {
    Objective.CONVERSIONS: Worth.CONVERSIONS,
    Objective.VALUE: Worth.VALUE,
    Objective.VELOCITY: Worth.VALUE_PER_DAY,
}


def price(
    past: Sequence[PastLead],
    policy: Policy,
    settings: ModelSettings,
    recipe: Recipe,
    model: LikelihoodModel,
) -> Prices:
    """
    Price the time of those in pools with strategy best_match, by the last 400 leads.

    Who could have had a lead are the members of the pool that today's rules give it to; of leads
    that no such pool has, where none has any, all of them. Hours and leave even out.
    """
    pools = [pool for pool in policy.pools.values() if pool.strategy is Strategy.BEST_MATCH]
    owners = tuple(dict.fromkeys(m.owner for pool in pools for m in pool.members))
    recent = sorted(past, key=lambda each: each.at)[-RECENT:]
    if not owners or not recent:
        return Prices.none(tuple(map(str, owners)))
    eligible = _eligible(recent, policy, pools, owners)
    if not eligible.any():
        eligible = np.ones_like(eligible)
    ours = np.flatnonzero(eligible.sum(axis=1))
    leads = [recent[n].lead for n in ours]
    chances = _chances(leads, owners, recipe, model)
    days = model.open_days.expected(chances)
    money = np.array([_money(lead, recipe, model) for lead in leads])
    return solve(
        values(chances, money, days, WORTH[settings.objective]),
        days,
        owners=tuple(map(str, owners)),
        slots=_slots(owners, policy),
        leads_per_day=len(leads) / _span(recent[0].at, recent[-1].at),
        eligible=eligible[ours],
        floor=settings.floor,
    )


def _eligible(
    recent: Sequence[PastLead], policy: Policy, pools: Sequence[Pool], owners: Sequence[OwnerId]
) -> FloatArray:
    book, place = RuleBook(policy), {owner: n for n, owner in enumerate(owners)}
    rows: dict[PoolName, FloatArray] = {}
    for pool in pools:
        row = rows[pool.name] = np.zeros(len(owners))
        row[[place[member.owner] for member in pool.members if member.weight > 0]] = 1.0
    nobody = np.zeros(len(owners))
    found = []
    for each in recent:
        rule = book.match(each.lead, each.at, full=False, account_owner=None).rule
        target = rule.assign[0] if rule and rule.assign else None
        found.append(rows.get(target.pool, nobody) if isinstance(target, ToPool) else nobody)
    return np.array(found)


def _chances(
    leads: Sequence[Lead], owners: Sequence[OwnerId], recipe: Recipe, model: LikelihoodModel
) -> FloatArray:
    rows = model.rows_of(map(str, owners))
    logits = [model.logits(recipe.segment_of(lead), recipe.features(lead))[rows] for lead in leads]
    return sigmoid(np.array(logits))


def _money(lead: Lead, recipe: Recipe, model: LikelihoodModel) -> float:
    return number_of(lead, "deal_value", recipe.money) or model.typical_value


def _slots(owners: Sequence[OwnerId], policy: Policy) -> FloatArray:
    caps = (policy.owners[owner].max_open for owner in owners)
    return np.array([np.inf if cap is None else float(cap) for cap in caps])


def _span(first: datetime, last: datetime) -> float:
    """Answer the days between, at least one."""
    return max(1.0, (last - first).total_seconds() / _SECONDS_A_DAY)
