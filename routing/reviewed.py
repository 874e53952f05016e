"""First assignments that a person looks at: until when, and what the person's choice comes to."""

from collections.abc import Mapping
from datetime import datetime

from leads.decision import Choice, Decision, Method, Standing
from leads.keys import LeadKey, OwnerId
from routing.availability import Schedule
from routing.lead_hours import Zones
from routing.policy import Policy
from routing.sla import due_on, kept_back
from routing.unruled import Settled, unruled


def answer_by(decision: Decision, policy: Policy) -> datetime:
    """Give the instant from which the rules' decision stands: some of its SLA is left then."""
    return decision.sla_due - kept_back(policy.slas[decision.sla])


def chosen_decision(
    lead: LeadKey,
    choice: Choice,
    policy: Policy,
    schedules: Mapping[OwnerId, Schedule],
    now: datetime,
    *,
    zones: Zones,
) -> Decision | None:
    """Return what a person chose; None where this policy has no such owner, or SLA."""
    owner, sla = policy.owners.get(choice.owner), policy.slas.get(choice.sla)
    if owner is None or sla is None:
        return None
    before = policy.owners.get(choice.instead_of)
    instead_of = before.name if before else choice.instead_of
    settled = Settled(
        owner=owner.id,
        method=Method.REVIEWED,
        reason=f"{choice.by} chose {owner.name} in place of {instead_of}: {choice.reason}.",
        because=f"{choice.by} chose so at review",
    )
    saw = Standing(open_leads={}, rotation={}, away={}, choice=choice)
    due = due_on(sla, schedules[owner.id], choice.since, zones)
    return unruled(lead, settled, policy, sla=sla, sla_due=due, now=now, saw=saw)
