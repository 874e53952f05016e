"""What `explain` says of an assignment's clocks: until when, who was in touch first, what tells."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from leads.activity import TouchKind
from routing.wording import duration, moment
from store.activity_rows import Clock, ClockKind, ClockState, FirstTouch

_A_MINUTE = timedelta(minutes=1)
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
    match clock.state:
        case ClockState.RUNNING:
            at = clock.reminded_at
            reminded = f", reminded on {moment(at, zone)}" if at else ""
            return f"{owner} has until {by} to {what} (SLA {clock.sla}){reminded}."
        case ClockState.BREACHED:
            return f"{owner} had until {by} to {what} (SLA {clock.sla}), and nobody was."
        case ClockState.TOUCHED | ClockState.ENDED | ClockState.KEPT:
            return f"{owner} had until {by} to {what} (SLA {clock.sla})."


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
        "touch": {
            "at": touch.at.isoformat(),
            "by": touch.by,
            "kind": touch.kind.value,
            "evidence": touch.evidence,
            "flaw": touch.flaw.value if touch.flaw else None,
        }
        if touch
        else None,
    }


def _told(touch: FirstTouch, clock: Clock, names: Mapping[str, str], zone: str) -> str:
    by = f" by {names.get(touch.by, touch.by)}" if touch.by else ""
    late = touch.at - clock.due_at
    when = "in time" if late <= timedelta(0) else f"{duration(max(late, _A_MINUTE))} late"
    if touch.flaw:
        when = f"not counted, as it is {touch.flaw.value}"
    kind = _TOUCHES[touch.kind]
    return f"on {moment(touch.at, zone)}, {when}: {kind}{by} ({clock.crm} {touch.evidence})"
