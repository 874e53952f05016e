"""`firsttouch explain`: why this owner, and why not each other one."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.load import load
from flows.decision_json import full_json
from flows.stored import Replayed, find_one, replay_all
from flows.wiring import open_existing_store
from routing.explain import explain
from store.return_rows import HandBack
from store.review_rows import ReviewRow, ReviewState
from store.rows import DeliveryState, LeadState, StoredDelivery, StoredLead
from store.twins import MIRRORED

_WHY_NOT = {
    DeliveryState.CONFLICT: "a person had chosen another owner, which stands",
    DeliveryState.GONE: "the record was deleted there",
    DeliveryState.WITHDRAWN: "a person decided otherwise first",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A lead, and each of its decisions with what it comes out as now; the latest is last."""

    lead: StoredLead
    replays: tuple[Replayed, ...]
    returns: Sequence[HandBack]
    is_what_if: bool

    def names(self) -> dict[str, str]:
        """Return everybody's name, by their id and by each of their CRM ids."""
        owners = self.replays[-1].policy.owners.values() if self.replays else ()
        by_id = {str(owner.id): owner.name for owner in owners}
        return by_id | {crm_id: owner.name for owner in owners for crm_id in owner.crm.values()}


def run(text: str, config: Path | None, store: str | None, *, as_json: bool) -> None:
    """
    Print sentences, or one JSON object. Raises ConfigError when the lead is not known.

    By the policy of that day; or, with `config`, as that configuration would have decided then.
    """
    by = load(config).policy if config else None
    with open_existing_store(store) as opened:
        lead = find_one(opened, text)
        told = _Told(
            lead=lead,
            replays=replay_all(opened, lead, by),
            returns=opened.returns_of(lead.key),
            is_what_if=by is not None,
        )
    if as_json:
        print(json.dumps(_json(told), ensure_ascii=False, indent=2))
        return
    for line in _sentences(told):
        print(line)


def _sentences(told: _Told) -> list[str]:
    """Return what became of a lead, in sentences a rep understands."""
    if told.lead.state is LeadState.ERASED:
        return _state(told.lead)
    names = told.names()
    return [*_stands(told.lead, names), *_state(told.lead), *_decisions(told, names)]


def _decisions(told: _Told, names: dict[str, str]) -> Iterator[str]:
    """Tell each decision, the first one first, and what became of it in the CRM."""
    deliveries = told.lead.deliveries
    for number, replayed in enumerate(told.replays, start=1):
        if len(told.replays) > 1:
            yield f"Decision {number} of {len(told.replays)}:"
        lead = told.lead.lead
        yield from explain(replayed.again, replayed.policy, lead, would=told.is_what_if)
        yield from (_review(each, names) for each in told.lead.reviews if each.attempt == number)
        yield from (_delivery(each, names) for each in deliveries if each.attempt == number)
        yield from (_handed_back(e, names) for e in told.returns if e.attempt == number)
    if not told.replays and told.lead.decision is not None:
        yield told.lead.decision.reason
    done = range(1, len(told.replays) + 1)
    yield from (_delivery(each, names) for each in deliveries if each.attempt not in done)


def _stands(lead: StoredLead, names: dict[str, str]) -> list[str]:
    """Say first whose the lead is where a person's choice stood against ours."""
    if not lead.deliveries or lead.deliveries[-1].state is not DeliveryState.CONFLICT:
        return []
    last = lead.deliveries[-1]
    owner = names.get(last.owner_found or "", last.owner_found or "somebody else")
    crm, ours = last.delivery.crm, names.get(last.delivery.owner, last.delivery.owner)
    return [
        f"Lead {lead.key} is {owner}'s in {crm}, by a person's choice, which stands over {ours}."
    ]


def _duplicate(lead: StoredLead) -> str:
    if lead.reason == MIRRORED:
        return f"Record {lead.key} is the same lead as {lead.duplicate_of}: {MIRRORED}."
    return f"Lead {lead.key} is the same person as {lead.duplicate_of}."


def _gone(lead: StoredLead) -> str:
    if lead.state is LeadState.ERASED:
        kept = "nothing is kept but that there was one lead, and who had it"
        return f"This lead was {lead.reason} at the person's request; {kept}."
    when = lead.reason.rpartition(": ")[2]
    kept = "who was given it, and why, was kept as long as `retention: decisions` says"
    return f"Lead {lead.key} was decided {when}; {kept}."


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
        case LeadState.ERASED | LeadState.FORGOTTEN:
            return [_gone(lead)]
        case LeadState.DUPLICATE:
            return [_duplicate(lead)]
        case LeadState.DECIDED:
            return []


