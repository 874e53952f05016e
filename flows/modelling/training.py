"""Training a version of the model, and keeping it: in force at once, or until somebody says so."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from leads.errors import ConfigError
from routing.learning.history import PastLead
from routing.learning.stability import Spectrum
from routing.learning.training import NothingClosedError, Trained, train
from routing.model_settings import ModelSettings
from routing.policy import Policy, Strategy
from store.model_rows import ModelRow, ModelState
from store.store import Store

ROUTES = "the gate lets it route"
LONG = timedelta(days=730)
"""What was longer ago says little of today's owners."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """Leads to learn from, where they are from, and up to when that tells what came of them."""

    leads: Sequence[PastLead]
    origin: str
    as_of: datetime


def settings_of(policy: Policy) -> ModelSettings:
    """What is stated, else the defaults: a past can be looked at before `model:` is written."""
    return policy.model or ModelSettings()


def learn(past: Past, policy: Policy) -> Trained:
    """Raises ConfigError where nothing can be learnt from it at all."""
    try:
        return train(past.leads, policy, settings_of(policy), past.as_of)
    except NothingClosedError as error:
        raise ConfigError([f"model train: {past.origin}: {error}"]) from None


def keep(
    store: Store, trained: Trained, origin: str, policy: Policy, *, by: str, now: datetime
) -> ModelRow:
    """Store it as the next version, and answer it."""
    state, why = _state(store, trained, policy)
    before = store.model_in_force()
    reign = reign_of(before) if before is not None else now
    row = ModelRow(
        version=0,
        trained_at=now,
        state=state,
        state_at=now,
        state_by=by,
        why=why,
        recipe=trained.recipe.to_json(),
        likelihood=trained.model.to_json(),
        prices=trained.prices.as_mapping(),
        priced_at=now,
        fingerprint=trained.fingerprint,
        report={**report_of(trained, origin, policy), "reign": reign.isoformat()},
    )
    kept = store.model(store.add_model(row))
    assert kept is not None
    return kept


def _state(store: Store, trained: Trained, policy: Policy) -> tuple[ModelState, str]:
    if not trained.gate.passes:
        return ModelState.REFUSED, trained.gate.verdict
    if policy.model is None:
        return ModelState.TRAINED, "the configuration has no `model:` section yet"
    before = store.interrupted_model()
    if before is not None:
        what = "stopped" if before.state is ModelState.STOPPED else "taken back"
        return ModelState.TRAINED, f"version {before.version} was {what}: a person starts the next"
    return ModelState.IN_FORCE, ROUTES


def reign_of(row: ModelRow) -> datetime:
    """
    Answer since when models have been in force without a person or a stop between: one trial.

    What one version of it gave is told of the next: a new one each week would never be judged.
    """
    if row.state is ModelState.IN_FORCE and row.why != ROUTES:
        return row.state_at
    return datetime.fromisoformat(row.report.get("reign") or row.trained_at.isoformat())


def report_of(trained: Trained, origin: str, policy: Policy) -> Mapping[str, Any]:
    """Return what training found, as JSON holds it."""
    gate, model = trained.gate, trained.model
    return {
        "origin": origin,
        "as_of": trained.as_of.isoformat(),
        "closed": trained.closed,
        "won": gate.won,
        "young": trained.young,
        "silent": trained.silent,
        "silence_is_loss": trained.silence_is_loss,
        "months": gate.months,
        "passes": gate.passes,
        "verdict": gate.verdict,
        "refusals": list(gate.refusals),
        "owner_p": gate.owner_p,
        "owner_segment_p": gate.owner_segment_p,
        "log_loss": dict(gate.losses),
        "ranking": dict(gate.ranking),
        "calibration_error": gate.calibration_error,
        "shape": str(model.shape),
        "spreads": dict(zip(("owner", "segment", "feature"), model.spreads, strict=True)),
        "segment": trained.recipe.segment,
        "features": [*trained.recipe.values, *trained.recipe.scales],
        "alike": _alike(trained, settings_of(policy)),
        "refused": [{"field": each.field, "why": each.why} for each in trained.refused],
        "proxies": [
            {"field": each.field, "of": each.of, "share": each.share} for each in trained.proxies
        ],
        "owners": {
            "left": list(trained.owners.left),
            "thin": list(trained.owners.thin),
            "new": list(trained.owners.new),
        },
        "rates": {who: {"closed": n, "won": share} for who, (n, share) in trained.rates.items()},
        "mix": dict(trained.mix),
        "chances": {
            "mean": float(trained.chances.mean()),
            **asdict(Spectrum.of(trained.chances)),
        },
        "pools": [p.name for p in policy.pools.values() if p.strategy is Strategy.BEST_MATCH],
    }


def _alike(trained: Trained, settings: ModelSettings) -> list[str]:
    """Answer the fields stated in which the leads of the past do not differ, or are blank."""
    recipe, refused = trained.recipe, {each.field for each in trained.refused}
    told = {*recipe.values, *recipe.scales, *refused, settings.segment}
    found = [each for each in dict.fromkeys(settings.features) if each not in told]
    is_one = sum(share > 0 for share in trained.mix.values()) == 1
    return [*found, recipe.segment] if recipe.segment and is_one else found
