"""Records set aside, read once more after a fix."""

from collections.abc import Iterator

from connectors.base import LeadSource
from flows.planned_writes import steward_id
from flows.sight import read, sight
from flows.tick import new_run
from flows.wiring import Wiring, chosen_sources
from leads.errors import ConnectorError
from leads.record import RawRecord
from leads.sighting import Sighting
from store.rows import RejectRow


def read_again(
    wiring: Wiring, source: str | None, *, most: int | None = None
) -> Iterator[tuple[RejectRow, Sighting]]:
    """
    Yield each record set aside, the oldest first, with what is made of it now.

    One of a source that is not configured stays. Raises ConfigError for such a `source`.
    """
    names = chosen_sources(wiring, source)
    rows = [row for name in names for row in wiring.store.rejects(source=name)]
    for row in rows[:most]:
        yield row, _replay(wiring, row)


def _replay(wiring: Wiring, row: RejectRow) -> Sighting:
    source = wiring.sources[row.key.source]
    raw = _current(source, row)
    # The intake let it in when it came; since then the steward owns it, so it is not asked again.
    # Somebody else's record by now is theirs.
    sighting = (
        read(wiring, source, raw)
        if _is_stewards(wiring, source, raw)
        else sight(wiring, source, raw)
    )
    wiring.store.replay_reject(row.id, sighting, new_run(), wiring.now())
    return sighting


def _is_stewards(wiring: Wiring, source: LeadSource, raw: RawRecord) -> bool:
    return source.owner_of(raw) == steward_id(wiring, source.name)


def _current(source: LeadSource, row: RejectRow) -> RawRecord:
    """Return the record as the source has it now; as it was kept, where the source cannot say."""
    kept = RawRecord(source_id=row.key.source_id, version=row.version, body=row.body)
    try:
        return next(iter(source.fetch([row.key.source_id])), kept)
    except ConnectorError:
        return kept
