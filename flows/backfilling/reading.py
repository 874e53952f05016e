"""Reading a backfill: every record of a span of time, window by window, beside the live cursor."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from connectors import registry
from connectors.base import LeadSource, Metered
from flows.pace import AT_EASE
from flows.sight import sight
from flows.wiring import Wiring
from leads.errors import BackfillPaused
from leads.record import Cursor, RawRecord
from leads.sighting import Verdict
from store.backfill_rows import BackfillRow, Entry, EntryState, WindowRow

SHORTEST = timedelta(days=7)
MOST_WINDOWS = 12
_LONGEST_BREATH = 2.0
Build = Callable[[BackfillRow, WindowRow], registry.Connector]
"""Makes a connector that shows what was created in a window, whatever the intake's go-live."""


@dataclass(slots=True)
class Breath:
    """After each piece of work as long a rest, so that the minute's sync has its half."""

    sleep: Callable[[float], None] = time.sleep
    _since: float = field(default_factory=time.monotonic)

    def take(self) -> None:
        self.sleep(min(time.monotonic() - self._since, _LONGEST_BREATH))
        self._since = time.monotonic()


def windows_of(number: str, source: str, since: datetime, until: datetime) -> list[WindowRow]:
    """
    Cut the span where the source is asked for what was created between two instants.

    Into twelve at most, each of a week at least: every one costs some calls and a run of its own.
    An ad platform is read from the beginning to the end at once: it knows no end.
    """
    spans = [(since, until)]
    if registry.KINDS.get(source) is registry.Kind.CRM:
        count = max(1, min((until - since) // SHORTEST, MOST_WINDOWS))
        starts = [since + (until - since) * at / count for at in range(count)]
        spans = list(zip(starts, [*starts[1:], until], strict=True))
    return [
        WindowRow(backfill=number, number=at, source=source, since=first, until=last)
        for at, (first, last) in enumerate(spans)
    ]


def read_window(
    wiring: Wiring, row: BackfillRow, window: WindowRow, build: Build, told: Callable[[], None]
) -> None:
    """
    Read on from where the window stands, to its end; nothing where those before it have enough.

    `told` is called after every page. Raises ConnectorError, and BackfillPaused when the vendor's
    calls of the day are the minute's sync's from here on; what was read by then is kept.
    """
    if not _is_enough(wiring, row, window):
        leave_calls(wiring, window.source)
        breath, connector = Breath(), build(row, window)
        try:
            for page in connector.pull(Cursor(window.position) if window.position else None):
                entries, passed = _sorted_out(wiring, window, connector, page.records)
                window = replace(window, position=page.resume_from)
                wiring.store.save_backfill_page(window, entries, passed)
                told()
                breath.take()
        finally:
            connector.close()
    wiring.store.save_backfill_page(replace(window, is_read=True), [], {})


def _is_enough(wiring: Wiring, row: BackfillRow, window: WindowRow) -> bool:
    """Whether the windows before this one, all read, have as many leads as are asked for."""
    parts = wiring.store.backfill_windows(row.id)
    before = [each for each in parts if each.until <= window.since]
    if len({each.source for each in parts}) > 1 or not all(each.is_read for each in before):
        return False
    counts = (wiring.store.backfill_counts(row.id, each) for each in before)
    return bool(before) and sum(sum(each.values()) for each in counts) >= row.most


def _sorted_out(
    wiring: Wiring, window: WindowRow, connector: LeadSource, records: Sequence[RawRecord]
) -> tuple[list[Entry], Counter[str]]:
    """Part those that would be assigned from the others, which are counted by reason."""
    entries: list[Entry] = []
    passed = Counter[str]()
    for raw in {raw.source_id: raw for raw in records}.values():
        shown = sight(wiring, connector, raw)
        lead = shown.lead
        if shown.verdict is Verdict.REJECTED:
            passed["unreadable"] += 1
        elif lead is None:
            passed[shown.reason] += 1
        elif not window.since <= lead.created_at < window.until:
            passed["created outside the span"] += 1
        else:
            entries.append(
                Entry(
                    lead=lead,
                    version=shown.version,
                    owner_seen=shown.owner_seen,
                    state=EntryState.READ,
                )
            )
    busy = wiring.store.taken_already([each.lead.key for each in entries])
    passed.update(f"already {state.value}" for state in busy.values())
    return [each for each in entries if each.lead.key not in busy], passed


def leave_calls(wiring: Wiring, source: str) -> None:
    """
    Stop while half of the day's calls are left: polls slow down from there on.

    A CRM is asked for a page of its owners, as not every answer tells how it stands. Raises
    BackfillPaused.
    """
    connector = wiring.sources[source]
    if source in wiring.crms:
        next(iter(wiring.crms[source].owners()), None)
    for quota in connector.quotas().values() if isinstance(connector, Metered) else ():
        if quota.share_left <= AT_EASE:
            share = f"{1 - quota.share_left:.0%}"
            raise BackfillPaused(
                f"{source}: {share} of the calls it allows in a day are used, and the rest is for "
                "the minute's sync: say the same again later, it goes on where it stopped"
            )
