"""The owners that are still to be written: which leads, why not yet, and until when."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from flows.plurals import count_of
from flows.tick import Tick
from flows.wiring import Wiring
from routing.policy import Policy
from store.rows import StoredDelivery

SHOWN = 10
LOOKED_AT = 1_000
"""So many are read; how many there are beyond is not counted."""
_NAMED = 5
_WAITS, _WAIT = "owner waits", "owners wait"
_ANOTHER, _OTHERS = "more owner waits", "more owners wait"
_FIRST = 1


def due_lines(
    due: Sequence[StoredDelivery],
    policy: Policy,
    now: datetime,
    told: Collection[str] = frozenset(),
) -> list[str]:
    """
    Return one line for each reason there is, with its leads, and one for how many are not shown.

    A reason that is `told` beside these lines is not repeated.
    """
    alike: dict[tuple[str, str], list[StoredDelivery]] = {}
    for each in due[:LOOKED_AT]:
        alike.setdefault((each.delivery.crm, _why(each)), []).append(each)
    lines = [_lines(leads, why, policy, now, told) for (_, why), leads in alike.items()]
    more = "and more: `firsttouch rejects list` shows what was tried and put off"
    return [*lines[:SHOWN], *([more] if max(len(due) - LOOKED_AT, len(lines) - SHOWN) > 0 else [])]


def unclaimed(wiring: Wiring, ticks: Sequence[Tick]) -> dict[str, int]:
    """
    Count by CRM the owners that are due, that nobody claims, and that this sync did not come to.

    Where one of its ticks delivered, what is left is still due for a reason that is told.
    """
    crms = {(wiring.crm_of(t.source), bool(t.skipped)) for t in ticks if t.source in wiring.sources}
    passed = {crm for crm, is_skipped in crms if is_skipped and (crm, False) not in crms}
    if not passed:
        return {}
    now = wiring.now()
    claimed, due = wiring.store.claimed(now), wiring.store.overdue(now)
    counts = {crm: due[crm][0] - claimed.get(crm, (0, now))[0] for crm in passed & due.keys()}
    return {crm: count for crm, count in counts.items() if count > 0}


def claimed_lines(
    claimed: Mapping[str, tuple[int, datetime]], more: Mapping[str, int]
) -> list[str]:
    """
    Return a line for each CRM that others, alive or dead, write owners to, as of the store.

    Of a process that was killed nobody else would say that its leads are no less owned; nor of
    the `more` that it had not claimed yet.
    """
    return [
        _claimed_line(crm, *claimed[crm], more.get(crm, 0))
        if crm in claimed
        else f"{crm}: {count_of(more[crm], _WAITS, _WAIT)} to be written, by the next sync of it."
        for crm in sorted({*claimed, *more})
    ]


def _claimed_line(crm: str, count: int, until: datetime, more: int) -> str:
    line = (
        f"{crm}: {count_of(count, 'owner is', 'owners are')} claimed by another process, until "
        f"{until:%H:%M:%S} UTC at the latest; if it has died, the first sync after that writes them"
    )
    return f"{line}. {count_of(more, _ANOTHER, _OTHERS)} to be written." if more else f"{line}."


def claimed_json(claimed: Mapping[str, tuple[int, datetime]]) -> list[dict[str, Any]]:
    return [
        {"crm": crm, "owners": count, "until": until.isoformat()}
        for crm, (count, until) in sorted(claimed.items())
    ]


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


def _lines(
    leads: Sequence[StoredDelivery],
    why: str,
    policy: Policy,
    now: datetime,
    told: Collection[str],
) -> str:
    crm, first = leads[0].delivery.crm, min(each.due_at for each in leads)
    when = f"from {first:%H:%M} UTC on" if first > now else "by the next sync, at the latest"
    said = f"the problem of {crm} that is told with this" if why in told else why
    named = [f"{e.delivery.lead} to {policy.name_of(e.delivery.owner)}" for e in leads[:_NAMED]]
    if len(leads) == 1:
        return f"Still due: {named[0]} in {crm}, {when}: {said}."
    more = f" and {len(leads) - _NAMED:,} more" if len(leads) > _NAMED else ""
    return f"Still due: {len(leads):,} leads in {crm}, {when}: {said}. {', '.join(named)}{more}."


def _why(each: StoredDelivery) -> str:
    if each.reason:
        return each.reason
    if each.attempt > _FIRST:
        return "it was decided again, and its new owner is not written yet"
    return "it was not sent yet"
