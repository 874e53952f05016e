"""The owners that a run has still to write: which leads, why not yet, and until when."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from leads.keys import OwnerId
from routing.policy import Policy
from store.rows import StoredDelivery

SHOWN = 10
_FIRST = 1


def due_lines(due: Sequence[StoredDelivery], policy: Policy, now: datetime) -> list[str]:
    """Return one line a lead, and one for how many are not shown."""
    lines = [_line(each, policy, now) for each in due[:SHOWN]]
    more = "and more: `firsttouch rejects list` shows what was tried and put off"
    return [*lines, *([more] if len(due) > SHOWN else [])]


def due_json(due: Sequence[StoredDelivery], now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "lead": str(each.delivery.lead),
            "crm": each.delivery.crm,
            "owner": each.delivery.owner,
            "why": _why(each),
            "due_at": max(each.due_at, now).isoformat(),
        }
        for each in due[:SHOWN]
    ]


def _line(each: StoredDelivery, policy: Policy, now: datetime) -> str:
    to = _name(each.delivery.owner, policy)
    when = (
        f"from {each.due_at:%H:%M} UTC on"
        if each.due_at > now
        else "by the next sync, at the latest"
    )
    return f"Still due: {each.delivery.lead} to {to} in {each.delivery.crm}, {when}: {_why(each)}."


def _why(each: StoredDelivery) -> str:
    if each.reason:
        return each.reason
    if each.attempt > _FIRST:
        return "it was decided again, and its new owner is not written yet"
    return "it was not sent yet"


def _name(owner: OwnerId, policy: Policy) -> str:
    known = policy.owners.get(owner)
    return known.name if known else owner
