"""When an owner's time is up: who is next, and the decision that no rule makes then."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from leads.decision import Decision, Escalation, Method, Standing
from leads.keys import LeadKey, OwnerId
from routing.availability import Schedule
from routing.fallback import handed_back
from routing.policy import OnBreach, Owner, Policy, Sla
from routing.sla import can_begin_in_time, due_on
from routing.unruled import Settled, unruled


@dataclass(frozen=True, slots=True)
class ByTheRules:
    """Somebody else of those the rules would give it to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stays:
    """It stays with its owner; `why` is told to a manager."""

    why: str


NextStep = ByTheRules | Escalation | Stays


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """
    `owner` was not in touch in time under `sla`, as were `earlier` owners before them.

    `out` can take nothing now: they had it, are switched off, or the CRM gives them nothing.
    """

    owner: OwnerId
    sla: str
    earlier: int
    out: frozenset[OwnerId]
    crm: str


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
    return _named(breach, sla, policy, now) or ByTheRules()


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


def _last(breach: Breach, sla: Sla, policy: Policy, now: datetime) -> Escalation | Stays:
    """Give it to where the SLA ends, else to the fallback: whoever can act on it in time."""
    then = policy.owners.get(sla.then or policy.fallback)
    if then and then.id not in breach.out and can_begin_in_time(sla, Schedule(then), now):
        return Escalation(owner=then.id, because="where its SLA ends", sla=sla.name)
    fallback = policy.owners[policy.fallback]
    if not can_begin_in_time(sla, Schedule(fallback), now):
        return Stays(why="nobody who comes after them is at work")
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
    due = due_on(sla, schedules[owner.id], now)
    return unruled(lead, settled, policy, sla=sla, sla_due=due, now=now, saw=saw)
