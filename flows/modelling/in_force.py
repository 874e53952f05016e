"""The version of the model that decides now, made ready once; or the sentence why there is none."""

import json
from typing import Protocol

from leads.keys import PolicyHash
from routing.matcher import Matcher
from routing.model_settings import ModelSettings
from routing.policy import Policy, Strategy
from store.model_rows import ModelRow, ModelState

_KEPT = 4
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, AssertionError)
_Key = tuple[int, PolicyHash, str, str, str]
_ready: dict[_Key, Matcher] = {}
"""By all that they are made of, so that two stores in one process never share one."""


class Models(Protocol):
    """The store, or its desk."""

    def model_in_force(self) -> ModelRow | None: ...

    def latest_model(self) -> ModelRow | None: ...


def asks(policy: Policy) -> bool:
    """Whether some pool of the policy goes by a model."""
    return any(pool.strategy is Strategy.BEST_MATCH for pool in policy.pools.values())


def model_for(models: Models, policy: Policy) -> tuple[Matcher | None, str]:
    """Answer the model in force, or why there is none: a clause that follows "by turns: "."""
    if not asks(policy):
        return None, ""
    row, why = usable(models, policy)
    if row is None:
        return None, why
    try:
        return ready(row, policy), ""
    except _UNREADABLE:
        # Nobody waits for a model: what cannot be read, of another release or damaged, is none.
        return None, f"version {row.version} of the model cannot be read: train it again"


def usable(models: Models, policy: Policy) -> tuple[ModelRow | None, str]:
    """Answer the version that pools with best_match go by, or why they go by turns."""
    if policy.model is None:
        return None, "the configuration has no `model:` section"
    row = models.model_in_force()
    if row is None:
        return None, why_none(models.latest_model())
    if barred := _excluded(row, policy.model):
        return None, f"version {row.version} of the model looks at {barred}, which is excluded now"
    return row, ""


def _excluded(row: ModelRow, settings: ModelSettings) -> str:
    """Name what a version looks at and must not any more, as `exclude` was added to since."""
    looked_at = {*row.report.get("features", ()), row.report.get("segment", "")}
    return " and ".join(sorted(looked_at & set(settings.exclude)))


def ready(row: ModelRow, policy: Policy) -> Matcher:
    """Make a version ready to be asked, once in this process."""
    assert policy.model is not None
    key = (row.version, policy.hash, row.recipe, row.likelihood, json.dumps(row.prices))
    if key not in _ready:
        # Only who has a model in force waits for numpy to be loaded.
        from routing.best_match import BestMatch

        while len(_ready) >= _KEPT:
            _ready.pop(next(iter(_ready)), None)
        _ready[key] = BestMatch.stored(
            row.version, (row.recipe, row.likelihood), row.prices, policy.model, policy.money
        )
    return _ready[key]


def why_none(latest: ModelRow | None) -> str:
    if latest is None:
        return "there is no model yet to tell the best match"
    name = f"version {latest.version} of the model"
    match latest.state:
        case ModelState.REFUSED:
            return f"{name} may not route ({'; '.join(latest.report['refusals'])})"
        case ModelState.TRAINED:
            return f"{name} waits to be put in force"
        case ModelState.STOPPED:
            return f"{name} was stopped ({latest.why})"
        case ModelState.ROLLED_BACK:
            return f"{name} was taken back ({latest.why})"
        case ModelState.IN_FORCE | ModelState.REPLACED:
            return "no model is in force"
