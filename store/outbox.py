"""The outbox: what is still to be written to a CRM, and who is at it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    case,
    exists,
    func,
    insert,
    not_,
    or_,
    select,
    update,
)

from leads.delivery import Delivery
from leads.keys import LeadKey, RunId
from store import codec, recalls
from store.due import as_of, has_come, is_free
from store.known_records import with_records
from store.many import execute_many
from store.review_rows import OPEN
from store.rows import DeliveryState, StoredDelivery
from store.schema import delivery, review
from store.shortfalls import left_out_of
from store.upsert import insert_missing

PENDING = delivery.c.state == DeliveryState.PENDING.value
_LISTED = 1_000  # more than a person reads

_IS_LOOKED_AT = exists().where(
    review.c.source == delivery.c.source,
    review.c.source_id == delivery.c.source_id,
    review.c.attempt == delivery.c.attempt,
    review.c.state.in_([state.value for state in OPEN]),
)
# What a person may still look at waits for its deadline, be it hours ahead.
_IS_DUE = or_(delivery.c.due_at <= bindparam("now"), has_come(delivery.c.due_at) & ~_IS_LOOKED_AT)
_IS_FREE = is_free(delivery.c.lease_until)
_DUE = (
    select(delivery.c.seq)
    .where(delivery.c.crm == bindparam("of_crm"), PENDING, _IS_DUE, _IS_FREE, ~recalls.IS_MEANT)
    .order_by(delivery.c.seq)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_CLAIM = (
    update(delivery)
    .where(delivery.c.seq.in_(select(_DUE.c.seq)), PENDING, _IS_FREE)
    .values(
        lease_holder=bindparam("worker"),
        lease_until=bindparam("until"),
        attempts=delivery.c.attempts + case((delivery.c.lease_until.is_(None), 0), else_=1),
    )
    .returning(*delivery.c)
)
_ADD = insert(delivery)
_RENEW = (
    update(delivery)
    .where(delivery.c.id.in_(bindparam("ids", expanding=True)), PENDING)
    .where(delivery.c.lease_holder == bindparam("worker"))
    .values(lease_until=bindparam("until"))
)
_DUE_IN_RUN = (
    select(delivery)
    .where(delivery.c.run == bindparam("of"), PENDING, ~_IS_LOOKED_AT)
    .order_by(delivery.c.seq)
    .limit(bindparam("limit"))
)
_OF_CRMS = delivery.c.crm.in_(bindparam("crms", expanding=True))
_OVERDUE = (
    select(delivery.c.crm, func.count(), func.min(delivery.c.created_at))
    .where(_OF_CRMS, PENDING, or_(_IS_DUE, delivery.c.attempts > 0))
    .group_by(delivery.c.crm)
)
_CLAIMED = (
    select(delivery.c.crm, func.count(), func.max(delivery.c.lease_until))
    .where(_OF_CRMS, PENDING, not_(_IS_FREE))
    .group_by(delivery.c.crm)
)
_NEXT_CRM = select(func.min(delivery.c.crm)).where(delivery.c.crm > bindparam("last"))


def delivery_row(
    entry: Delivery, attempt: int, run: RunId, now: datetime, due: datetime | None = None
) -> dict[str, object]:
    return {
        "id": entry.id,
        "source": entry.lead.source,
        "source_id": entry.lead.source_id,
        "attempt": attempt,
        "crm": entry.crm,
        "record_id": entry.record_id,
        "known_id": entry.known_in_crm,
        "owner": entry.owner,
        "crm_owner": entry.crm_owner,
        "document": codec.dumps(entry),
        "state": DeliveryState.PENDING.value,
        "reason": "",
        "attempts": entry.attempts,
        "due_at": due or now,
        "run": run,
        "created_at": now,
    }


def add_deliveries(connection: Connection, rows: Sequence[dict[str, object]]) -> None:
    execute_many(connection, _ADD, rows)


def add_missing_deliveries(connection: Connection, rows: Sequence[dict[str, object]]) -> None:
    insert_missing(connection, delivery, rows)


def claim(
    connection: Connection, crm: str, *, limit: int, worker: str, seconds: float, now: datetime
) -> list[Delivery]:
    """
    Lease the oldest that are due and nobody's; a lease that ran out counts as one attempt.

    Rows that another worker is claiming at this moment are passed over, not waited for.
    """
    asked = {"of_crm": crm, "limit": limit, "worker": worker, **as_of(now)}
    until = now + timedelta(seconds=seconds)
    rows = connection.execute(_CLAIM, {**asked, "until": until}).all()
    entries = [_with_known(row) for row in sorted(rows, key=lambda row: row.seq)]
    return recalls.with_strays(connection, crm, with_records(connection, entries))


def _with_known(row: Row[tuple[object, ...]]) -> Delivery:
    entry = read_delivery(row)
    return replace(entry, known=LeadKey(row.crm, row.known_id)) if row.known_id else entry


def renew(
    connection: Connection, ids: Sequence[str], *, worker: str, seconds: float, now: datetime
) -> None:
    """Keep claims that are still `worker`'s; one that another took over is not taken back."""
    until = now + timedelta(seconds=seconds)
    connection.execute(_RENEW, {"ids": ids, "worker": worker, "until": until})


