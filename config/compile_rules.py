"""Rules, SLAs and the fallback as the policy has them."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Literal

from config.compile_pools import check_words
from config.conditions import ConditionReader
from config.draft import TARGET, Draft
from config.model_rules import ACCOUNT_OWNER, ActiveModel, RuleModel, SkillsModel, SlaModel
from config.problems import KeyPath, echo
from config.time_words import say_duration
from leads.keys import OwnerId, PoolName, RuleName
from routing.fields import BESIDE, DAYS, NAMED
from routing.policy import NextShift, Period, Rule, Target, ToAccountOwner, ToOwner, ToPool
from routing.sla_terms import Calling, OnBreach, Sla, SlaClock
from routing.when import AllOf, Condition
from routing.working_hours import Calendar

_CALLABLE = Calendar(name="Mon-Fri 9-18", hours=dict.fromkeys(range(5), ((time(9), time(18)),)))


def named_conditions(
    draft: Draft, reader: ConditionReader, section: Literal["territories", "segments"]
) -> dict[str, Condition]:
    stated = draft.parts.territories if section == "territories" else draft.parts.segments
    named = ("territory",) if section == "segments" else ()
    found: dict[str, Condition] = {}
    for name, when in stated.items():
        if not when:
            draft.problems.add((section, name), "it has no condition, so every lead would be in it")
        found[name] = reader.read(when, (section, name), named=named)
    return found


def rules(draft: Draft, reader: ConditionReader) -> tuple[Rule, ...]:
    taken: dict[str, KeyPath] = {}
    found: list[Rule] = []
    for at, model in draft.parts.rules.items():
        path: KeyPath = ("rules", at)
        if model.name in taken:
            where = draft.problems.place(taken[model.name])
            draft.problems.add(
                (*path, "name"), f"{echo(model.name)} is taken by a rule at {where}; rename one"
            )
        taken.setdefault(model.name, (*path, "name"))
        found.append(_rule(draft, reader, path, model))
    return tuple(found)


def _rule(draft: Draft, reader: ConditionReader, path: KeyPath, model: RuleModel) -> Rule:
    if model.sla is not None:
        draft.is_known(draft.slas, model.sla, (*path, "sla"))
    when = reader.read(model.when, (*path, "when")) if model.when else AllOf(parts=())
    targets = [_target(draft, name, (*path, "assign", at)) for at, name in enumerate(model.assign)]
    fallback = draft.parts.fallback
    return Rule(
        name=RuleName(model.name),
        when=when,
        assign=tuple(targets),
        sla=model.sla or (fallback.sla if fallback else ""),
        seen_within=model.seen_within,
        prefer_skills=_skills(draft, model.prefer, (*path, "prefer", "skills")),
        prefers_outside=_prefers_outside(draft, targets, model, path),
        require_skills=_skills(draft, model.require, (*path, "require", "skills")),
        active=_active(model.active),
        out_of_hours=_out_of_hours(draft, targets, model, path),
        where=str(draft.problems.place(path)),
    )


def _out_of_hours(
    draft: Draft, targets: Sequence[Target], model: RuleModel, path: KeyPath
) -> NextShift | None:
    if model.out_of_hours is None:
        return None
    if all(isinstance(target, ToPool) for target in targets):
        text = "it is for owners and account_owner; state it under the pools this rule assigns to"
        draft.problems.add((*path, "out_of_hours"), text)
    return NextShift()


def _prefers_outside(
    draft: Draft, targets: Sequence[Target], model: RuleModel, path: KeyPath
) -> bool:
    if model.prefer is None or not model.prefer.outside_pool:
        return False
    if not any(isinstance(target, ToPool) for target in targets):
        text = "this rule assigns to no pool that anybody could be outside of; remove it"
        draft.problems.add((*path, "prefer", "outside_pool"), text)
    return True


def _active(model: ActiveModel | None) -> Period | None:
    return None if model is None else Period(first=model.first, last=model.last)


def _target(draft: Draft, name: str, path: KeyPath) -> Target:
    if name == ACCOUNT_OWNER:
        return ToAccountOwner()
    if name in draft.pools.stated:
        return ToPool(pool=PoolName(name))
    if name not in draft.owners.stated:
        known = {**draft.pools.stated, **draft.owners.stated, ACCOUNT_OWNER: ()}
        draft.add_unknown(TARGET, name, path, known)
    return ToOwner(owner=OwnerId(name))


def _skills(draft: Draft, model: SkillsModel | None, path: KeyPath) -> frozenset[str]:
    if model is None:
        return frozenset()
    check_words(draft, draft.skills, model.skills, path)
    return frozenset(model.skills)


def slas(draft: Draft, known_calendars: Mapping[str, Calendar]) -> dict[str, Sla]:
    return {
        name: _sla(draft, name, model, known_calendars) for name, model in draft.parts.sla.items()
    }


def _sla(draft: Draft, name: str, model: SlaModel, known_calendars: Mapping[str, Calendar]) -> Sla:
    fallback = draft.parts.fallback
    then = OwnerId(fallback.assign) if fallback else None
    if model.then is not None:
        then = draft.one_owner(model.then.assign, ("sla", name, "then", "assign"))
    return Sla(
        name=name,
        first_touch=model.first_touch,
        clock=SlaClock(model.clock),
        remind_after=model.remind_after,
        on_breach=OnBreach(model.on_breach),
        max_reassign=model.max_reassign,
        then=then,
        pause_after=model.pause_after,
        follow_up=model.follow_up,
        calling=_calling(draft, name, model, known_calendars) if model.clock == "lead" else None,
    )


def _calling(
    draft: Draft, name: str, model: SlaModel, known_calendars: Mapping[str, Calendar]
) -> Calling:
    """Give the hours of `clock: lead`; on the policy's clock where nobody knows the lead's."""
    stated = model.callable
    if stated is not None:
        draft.is_known(draft.calendars, stated, ("sla", name, "callable"))
    calendar = known_calendars.get(stated or "", _CALLABLE)
    return Calling(calendar=calendar, timezone=draft.parts.timezone or "UTC")


def check_hold(draft: Draft, reader: ConditionReader) -> None:
    """A held lead must be let go before the shortest SLA would be broken (never ownerless)."""
    hold = draft.parts.hold
    if hold is None:
        return
    for at, field in enumerate(hold.until):
        path = ("hold", "until", at)
        if field in NAMED | BESIDE | DAYS | {"source", "id"}:
            draft.problems.add(path, "no enrichment fills this in; wait for a field of the record")
        else:
            reader.check_field(field, path)
    shortest = min((sla.first_touch for sla in draft.parts.sla.values()), default=None)
    if shortest is not None and hold.at_most >= shortest:
        draft.problems.add(
            ("hold", "at_most"),
            f"must be shorter than every SLA; the shortest is {say_duration(shortest)}",
        )
