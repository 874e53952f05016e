"""What a pool does when nobody of it can take a lead, as the policy has it."""

from datetime import timedelta

from config.draft import Draft
from config.model_people import PoolModel
from config.problems import KeyPath, shown
from config.time_words import say_duration
from leads.keys import OwnerId, PoolName
from routing.policy import FollowTheSun, HoldFor, NextShift, OnCall, OutOfHours


def out_of_hours(draft: Draft, name: str, model: PoolModel) -> OutOfHours | None:
    stated = model.out_of_hours
    path: KeyPath = ("pools", name, "out_of_hours")
    if stated is None:
        return None
    if stated.follow_the_sun is not None:
        here = (*path, "follow_the_sun")
        if stated.follow_the_sun == name:
            draft.problems.add(here, "a pool cannot follow itself; name one that works elsewhere")
        draft.is_known(draft.pools, stated.follow_the_sun, here)
        return FollowTheSun(pool=PoolName(stated.follow_the_sun))
    if stated.on_call is not None:
        draft.is_known(draft.owners, stated.on_call, (*path, "on_call"))
        return OnCall(owner=OwnerId(stated.on_call))
    if stated.hold is not None:
        _check_hold(draft, name, stated.hold, (*path, "hold"))
        return HoldFor(at_most=stated.hold)
    return NextShift()


def when_full(draft: Draft, name: str, model: PoolModel) -> HoldFor | None:
    if model.when_full is None:
        return None
    _check_hold(draft, name, model.when_full.hold, ("pools", name, "when_full", "hold"))
    return HoldFor(at_most=model.when_full.hold)


def take_within(draft: Draft, name: str, model: PoolModel) -> timedelta | None:
    if model.take_within is not None:
        _check_hold(draft, name, model.take_within, ("pools", name, "take_within"))
    return model.take_within


def _check_hold(draft: Draft, pool: str, at_most: timedelta, path: KeyPath) -> None:
    """A held lead is let go before its SLA is broken (never ownerless)."""
    fallback = draft.parts.fallback
    for at, rule in draft.parts.rules.items():
        name = rule.sla or (fallback.sla if fallback else "")
        sla = draft.parts.sla.get(name)
        if pool not in rule.assign or sla is None or sla.clock != "wall":
            continue
        if at_most >= sla.first_touch:
            where = f"{shown(('rules', at))} assigns to this pool under SLA {name}"
            limit = f"which wants a first touch within {say_duration(sla.first_touch)}"
            draft.problems.add(path, f"too long: {where}, {limit}; hold for less")
