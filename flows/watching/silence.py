"""A source that sends nothing, at a time at which it usually does."""

from datetime import timedelta

from flows.wiring import Wiring
from store.alert_rows import Cause

KIND = "silent"
WINDOW = timedelta(hours=6)
_WEEK = timedelta(days=7)
_WEEKS = 4
_LEAST = 10.0
"""Leads that are usual in the window: of fewer, none is no sign of anything."""


def silence_causes(wiring: Wiring, source: str) -> list[Cause]:
    """
    Tell of a source without a lead for six hours in which there usually are ten or more.

    Usual is the mean of the same hours of the day, one to four weeks ago, so that a night and a
    Sunday are quiet without anybody being told. A source that is younger than a week is not judged.
    """
    store, now = wiring.store, wiring.now()
    if store.count_leads(source, now - WINDOW, now + timedelta(seconds=1)):
        return []
    first = store.first_lead_at(source)
    same_hours = [now - week * _WEEK for week in range(1, _WEEKS + 1)]
    known = [at for at in same_hours if first is not None and first <= at - WINDOW]
    counts = [store.count_leads(source, at - WINDOW, at) for at in known]
    usual = sum(counts) / len(counts) if counts else 0.0
    if usual < _LEAST:
        return []
    hours = int(WINDOW.total_seconds() // 3600)
    text = (
        f"{source} has sent nothing for {hours} hours, usually {usual:.0f} leads in these. Look at "
        f"`firsttouch doctor --source {source}`, and at the form or campaign itself"
    )
    return [Cause(kind=KIND, source=source, text=text)]
