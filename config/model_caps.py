"""The shape of caps: how many leads an owner gets in an hour, a day, a week."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from config.model_base import Name, Strict, stated

_Most = Annotated[int, Field(ge=1, le=100_000)]


class PeriodsModel(Strict):
    """At most so many leads in each period of the owner's own calendar."""

    hour: _Most | None = stated("In a clock hour.", 3, default=None)
    day: _Most | None = stated("From midnight to midnight.", 10, default=None)
    week: _Most | None = stated("From Monday to Sunday.", 40, default=None)

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("no cap is stated; write one as in {day: 10}")
        return self


class PoolCapsModel(PeriodsModel):
    """Caps on what one pool gives; on a segment, on what it gives of that."""

    segment: dict[Name, PeriodsModel] = stated(
        "Caps on the leads of a segment.", {"paid": {"day": 4}}, default={}
    )


class CapsModel(PoolCapsModel):
    """Caps on all leads, on those that a pool gives, on those of a segment; all hold together."""

    pool: dict[Name, PoolCapsModel] = stated(
        "Caps on the leads that a pool gives.", {"security": {"week": 5}}, default={}
    )


class DefaultsModel(Strict):
    """What holds of every person who states nothing else; queues have no cap."""

    max_open: Annotated[int, Field(ge=1, le=100_000)] | None = stated(
        "At most this many open leads.", 30, default=None
    )
    caps: CapsModel | None = stated(
        "At most so many leads an hour, a day, a week; each goes for those who state none like it.",
        {"day": 8, "week": 30},
        default=None,
    )
