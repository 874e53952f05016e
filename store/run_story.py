"""What one run did, record by record, for a person to read: who got what, what was set aside."""

from sqlalchemy import Connection, func, select

from leads.keys import LeadKey, OwnerId, RunId
from leads.sighting import Verdict
from store.rows import DeliveryState
from store.running_rows import RunDelivery, SetAside
from store.schema import decision, delivery, reject, sighting


def deliveries_of_run(
    connection: Connection, run_id: RunId, state: DeliveryState, limit: int
) -> list[RunDelivery]:
    """List what the run settled as `state`, in the order in which it was to be written."""
    of_decision = (
        (decision.c.source == delivery.c.source)
        & (decision.c.source_id == delivery.c.source_id)
        & (decision.c.attempt == delivery.c.attempt)
    )
    wanted = (
        select(
            *(delivery.c[name] for name in ("source", "source_id", "crm", "record_id", "owner")),
            delivery.c.reason,
            decision.c.rule,
            decision.c.reason.label("why"),
        )
        .outerjoin(decision, of_decision)
        .where(delivery.c.settled_run == run_id, delivery.c.state == state.value)
        .order_by(delivery.c.seq)
        .limit(limit)
    )
    return [
        RunDelivery(
            lead=LeadKey(row.source, row.source_id),
            crm=row.crm,
            record_id=row.record_id or "",
            owner=OwnerId(row.owner),
            rule=row.rule or "",
            why=row.why or "",
            came_to=row.reason,
        )
        for row in connection.execute(wanted)
    ]


def set_aside_in_run(connection: Connection, run_id: RunId, limit: int) -> list[SetAside]:
    """Count what the run set aside by source, field and reason, the most frequent first."""
    same = (reject.c.source == sighting.c.source) & (reject.c.source_id == sighting.c.source_id)
    groups = (reject.c.source, reject.c.field, reject.c.reason)
    records = func.count().label("records")
    wanted = (
        select(*groups, records, func.min(reject.c.source_id).label("example"))
        .join(reject, same)
        .where(sighting.c.run == run_id, sighting.c.verdict == Verdict.REJECTED.value)
        .group_by(*groups)
        .order_by(records.desc(), *groups)
        .limit(limit)
    )
    return [
        SetAside(
            field=row.field,
            reason=row.reason,
            records=row.records,
            example=LeadKey(row.source, row.example),
        )
        for row in connection.execute(wanted)
    ]
