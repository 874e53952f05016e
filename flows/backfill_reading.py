"""Reading a backfill: every record of a span of time, window by window, beside the live cursor."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
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
from store.backfill_rows import BackfillRow, Entry, EntryState

WINDOW = timedelta(days=30)
_LONGEST_BREATH = 2.0
Build = Callable[[BackfillRow, datetime, datetime], registry.Connector]
"""Makes a connector that shows what was created in a window, whatever the intake's go-live."""


@dataclass(slots=True)
class Breath:
    """After each piece of work as long a rest, so that the minute's sync has its half."""

    sleep: Callable[[float], None] = time.sleep
    _since: float = field(default_factory=time.monotonic)

    def take(self) -> None:
        self.sleep(min(time.monotonic() - self._since, _LONGEST_BREATH))
        self._since = time.monotonic()


def windows(row: BackfillRow) -> list[tuple[datetime, datetime]]:
    """
    Cut the span into months where the source is asked for what was created between two instants.

    An ad platform is read from the beginning to the end at once: it knows no end.
    """
    if registry.KINDS[row.source] is not registry.Kind.CRM:
        return [(row.since, row.until)]
    count = max(1, -(-(row.until - row.since) // WINDOW))
    starts = [row.since + number * WINDOW for number in range(count)]
    return list(zip(starts, [*starts[1:], row.until], strict=True))


def read_all(
    wiring: Wiring, row: BackfillRow, build: Build, told: Callable[[BackfillRow], None]
) -> BackfillRow:
    """
    Read on from where the backfill stands, until all is read or enough; answer where it stands.

    `told` is called after every page. Raises ConnectorError, and BackfillPaused when the vendor's
    calls of the day are the minute's sync's from here on; what was read by then is kept.
    """
    breath, spans = Breath(), windows(row)
    while row.window < len(spans) and not _is_enough(wiring, row):
        leave_calls(wiring, row.source)
        connector = build(row, *spans[row.window])
        try:
            for found in _pages(wiring, row, connector):
                row = found
                told(row)
                breath.take()
        finally:
            connector.close()
        if not _is_enough(wiring, row):
            row = replace(row, window=row.window + 1, position=None)
            wiring.store.save_backfill_page(row, [], {})
    return row


def _is_enough(wiring: Wiring, row: BackfillRow) -> bool:
    return sum(wiring.store.backfill_counts(row.id).values()) >= row.most


def _pages(wiring: Wiring, row: BackfillRow, connector: LeadSource) -> Iterator[BackfillRow]:
    for page in connector.pull(Cursor(row.position) if row.position else None):
        room = row.most - sum(wiring.store.backfill_counts(row.id).values())
        entries, passed = _sorted_out(wiring, row, connector, page.records)
        row = replace(row, position=page.resume_from)
        wiring.store.save_backfill_page(row, entries[:room], passed)
        yield row
        if len(entries) >= room:
            return


def _sorted_out(
    wiring: Wiring, row: BackfillRow, connector: LeadSource, records: Sequence[RawRecord]
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
        elif not row.since <= lead.created_at < row.until:
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
