"""Reading a source into the store: each page, what was made of it, and the cursor, at once."""

from collections.abc import Callable, Iterator

from flows.sight import sight
from flows.wiring import Wiring
from leads.keys import RunId
from leads.record import RawRecord


def pull_leads(
    wiring: Wiring, source: str, run: RunId, alive: Callable[[], None] = lambda: None
) -> int:
    """
    Store what `source` changed since its cursor; answer how many records it showed.

    `alive` is called with every page. A record shown twice in one pull counts once. Raises
    ConnectorError, with every page before it already saved.
    """
    connector = wiring.sources[source]
    shown: set[str] = set()
    for page in connector.pull(wiring.store.cursor(source)):
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


def _latest(records: tuple[RawRecord, ...]) -> Iterator[RawRecord]:
    """Of a record that stands twice in a page, its later state; in order."""
    yield from {raw.source_id: raw for raw in records}.values()
