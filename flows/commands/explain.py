"""`firsttouch explain`: why this owner, and why not each other one."""

import json
from pathlib import Path
from typing import Any

from config.load import load
from flows.decision_json import decision_json
from flows.stored import Replayed, find_one, replay
from flows.wiring import open_store
from routing.explain import explain
from routing.policy import Policy
from store.rows import DeliveryState, LeadState, StoredDelivery, StoredLead


def run(text: str, config: Path | None, store: str | None, *, as_json: bool) -> None:
    """
    Print sentences, or one JSON object. Raises ConfigError when the lead is not known.

    By the policy of that day; or, with `config`, as that configuration would have decided then.
    """
    by = load(config).policy if config else None
    with open_store(store) as opened:
        lead = find_one(opened, text)
        replayed = replay(opened, lead, by)
    if as_json:
        print(json.dumps(_json(lead, replayed), ensure_ascii=False, indent=2))
        return
    for line in sentences(lead, replayed):
        print(line)


def sentences(lead: StoredLead, replayed: Replayed | None) -> list[str]:
    """Return what became of a lead, in sentences a rep understands."""
    names = _names(replayed.policy) if replayed else {}
    told = [*_stands(lead, names), *_state(lead)]
    if replayed is not None:
        told += explain(replayed.again, replayed.policy)
    elif lead.decision is not None:
        told.append(lead.decision.reason)
    return told + [_delivery(each) for each in lead.deliveries]


def _names(policy: Policy) -> dict[str, str]:
    """Return everybody's name by each of their CRM ids."""
    return {crm_id: owner.name for owner in policy.owners.values() for crm_id in owner.crm.values()}


def _stands(lead: StoredLead, names: dict[str, str]) -> list[str]:
    """Say first whose the lead is where a person's choice stood against ours."""
    if not lead.deliveries or lead.deliveries[-1].state is not DeliveryState.CONFLICT:
        return []
    last = lead.deliveries[-1]
    owner = names.get(last.owner_found or "", last.owner_found or "somebody else")
    crm, ours = last.delivery.crm, last.delivery.owner
    return [
        f"Lead {lead.key} is {owner}'s in {crm}, by a person's choice, which stands over {ours}."
    ]


def _state(lead: StoredLead) -> list[str]:
    seen = f"{lead.first_seen:%Y-%m-%d %H:%M:%S} UTC"
    match lead.state:
        case LeadState.WAITING:
            return [f"Lead {lead.key} was first seen {seen} and waits to be decided."]
        case LeadState.HELD:
            until = f"{lead.held_until:%H:%M:%S} UTC" if lead.held_until else "a deadline"
            return [f"Lead {lead.key} is held until {until}: {lead.reason}."]
        case LeadState.REJECTED:
            aside = f"Record {lead.key} is set aside for the data steward: {lead.reason}."
            return [aside, "After a fix, `firsttouch rejects replay` reads it again."]
        case LeadState.IGNORED:
            return [f"Record {lead.key} is not ours to route: {lead.reason}."]
        case LeadState.ERASED:
            return [f"Lead {lead.key} was erased at the person's request."]
        case LeadState.DUPLICATE:
            return [f"Lead {lead.key} is the same person as {lead.duplicate_of}."]
        case LeadState.DECIDED:
            return []


def _delivery(stored: StoredDelivery) -> str:
    delivery = stored.delivery
    crm, owner = delivery.crm, delivery.owner
    at = f"{stored.settled_at:%Y-%m-%d %H:%M:%S} UTC" if stored.settled_at else ""
    match stored.state:
        case DeliveryState.WRITTEN:
            return f"Written to {crm} at {at}: {owner} owns it there."
        case DeliveryState.UNCHANGED:
            return f"Found in {crm} at {at}: {owner} owned it there already."
        case DeliveryState.CONFLICT:
            return f"Not written to {crm}: a person had chosen another owner, which stands."
        case DeliveryState.GONE:
            return f"Not written to {crm}: the record was deleted there."
        case DeliveryState.REFUSED:
            return f"{crm} refused {owner} at {at}: {stored.reason}."
        case DeliveryState.PENDING:
            why = f" ({stored.reason})" if stored.reason else ""
            return f"Still to be written to {crm}, next try {stored.due_at:%H:%M:%S} UTC{why}."


def _json(lead: StoredLead, replayed: Replayed | None) -> dict[str, Any]:
    decision = replayed.again if replayed else lead.decision
    return {
        "lead": str(lead.key),
        "state": lead.state.value,
        "reason": lead.reason,
        "duplicate_of": str(lead.duplicate_of) if lead.duplicate_of else None,
        "decision": decision_json(decision) if decision else None,
        "policy": decision.policy if decision else None,
        "decided_at": decision.decided_at.isoformat() if decision else None,
        "replayed_identically": replayed.is_same if replayed else None,
        "deliveries": [
            {
                "crm": each.delivery.crm,
                "owner": each.delivery.owner,
                "state": each.state.value,
                "reason": each.reason,
                "record": each.delivery.record_id,
            }
            for each in lead.deliveries
        ],
        "sentences": sentences(lead, replayed),
    }
