"""The shape of owners, calendars and pools: who can own leads, when, and who shares them."""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from config.model_base import (
    Day,
    Duration,
    Email,
    Name,
    Names,
    Strict,
    TimeZone,
    VendorId,
    Weight,
    stated,
)
from config.model_caps import CapsModel
from config.model_relief import Joiners, OutOfHoursModel, Returners, WhenFullModel
from config.problems import suggestion
from config.time_words import read_days
from routing.policy import Strategy


class AwayModel(Strict):
    """Days off, both ends included, in the owner's own time zone."""

    first: Day = stated("The first day off.", "2026-12-24", alias="from")
    last: Day = stated("The last day off.", "2027-01-02", alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"ends on {self.last}, before it begins; exchange from and to")
        return self


class OwnerModel(Strict):
    """Somebody, or a queue, that can own leads."""

    id: Name = stated("A short name for rules and reports.", "ana")
    name: Name = stated("The name people know.", "Ana Ruiz")
    email: Email | None = stated("Where messages go.", "ana@example.com", default=None)
    kind: Literal["person", "queue"] = stated(
        "A queue has no cap and no working hours.", "queue", default="person"
    )
    crm: dict[Name, VendorId] = stated(
        "The owner's id in each CRM.",
        {"salesforce": "005xx0000012345AAA", "hubspot": "4471"},
        default_factory=dict,
    )
    timezone: TimeZone | None = stated(
        "An IANA time zone; the configuration's unless stated.", "Europe/Madrid", default=None
    )
    hours: Name | None = stated("A calendar; without one always on.", "office-es", default=None)
    skills: Names = stated("What rules and pools may ask for.", ["enterprise"], default=())
    languages: Names = stated("Languages spoken, ISO 639-1.", ["es", "en"], default=())
    max_open: Annotated[int, Field(ge=1, le=100_000)] | None = stated(
        "At most this many open leads; 25 for a person unless stated.", 30, default=None
    )
    caps: CapsModel | None = stated(
        "At most so many leads an hour, a day, a week; per pool and segment too.",
        {"day": 10, "pool": {"security": {"week": 5}}},
        default=None,
    )
    weight: Weight = stated("The share in a rotation, relative to the others.", 2, default=1)
    backup: Name | None = stated("Who stands in while away.", "ben", default=None)
    manager: Name | None = stated(
        "Who takes what nobody on a rule's list can, before the fallback.", "mia", default=None
    )
    away: Annotated[tuple[AwayModel, ...], Field(strict=False)] = stated(
        "Days off.", [{"from": "2026-12-24", "to": "2027-01-02"}], default=()
    )


def _by_days(value: object) -> object:
    """Hours that hold on all of `days`: their group has no name of its own."""
    if isinstance(value, str):
        return {"": [value]}
    return {"": value} if isinstance(value, list) else value


def _spans_schema() -> dict[str, Any]:
    spans = {"type": "array", "items": {"type": "string"}, "minItems": 1}
    by_days = {"type": "object", "additionalProperties": spans}
    return {"anyOf": [spans, {"type": "string"}, by_days]}


class CalendarModel(Strict):
    """Working hours, in the own time zone of whoever works them."""

    days: str | None = stated("The days the hours hold on.", "mon-fri", default=None)
    hours: Annotated[
        dict[str, Annotated[tuple[str, ...], Field(strict=False, min_length=1)]],
        BeforeValidator(_by_days),
        Field(min_length=1),
        WithJsonSchema(_spans_schema()),
    ] = stated(
        "Spans of the day, for all of `days` or for each group of days; may end at 24:00.",
        ["09:00-14:00", "15:00-18:00"],
    )
    holidays: str | None = stated(
        "A country (or country-region) whose public holidays are off.", "ES-MD", default=None
    )

    @field_validator("days")
    @classmethod
    def _weekdays(cls, value: str | None) -> str | None:
        if value is not None:
            read_days(value)
        return value

    @model_validator(mode="after")
    def _days_once(self) -> Self:
        if ("" in self.hours) != (self.days is not None):
            raise ValueError(
                "write days: mon-fri beside a list of hours, or hours by day: {mon-fri: [...]}"
                if self.days is None
                else "hours are stated by day, so days: is one too many; remove it"
            )
        return self


