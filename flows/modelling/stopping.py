"""Stopping the version in force by itself: people disagree with it, or it fares badly."""

from datetime import datetime

from routing.model_settings import LEAST_ANSWERS, ModelSettings
from routing.policy import Policy
from store.model_rows import Agreement, ModelState
from store.store import Store

BY = "firsttouch"


def disagreed(agreement: Agreement, settings: ModelSettings) -> str:
    """Say that people would rather have had other owners; empty while they are too few to tell."""
    answered = agreement.approved + agreement.changed
    if answered < LEAST_ANSWERS or agreement.approved / answered >= settings.agreement:
        return ""
    return f"people changed {agreement.changed} of the {answered} proposals that they looked at"


def stop(store: Store, version: int, why: str, now: datetime) -> None:
    store.set_model_state(version, ModelState.STOPPED, by=BY, why=why, now=now)


def stop_if_disagreed(store: Store, policy: Policy, now: datetime) -> str:
    """Stop the version in force if people would rather have had others; answer why, or nothing."""
    row = store.model_in_force() if policy.model is not None else None
    if row is None or policy.model is None:
        return ""
    why = disagreed(store.agreement(row.version, now, row.state_at), policy.model)
    if why:
        stop(store, row.version, why, now)
    return why
