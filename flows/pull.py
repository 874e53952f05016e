"""Reading a source into the store: each page, what was made of it, and the cursor, at once."""

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet

from connectors.base import LeadSource, Parted
from flows.sight import sight
from flows.spans import traced
from flows.wiring import Wiring
from leads.keys import RunId
from leads.record import Cursor, Page, RawRecord


@traced("pull")
def pull_leads(
    wiring: Wiring,
    source: str,
    run: RunId,
    alive: Callable[[], None] = lambda: None,
    resting: AbstractSet[str] = frozenset(),
) -> int:
    """
    Store what `source` changed since its cursor; answer how many records it showed.

    `alive` is called with every page; `resting` parts are not asked about. A record shown twice in
    one pull counts once. Raises ConnectorError, with every page before it already saved.
    """
    connector = wiring.sources[source]
    shown: set[str] = set()
    for page in _pages(connector, wiring.store.cursor(source), resting):
        sightings = [sight(wiring, connector, raw) for raw in _latest(page.records)]
        fresh = {raw.source_id for raw in page.records} - shown
        wiring.store.save_page(
            source,
            sightings,
            page.resume_from,
            run=run,
            now=wiring.now(),
            pulled=len(fresh),
        )
        shown |= fresh
        alive()
    return len(shown)


def _pages(
    connector: LeadSource, since: Cursor | None, resting: AbstractSet[str]
) -> Iterator[Page]:
    if resting and isinstance(connector, Parted):
        return connector.pull_without(since, resting)
    return connector.pull(since)


def _latest(records: tuple[RawRecord, ...]) -> Iterator[RawRecord]:
    """Of a record that stands twice in a page, its later state; in order."""
    yield from {raw.source_id: raw for raw in records}.values()
