"""Where each lead of a source stands, for whoever compares it with what the vendors have."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, or_, select, tuple_

from leads.keys import CrmOwnerId, LeadKey, OwnerId
from leads.record import WorkItem, WorkKind
from store import recalls
from store.marks import Marker
from store.rows import DeliveryState, LeadStanding, LeadState, StandingDelivery, UnseenReservation
from store.schema import decision, delivery, hold, lead, reservation, work
from store.upsert import chunks

_ENDED = (DeliveryState.CONFLICT, DeliveryState.REFUSED, DeliveryState.GONE)


def standings(
    connection: Connection, source: str, ids: Sequence[str]
) -> dict[LeadKey, LeadStanding]:
    """Answer for those of these records that the store knows, or knows to be erased."""
    found: dict[LeadKey, LeadStanding] = {}
    for some in chunks(ids):
        found |= _read(connection, and_(lead.c.source == source, lead.c.source_id.in_(some)))
    return found | _erased(connection, {LeadKey(source, each) for each in ids} - found.keys())


def _erased(connection: Connection, keys: AbstractSet[LeadKey]) -> dict[LeadKey, LeadStanding]:
    """Their vendor shows them by ids that are no longer kept: their rows have others."""
    marker = Marker.of(connection)
    tombs = {marker.tomb(key): key for key in keys} if marker else {}
    found: dict[LeadKey, LeadStanding] = {}
    for some in chunks(sorted(tombs)):
        named = tuple_(lead.c.source, lead.c.source_id).in_([(k.source, k.source_id) for k in some])
        found |= _read(connection, named)
    return {tombs[tomb]: replace(each, key=tombs[tomb]) for tomb, each in found.items()}


def standings_created(
    connection: Connection, source: str, since: datetime, until: datetime
) -> dict[LeadKey, LeadStanding]:
    """Answer for the leads that were created at the source within a time, as far as is known."""
    within = and_(lead.c.created_at >= since, lead.c.created_at < until)
    return _read(connection, and_(lead.c.source == source, within))


def _read(connection: Connection, which: ColumnElement[bool]) -> dict[LeadKey, LeadStanding]:
    of_lead = and_(delivery.c.source == lead.c.source, delivery.c.source_id == lead.c.source_id)
    # A record set aside has deliveries from no decision: their attempt is 0.
    latest = and_(of_lead, or_(delivery.c.attempt == lead.c.attempt, delivery.c.attempt == 0))
    made = and_(
        decision.c.source == lead.c.source,
        decision.c.source_id == lead.c.source_id,
        decision.c.attempt == lead.c.attempt,
    )
    held = and_(hold.c.source == lead.c.source, hold.c.source_id == lead.c.source_id)
    columns = [column.label(f"delivery_{column.name}") for column in delivery.c]
    being_undone = recalls.IS_MEANT.label("is_being_undone")
    wanted = (
        select(lead, decision.c.sla_due, hold.c.sla_due.label("held_due"), *columns, being_undone)
        .outerjoin(decision, made)
        .outerjoin(hold, held)
        .outerjoin(delivery, latest)
        .where(which)
        # Of several the last one counts: the twins' second record, or the steward's before.
        .order_by(lead.c.source_id, delivery.c.attempt, delivery.c.seq)
    )
    rows = connection.execute(wanted).mappings()
    return {LeadKey(row["source"], row["source_id"]): _standing(row) for row in rows}


def _standing(row: RowMapping) -> LeadStanding:
    return LeadStanding(
        key=LeadKey(row["source"], row["source_id"]),
        version=row["version"],
        state=LeadState(row["state"]),
        reason=row["reason"],
        created_at=row["created_at"],
        first_seen=row["first_seen"],
        deadline=row["sla_due"] or row["held_due"] or row["until"],
        delivery=_delivery(row) if row["delivery_id"] else None,
    )


def _delivery(row: RowMapping) -> StandingDelivery:
    return StandingDelivery(
        id=row["delivery_id"],
        crm=row["delivery_crm"],
        record_id=row["delivery_record_id"],
        owner=OwnerId(row["delivery_owner"]),
        crm_owner=CrmOwnerId(row["delivery_crm_owner"]),
        state=DeliveryState(row["delivery_state"]),
        reason=row["delivery_reason"],
        created_at=row["delivery_created_at"],
        due_at=row["delivery_due_at"],
        is_being_undone=row["is_being_undone"],
    )


def unseen_reservations(connection: Connection, before: datetime) -> list[UnseenReservation]:
    """List what is reserved for nothing: its write came to nothing, or never showed as work."""
    pending = delivery.c.state == DeliveryState.PENDING.value
    ended = delivery.c.state.in_([each.value for each in _ENDED])
    long_ago = and_(~pending, reservation.c.written_at < before)
    wanted = (
        select(reservation, delivery.c.source, delivery.c.source_id)
        .join(delivery, delivery.c.id == reservation.c.delivery)
        .where(reservation.c.ended_at.is_(None), or_(ended, long_ago))
        .order_by(delivery.c.seq)
    )
    return [
        UnseenReservation(
            delivery=row.delivery,
            lead=LeadKey(row.source, row.source_id),
            owner=OwnerId(row.owner),
            crm=row.crm,
        )
        for row in connection.execute(wanted)
    ]


def open_leads(connection: Connection, crm: str) -> Iterator[WorkItem]:
    """Yield what is mirrored as open leads of a CRM; opportunities are not looked at."""
    is_lead = or_(work.c.kind.is_(None), work.c.kind == WorkKind.LEAD.value)
    # Two columns: reading the times of a hundred thousand is most of what it would take.
    wanted = select(work.c.record_id, work.c.owner)
    wanted = wanted.where(work.c.crm == crm, work.c.is_open.is_(True), is_lead)
    for record_id, owner in connection.execute(wanted.order_by(work.c.record_id)):
        yield WorkItem(crm=crm, record_id=record_id, owner=owner, is_open=True)
