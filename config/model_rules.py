"""The shape of conditions, rules, fallback and SLAs: who gets which lead, and how soon."""

from datetime import timedelta
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, WithJsonSchema, model_validator

from config.model_base import Day, Duration, Name, Names, OneOrMore, Strict, stated

ACCOUNT_OWNER: Final = "account_owner"
"""What a rule assigns to when it means whoever owns the lead's account."""

When = Annotated[dict[str, Any], WithJsonSchema({"type": "object", "title": "Conditions"})]
"""Conditions by field; config/conditions.py reads them, config/schema.py describes them."""


class SkillsModel(Strict):
    """Skills a member should, or must, have."""

    skills: Annotated[Names, Field(min_length=1)] = stated("All of these.", ["manufacturing"])


class PreferModel(SkillsModel):
    """Skills a member should have."""

    outside_pool: bool = stated(
        "Others who have them come before the rest of the pool: a specialist out of territory.",
        example=True,
        default=False,
    )


class ActiveModel(Strict):
    """The days a rule is switched on, both ends included, in the configuration's timezone."""

    first: Day | None = stated("The first day.", "2026-12-01", alias="from", default=None)
    last: Day | None = stated("The last day.", "2026-12-31", alias="to", default=None)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first is None and self.last is None:
            raise ValueError("say from when, to when, or both: {from: 2026-12-01, to: 2026-12-31}")
        if self.first and self.last and self.last < self.first:
            raise ValueError(f"ends on {self.last}, before it begins; exchange from and to")
        return self


class RuleModel(Strict):
    """When the conditions hold, the first of `assign` that can take the lead gets it."""

    name: Name = stated("What explanations and reports call it.", "Iberian enterprise")
    when: When = stated(
        "Conditions, all of which must hold; without any, every lead matches.",
        {"territory": "iberia", "employees": {"min": 200}},
        default_factory=dict,
    )
    assign: OneOrMore = stated(
        "A pool, an owner's id or account_owner; or several, in order.", "iberia-enterprise"
    )
    sla: Name | None = stated("An SLA; the fallback's unless stated.", "hot", default=None)
    seen_within: Duration | None = stated(
        "Only somebody who will be at work within this time; without it, somebody at work now.",
        "1h",
        default=None,
    )
    prefer: PreferModel | None = stated(
        "Tried first; then the rest of the pool.", {"skills": ["manufacturing"]}, default=None
    )
    require: SkillsModel | None = stated(
        "Nobody without these gets the lead.", {"skills": ["security"]}, default=None
    )
    out_of_hours: Literal["next_shift"] | None = stated(
        "An owner named here, or the account's, has it for their next shift; a pool says its own.",
        "next_shift",
        default=None,
    )
    active: ActiveModel | None = stated(
        "The days on which the rule is tried; always unless stated.",
        {"from": "2026-12-01", "to": "2026-12-31"},
        default=None,
    )


class FallbackModel(Strict):
    """Who takes what nobody else can."""

    assign: Name = stated("One owner, usually a queue.", "inbound-desk")
    sla: Name = stated("The SLA of such leads, and of rules that state none.", "standard")


SHORTEST_FOLLOW_UP = timedelta(hours=2)


class ThenModel(Strict):
    """Where a lead ends that nobody touched."""

    assign: Name = stated("One owner, usually a queue.", "inbound-desk")


class SlaModel(Strict):
    """How soon an owner must be in touch, and what follows when nobody was."""

    first_touch: Duration = stated("The time an owner has.", "15m")
    clock: Literal["wall", "business", "lead"] = stated(
        "Which hours count: all, the owner's working hours, or those of the lead's own clock at "
        "which it can be called.",
        "business",
        default="wall",
    )
    callable: Name | None = stated(
        "With `clock: lead`: the calendar of those hours; Monday to Friday, 9 to 18 unless stated.",
        "office-es",
        default=None,
    )
    follow_up: Duration | None = stated(
        "How soon after the first touch somebody must be in touch once more.", "2d", default=None
    )
    remind_after: Duration | None = stated("When the owner is reminded.", "10m", default=None)
    on_breach: Literal["reassign", "backup", "manager", "tell"] = stated(
        "Who has it when nobody was in touch: another by the rules, the owner's backup or "
        "manager; `tell`: the owner still, and the manager is told.",
        "reassign",
        default="reassign",
    )
    max_reassign: Annotated[int, Field(ge=0, le=100)] = stated(
        "How many times, before `then`.", 2, default=1
    )
    then: ThenModel | None = stated(
        "Where it ends; with the fallback unless stated.",
        {"assign": "inbound-desk"},
        default=None,
    )
    pause_after: Annotated[int, Field(ge=1, le=100)] | None = stated(
        "Late so many times in a row, an owner gets nothing more for a day.", 3, default=None
    )

    @model_validator(mode="after")
    def _remind_in_time(self) -> Self:
        if self.remind_after and self.remind_after >= self.first_touch:
            raise ValueError("remind_after must be shorter than first_touch")
        return self

    @model_validator(mode="after")
    def _follow_up_another_time(self) -> Self:
        if self.follow_up and self.follow_up < SHORTEST_FOLLOW_UP:
            raise ValueError(
                "follow_up must be 2h or more: what comes within an hour of the first touch is one "
                "with it"
            )
        return self

    @model_validator(mode="after")
    def _callable_is_heard(self) -> Self:
        if self.callable and self.clock != "lead":
            raise ValueError("callable is for clock: lead; state that, or leave it out")
        return self
