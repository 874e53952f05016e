"""A lead whose owner the CRM refused goes to the fallback: no lead stays without an owner."""

from datetime import datetime

from flows.planned_writes import writes_for
from flows.wiring import Wiring
from leads.decision import Decision, Method
from leads.keys import RunId
from leads.matching import identity_keys
from routing.policy import Policy
from routing.sla import due
from store.rows import RefusedLead

BATCH = 500


def redirect_refused(wiring: Wiring, crm: str, run: RunId) -> int:
    """
    Decide leads again that `crm` refused to give to their owner; answer how many.

    It looks at what is stored, so that a crash after the refusal is made good by the next run.
    What the CRM refuses to give to the fallback as well stays refused.
    """
    now, policy = wiring.now(), wiring.configuration.policy
    with wiring.store.desk(now) as desk:
        refused = desk.reopen_refused(crm, but=policy.fallback, limit=BATCH)
        for each in refused:
            decision = fallback_decision(each, crm, policy, now)
            writes = writes_for(wiring, each.lead, decision)
            desk.record_decision(decision, identity_keys(each.lead), writes, run=run)
    return len(refused)


def fallback_decision(refused: RefusedLead, crm: str, policy: Policy, now: datetime) -> Decision:
    """Return the decision for the fallback, its reason naming the refusal in the CRM's codes."""
    fallback, sla = policy.owners[policy.fallback], policy.slas[policy.fallback_sla]
    known = policy.owners.get(refused.owner)
    name = known.name if known else refused.owner
    return Decision(
        lead=refused.lead.key,
        owner=fallback.id,
        pool=None,
        rule=None,
        method=Method.FALLBACK,
        reason=f"Goes to the fallback, {fallback.name}: {crm} refused {name} ({refused.reason}).",
        policy=policy.hash,
        decided_at=now,
        sla=sla.name,
        sla_due=due(sla, fallback, now),
    )
