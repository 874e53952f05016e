"""`firsttouch return`: a rep gives a lead back, and it goes to somebody else at once."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from config.problems import suggestion
from flows.activity import begin_clocks, start_clocks
from flows.deliver import deliver_pending
from flows.exits import DONE_WITH_FAILURES, note
from flows.hand_back import Asked, Returned, attempt_of, hand_back
from flows.messages import is_no_lead
from flows.moments import since as since_when
from flows.stored import find_one
from flows.tick import is_paused, new_run
from flows.which_store import read_store
from flows.wiring import Wiring, open_wiring, utc_now
from leads.errors import ConfigError, ConnectorError
from leads.keys import CrmOwnerId, OwnerId, RunId
from routing.policy import Policy
from routing.wording import moment
from store.return_rows import HandBack
from store.rows import DeliveryState, StoredLead

_LONGEST = 200
"""Characters of a reason: it stands in a field of the CRM beside the rest of the sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a person wrote on the command line."""

    lead: str
    reason: str
    by: str | None
    as_no_lead: bool


def run(words: Words, config: Path | None, store: str | None, *, as_json: bool) -> None:
    """Print who has the lead now; exit 1 where it was not theirs, or ours, to give back."""
    reason = " ".join(words.reason.split())
    if not 0 < len(reason) <= _LONGEST:
        raise ConfigError([f"--reason: say why, in 1 to {_LONGEST} characters"])
    with open_wiring(config, store, may_make=False) as wiring:
        by = _owner(words.by, wiring.configuration.policy)
        stored = find_one(wiring.store, words.lead)
        asked = Asked(
            lead=stored.key,
            attempt=attempt_of(stored),
            owner_in_crm=_owner_now(wiring, stored),
            reason=reason,
            is_lead=not (words.as_no_lead or wiring.configuration.returns.is_no_lead(reason)),
            by=by,
            at=wiring.now(),
        )
        number = new_run()
        wiring.store.start_run(number, "return", wiring.now())
        found = hand_back(wiring, asked, number)
        if found.decision is not None:
            _tell_the_crm(wiring, stored, number)
        wiring.store.end_run(number, wiring.now())
        _say(wiring, stored, found, as_json=as_json)


def _owner(text: str | None, policy: Policy) -> OwnerId | None:
    if text is None:
        return None
    if OwnerId(text) not in policy.owners:
        hint = suggestion(text, policy.owners)
        raise ConfigError([f"owner {text!r} is not configured{hint}"])
    return OwnerId(text)


def _owner_now(wiring: Wiring, stored: StoredLead) -> CrmOwnerId | None:
    """Ask the CRM who has the record at this moment. Raises ConnectorError."""
    if not stored.deliveries:
        return None
    delivery = stored.deliveries[-1].delivery
    crm = wiring.crms.get(delivery.crm)
    if crm is None or delivery.record_id is None:
        return None
    found = list(crm.fetch([delivery.record_id]))
    return crm.owner_of(found[0]) if found else None


def _tell_the_crm(wiring: Wiring, stored: StoredLead, run: RunId) -> None:
    """Write the owner now, and let the time run; where the CRM fails, the next sync does both."""
    crm = wiring.crm_of(stored.key.source)
    if is_paused(wiring, crm):
        return
    begin_clocks(wiring)
    try:
        deliver_pending(wiring, crm, run)
    except ConnectorError as error:
        print(f"firsttouch: {error}; the next sync writes it", file=sys.stderr)
    start_clocks(wiring)


def _say(wiring: Wiring, before: StoredLead, found: Returned, *, as_json: bool) -> None:
    after = wiring.store.stored_lead(before.key)
    refusal = found.refusal or _overtaken(after)
    if as_json:
        print(json.dumps(_json(before, found, refusal)))
    elif refusal:
        note(f"{before.key}: {refusal}")
    else:
        print(_said(before, after, found, wiring.configuration.policy))
    if refusal:
        raise SystemExit(DONE_WITH_FAILURES)


def _overtaken(after: StoredLead) -> str:
    """A person may have moved it between our question and our write: theirs stands."""
    last = after.deliveries[-1] if after.deliveries else None
    if last is None or last.state is not DeliveryState.CONFLICT:
        return ""
    return f"a person gave it to somebody else in {last.delivery.crm} meanwhile, which stands"


def _said(before: StoredLead, after: StoredLead, found: Returned, policy: Policy) -> str:
    had = before.deliveries[-1].delivery.owner
    name = policy.name_of(had)
    if found.decision is None:
        return f"{before.key} was {name}'s and waits now: {after.reason}."
    owner = policy.owners[found.decision.owner]
    if is_no_lead(found.decision):
        return f"{before.key} was {name}'s. {found.decision.reason}"
    due = moment(found.decision.sla_due, owner.timezone)
    return (
        f"{before.key} was {name}'s and is {owner.name}'s now: first touch by {due}.\n"
        f"{found.decision.reason}"
    )


def _json(before: StoredLead, found: Returned, refusal: str) -> dict[str, object]:
    made = found.decision
    return {
        "lead": str(before.key),
        "was": before.deliveries[-1].delivery.owner if before.deliveries else None,
        "owner": made.owner if made else None,
        "method": made.method.value if made else None,
        "reason": made.reason if made else None,
        "sla_due": made.sla_due.isoformat() if made else None,
        "refusal": refusal,
    }


def list_returns(since: str, store: str | None, *, as_json: bool) -> None:
    """Print what was handed back, by whom and why, oldest first."""
    with read_store(store) as opened:
        found = opened.returns_since(since_when("--since", since, utc_now()))
    if as_json:
        print(json.dumps([_row(each) for each in found]))
        return
    for line in _lines(found):
        print(line)


def _row(each: HandBack) -> dict[str, object]:
    return {
        "lead": str(each.lead),
        "owner": each.owner,
        "by": each.by,
        "reason": each.reason,
        "is_lead": each.is_lead,
        "at": each.at.isoformat(),
    }


def _lines(found: Sequence[HandBack]) -> list[str]:
    told = [
        f"{_at(each.at)}  {each.owner}  {each.lead}  "
        f"{each.reason}{'' if each.is_lead else ' (no lead)'}"
        for each in found
    ]
    return told or ["Nothing was handed back."]


def _at(at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo('UTC')):%Y-%m-%d %H:%M} UTC"
