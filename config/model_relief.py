"""The shape of what a pool does when nobody of it can take a lead."""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from config.model_base import Duration, Name, Strict, stated

_NEXT_SHIFT = "next_shift"
_FORMS = "next_shift, {follow_the_sun: POOL}, {on_call: OWNER} or {hold: 4h}"


class OutOfHoursModel(Strict):
    """What happens to a lead when nobody of the pool is at work for it; one of four."""

    next_shift: Literal[True] | None = stated(
        "Whoever is at work first has it now.", example=True, default=None
    )
    follow_the_sun: Name | None = stated(
        "Another pool, elsewhere, that is at work.", "americas", default=None
    )
    on_call: Name | None = stated("One owner, at any hour.", "grace", default=None)
    hold: Duration | None = stated(
        "It waits for somebody to be at work, so long at most.", "4h", default=None
    )

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: object) -> object:
        if value == _NEXT_SHIFT:
            return {_NEXT_SHIFT: True}
        if isinstance(value, str):
            # pydantic catches ValueError, not TypeError.
            raise ValueError(f"unknown policy; write {_FORMS}")  # noqa: TRY004
        return value

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError(f"write one of {_FORMS}")
        return self

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler, /
    ) -> JsonSchemaValue:
        long: dict[str, Any] = handler(core_schema)
        return {"anyOf": [{"const": _NEXT_SHIFT}, long]}


class WhenFullModel(Strict):
    """What happens to a lead while everybody of the pool who is at work is at a cap."""

    hold: Duration = stated("It waits for somebody to have room, so long at most.", "30m")


class CatchUpModel(Strict):
    """Somebody new, or back, is owed some leads at once, which the others pay."""

    catch_up: Annotated[int, Field(ge=1, le=1_000)] = stated("At most so many leads.", 5)


def _or_word(word: str) -> tuple[BeforeValidator, WithJsonSchema]:
    """Let the default be written out as a word."""
    catch_up = {"type": "integer", "minimum": 1, "maximum": 1_000}
    long = {"type": "object", "properties": {"catch_up": catch_up}, "additionalProperties": False}
    schema = WithJsonSchema({"anyOf": [{"const": word}, {**long, "required": ["catch_up"]}]})
    return BeforeValidator(lambda value: None if value == word else value), schema


Joiners = Annotated[CatchUpModel | None, *_or_word("share")]
Returners = Annotated[CatchUpModel | None, *_or_word("frozen")]
