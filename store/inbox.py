"""What webhooks brought: kept before it is answered, taken by one at a time, settled once."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    bindparam,
    case,
    delete,
    func,
    literal_column,
    select,
    update,
)

from leads.keys import LeadKey
from store.contacts import Contacts
from store.due import LONGEST, as_of, has_come, is_free
from store.running_rows import InboxCount, InboxEntry, InboxRow, InboxState, UnusedRow
from store.schema import inbox
from store.upsert import Insert, kept

MOST_ATTEMPTS = 12
_FIRST_PAUSE = timedelta(seconds=5)
_WAITING = inbox.c.state == InboxState.WAITING.value
_UNUSED = (InboxState.FAILED.value, InboxState.OWED.value)
_IS_FREE = is_free(inbox.c.lease_until)
_DUE = (
    select(inbox.c.id)
    .where(inbox.c.source == bindparam("of"), _WAITING, has_come(inbox.c.due_at), _IS_FREE)
    .where(has_come(inbox.c.received_at, "received_before"))
    .order_by(inbox.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_TAKE = (
    update(inbox)
    .where(inbox.c.id.in_(select(_DUE.c.id)), _WAITING, _IS_FREE)
    .values(
        lease_holder=bindparam("worker"),
        lease_until=bindparam("until"),
        attempts=inbox.c.attempts + case((inbox.c.lease_until.is_(None), 0), else_=1),
    )
    .returning(*inbox.c)
)


def put(connection: Connection, entries: Sequence[InboxEntry], now: datetime) -> None:
    """
    Keep each; one that is there already waits once more.

    A sender repeats what it saw no answer to, and may say the same words of a later change, so
    that what was done is done again: it costs one look at the record, and loses none.
    """
    if not entries:
        return
    unique = {(each.source, each.body_hash): each for each in entries}
    rows = [_row(unique[key], now) for key in sorted(unique)]  # as `settle` does
    again = kept(connection, inbox, tuple(rows[0]), _waiting_again)
    connection.execute(again, rows)


def take(
    connection: Connection,
    source: str,
    *,
    limit: int,
    worker: str,
    seconds: float,
    now: datetime,
    received_before: datetime,
) -> list[InboxRow]:
    """
    Lease the oldest of a source that are due and nobody's; a lease that ran out is an attempt.

    Rows that another worker is taking at this moment are passed over, not waited for.
    """
    asked = {"of": source, "limit": limit, "worker": worker, **as_of(now)}
    until, before = now + timedelta(seconds=seconds), as_of(received_before, "received_before")
    rows = connection.execute(_TAKE, {**asked, "until": until, **before}).all()
    return [
        InboxRow(
            id=row.id,
            entry=InboxEntry(source=row.source, body_hash=row.body_hash, payload=row.payload),
            received_at=row.received_at,
            attempts=row.attempts,
        )
        for row in sorted(rows, key=lambda row: row.id)
    ]


def settle(connection: Connection, rows: Sequence[InboxRow], error: str, now: datetime) -> None:
    """
    Record that `rows` were worked on; with an `error` they wait, until they are given up.

    One that came again meanwhile waits: what was read may be older than what it tells of.
    """
    if not rows:
        return
    same = (inbox.c.id == bindparam("at"), inbox.c.received_at == bindparam("as_of"))
    # In one order, whoever writes: two transactions that met crosswise would wait for each other.
    ordered = sorted(rows, key=lambda each: (each.entry.source, each.entry.body_hash))
    changes = [
        {"at": each.id, "as_of": each.received_at, **_settled(each, error, now)} for each in ordered
    ]
    connection.execute(update(inbox).where(*same), changes)
    ids = [each.id for each in rows]
    freed = update(inbox).where(inbox.c.id.in_(ids))
    connection.execute(freed.values(lease_holder=None, lease_until=None))


def counts(connection: Connection) -> Mapping[str, InboxCount]:
    is_waiting = case((_WAITING, 1), else_=0)
    is_failed = case((inbox.c.state.in_(_UNUSED), 1), else_=0)
    found = select(
        inbox.c.source,
        func.sum(is_waiting).label("waiting"),
        func.sum(is_failed).label("failed"),
        func.min(case((_WAITING, inbox.c.received_at))).label("oldest"),
        func.max(case((_WAITING, inbox.c.error))).label("reason"),
    ).group_by(inbox.c.source)
    return {
        row.source: InboxCount(
            waiting=row.waiting, failed=row.failed, oldest=row.oldest, reason=row.reason or ""
        )
        for row in connection.execute(found)
    }


def unused(connection: Connection) -> list[UnusedRow]:
    """List what nothing came of, the oldest first."""
    wanted = select(inbox).where(inbox.c.state.in_(_UNUSED)).order_by(inbox.c.id)
    return [
        UnusedRow(
            id=row.id,
            source=row.source,
            names=_names(row.payload),
            reason=row.error,
            received_at=row.received_at,
            is_owed=row.state == InboxState.OWED.value,
        )
        for row in connection.execute(wanted)
    ]


def mark_seen_to(connection: Connection, row_id: int, now: datetime) -> bool:
    """Note that a person has seen to one of these; False where there is none of that number."""
    done = {"state": InboxState.DONE.value, "payload": {}, "error": "", "settled_at": now}
    which = (inbox.c.id == row_id) & inbox.c.state.in_(_UNUSED)
    return bool(connection.execute(update(inbox).where(which).values(done)).rowcount)


def _names(payload: Mapping[str, Any]) -> tuple[str, ...]:
    brought = (record["source_id"] for record in payload.get("records") or ())
    return tuple(map(str, (*(payload.get("ids") or ()), *brought, *(payload.get("erased") or ()))))


def forget(
    connection: Connection, keys: Collection[LeadKey], contacts: Contacts, now: datetime
) -> int:
    """
    Take these leads, and what names such a person, out of what waits; answer how many rows.

    A row that keeps others is received anew, so that whoever is at it cannot put back what it held.
    """
    changed = 0
    for row in connection.execute(
        select(inbox)
        .where(inbox.c.state != InboxState.DONE.value)
        .order_by(inbox.c.source, inbox.c.body_hash)  # as `put` does
    ).all():
        left = _without(row.source, row.payload, keys, contacts)
        if left == row.payload:
            continue
        changed += 1
        same = inbox.c.id == row.id
        if any(left.values()):
            connection.execute(update(inbox).where(same).values(payload=left, received_at=now))
        else:
            connection.execute(delete(inbox).where(same))
    return changed


def _without(
    source: str, payload: Mapping[str, Any], keys: Collection[LeadKey], contacts: Contacts
) -> dict[str, Any]:
    """`ids`, and `records` with their `source_id`, name leads; `erased` is not done yet."""

    def is_theirs(source_id: object) -> bool:
        return LeadKey(source, str(source_id)) in keys

    left = dict(payload)
    if "ids" in left:
        left["ids"] = [each for each in left["ids"] if not is_theirs(each)]
    if "records" in left:
        left["records"] = [r for r in left["records"] if not is_theirs(r["source_id"])]
    is_of_another_shape = not {"ids", "records"} & left.keys()
    return {} if is_of_another_shape and contacts.are_in(left) else left


def _row(entry: InboxEntry, now: datetime) -> dict[str, object]:
    return {
        "source": entry.source,
        "body_hash": entry.body_hash,
        "received_at": now,
        "payload": dict(entry.payload),
        "state": entry.state.value,
        "attempts": 0,
        "error": entry.error,
        "due_at": now,
        "settled_at": None if entry.state is InboxState.WAITING else now,
    }


def _settled(row: InboxRow, error: str, now: datetime) -> dict[str, object]:
    if not error:
        return {
            "state": InboxState.DONE.value,
            "payload": {},
            "attempts": row.attempts,
            "error": "",
            "due_at": now,
            "settled_at": now,
        }
    attempts = row.attempts + 1
    is_over = attempts >= MOST_ATTEMPTS
    return {
        "state": (InboxState.FAILED if is_over else InboxState.WAITING).value,
        "payload": dict(row.entry.payload),
        "attempts": attempts,
        "error": error,
        "due_at": now + min(_FIRST_PAUSE * 2 ** min(row.attempts, 16), LONGEST),
        "settled_at": now if is_over else None,
    }


def _waiting_again(insert: Insert) -> Insert:
    new = insert.excluded
    changed = (new.received_at, new.payload, new.state, new.error, new.due_at, new.settled_at)
    return insert.on_conflict_do_update(
        index_elements=["source", "body_hash"],
        set_={**{column.key: column for column in changed}, "attempts": literal_column("0")},
    )
