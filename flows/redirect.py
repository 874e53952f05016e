"""A lead whose owner the CRM refused goes to the fallback: no lead stays without an owner."""

from flows.planned_writes import writes_for
from flows.recognise import keys_of
from flows.wiring import Wiring
from leads.decision import Standing
from leads.keys import RunId
from routing.policy import Policy
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
            because = _because(each, crm, policy)
            refused_before = Standing(open_leads={}, rotation={}, away={}, refused=because)
            decision = wiring.engine.decide(each.lead, refused_before, now)
            writes = writes_for(wiring, each.lead, decision, each.back)
            keys = keys_of(each.lead, policy)
            desk.record_decision(decision, keys, writes, read=each.lead, run=run)
    return len(refused)


def _because(refused: RefusedLead, crm: str, policy: Policy) -> str:
    known = policy.owners.get(refused.owner)
    return f"{crm} refused {known.name if known else refused.owner} ({refused.reason})"
