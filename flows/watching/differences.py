"""What the daily reconciliation found between vendors and store, as alerts: one for each source."""

from collections import Counter
from collections.abc import Iterable

from flows.plurals import count_of
from flows.reconciling.findings import Comparison
from flows.reconciling.reconcile import Reconciliation
from flows.wiring import Wiring
from store.alert_rows import Alert, Cause

KIND = "reconcile"


def watch_differences(wiring: Wiring, found: Reconciliation) -> list[Alert]:
    """
    Note what differs, and what does no more; answer the alerts that people have to be told of now.

    Of a source that could not be asked what was known stands. What was repaired is told as well:
    something made it.
    """
    looked_at = {(KIND, one.source) for one in found.compared}
    wiring.store.note_alerts(list(difference_causes(found.compared)), looked_at, wiring.now())
    return [each for each in wiring.store.untold_alerts() if each.cause.kind == KIND]


def difference_causes(compared: Iterable[Comparison]) -> Iterable[Cause]:
    for one in compared:
        if one.differences:
            yield Cause(kind=KIND, source=one.source, text=_text(one))


def _text(one: Comparison) -> str:
    differences = count_of(len(one.differences), "difference")
    left = len(one.remaining)
    kinds = Counter(each.kind.value for each in one.differences).most_common()
    named = "; ".join(f"{kind} ({number})" for kind, number in kinds)
    state = f"{left} not repaired" if left else "all repaired"
    ask = f"`firsttouch reconcile --source {one.source}` lists what is left" if left else ""
    return ". ".join(filter(None, [f"{one.source}: {differences}, {state}: {named}", ask]))
