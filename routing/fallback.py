"""The fallback has the lead when nobody else can, or when a CRM refused the one who should."""

from datetime import datetime

from leads.decision import Candidate, CandidateStatus, Decision, Method, Standing
from leads.keys import LeadKey, OwnerId
from routing.availability import Schedule
from routing.policy import Policy
from routing.sla import due_on


def fallback_candidate(owner: OwnerId) -> Candidate:
    reason = "the fallback takes what nobody else can"
    return Candidate(owner=owner, status=CandidateStatus.CHOSEN, reason=reason)


def refused_decision(
    lead: LeadKey, refused: str, policy: Policy, schedule: Schedule, now: datetime
) -> Decision:
    """Return the decision after a CRM `refused` the owner; as in "hubspot refused Ana (...)"."""
    fallback, sla = policy.owners[policy.fallback], policy.slas[policy.fallback_sla]
    return Decision(
        lead=lead,
        owner=fallback.id,
        pool=None,
        rule=None,
        method=Method.FALLBACK,
        reason=f"Goes to the fallback, {fallback.name}: {refused}.",
        policy=policy.hash,
        decided_at=now,
        sla=sla.name,
        sla_due=due_on(sla, schedule, now),
        candidates=(fallback_candidate(fallback.id),),
        saw=Standing(open_leads={}, rotation={}, away={}, refused=refused),
    )
