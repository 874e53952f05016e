"""Leads given to owners that the mirrored workload does not show yet."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Update,
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
from store.upsert import chunks
from store.workload import read_whole

# A workload read whole this long after a write would have shown it: a person moved the record on.
_UNSEEN_AFTER = timedelta(minutes=10)
_ACTIVE = reservation.c.ended_at.is_(None)
_SAME_RECORD = (work.c.crm == reservation.c.crm) & (work.c.record_id == reservation.c.record_id)
_IS_VISIBLE = exists().where(
    _SAME_RECORD, work.c.is_open == true(), work.c.owner == reservation.c.crm_owner
)
# A sight of it closed from before our write says nothing about the record given away since.
_IS_CLOSED = exists().where(
    _SAME_RECORD, work.c.is_open == false(), work.c.seen_at >= reservation.c.written_at
)
_RESERVED = select(reservation.c.owner, func.count()).where(_ACTIVE).group_by(reservation.c.owner)
_THOSE: BindParameter[str] = bindparam("those", expanding=True)
_MARK = update(reservation).where(reservation.c.delivery == bindparam("at"))
_RELEASE = _MARK.where(_ACTIVE)


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
    """
    End, for good, each reservation that the workload governs from now on.

    Whoever changes the workload, or a reservation (`end_those_seen`), does so at once: a backlog's
    reservations are too many to be looked through for each batch that is decided.
    """
    readings = _readings(connection)
    connection.execute(_end_seen(len(readings)), {"now": now, **_shown_by(readings)})


def end_those_seen(connection: Connection, deliveries: Sequence[str], now: datetime) -> None:
    """End those of these reservations: they are new, or known to be written now."""
    readings = _readings(connection) if deliveries else []
    for some in chunks(deliveries):
        those = {"now": now, "those": some, **_shown_by(readings)}
        connection.execute(_end_those_seen(len(readings)), those)


@cache
def _end_those_seen(readings: int) -> Update:
    return _end_seen(readings).where(reservation.c.delivery.in_(_THOSE))


@cache
def _end_seen(readings: int) -> Update:
    ends = or_(_IS_VISIBLE, _IS_CLOSED, _is_overdue(readings))
    ending = case((_IS_VISIBLE, "visible"), (_IS_CLOSED, "closed"), else_="unseen")
    return update(reservation).where(_ACTIVE, ends).values(ended_at=bindparam("now"), ending=ending)


def _is_overdue(readings: int) -> ColumnElement[bool]:
    """Whether one of so many readings of a workload would show what was written."""
    return or_(
        false(),
        *(
            and_(
                reservation.c.crm == bindparam(f"crm_{number}"),
                reservation.c.written_at <= bindparam(f"shown_{number}"),
            )
            for number in range(readings)
        ),
    )


def _readings(connection: Connection) -> list[tuple[str, datetime]]:
    """Answer, for each CRM whose workload was read whole, up to which write that would show."""
    return [(crm, at - _UNSEEN_AFTER) for crm, at in read_whole(connection).items()]


def _shown_by(readings: Sequence[tuple[str, datetime]]) -> dict[str, object]:
    shown: dict[str, object] = {}
    for number, (crm, last) in enumerate(readings):
        shown |= {f"crm_{number}": crm, f"shown_{number}": last}
    return shown


def add_reserved(connection: Connection, counts: dict[OwnerId, float]) -> None:
    """Add to each owner's count what is reserved and not visible in the CRM."""
    for owner, count in connection.execute(_RESERVED):
        counts[OwnerId(owner)] = counts.get(OwnerId(owner), 0.0) + count


def mark_written(connection: Connection, records: Mapping[str, str | None], now: datetime) -> None:
    """Note for each delivery that it was written, and to which record."""
    if records:
        rows = [
            {"at": delivery, "record_id": record, "written_at": now}
            for delivery, record in records.items()
        ]
        connection.execute(_MARK, rows)
        end_those_seen(connection, list(records), now)


def release(connection: Connection, deliveries: Sequence[str], now: datetime) -> None:
    if deliveries:
        released = {"ended_at": now, "ending": "released"}
        connection.execute(_RELEASE, [{"at": each, **released} for each in deliveries])
