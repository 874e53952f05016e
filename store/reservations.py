"""Leads given to owners that the mirrored workload does not show yet."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    or_,
    select,
    true,
    update,
)

from leads.decision import Decision
from leads.delivery import Delivery
from leads.keys import OwnerId
from store.schema import reservation, work
from store.workload import read_whole

# A workload read whole this long after a write would have shown it: a person moved the record on.
_UNSEEN_AFTER = timedelta(minutes=10)
_ACTIVE = reservation.c.ended_at.is_(None)


def reservation_row(decision: Decision, delivery: Delivery, now: datetime) -> dict[str, object]:
    return {
        "delivery": delivery.id,
        "owner": decision.owner,
        "crm": delivery.crm,
        "record_id": delivery.record_id,
        "crm_owner": delivery.crm_owner,
        "reserved_at": now,
        "ending": "",
    }


def end_seen(connection: Connection, now: datetime) -> None:
    """End, for good, each reservation that the workload governs from now on."""
    ends = _ends(connection)
    ending = case(*((ends[name], name) for name in ("visible", "closed")), else_="unseen")
    connection.execute(
        update(reservation).where(_ACTIVE, or_(*ends.values())).values(ended_at=now, ending=ending)
    )


def _ends(connection: Connection) -> dict[str, ColumnElement[bool]]:
    """Answer by which sights of the workload a reservation ends."""
    same_record = and_(work.c.crm == reservation.c.crm, work.c.record_id == reservation.c.record_id)
    is_theirs = and_(work.c.is_open == true(), work.c.owner == reservation.c.crm_owner)
    # A sight of it closed from before our write says nothing about the record given away since.
    is_closed = and_(work.c.is_open == false(), work.c.seen_at >= reservation.c.written_at)
    return {
        "visible": exists().where(same_record, is_theirs),
        "closed": exists().where(same_record, is_closed),
        "unseen": or_(false(), *_overdue(connection)),
    }


def _overdue(connection: Connection) -> list[ColumnElement[bool]]:
    """Answer, for each CRM whose workload was read whole, which writes that reading would show."""
    return [
        and_(reservation.c.crm == crm, reservation.c.written_at <= read_at - _UNSEEN_AFTER)
        for crm, read_at in read_whole(connection).items()
    ]


def add_reserved(connection: Connection, counts: dict[OwnerId, float], now: datetime) -> None:
    """Add to each owner's count what is reserved and not visible in the CRM."""
    end_seen(connection, now)
    _count(connection, counts, _ACTIVE)


def add_unseen(connection: Connection, counts: dict[OwnerId, float]) -> None:
    """Add the same for whoever changes nothing: what would end is left out, and not ended."""
    # Not `not_`: of what was not written yet it is unknown whether its time is over.
    is_over = case((or_(*_ends(connection).values()), 1), else_=0)
    _count(connection, counts, and_(_ACTIVE, is_over == 0))


def _count(
    connection: Connection, counts: dict[OwnerId, float], which: ColumnElement[bool]
) -> None:
    wanted = select(reservation.c.owner, func.count()).where(which).group_by(reservation.c.owner)
    for owner, count in connection.execute(wanted):
        counts[OwnerId(owner)] = counts.get(OwnerId(owner), 0.0) + count


def mark_written(connection: Connection, records: Mapping[str, str | None], now: datetime) -> None:
    """Note for each delivery that it was written, and to which record."""
    if records:
        mark = update(reservation).where(reservation.c.delivery == bindparam("at"))
        rows = [
            {"at": delivery, "record_id": record, "written_at": now}
            for delivery, record in records.items()
        ]
        connection.execute(mark, rows)


def release(connection: Connection, deliveries: Sequence[str], now: datetime) -> None:
    if deliveries:
        free = (
            update(reservation)
            .where(reservation.c.delivery == bindparam("at"), _ACTIVE)
            .values(ended_at=now, ending="released")
        )
        connection.execute(free, [{"at": each} for each in deliveries])
