"""When an owner's time is up: who is next, and the decision that no rule makes then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from leads.decision import Decision, Escalation, Method, Standing
from leads.keys import LeadKey, OwnerId, RuleName
from routing.availability import Schedule
from routing.fallback import handed_back
from routing.lead_hours import NOWHERE, Zones
from routing.policy import NextShift, Owner, Policy, ToAccountOwner, ToOwner, ToPool
from routing.sla import can_begin_in_time, due_on
from routing.sla_terms import OnBreach, Sla
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

    `out` can take nothing now: they had it, are switched off, or the CRM gives them nothing; `full`
    are at their cap, as far as it was asked of whom the SLA names. `rule` is the one that gave it;
    `zones`: the lead's, where the SLA runs by its clock.
    """

    owner: OwnerId
    sla: str
    earlier: int
    out: frozenset[OwnerId]
    crm: str
    rule: RuleName | None = None
    zones: Zones = NOWHERE
    full: frozenset[OwnerId] = frozenset()

    def may_take(self, owner: OwnerId) -> bool:
        return owner not in self.out and owner not in self.full


def named_by(sla: Sla, owner: Owner | None) -> frozenset[OwnerId]:
    """Whom an SLA names for a lead of `owner`, when their time is up: now or in the end."""
    stands_in = owner and {OnBreach.BACKUP: owner.backup, OnBreach.MANAGER: owner.manager}
    found = (stands_in.get(sla.on_breach) if stands_in else None, sla.then)
    return frozenset(each for each in found if each is not None)


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
    if (
        then
        and breach.may_take(then.id)
        and can_begin_in_time(sla, Schedule(then), now, breach.zones)
    ):
        return Escalation(owner=then.id, because="where its SLA ends", sla=sla.name)
    fallback = policy.owners[policy.fallback]
    if not can_begin_in_time(sla, Schedule(fallback), now, breach.zones):
        return _later([e for e in (then, fallback) if e and breach.may_take(e.id)], now)
    return Escalation(owner=fallback.id, because=_why_fallback(breach, then, policy), sla=sla.name)


def _why_fallback(breach: Breach, then: Owner | None, policy: Policy) -> str:
    if then is None or then.id == policy.fallback:
        return "where its SLA ends"
    if then.id in breach.full:
        return f"as {then.name}, with whom its SLA ends, is at the cap"
    return "as nobody else is at work"


def _can_act(owner: Owner, breach: Breach, now: datetime) -> bool:
    is_able = breach.may_take(owner.id) and bool(owner.crm.get(breach.crm))
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
