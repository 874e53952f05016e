"""`firsttouch explain`: why this owner, and why not each other one."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from config.load import load
from config.model_sources import CRMS
from flows.clock_story import clock_json, clock_line, uncounted_json, uncounted_lines
from flows.decision_json import full_json
from flows.flaw_words import is_country_taken, quoted
from flows.lead_story import (
    came_of,
    delivery_line,
    flaw_lines,
    given_away,
    return_line,
    review_line,
    state_of,
    whose,
)
from flows.shortfalls import shortfall_sentence
from flows.stored import Replayed, find_one, replay_all
from flows.which_store import read_store
from leads.decision import Decision, Method
from leads.ownership import OwnerSeen
from leads.validate import MALFORMED
from routing.explain import Came, explain
from store.activity_rows import Clock, Uncounted
from store.return_rows import HandBack
from store.review_rows import ReviewRow
from store.rows import LeadState, StoredDelivery, StoredLead
from store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A lead, and each of its decisions with what it comes out as now; the latest is last."""

    lead: StoredLead
    replays: tuple[Replayed, ...]
    returns: Sequence[HandBack]
    clocks: Sequence[Clock]
    uncounted: Sequence[Uncounted]
    is_what_if: bool
    in_crms: Mapping[str, str]
    shown: OwnerSeen | None
    business: str

    def zone(self, replayed: Replayed) -> str:
        """Return where whoever has it by that decision is, as its own sentences have it."""
        owner = replayed.policy.owners.get(self.decision(replayed).owner)
        return owner.timezone if owner else replayed.policy.timezone

    def decision(self, replayed: Replayed) -> Decision:
        """Return what was decided, with its trace where that can be told; or what would be."""
        if self.is_otherwise(replayed):
            return replayed.stored
        by = "" if self.is_what_if else replayed.stored.program
        return replace(replayed.again, program=by, rules=replayed.told)

    def is_otherwise(self, replayed: Replayed) -> bool:
        """Tell whether what was decided cannot be reproduced."""
        return not (self.is_what_if or replayed.is_same_end)

    def names(self) -> dict[str, str]:
        """Return everybody's name, by their id and by each of their CRM ids."""
        owners = self.replays[-1].policy.owners.values() if self.replays else ()
        by_id = {str(owner.id): owner.name for owner in owners}
        by_id |= self.in_crms
        return by_id | {crm_id: owner.name for owner in owners for crm_id in owner.crm.values()}


def run(text: str, config: Path | None, store: str | None, *, as_json: bool) -> None:
    """
    Print sentences, or one JSON object. Raises ConfigError when the lead is not known.

    By the policy of that day; or, with `config`, as that configuration would have decided then.
    """
    by = load(config).policy if config else None
    with read_store(store) as opened:
        lead = find_one(opened, text)
        told = _Told(
            lead=lead,
            replays=replay_all(opened, lead, by),
            returns=opened.returns_of(lead.key),
            clocks=opened.clocks_of(lead.key),
            uncounted=opened.uncounted_touches(lead.key),
            is_what_if=by is not None,
            in_crms=_names_there(opened),
            shown=_shown(opened, lead),
            business=_business(opened),
        )
    if as_json:
        print(json.dumps(_json(told), ensure_ascii=False, indent=2))
        return
    for line in _sentences(told):
        print(line)


def _shown(store: Store, lead: StoredLead) -> OwnerSeen | None:
    """Return whom the CRM showed last as the owner of the record that was written last."""
    if not lead.deliveries:
        return None
    last = lead.deliveries[-1].delivery
    return store.owner_seen(last.crm, last.record_id) if last.record_id else None


def _business(store: Store) -> str:
    """Return the time zone of the configuration in force: of what is nobody's yet."""
    latest = store.latest_version()
    stated = latest.document.get("timezone") if latest else None
    return stated if isinstance(stated, str) else "UTC"


def _names_there(store: Store) -> dict[str, str]:
    """Return the owners' names in the CRMs, by their ids there, as last looked at."""
    owners = (owner for crm in CRMS for owner in store.crm_owners(crm))
    return {owner.crm_id: owner.name for owner in owners if owner.name}


