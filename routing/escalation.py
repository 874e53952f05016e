"""When an owner's time is up: who is next, and the decision that no rule makes then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from leads.decision import Decision, Escalation, Method, Standing
from leads.keys import LeadKey, OwnerId, RuleName
from routing.availability import Schedule
from routing.fallback import handed_back
from routing.lead_hours import NOWHERE, Zones
from routing.policy import (
    NextShift,
    OnBreach,
    Owner,
    Policy,
    Sla,
    ToAccountOwner,
    ToOwner,
    ToPool,
)
from routing.sla import can_begin_in_time, due_on
from routing.unruled import Settled, unruled


@dataclass(frozen=True, slots=True)
class ByTheRules:
    """Somebody else of those the rules would give it to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stays:
    """It stays with its owner; `why` is told to a manager. `again_at`: when to ask once more."""

    why: str
    again_at: datetime | None = None


NextStep = ByTheRules | Escalation | Stays


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """
    `owner` was not in touch in time under `sla`, as were `earlier` owners before them.

    `out` can take nothing now: they had it, are switched off, or the CRM gives them nothing. `rule`
    is the one that gave it; `zones`: the lead's, where the SLA runs by its clock.
    """

    owner: OwnerId
    sla: str
    earlier: int
    out: frozenset[OwnerId]
    crm: str
    rule: RuleName | None = None
    zones: Zones = NOWHERE


def next_step(breach: Breach, policy: Policy, now: datetime) -> NextStep:
    """Say what the SLA's policy has next; it ends, whatever anybody does."""
    sla = policy.slas.get(breach.sla)
    if sla is None:
        return Stays(why="its SLA is no longer configured")
    last = sla.then or policy.fallback
    if breach.owner in {last, policy.fallback} or breach.earlier > sla.max_reassign:
        return Stays(why="nobody comes after them")
    if sla.on_breach is OnBreach.TELL:
        return Stays(why="its SLA leaves it with them")
    if breach.earlier >= sla.max_reassign:
        return _last(breach, sla, policy, now)
    return _named(breach, sla, policy, now) or _by_the_rules(breach, sla, policy, now)


def _named(breach: Breach, sla: Sla, policy: Policy, now: datetime) -> Escalation | None:
    """Give the backup or the manager, where the SLA asks for one who can take it now."""
    had = policy.owners.get(breach.owner)
    if had is None or sla.on_breach is OnBreach.REASSIGN:
        return None
    is_backup = sla.on_breach is OnBreach.BACKUP
    named = policy.owners.get((had.backup if is_backup else had.manager) or OwnerId(""))
    if named is None or not _can_act(named, breach, now):
        return None
    because = f"the {sla.on_breach.value} of {had.name}"
    return Escalation(owner=named.id, because=because, sla=sla.name)


def _by_the_rules(breach: Breach, sla: Sla, policy: Policy, now: datetime) -> ByTheRules | Stays:
    """Ask the rules, unless all they could do is to give it to a fallback that is off work."""
    fallback = policy.owners[policy.fallback]
    if can_begin_in_time(sla, Schedule(fallback), now, breach.zones):
        return ByTheRules()
    listed = _listed(breach, policy)
    if listed is None:
        return ByTheRules()
    if any(can_begin_in_time(sla, Schedule(each), now, breach.zones) for each in listed):
        return ByTheRules()
    return _later([*listed, fallback], now)


def _listed(breach: Breach, policy: Policy) -> list[Owner] | None:
    """Give those on the rule's list who did not have it; None where the list has more to say."""
    rule = next((each for each in policy.rules if each.name == breach.rule), None)
    found: list[OwnerId] = []
    for target in rule.assign if rule else ():
        match target:
            case ToAccountOwner():
                return None
            case ToOwner(owner=owner):
                found.append(owner)
            case ToPool(pool=name):
                pool = policy.pools[name]
                if pool.out_of_hours is not None and not isinstance(pool.out_of_hours, NextShift):
                    return None
                found += [each.owner for each in pool.members]
    return [policy.owners[each] for each in dict.fromkeys(found) if each not in breach.out]


def _later(owners: Sequence[Owner], now: datetime) -> Stays:
    """Keep it where it is until the first of these comes to work."""
    starts = [at for each in owners if (at := Schedule(each).next_at_work(now)) is not None]
    return Stays(why="nobody who comes after them is at work", again_at=min(starts, default=None))


def _last(breach: Breach, sla: Sla, policy: Policy, now: datetime) -> Escalation | Stays:
    """Give it to where the SLA ends, else to the fallback: whoever can act on it in time."""
    then = policy.owners.get(sla.then or policy.fallback)
    is_free = then is not None and then.id not in breach.out
    if then and is_free and can_begin_in_time(sla, Schedule(then), now, breach.zones):
        return Escalation(owner=then.id, because="where its SLA ends", sla=sla.name)
    fallback = policy.owners[policy.fallback]
    if not can_begin_in_time(sla, Schedule(fallback), now, breach.zones):
        return _later(
            [each for each in (then, fallback) if each and each.id not in breach.out], now
        )
    because = "where its SLA ends" if fallback is then else "as nobody else is at work"
    return Escalation(owner=fallback.id, because=because, sla=sla.name)


def _can_act(owner: Owner, breach: Breach, now: datetime) -> bool:
    is_able = owner.id not in breach.out and bool(owner.crm.get(breach.crm))
    return is_able and Schedule(owner).is_at_work(now)


def escalated_decision(
    lead: LeadKey,
    standing: Standing,
    policy: Policy,
    schedules: Mapping[OwnerId, Schedule],
    now: datetime,
    *,
    zones: Zones,
) -> Decision | None:
    """Return who has it by `standing.escalated`; None where this policy has no such owner."""
    asked = standing.escalated
    owner = policy.owners.get(asked.owner) if asked else None
    if asked is None or owner is None:
        return None
    sla = policy.slas.get(asked.sla) or policy.slas[policy.fallback_sla]
    settled = Settled(
        owner=owner.id,
        method=Method.ESCALATED,
        reason=f"Goes to {owner.name}, {asked.because}." + handed_back(standing.returned, policy),
        because=asked.because,
    )
    saw = Standing(
        open_leads={}, rotation={}, away={}, returned=dict(standing.returned), escalated=asked
    )
    due = due_on(sla, schedules[owner.id], now, zones)
    return unruled(lead, settled, policy, sla=sla, sla_due=due, now=now, saw=saw)