def _review(row: ReviewRow, names: dict[str, str]) -> str:
    """Say what a person was asked, and answered."""
    until = f"{row.deadline:%Y-%m-%d %H:%M} UTC"
    at = f"{row.answered_at:%Y-%m-%d %H:%M} UTC" if row.answered_at else ""
    why = f": {row.reason.rstrip('.')}" if row.reason else ""
    match row.state:
        case ReviewState.WAITING:
            return f"Among the first of this policy: a person could look at it until {until}."
        case ReviewState.HELD:
            return f"Held back by {row.by} at {at}{why}; from {until} on it stands all the same."
        case ReviewState.APPROVED:
            return f"Approved by {row.by} at {at}."
        case ReviewState.CHANGED:
            chosen = names.get(row.chosen or "", row.chosen or "somebody else")
            return f"Changed by {row.by} at {at} to {chosen}{why}."


def _delivery(stored: StoredDelivery, names: dict[str, str]) -> str:
    delivery = stored.delivery
    crm, owner = delivery.crm, names.get(delivery.owner, delivery.owner)
    at = f"{stored.settled_at:%Y-%m-%d %H:%M:%S} UTC" if stored.settled_at else ""
    match stored.state:
        case DeliveryState.WRITTEN:
            return f"Written to {crm} at {at}: {owner} owns it there."
        case DeliveryState.UNCHANGED:
            return f"Found in {crm} at {at}: {owner} owned it there already."
        case DeliveryState.CONFLICT | DeliveryState.GONE | DeliveryState.WITHDRAWN:
            return f"Not written to {crm}: {_why_not(stored)}."
        case DeliveryState.REFUSED:
            return f"{crm} refused {owner} at {at}: {stored.reason}."
        case DeliveryState.UNDONE:
            return f"Written to {crm} at {at}, and given back since: {stored.reason}."
        case DeliveryState.PENDING:
            why = f" ({stored.reason})" if stored.reason else ""
            return f"Still to be written to {crm}, next try {stored.due_at:%H:%M:%S} UTC{why}."


def _handed_back(each: HandBack, names: dict[str, str]) -> str:
    had = names.get(each.owner, each.owner)
    by = f" (said by {names.get(each.by, each.by)})" if each.by and each.by != each.owner else ""
    aside = "" if each.is_lead else ", as no lead"
    return f"{had} handed it back at {each.at:%Y-%m-%d %H:%M:%S} UTC{aside}{by}: {each.reason}."


def _why_not(stored: StoredDelivery) -> str:
    is_withdrawn = stored.state is DeliveryState.WITHDRAWN
    return (is_withdrawn and stored.reason) or _WHY_NOT[stored.state]


def _json(told: _Told) -> dict[str, Any]:
    lead, latest = told.lead, told.replays[-1] if told.replays else None
    decision = latest.again if latest else lead.decision
    return {
        "lead": str(lead.key),
        "state": lead.state.value,
        "reason": lead.reason,
        "duplicate_of": str(lead.duplicate_of) if lead.duplicate_of else None,
        "decision": full_json(decision, latest.policy if latest else None) if decision else None,
        "earlier": [full_json(each.again, each.policy) for each in told.replays[:-1]],
        "policy": decision.policy if decision else None,
        "decided_at": decision.decided_at.isoformat() if decision else None,
        "replayed_identically": latest.is_same if latest else None,
        "returns": [
            {
                "attempt": e.attempt,
                "owner": e.owner,
                "by": e.by,
                "reason": e.reason,
                "is_lead": e.is_lead,
                "at": e.at.isoformat(),
            }
            for e in told.returns
        ],
        "reviews": [_review_json(each) for each in lead.reviews],
        "deliveries": [_delivery_json(each) for each in lead.deliveries],
        "sentences": _sentences(told),
    }


def _delivery_json(each: StoredDelivery) -> dict[str, Any]:
    return {
        "attempt": each.attempt,
        "crm": each.delivery.crm,
        "owner": each.delivery.owner,
        "state": each.state.value,
        "reason": each.reason,
        "record": each.delivery.record_id,
        "settled_at": each.settled_at.isoformat() if each.settled_at else None,
    }


def _review_json(row: ReviewRow) -> dict[str, Any]:
    return {
        "attempt": row.attempt,
        "state": row.state.value,
        "deadline": row.deadline.isoformat(),
        "by": row.by,
        "chosen": row.chosen,
        "reason": row.reason,
        "answered_at": row.answered_at.isoformat() if row.answered_at else None,
    }
