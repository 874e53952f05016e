"""Saving a page of what a source showed: leads, rejects, sightings and cursor, together."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, bindparam, select, update

from leads.errors import StoreError
from leads.keys import LeadKey, RunId
from leads.record import Cursor
from leads.sighting import Sighting, Verdict
from store import asking_back, codec, merges, twins
from store.columns import storable
from store.judging import Judgement, Known, Writes, judge
from store.recall import is_erased, without_erased
from store.rejects import close_rejects, find_reject, mark_replayed, open_rejects
from store.rows import LeadState
from store.schema import cursor, lead, sighting
from store.upsert import chunks, upsert
from store.writes import writes_on

_NO_WRITES = Writes()

_KNOWN = select(lead.c.source_id, lead.c.version, lead.c.state, lead.c.reason, lead.c.until).where(
    lead.c.source == bindparam("of"), lead.c.source_id.in_(bindparam("ids", expanding=True))
)
_SIGHTED = select(sighting.c.source_id).where(
    sighting.c.run == bindparam("run"),
    sighting.c.source == bindparam("of"),
    sighting.c.source_id.in_(bindparam("ids", expanding=True)),
)
_MARK_SEEN = (
    update(lead)
    .where(lead.c.source == bindparam("at_source"))
    .where(lead.c.source_id == bindparam("at_id"))
)
_POSITION = select(cursor.c.position).where(
    cursor.c.source == bindparam("of"), cursor.c.stream == bindparam("stream")
)


@dataclass(slots=True)
class _Page:
    """The rows that one page comes to, gathered while its sightings are judged in order."""

    run: RunId
    now: datetime
    known: dict[LeadKey, Known]
    sighted: set[LeadKey]
    leads: dict[LeadKey, dict[str, object]] = field(default_factory=dict)
    seen: dict[LeadKey, dict[str, object]] = field(default_factory=dict)
    sightings: dict[LeadKey, dict[str, object]] = field(default_factory=dict)
    rejects: dict[LeadKey, Sighting] = field(default_factory=dict)

    def add(self, shown: Sighting, judged: Judgement) -> None:
        key = shown.key
        if judged.takes:
            self._take(shown, judged)
        else:
            self.seen[key] = _row_seen(shown, self.now)
        # Counted once a run; counted anew only where the lead itself became something else.
        if judged.takes or key not in self.sighted:
            self.sighted.add(key)
            self.sightings[key] = _row_sighting(key, judged, self.run, self.now)

    def _take(self, shown: Sighting, judged: Judgement) -> None:
        place = len(self.leads)
        self.leads[shown.key] = {**_row_lead(shown, judged, self.now), "place": place}
        self.known[shown.key] = Known(
            version=shown.version, state=judged.state, reason=judged.reason, until=judged.until
        )
        if judged.verdict is Verdict.REJECTED:
            self.rejects[shown.key] = shown
        else:
            self.rejects.pop(shown.key, None)


def save_page(
    connection: Connection,
    source: str,
    sightings: Sequence[Sighting],
    *,
    run: RunId,
    now: datetime,
) -> None:
    """Judge each sighting, in order, and save what it comes to."""
    shown = [_complete(each, source) for each in sightings]
    shown = without_erased(connection, shown, now)
    ids = sorted({each.key.source_id for each in shown})
    page = _Page(run, now, _known(connection, source, ids), _sighted(connection, run, source, ids))
    writes = writes_on(connection, source, shown)
    for each in shown:
        known = page.known.get(each.key)
        page.add(each, judge(each, known, writes.get(each.key, _NO_WRITES), now))
    _save(connection, page)
    ours = {key.source_id: each.owners for key, each in writes.items()}
    asking_back.note(connection, source, shown, ours, now)
    twins.save_seen(connection, shown)
    merges.save(connection, source, {each.key.source_id: each.merged for each in shown})


def replay_reject(
    connection: Connection, reject_id: int, shown: Sighting, run: RunId, now: datetime
) -> LeadState:
    """
    Let a rejected lead take what its raw record reads as now.

    No sighting: nobody showed it in this run, so its decision will count as carried. A lead that
    has moved on since keeps its state.
    """
    row = find_reject(connection, reject_id)
    if row is None:
        raise StoreError(f"replaying reject {reject_id}: there is none of that number")
    source, key = row.key.source, row.key
    known = _known(connection, source, [key.source_id])
    if known[key].state is not LeadState.REJECTED:
        return known[key].state
    (shown,) = without_erased(connection, [_complete(replace(shown, key=key), source)], now)
    if is_erased(shown):
        return LeadState.ERASED
    judged = judge(shown, None, _NO_WRITES, now)
    page = _Page(run, now, known, {key})
    page.add(shown, judged)
    page.sightings.clear()
    if judged.verdict is not Verdict.REJECTED:
        mark_replayed(connection, key, now)
    _save(connection, page)
    return judged.state


def save_cursor(
    connection: Connection, source: str, stream: str, position: Cursor, now: datetime
) -> None:
    row = {"source": source, "stream": stream, "position": position, "saved_at": now}
    upsert(connection, cursor, [row])


def read_cursor(connection: Connection, source: str, stream: str) -> Cursor | None:
    found = connection.execute(_POSITION, {"of": source, "stream": stream}).scalar()
    return None if found is None else Cursor(found)


def _complete(shown: Sighting, source: str) -> Sighting:
    """Give a record without an id one that its content repeats; refuse what nobody could route."""
    if shown.key.source != source:
        raise StoreError(f"saving a page of {source}: it holds a record of {shown.key.source}")
    if shown.verdict in {Verdict.NEW, Verdict.HELD} and shown.lead is None:
        raise StoreError(f"saving {shown.key}: its verdict is {shown.verdict} and it has no lead")
    if shown.verdict is Verdict.HELD and shown.until is None:
        raise StoreError(f"saving {shown.key}: it is held without a deadline")
    source_id = storable(shown.key.source_id)
    if not source_id:
        body = json.dumps(shown.body, default=str, sort_keys=True)
        source_id = f"without-id-{sha256(body.encode()).hexdigest()[:16]}"
    if source_id == shown.key.source_id:
        return shown
    return replace(shown, key=LeadKey(source, source_id))


def _known(connection: Connection, source: str, ids: Sequence[str]) -> dict[LeadKey, Known]:
    found: dict[LeadKey, Known] = {}
    for some in chunks(ids):
        for row in connection.execute(_KNOWN, {"of": source, "ids": some}):
            found[LeadKey(source, row.source_id)] = Known(
                version=row.version,
                state=LeadState(row.state),
                reason=row.reason,
                until=row.until,
            )
    return found


def _sighted(connection: Connection, run: RunId, source: str, ids: Sequence[str]) -> set[LeadKey]:
    found: set[LeadKey] = set()
    for some in chunks(ids):
        rows = connection.execute(_SIGHTED, {"run": run, "of": source, "ids": some})
        found.update(LeadKey(source, each) for each in rows.scalars())
    return found


def _row_lead(shown: Sighting, judged: Judgement, now: datetime) -> dict[str, object]:
    snapshot = shown.lead
    return {
        "source": shown.key.source,
        "source_id": shown.key.source_id,
        "version": shown.version,
        "state": judged.state.value,
        "reason": judged.reason,
        "until": judged.until,
        "created_at": snapshot.created_at if snapshot else None,
        "owner_seen": shown.owner_seen,
        "email": snapshot.email.lower() if snapshot and snapshot.email else None,
        "document": codec.dumps(replace(snapshot, key=shown.key)) if snapshot else None,
        "attempt": 1,
        "first_seen": now,
        "last_seen": now,
    }


def _row_seen(shown: Sighting, now: datetime) -> dict[str, object]:
    return {
        "at_source": shown.key.source,
        "at_id": shown.key.source_id,
        "version": shown.version,
        "owner_seen": shown.owner_seen,
        "last_seen": now,
    }


def _row_sighting(key: LeadKey, judged: Judgement, run: RunId, now: datetime) -> dict[str, object]:
    return {
        "run": run,
        "source": key.source,
        "source_id": key.source_id,
        "verdict": judged.verdict.value,
        "reason": judged.reason,
        "seen_at": now,
    }


def _save(connection: Connection, page: _Page) -> None:
    kept = frozenset({"first_seen", "attempt", "place"})
    upsert(connection, lead, list(page.leads.values()), keep=kept)
    touched: Mapping[LeadKey, dict[str, object]] = {
        key: row for key, row in page.seen.items() if key not in page.leads
    }
    if touched:
        connection.execute(_MARK_SEEN, list(touched.values()))
    upsert(connection, sighting, list(page.sightings.values()))
    open_rejects(connection, list(page.rejects.values()), page.run, page.now)
    readable = [key for key in page.leads if key not in page.rejects]
    close_rejects(connection, readable, page.now)
