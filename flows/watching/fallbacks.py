"""More leads than usual that no rule could place."""

from collections.abc import Mapping
from datetime import timedelta

from flows.wiring import Wiring
from leads.decision import Method
from leads.drift import tail
from store.alert_rows import Cause

KIND = "fallback"
_RECENT, _BEFORE = timedelta(hours=6), timedelta(days=7)
_FEWEST, _FEWEST_BEFORE = 10, 20
_LEAST_GROWTH = 0.1
_LUCK = 1e-5
_DOUBT = 3


def fallback_causes(wiring: Wiring) -> list[Cause]:
    """Tell when more decisions end at the fallback than chance explains."""
    now = wiring.now()
    recent = wiring.store.count_methods(now - _RECENT, now + timedelta(seconds=1))
    before = wiring.store.count_methods(now - _RECENT - _BEFORE, now - _RECENT)
    ends, leads = _ends(recent), sum(recent.values())
    ended, earlier = _ends(before), sum(before.values())
    if leads < _FEWEST or earlier < _FEWEST_BEFORE:
        return []
    rate = (ended + _DOUBT) / (earlier + _DOUBT)
    if ends / leads - ended / earlier < _LEAST_GROWTH or tail(ends, leads, rate) > _LUCK:
        return []
    hours = int(_RECENT.total_seconds() // 3600)
    text = (
        f"{ends} of the {leads} leads of the last {hours} hours went to the fallback "
        f"({ends / leads:.0%}, before {ended / earlier:.0%}): ask `firsttouch explain` of one, and "
        "look at who is away or at a cap, and at rules whose fields went blank"
    )
    return [Cause(kind=KIND, source="", text=text)]


def _ends(methods: Mapping[str, int]) -> int:
    return methods.get(Method.FALLBACK.value, 0)
