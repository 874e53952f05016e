"""The shape of `model`: what is learnt from the past, and how far it is trusted."""

from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from config.model_base import Duration, Name, Names, Share, Strict, stated
from config.problems import suggestion
from routing.fields import FIGURES, TEXTS
from routing.model_settings import FEATURES, NEVER, Goal, Objective

_KNOWN = TEXTS | FIGURES
_OBJECTIVES = [each.value for each in Objective]
_GOALS = [each.value for each in Goal]


def _usable(name: str) -> str:
    if name in NEVER:
        raise ValueError(f"{name} may not drive routing: it is who somebody is, or written later")
    if name not in _KNOWN and not name.startswith("custom."):
        raise ValueError(f"there is no field {name!r}{suggestion(name, _KNOWN - NEVER)}")
    return name


class ModelModel(Strict):
    """The model behind pools with `strategy: best_match`; see docs/model.md."""

    min_months: Annotated[float, Field(ge=1, le=60)] = stated(
        "A past shorter than this teaches nothing.", 6, default=6.0
    )
    min_closed: Annotated[int, Field(ge=100, le=1_000_000)] = stated(
        "So many leads must have closed.", 500, default=500
    )
    horizon: Duration = stated(
        "An open lead younger than this tells nothing yet; an older one, see docs/model.md.",
        "90d",
        default="90d",
        validate_default=True,
    )
    goal: str = stated(
        "What counts as a success: a deal that is won, or a lead that is converted.",
        "converted",
        default=Goal.WON.value,
        json_schema_extra={"enum": _GOALS},
    )
    features: Names = stated(
        "Fields of a lead that it may look at, known when the lead comes.",
        ["industry", "employees", "custom.budget"],
        default=FEATURES,
    )
    segment: Name = stated(
        "Owners may be better with some values of this field than with others.",
        "product",
        default="industry",
    )
    exclude: Names = stated(
        "Fields that must not drive routing; what nearly tells them is reported.",
        ["language"],
        default=(),
    )
    objective: str = stated(
        "What is to be most: conversions, value, or velocity (value per day open).",
        "value",
        default=Objective.CONVERSIONS.value,
        json_schema_extra={"enum": _OBJECTIVES},
    )
    explore: Share = stated("This share goes to anybody able, to learn.", 0.05, default=0.0)
    control: Share = stated("This share goes by turns, to compare with.", 0.2, default=0.2)
    floor: Share = stated(
        "Each owner is to have at least this part of an equal share.", 0.5, default=0.5
    )
    review: Annotated[int, Field(ge=0, le=100_000)] = stated(
        "The first assignments of a new version wait for a person.", 50, default=50
    )
    agreement: Share = stated(
        "Agreed with less often than this at review, a version is stopped.", 0.6, default=0.6
    )

    @field_validator("features", "exclude")
    @classmethod
    def _fields(cls, names: tuple[str, ...], /) -> tuple[str, ...]:
        return tuple(_usable(name) for name in names)

    @field_validator("segment")
    @classmethod
    def _segment(cls, name: str, /) -> str:
        return _usable(name)

    @field_validator("objective")
    @classmethod
    def _objective(cls, value: str, /) -> str:
        if value not in _OBJECTIVES:
            raise ValueError(f"unknown objective{suggestion(value, _OBJECTIVES)}")
        return value

    @field_validator("goal")
    @classmethod
    def _goal(cls, value: str, /) -> str:
        if value not in _GOALS:
            raise ValueError(f"unknown goal{suggestion(value, _GOALS)}")
        return value

    @model_validator(mode="after")
    def _leaves_some(self) -> Self:
        if self.explore + self.control >= 1:
            raise ValueError("explore and control together leave no lead for the model")
        return self
