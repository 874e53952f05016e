"""What `explain` says of clocks: until when, who was in touch first, what tells, what does not."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from flows.plurals import count_of
from leads.activity import TouchKind
from routing.wording import duration, moment
from store.activity_rows import Clock, ClockKind, ClockState, FirstTouch, Uncounted

_A_MINUTE = timedelta(minutes=1)
_SHOWN = 3
_TOUCHES = {
    TouchKind.CALL: "a call",
    TouchKind.EMAIL: "an e-mail",
    TouchKind.MEETING: "a meeting",
    TouchKind.TASK: "a task done",
    TouchKind.STATUS: "a change of its status",
}


def clock_line(clock: Clock, names: Mapping[str, str], zone: str = "UTC") -> str:
    """
    Say how it stands, in a sentence, on the clock of `zone`.

    `names` are everybody's, by their id here and in the CRM.
    """
    owner, by = names.get(clock.owner, clock.owner), moment(clock.due_at, zone)
    once_more = clock.kind is ClockKind.FOLLOW_UP
    what = "be in touch once more" if once_more else "be in touch"
    first = "Followed up" if once_more else "First touch"
    if clock.first_touch is not None:
        return f"{first} {_told(clock.first_touch, clock, names, zone)}."
    sla = _sla(clock, zone)
    match clock.state:
        case ClockState.RUNNING:
            at = clock.reminded_at
            reminded = f", reminded on {moment(at, zone)}" if at else ""
            return f"{owner} has until {by} to {what} ({sla}){reminded}."
        case ClockState.BREACHED:
            return f"{owner} had until {by} to {what} ({sla}), and nobody was."
        case ClockState.TOUCHED | ClockState.ENDED | ClockState.KEPT:
            return f"{owner} had until {by} to {what} ({sla})."


def _sla(clock: Clock, zone: str) -> str:
    """Say why it ends later than was promised when it was decided, if it was written later."""
    is_later = clock.assigned_at - clock.decided_at >= _A_MINUTE
    if clock.kind is ClockKind.FOLLOW_UP or not is_later:
        return f"SLA {clock.sla}"
    at = moment(clock.assigned_at, zone)
    return f"SLA {clock.sla}, counted since {clock.crm} had it, on {at}"


def uncounted_lines(
    found: Sequence[Uncounted], names: Mapping[str, str], zone: str = "UTC"
) -> Iterator[str]:
    """Say which activities stopped no clock, and why; of many only the last few."""
    if len(found) > _SHOWN:
        many = count_of(len(found) - _SHOWN, "earlier activity", "earlier activities")
        yield f"{many} on it did not count either."
    for each in found[-_SHOWN:]:
        touch, at = each.touch, moment(each.touch.at, zone)
        did = _TOUCHES[touch.kind][:1].upper() + _TOUCHES[touch.kind][1:]
        why = f"as it is {touch.flaw} ({each.crm} {touch.evidence})"
        yield f"{did}{_by(touch, names)} on {at} did not count, {why}."


def uncounted_json(each: Uncounted) -> dict[str, Any]:
    return {"crm": each.crm, **_touch_json(each.touch)}


def clock_json(clock: Clock) -> dict[str, Any]:
    touch = clock.first_touch
    return {
        "attempt": clock.attempt,
        "kind": clock.kind.value,
        "owner": clock.owner,
        "sla": clock.sla,
        "state": clock.state.value,
        "since": clock.assigned_at.isoformat(),
        "due_at": clock.due_at.isoformat(),
        "reminded_at": clock.reminded_at.isoformat() if clock.reminded_at else None,
        "touch": _touch_json(touch) if touch else None,
    }


def _touch_json(touch: FirstTouch) -> dict[str, Any]:
    return {
        "at": touch.at.isoformat(),
        "by": touch.by,
        "kind": touch.kind.value,
        "evidence": touch.evidence,
        "flaw": touch.flaw.value if touch.flaw else None,
    }


def _told(touch: FirstTouch, clock: Clock, names: Mapping[str, str], zone: str) -> str:
    late = touch.at - clock.due_at
    when = "in time" if late <= timedelta(0) else f"{duration(max(late, _A_MINUTE))} late"
    if touch.flaw:
        when = f"not counted, as it is {touch.flaw.value}"
    kind = _TOUCHES[touch.kind]
    did = f"{kind}{_by(touch, names)} ({clock.crm} {touch.evidence})"
    return f"on {moment(touch.at, zone)}, {when}: {did}"


def _by(touch: FirstTouch, names: Mapping[str, str]) -> str:
    return f" by {names.get(touch.by, touch.by)}" if touch.by else ""
