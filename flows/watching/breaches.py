"""Owners who were not in touch in time."""

from datetime import timedelta

from flows.plurals import count_of
from flows.wiring import Wiring
from store.activity_rows import LateTouches
from store.alert_rows import Cause

KIND = "SLA breach"
_LATELY = timedelta(hours=1)


def breach_causes(wiring: Wiring) -> list[Cause]:
    """Tell of each SLA that was broken in the last hour, or is being broken, however often."""
    now = wiring.now()
    late = wiring.store.late_since(now - _LATELY, now)
    return [Cause(kind=KIND, source="", subject=each.sla, text=_text(each)) for each in late]


def _text(late: LateTouches) -> str:
    touches = count_of(late.count, "first touch", "first touches")
    return (
        f"{late.sla}: {touches} late, now or in the last hour, by {count_of(late.owners, 'owner')}."
        f" `firsttouch explain {late.example}` says what became of such a lead"
    )
