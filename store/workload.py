"""The CRM's own picture of who works on what, mirrored; and who may own records there."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, true

from leads.keys import CrmOwnerId, OwnerId
from leads.record import CrmOwner, WorkItem, WorkKind
from store.schema import crm_owner, cursor, work
from store.twins import counted_twice
from store.upsert import chunks, upsert

_WHOLE = "workload read whole"

_OPEN = (
    select(work.c.crm, work.c.owner, work.c.kind, func.count())
    .where(work.c.is_open == true())
    .group_by(work.c.crm, work.c.owner, work.c.kind)
)
_READ_WHOLE = select(cursor.c.source, cursor.c.saved_at).where(cursor.c.stream == _WHOLE)
_OWNERS = select(crm_owner).where(crm_owner.c.crm == bindparam("crm")).order_by(crm_owner.c.crm_id)
_THESE_OWNERS = select(crm_owner).where(
    crm_owner.c.crm == bindparam("crm"), crm_owner.c.crm_id.in_(bindparam("ids", expanding=True))
)


def save_work(connection: Connection, crm: str, changes: Sequence[WorkItem], now: datetime) -> None:
    """
    Mirror each record as it is now; of one that comes twice, the later stands.

    A page that was slow to arrive takes back nothing that another one told of later changes: its
    owner would look idle while a lead that we gave them is neither reserved nor seen.
    """
    rows = {
        change.record_id: {
            "crm": crm,
            "record_id": change.record_id,
            "owner": change.owner,
            "is_open": change.is_open,
            "kind": change.kind.value,
            "seen_at": now,
            "changed_at": change.changed_at,
        }
        for change in changes
    }
    upsert(connection, work, list(rows.values()), newer_by="changed_at")


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
    for crm, crm_id, kind, count in connection.execute(_OPEN):
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
    return {row.source: row.saved_at for row in connection.execute(_READ_WHOLE)}


def save_owners(
    connection: Connection,
    crm: str,
    owners: Sequence[CrmOwner],
    now: datetime,
    *,
    asked: Iterable[str] | None = None,
) -> None:
    """
    Keep the CRM's list; whoever is not on it stays, inactive. Inactive, one keeps since when.

    The list is of those `asked` for; None: of everybody.
    """
    known = {owner.crm_id: owner for owner in list_owners(connection, crm)}
    told = {owner.crm_id: owner for owner in owners}
    for crm_id in (known if asked is None else set(asked)) - told.keys():
        told[crm_id] = _not_there(crm_id, known.get(crm_id))
    upsert(connection, crm_owner, [_owner_row(crm, e, known, now) for e in told.values()])


def _not_there(crm_id: str, known: CrmOwner | None) -> CrmOwner:
    """Take out whoever the CRM does not show; it never showed one without a name."""
    never = CrmOwner(crm_id=crm_id, name="", email=None, is_active=False, is_queue=False)
    return replace(known, is_active=False, seen_at=None) if known else never


def _owner_row(
    crm: str, owner: CrmOwner, known: Mapping[str, CrmOwner], now: datetime
) -> dict[str, object]:
    before = known.get(owner.crm_id)
    is_still_out = not owner.is_active and before is not None and not before.is_active
    since = before.seen_at if before and is_still_out else None
    return {
        "crm": crm,
        "crm_id": owner.crm_id,
        "name": owner.name,
        "email": owner.email,
        "is_active": owner.is_active,
        "is_queue": owner.is_queue,
        "seen_at": since or owner.seen_at or now,
    }


def inactive_owners(
    connection: Connection, crm_ids: Mapping[OwnerId, Mapping[str, CrmOwnerId]]
) -> dict[str, list[CrmOwner]]:
    """Answer, for each CRM, which of these it has deactivated or does not know."""
    asked: dict[str, set[str]] = {}
    for ids in crm_ids.values():
        for crm, crm_id in ids.items():
            asked.setdefault(crm, set()).add(crm_id)
    return {crm: _inactive(connection, crm, ids) for crm, ids in sorted(asked.items())}


def deactivated(connection: Connection, crm: str, owners: Collection[str]) -> frozenset[CrmOwnerId]:
    """Answer which of these `crm` has deactivated; whom it never showed is not among them."""
    found = _inactive(connection, crm, owners)
    return frozenset(CrmOwnerId(owner.crm_id) for owner in found if owner.name)


def _inactive(connection: Connection, crm: str, ids: Collection[str]) -> list[CrmOwner]:
    """Look them up one by one, as it were: nobody knows how many others the CRM has."""
    found = (
        row
        for some in chunks(sorted(ids))
        for row in connection.execute(_THESE_OWNERS, {"crm": crm, "ids": some})
    )
    return [_owner(row) for row in found if not row.is_active]


def list_owners(connection: Connection, crm: str) -> list[CrmOwner]:
    return [_owner(row) for row in connection.execute(_OWNERS, {"crm": crm})]


def _owner(row: Row[Any]) -> CrmOwner:
    return CrmOwner(
        crm_id=row.crm_id,
        name=row.name,
        email=row.email,
        is_active=row.is_active,
        is_queue=row.is_queue,
        seen_at=row.seen_at,
    )
