"""What the shape is made of: strict models, and text that stands for a value."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache
from typing import Annotated, Any, Final
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from config.problems import suggestion
from config.time_words import read_age, read_date, read_duration, read_instant

_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_LARGEST: Final = Decimal(10) ** 15
_HEAVIEST: Final = 1_000
_MOST_PARTS: Final = 20
NAME_PATTERN: Final = r"^\S(.*\S)?$"


class Strict(BaseModel):
    """Unknown keys are errors, and text is never taken for a number."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def stated(description: str, example: object, **more: Any) -> Any:
    """Describe one key for the JSON Schema; a key without a `default` is required."""
    return Field(description=description, examples=[example], **more)


def _text_schema(**schema: object) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", **schema})


def _email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise ValueError("not an e-mail address; write one as in ana@example.com")
    return text


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _zone(name: str) -> str:
    if name not in _zones():
        cities = {zone.rpartition("/")[2]: zone for zone in sorted(_zones()) if "/" in zone}
        meant = cities.get(name.strip().title().replace(" ", "_"))
        hint = f"; did you mean {meant}?" if meant else suggestion(name, _zones())
        raise ValueError(f"unknown time zone{hint}")
    return name


def _decimal(value: object) -> Decimal:
    try:
        if isinstance(value, Decimal | int | float | str) and not isinstance(value, bool):
            number = Decimal(str(value))
            if number.is_finite() and 0 < number < _LARGEST:
                return number
    except InvalidOperation:
        pass
    raise ValueError("not an amount; write a number above 0, as in 0.92")


def _weight(value: object) -> object:
    """Refuse what is not a whole number with the two weights that mean the same."""
    if isinstance(value, float) and 0 < value < _HEAVIEST:
        few = Fraction(value).limit_denominator(_MOST_PARTS)
        here, there = (few or Fraction(1, min(round(1 / value), _HEAVIEST))).as_integer_ratio()
        beside = f", and {there} for those who have 1 now" if there > 1 else ""
        raise ValueError(
            f"weights are whole numbers, and only their proportion counts: in place of {value} "
            f"write {here}{beside}"
        )
    if isinstance(value, int | float) and value <= 0:
        raise ValueError(
            f"must be 1 or more, found {value:g}; who is to get nothing is left out of the pool"
        )
    return value


def _vendor_id(value: object) -> object:
    # HubSpot's ids are digits; without quotes YAML reads a number.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def as_list(value: object) -> object:
    """Let one text stand for a list of one."""
    return [value] if isinstance(value, str) else value


Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=NAME_PATTERN)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Email = Annotated[str, AfterValidator(_email), _text_schema(format="email")]
TimeZone = Annotated[str, AfterValidator(_zone)]
Duration = Annotated[
    timedelta,
    BeforeValidator(read_duration),
    _text_schema(pattern=r"^([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$"),
]
Age = Annotated[timedelta, BeforeValidator(read_age), _text_schema(pattern=r"^[0-9]{1,4}[dw]$")]
Day = Annotated[date, BeforeValidator(read_date), _text_schema(format="date")]
Instant = Annotated[datetime, BeforeValidator(read_instant), _text_schema()]
Amount = Annotated[
    Decimal, BeforeValidator(_decimal), WithJsonSchema({"type": "number", "exclusiveMinimum": 0})
]
Weight = Annotated[int, Field(ge=1, le=_HEAVIEST), BeforeValidator(_weight)]
Share = Annotated[float, Field(ge=0, le=1)]
VendorId = Annotated[
    Annotated[str, StringConstraints(min_length=1, max_length=100)],
    BeforeValidator(_vendor_id),
    WithJsonSchema({"type": ["string", "integer"]}),
]
Names = Annotated[tuple[Name, ...], Field(strict=False)]
OneOrMore = Annotated[
    tuple[Name, ...],
    BeforeValidator(as_list),
    Field(strict=False, min_length=1),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
            ]
        }
    ),
]