class MemberModel(Strict):
    """An owner's place in a pool; the id alone will do."""

    owner: Name = stated("An owner's id.", "ben")
    weight: Weight | None = stated(
        "The share in this pool; the owner's own unless stated.", 1, default=None
    )

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: object) -> object:
        return {"owner": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler, /
    ) -> JsonSchemaValue:
        return {"anyOf": [{"type": "string"}, handler(core_schema)]}


class MembersModel(Strict):
    """Owners by name, or all owners that have every skill and language asked for."""

    # A list is this model's other form; "" stands for it.
    listed: Annotated[tuple[MemberModel, ...], Field(strict=False, min_length=1)] | None = Field(
        alias="", default=None
    )
    skills: Names = stated("Everybody in the pool has all of these.", ["security"], default=())
    languages: Names = stated("Everybody in the pool speaks these.", ["de"], default=())

    @model_validator(mode="before")
    @classmethod
    def _list(cls, value: object) -> object:
        if isinstance(value, str):
            # pydantic catches ValueError, not TypeError.
            raise ValueError(f"expected a list, found text; write [{value[:40]}]")  # noqa: TRY004
        return {"": value} if isinstance(value, list) else value

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.listed is None and not (self.skills or self.languages):
            raise ValueError("nobody; write [ana, ben] or {skills: [security]}")
        return self

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler, /
    ) -> JsonSchemaValue:
        described = handler(core_schema)
        properties = handler.resolve_ref_schema(described)["properties"]
        listed = properties.pop("", None) or {}
        return {"anyOf": [listed["anyOf"][0], described]} if listed else described


_STRATEGIES = tuple(strategy.value for strategy in Strategy)


class PoolModel(Strict):
    """Who shares a kind of lead, and how the next one is chosen."""

    members: MembersModel = stated("Owners by id, or by what they can do.", ["ana", "ben"])
    strategy: str = stated(
        "round_robin by weight; least_loaded by open leads against the cap; best_match by model; "
        "pull: whoever takes the next one.",
        "least_loaded",
        default="round_robin",
        json_schema_extra={"enum": list(_STRATEGIES)},
    )

    out_of_hours: OutOfHoursModel | None = stated(
        "When nobody of it is at work; the rule's next target, then the fallback, unless stated.",
        {"follow_the_sun": "americas"},
        default=None,
    )
    when_full: WhenFullModel | None = stated(
        "When all at work are at a cap; the rule's next target, then the fallback, unless stated.",
        {"hold": "30m"},
        default=None,
    )

    take_within: Duration | None = stated(
        "How long a lead waits to be taken (strategy pull); unless stated, 3/4 of its SLA.",
        "30m",
        default=None,
    )
    sticky: Literal["account"] | None = stated(
        "A member who owns the lead's account comes first, while able to take it.",
        "account",
        default=None,
    )

    joiners: Joiners = stated(
        "A new member has their share from now on, or catches up on so many leads.",
        {"catch_up": 5},
        default=None,
    )
    returners: Returners = stated(
        "A member back from leave is where they were, or catches up on what they missed.",
        {"catch_up": 3},
        default=None,
    )

    hand_backs: Literal["void", "charged"] = stated(
        "A turn whose lead its owner handed back: undone for everybody, or it counts all the same.",
        "charged",
        default="void",
    )
    rejected: Literal["void", "charged"] = stated(
        "A turn whose lead turned out to be none: undone for everybody, or it counts all the same.",
        "charged",
        default="void",
    )

    @model_validator(mode="after")
    def _wait_to_be_taken(self) -> Self:
        if self.take_within and self.strategy != Strategy.PULL:
            raise ValueError("take_within is for strategy: pull; remove it, or change the strategy")
        return self

    @field_validator("strategy")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in _STRATEGIES:
            raise ValueError(f"unknown strategy{suggestion(value, _STRATEGIES)}")
        return value
