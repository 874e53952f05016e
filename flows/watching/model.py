"""A model that stopped itself: told until a person starts a version, or takes it back."""

from flows.modelling.in_force import asks
from flows.wiring import Wiring
from store.alert_rows import Cause
from store.model_rows import ModelState

KIND = "model"


def model_causes(wiring: Wiring) -> list[Cause]:
    """Say which of the causes it was: the control group, calibration, drift or disagreement."""
    if not asks(wiring.configuration.policy):
        return []
    row = wiring.store.interrupted_model()
    if row is None or row.state is not ModelState.STOPPED:
        return []
    text = f"version {row.version} was stopped and its pools go by turns: {row.why}"
    return [Cause(kind=KIND, source="", subject=str(row.version), text=text)]
