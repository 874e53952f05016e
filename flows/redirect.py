"""A lead whose owner the CRM refused is decided again: no lead stays without an owner."""

from flows.barred import barred_by
from flows.decide import decide_all
from flows.planned_writes import writes_for
from flows.recognise import keys_of
from flows.wiring import Wiring
from leads.decision import Standing
from leads.keys import RunId
from routing.policy import Policy
from store.desk import Desk
from store.rows import RefusedLead

BATCH = 500


def redirect_refused(wiring: Wiring, crm: str, run: RunId) -> int:
    """
    Decide leads again that `crm` refused to give to their owner; answer how many.

    Where the CRM has deactivated the owner, the rules say who else; else it is about the record
    perhaps, and the fallback has it. It looks at what is stored, so that a crash after the refusal
    is made good by the next run. What the CRM refuses to give to the fallback too stays refused.
    """
    return wiring.store.at_desk(wiring.now(), lambda desk: _redirect(wiring, desk, crm, run))


def _redirect(wiring: Wiring, desk: Desk, crm: str, run: RunId) -> int:
    policy = wiring.configuration.policy
    refused = desk.reopen_refused(crm, but=policy.fallback, limit=BATCH)
    if not refused:
        return 0
    out = barred_by(desk.inactive_owners(wiring.crm_ids()), policy).get(crm, {})
    by_the_rules = [each.waiting() for each in refused if each.owner in out]
    if by_the_rules:
        decide_all(wiring, desk, by_the_rules, run)
    for each in refused:
        if each.owner not in out:
            _fall_back(wiring, desk, each, crm, run)
    return len(refused)


def _fall_back(wiring: Wiring, desk: Desk, refused: RefusedLead, crm: str, run: RunId) -> None:
    lead, policy = refused.lead, wiring.configuration.policy
    because = _because(refused, crm, policy)
    before = Standing(open_leads={}, rotation={}, away={}, refused=because)
    decision = wiring.engine.decide(lead, before, wiring.now())
    writes = writes_for(wiring, lead, decision, refused.back)
    desk.record_decision(decision, keys_of(lead, policy), writes, read=lead, run=run)


def _because(refused: RefusedLead, crm: str, policy: Policy) -> str:
    return f"{crm} refused the write to {policy.name_of(refused.owner)} ({refused.reason})"
