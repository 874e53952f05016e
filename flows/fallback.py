"""Decisions that no rule makes: the fallback has the lead, and the reason says why."""

from datetime import datetime

from leads.decision import Decision, Method
from leads.keys import LeadKey
from routing.policy import Policy
from routing.sla import due


def fallback_decision(lead: LeadKey, because: str, policy: Policy, now: datetime) -> Decision:
    """Return the decision for the fallback; `because` completes "Goes to the fallback, X: ..."."""
    fallback, sla = policy.owners[policy.fallback], policy.slas[policy.fallback_sla]
    return Decision(
        lead=lead,
        owner=fallback.id,
        pool=None,
        rule=None,
        method=Method.FALLBACK,
        reason=f"Goes to the fallback, {fallback.name}: {because}.",
        policy=policy.hash,
        decided_at=now,
        sla=sla.name,
        sla_due=due(sla, fallback, now),
    )
