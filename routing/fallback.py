"""Who has the lead when no rule is asked: the fallback, or the steward of what is no lead."""

from collections.abc import Mapping
from datetime import datetime

from leads.decision import NOT_IN_TOUCH, Candidate, CandidateStatus, Decision, Method, Standing
from leads.keys import LeadKey, OwnerId
from routing.availability import Schedule
from routing.lead_hours import Zones
from routing.policy import Policy
from routing.sla import due_on
from routing.unruled import Settled, unruled
from routing.wording import listed

_LAST = "the fallback takes what nobody else can"


def fallback_candidate(owner: OwnerId) -> Candidate:
    return Candidate(owner=owner, status=CandidateStatus.CHOSEN, reason=_LAST)


def refused_decision(
    lead: LeadKey,
    refused: str,
    policy: Policy,
    schedule: Schedule,
    now: datetime,
    *,
    zones: Zones,
) -> Decision:
    """Return the decision after a CRM `refused` the owner; as in "hubspot refused Ana (...)"."""
    fallback, sla = policy.owners[policy.fallback], policy.slas[policy.fallback_sla]
    settled = Settled(
        owner=fallback.id,
        method=Method.FALLBACK,
        reason=f"Goes to the fallback, {fallback.name}: {refused}.",
        because=_LAST,
    )
    saw = Standing(open_leads={}, rotation={}, away={}, refused=refused)
    due = due_on(sla, schedule, now, zones)
    return unruled(lead, settled, policy, sla=sla, sla_due=due, now=now, saw=saw)


def steward_decision(
    lead: LeadKey,
    returned: Mapping[OwnerId, str],
    policy: Policy,
    schedules: Mapping[OwnerId, Schedule],
    now: datetime,
    *,
    zones: Zones,
) -> Decision:
    """Return the decision on what the last of those who handed it back called no lead."""
    steward = policy.owners[policy.steward or policy.fallback]
    sla = policy.slas[policy.fallback_sla]
    settled = Settled(
        owner=steward.id,
        method=Method.STEWARD,
        reason=f"Set aside with {steward.name}: no lead.{handed_back(returned, policy)}",
        because="the data steward has what is no lead",
    )
    saw = Standing(open_leads={}, rotation={}, away={}, returned=dict(returned), no_lead=True)
    due = due_on(sla, schedules[steward.id], now, zones)
    return unruled(lead, settled, policy, sla=sla, sla_due=due, now=now, saw=saw)


def handed_back(returned: Mapping[OwnerId, str], policy: Policy) -> str:
    """
    Say who had a lead before, as sentences to follow another; "" for nobody.

    Who handed it back, and why; and who was not in touch in time.
    """
    if not returned:
        return ""
    names = {who: policy.owners[who].name if who in policy.owners else who for who in returned}
    late = [names[who] for who, why in returned.items() if why.startswith(NOT_IN_TOUCH)]
    back = [f"{names[w]} ({why})" for w, why in returned.items() if names[w] not in late]
    told = f" Handed back by {listed(back)}." if back else ""
    return f"{told} Not in touch in time: {listed(late)}." if late else told