def _sentences(told: _Told) -> list[str]:
    """Return what became of a lead, in sentences a rep understands."""
    if told.lead.state is LeadState.ERASED:
        return state_of(told.lead, {})
    names, lead = told.names(), told.lead
    return [
        *whose(lead, names, told.shown, zone=told.business),
        *state_of(lead, names, zone=told.business),
        *flaw_lines(lead),
        *_decisions(told, names),
    ]


def _decisions(told: _Told, names: dict[str, str]) -> Iterator[str]:
    """Tell each decision, the first one first, and what became of it in the CRM."""
    lead, count = told.lead, len(told.replays)
    is_away = given_away(lead, told.shown) is not None
    for number, replayed in enumerate(told.replays, start=1):
        is_last, zone = number == count, told.zone(replayed)
        if count > 1:
            yield f"Decision {number} of {count}:"
        came = Came.WOULD if told.is_what_if else came_of(lead, number, is_last=is_last)
        yield from explain(told.decision(replayed), replayed.policy, lead.lead, came=came)
        if told.is_otherwise(replayed):
            yield (
                "Decided again from what is stored it comes out otherwise, so nothing is told of "
                f"those it was not given to: `firsttouch replay {lead.key}` says what differs."
            )
        of = "model" if replayed.stored.method is Method.BEST_MATCH else "policy"
        asked = (each for each in lead.reviews if each.attempt == number)
        yield from (review_line(each, names, of, zone=zone) for each in asked)
        for each in (e for e in lead.deliveries if e.attempt == number):
            yield delivery_line(each, names, is_past=not is_last or is_away, zone=zone)
            yield from (shortfall_sentence(each.delivery, left) for left in each.left_out)
        yield from (clock_line(e, names, zone) for e in told.clocks if e.attempt == number)
        backs = (each for each in told.returns if each.attempt == number)
        yield from (return_line(each, names, lead, zone=zone) for each in backs)
        if is_last:
            yield from uncounted_lines(told.uncounted, names, zone)
    if not told.replays and lead.decision is not None:
        yield lead.decision.reason
    done = range(1, count + 1)
    others = (each for each in lead.deliveries if each.attempt not in done)
    zone = told.business
    yield from (delivery_line(each, names, is_past=False, zone=zone) for each in others)


def _json(told: _Told) -> dict[str, Any]:
    lead, latest = told.lead, told.replays[-1] if told.replays else None
    decision = told.decision(latest) if latest else lead.decision
    return {
        "lead": str(lead.key),
        "state": lead.state.value,
        "reason": lead.reason,
        "duplicate_of": str(lead.duplicate_of) if lead.duplicate_of else None,
        "decision": full_json(decision, latest.policy if latest else None) if decision else None,
        "earlier": [full_json(told.decision(each), each.policy) for each in told.replays[:-1]],
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
        "clocks": [clock_json(each) for each in told.clocks],
        "not_counted": [uncounted_json(each) for each in told.uncounted],
        "reviews": [_review_json(each) for each in lead.reviews],
        "flaws": [
            {"field": each.field, "kind": each.kind.value, "form": quoted(each)}
            for each in (lead.lead.flaws if lead.lead else ())
            if each.kind in MALFORMED or is_country_taken(each)
        ],
        "owner_now": _owner_json(given_away(lead, told.shown)),
        "deliveries": [_delivery_json(each) for each in lead.deliveries],
        "sentences": _sentences(told),
    }


def _owner_json(seen: OwnerSeen | None) -> dict[str, Any] | None:
    """Answer who got it after its last delivery, and for which lead of ours, if it was us."""
    if seen is None:
        return None
    by_us = str(seen.by) if seen.by else None
    return {"crm_owner": seen.owner, "seen_at": seen.at.isoformat(), "by_lead": by_us}


def _delivery_json(each: StoredDelivery) -> dict[str, Any]:
    return {
        "attempt": each.attempt,
        "crm": each.delivery.crm,
        "owner": each.delivery.owner,
        "state": each.state.value,
        "reason": each.reason,
        "record": each.delivery.record_id,
        "left_out": [
            {
                "name": left.name,
                "field": left.field,
                "why": left.why.value,
                "code": left.code,
                "instead": left.instead or None,
            }
            for left in each.left_out
        ],
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
