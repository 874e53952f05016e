"""The second record of a person goes to whoever has the first; the rotation is not charged."""

from datetime import datetime

from leads.decision import Decision, Method
from leads.keys import LeadKey, OwnerId
from leads.lead import Lead
from routing.policy import Policy
from routing.sla import due


def same_person_decision(
    lead: Lead, first: LeadKey, owner_id: OwnerId, policy: Policy, now: datetime
) -> Decision | None:
    """Return the decision, or None where that owner has left the policy or the lead's CRM."""
    owner = policy.owners.get(owner_id)
    crm = policy.crm_of.get(lead.key.source)
    if owner is None or (crm is not None and crm not in owner.crm):
        return None
    sla = policy.slas[policy.fallback_sla]
    return Decision(
        lead=lead.key,
        owner=owner.id,
        pool=None,
        rule=None,
        method=Method.SAME_PERSON,
        reason=f"{owner.name} already has this person's record {first}.",
        policy=policy.hash,
        decided_at=now,
        sla=sla.name,
        sla_due=due(sla, owner, now),
    )
