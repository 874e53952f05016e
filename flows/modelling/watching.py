"""Watching the version in force: stopped when it must not go on, its prices kept up to date."""

from dataclasses import dataclass
from datetime import datetime

from flows.modelling.in_force import asks
from flows.modelling.past_store import past_of
from flows.modelling.stopping import stop
from flows.modelling.training import LONG, reign_of
from flows.modelling.trial import Fare, fare
from routing.learning.model import LikelihoodModel
from routing.learning.pricing import price
from routing.learning.recipe import Recipe
from routing.policy import Policy
from store.model_rows import ModelRow, ModelState, PastRow
from store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """The version looked at, how it fares, and whether it was stopped now."""

    row: ModelRow
    fare: Fare

    @property
    def is_stopped(self) -> bool:
        return bool(self.fare.stop)


def watch_model(store: Store, policy: Policy, now: datetime) -> Watched | None:
    """
    Look how the version in force fares. Stop it, or price owners' time again by the latest leads.

    None where no model is in force, or no pool asks it.
    """
    row = store.model_in_force()
    if row is None or policy.model is None or not asks(policy):
        return None
    rows = store.past_leads(now - LONG)
    found = judged(store, row, rows, policy, now)
    if found.stop:
        stop(store, row.version, found.stop, now)
    else:
        _price(store, row, rows, policy, now)
    return Watched(row=row, fare=found)


def judged(store: Store, row: ModelRow, rows: list[PastRow], policy: Policy, now: datetime) -> Fare:
    """
    Judge the version in force by all since models are; another one by what itself gave.

    A person who starts a stopped version again begins another trial.
    """
    if row.state is ModelState.IN_FORCE:
        since = reign_of(row)
        ours = [each for each in rows if each.at >= since]
        agreement = store.agreement(row.version, now, row.state_at)
    else:
        ours = [each for each in rows if each.match and each.match.version == row.version]
        agreement = store.agreement(row.version, now)
    return fare(row, ours, agreement, policy, now)


def _price(store: Store, row: ModelRow, rows: list[PastRow], policy: Policy, now: datetime) -> None:
    """What owners' time costs follows the leads of late; a store without leads keeps its prices."""
    assert policy.model is not None
    past = past_of(rows, policy, policy.model)
    if not past:
        return
    recipe = Recipe.from_json(row.recipe, policy.money)
    model = LikelihoodModel.from_json(row.likelihood)
    prices = price(past, policy, policy.model, recipe, model)
    store.set_prices(row.version, prices.as_mapping(), now)
