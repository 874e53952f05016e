"""Records set aside: kept raw, each open until it can be read."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, bindparam, select, update

from leads.keys import LeadKey, RunId
from leads.sighting import Sighting
from store.rows import RejectRow, RejectState
from store.schema import lead, reject
from store.upsert import upsert

_OPEN = reject.c.state == RejectState.OPEN.value
_ROWS = select(*reject.c, lead.c.owner_seen).join(
    lead, (lead.c.source == reject.c.source) & (lead.c.source_id == reject.c.source_id)
)
_UNOWNED = (
    _ROWS.where(_OPEN, reject.c.owned_at.is_(None)).order_by(reject.c.id).limit(bindparam("limit"))
)
_UNOWNED_OF_SOURCE = _UNOWNED.where(reject.c.source == bindparam("of"))
_MARK = (
    update(reject)
    .where(reject.c.source == bindparam("at_source"))
    .where(reject.c.source_id == bindparam("at_id"))
)
_CLOSE = _MARK.where(_OPEN)


def open_rejects(
    connection: Connection, sightings: Sequence[Sighting], run: RunId, now: datetime
) -> None:
    """Keep each record; one set aside before is refreshed, and stays its steward's."""
    rows = [_row(each, run, now) for each in sightings]
    upsert(connection, reject, rows, key=("source", "source_id"))


def close_rejects(connection: Connection, keys: Sequence[LeadKey], now: datetime) -> None:
    """Close what became readable by itself."""
    _close(connection, keys, RejectState.CLOSED, now)


def mark_replayed(connection: Connection, key: LeadKey, now: datetime) -> None:
    _close(connection, [key], RejectState.REPLAYED, now)


def list_rejects(connection: Connection, source: str | None, state: RejectState) -> list[RejectRow]:
    wanted = _ROWS.where(reject.c.state == state.value)
    if source is not None:
        wanted = wanted.where(reject.c.source == source)
    return [_read(row) for row in connection.execute(wanted.order_by(reject.c.id)).mappings()]


def find_reject(connection: Connection, reject_id: int) -> RejectRow | None:
    row = connection.execute(_ROWS.where(reject.c.id == reject_id)).mappings().first()
    return None if row is None else _read(row)


def rejects_without_owner(
    connection: Connection, source: str | None, limit: int
) -> list[RejectRow]:
    """List open rejects that the data steward has not been given yet, oldest first."""
    if source is None:
        rows = connection.execute(_UNOWNED, {"limit": limit})
    else:
        rows = connection.execute(_UNOWNED_OF_SOURCE, {"limit": limit, "of": source})
    return [_read(row) for row in rows.mappings()]


def mark_owned(connection: Connection, keys: Sequence[LeadKey], now: datetime) -> None:
    if keys:
        rows = [{"at_source": k.source, "at_id": k.source_id, "owned_at": now} for k in keys]
        connection.execute(_MARK, rows)


def _close(
    connection: Connection, keys: Sequence[LeadKey], state: RejectState, now: datetime
) -> None:
    if keys:
        ending = {"state": state.value, "closed_at": now}
        rows = [{"at_source": k.source, "at_id": k.source_id, **ending} for k in keys]
        connection.execute(_CLOSE, rows)


def _row(shown: Sighting, run: RunId, now: datetime) -> dict[str, object]:
    return {
        "source": shown.key.source,
        "source_id": shown.key.source_id,
        "version": shown.version,
        "field": shown.field,
        "reason": shown.reason,
        "body": shown.body,
        "state": RejectState.OPEN.value,
        "run": run,
        "seen_at": now,
        "closed_at": None,
    }


def _read(found: RowMapping) -> RejectRow:
    return RejectRow(
        id=found["id"],
        key=LeadKey(found["source"], found["source_id"]),
        version=found["version"],
        field=found["field"],
        reason=found["reason"],
        body=found["body"],
        state=RejectState(found["state"]),
        seen_at=found["seen_at"],
        owner_seen=found["owner_seen"],
    )