def stuck_deliveries(connection: Connection) -> list[StoredDelivery]:
    tried = PENDING & (delivery.c.reason != "")
    wanted = select(delivery).where(tried).order_by(delivery.c.seq).limit(_LISTED)
    return [_stored(row) for row in connection.execute(wanted)]


def due_in_run(connection: Connection, run: RunId, limit: int) -> list[StoredDelivery]:
    """List what this run is to have written and was not yet, but what a person may look at."""
    found = connection.execute(_DUE_IN_RUN, {"of": run, "limit": limit})
    return [_stored(row) for row in found]


def overdue(connection: Connection, now: datetime) -> dict[str, tuple[int, datetime]]:
    """Count by CRM what is due, or was tried in vain, and since when the oldest of it waits."""
    asked = {"crms": _crms(connection), **as_of(now)}
    return {crm: (count, oldest) for crm, count, oldest in connection.execute(_OVERDUE, asked)}


def _crms(connection: Connection) -> list[str]:
    """
    List every CRM that anything was ever to be written to, by a look into an index for each.

    With them, what is pending is found by the index too: without, all that ever was is read.
    """
    found = [""]
    while crm := connection.execute(_NEXT_CRM, {"last": found[-1]}).scalar():
        found.append(crm)
    return found[1:]


def claimed(connection: Connection, now: datetime) -> dict[str, tuple[int, datetime]]:
    """Count by CRM what somebody has claimed and not settled, and when the last claim ends."""
    asked = {"crms": _crms(connection), **as_of(now)}
    return {crm: (count, until) for crm, count, until in connection.execute(_CLAIMED, asked)}


def deliveries_of(connection: Connection, lead: LeadKey) -> list[StoredDelivery]:
    wanted = (
        select(delivery)
        .where(delivery.c.source == lead.source, delivery.c.source_id == lead.source_id)
        .order_by(delivery.c.seq)
    )
    return [_stored(row) for row in connection.execute(wanted)]


def _stored(row: Row[tuple[object, ...]]) -> StoredDelivery:
    return StoredDelivery(
        delivery=read_delivery(row),
        state=DeliveryState(row.state),
        reason=row.reason,
        created_at=row.created_at,
        due_at=row.due_at,
        settled_at=row.settled_at,
        owner_found=row.owner_found,
        attempt=row.attempt,
        left_out=left_out_of(row.left_out),
    )


def read_delivery(row: Row[tuple[object, ...]]) -> Delivery:
    written = codec.loads(row.document, Delivery)
    return replace(written, attempts=row.attempts, record_id=row.record_id)
