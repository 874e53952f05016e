"""The CRM's own picture of who works on what, mirrored; and who may own records there."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select, true, update

from leads.keys import CrmOwnerId, OwnerId
from leads.record import CrmOwner, WorkItem, WorkKind
from store.schema import crm_owner, cursor, work
from store.twins import counted_twice
from store.upsert import upsert

_WHOLE = "workload read whole"


def save_work(connection: Connection, crm: str, changes: Sequence[WorkItem], now: datetime) -> None:
    """Mirror each record as it is now; of one that comes twice, the later stands."""
    rows = {
        change.record_id: {
            "crm": crm,
            "record_id": change.record_id,
            "owner": change.owner,
            "is_open": change.is_open,
            "kind": change.kind.value,
            "seen_at": now,
        }
        for change in changes
    }
    upsert(connection, work, list(rows.values()))


def open_work(
    connection: Connection,
    crm_ids: Mapping[OwnerId, Mapping[str, CrmOwnerId]],
    opportunity: float,
) -> dict[OwnerId, float]:
    """
    Count each owner's open records over all CRMs, an opportunity as so much of a lead.

    Every owner of `crm_ids` is in the answer.
    """
    whose = {(crm, crm_id): owner for owner, ids in crm_ids.items() for crm, crm_id in ids.items()}
    counts = dict.fromkeys(crm_ids, 0.0)
    wanted = (
        select(work.c.crm, work.c.owner, work.c.kind, func.count())
        .where(work.c.is_open == true())
        .group_by(work.c.crm, work.c.owner, work.c.kind)
    )
    for crm, crm_id, kind, count in connection.execute(wanted):
        owner = whose.get((crm, crm_id))
        if owner is not None:
            counts[owner] += count * (opportunity if kind == WorkKind.OPPORTUNITY else 1)
    for owner, count in counted_twice(connection, whose):
        counts[owner] -= count
    return counts


def mark_read_whole(connection: Connection, crm: str, at: datetime) -> None:
    """Note that everything that was so in `crm` at `at` is mirrored now."""
    upsert(connection, cursor, [{"source": crm, "stream": _WHOLE, "position": "", "saved_at": at}])


def read_whole(connection: Connection) -> dict[str, datetime]:
    """Answer, for each CRM ever read to the end, as of when."""
    wanted = select(cursor.c.source, cursor.c.saved_at).where(cursor.c.stream == _WHOLE)
    return {row.source: row.saved_at for row in connection.execute(wanted)}


def save_owners(
    connection: Connection, crm: str, owners: Sequence[CrmOwner], now: datetime
) -> None:
    """Keep the CRM's list; whoever is no longer on it stays, inactive."""
    connection.execute(update(crm_owner).where(crm_owner.c.crm == crm).values(is_active=False))
    rows = {
        owner.crm_id: {
            "crm": crm,
            "crm_id": owner.crm_id,
            "name": owner.name,
            "email": owner.email,
            "is_active": owner.is_active,
            "is_queue": owner.is_queue,
            "seen_at": owner.seen_at or now,
        }
        for owner in owners
    }
    upsert(connection, crm_owner, list(rows.values()))


def list_owners(connection: Connection, crm: str) -> list[CrmOwner]:
    wanted = select(crm_owner).where(crm_owner.c.crm == crm).order_by(crm_owner.c.crm_id)
    return [
        CrmOwner(
            crm_id=row.crm_id,
            name=row.name,
            email=row.email,
            is_active=row.is_active,
            is_queue=row.is_queue,
            seen_at=row.seen_at,
        )
        for row in connection.execute(wanted)
    ]
