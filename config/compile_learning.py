"""The settings of the model, as the policy has them."""

from config.draft import Draft
from routing.model_settings import Goal, ModelSettings, Objective


def model_settings(work: Draft) -> ModelSettings | None:
    """Answer None where the document says nothing of a model."""
    stated = work.parts.model
    if stated is None:
        return None
    excluded = frozenset(stated.exclude)
    return ModelSettings(
        min_months=stated.min_months,
        min_closed=stated.min_closed,
        horizon=stated.horizon,
        goal=Goal(stated.goal),
        features=tuple(name for name in stated.features if name not in excluded),
        segment="" if stated.segment in excluded else stated.segment,
        exclude=stated.exclude,
        objective=Objective(stated.objective),
        explore=stated.explore,
        control=stated.control,
        floor=stated.floor,
        review=stated.review,
        agreement=stated.agreement,
    )
