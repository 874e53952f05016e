"""What the policy says of the model behind `strategy: best_match`."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Objective(StrEnum):
    """What the best owner has the most of."""

    CONVERSIONS = "conversions"
    VALUE = "value"  # the chance times the amount
    VELOCITY = "velocity"  # that per day for which the lead stays open


class Goal(StrEnum):
    """Which outcome counts as a success."""

    WON = "won"
    CONVERTED = "converted"


FEATURES = (
    *("industry", "country", "employees", "product", "deal_type", "deal_value"),
    *("lead_source", "channel", "language"),
)
"""What the model looks at unless stated: all of it is known when a lead comes."""

NEVER = frozenset(
    {
        *("id", "email", "phone", "first_name", "last_name", "click_id", "created_at"),
        *("current_owner", "status", "is_test", "consent"),
    }
)
"""Who somebody is, and what is written after the outcome: no model may look at it."""

LEAST_ANSWERS = 10
"""Of fewer answers nobody can say how often people agree with a version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """
    `horizon`: a lead without an outcome for so long is lost, a younger one tells nothing yet.

    `segment` is the field by whose values owners may differ. `explore` and `control` are shares of
    leads: given at random, and by turns, to compare with. `floor` is the least part of an equal
    share that each owner is to have. The first `review` assignments of a version wait for a person;
    less agreement than `agreement` stops it.
    """

    min_months: float = 6.0
    min_closed: int = 500
    horizon: timedelta = timedelta(days=90)
    goal: Goal = Goal.WON
    features: tuple[str, ...] = FEATURES
    segment: str = "industry"
    exclude: tuple[str, ...] = ()
    objective: Objective = Objective.CONVERSIONS
    explore: float = 0.0
    control: float = 0.2
    floor: float = 0.5
    review: int = 50
    agreement: float = 0.6
