"""Decisions that came to nothing because a CRM refused the owner: found, and opened again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, update

from leads.keys import LeadKey, OwnerId
from leads.lead import Lead
from store import codec, recalls
from store.rows import DeliveryState, LeadState, RefusedLead
from store.running_rows import RefusedWrites
from store.schema import decision, delivery, lead

_COLUMNS = (
    *(lead.c.document, lead.c.owner_seen, lead.c.first_seen),
    *(delivery.c.owner, delivery.c.reason),
)
_DECIDED = (LeadState.DECIDED.value, LeadState.DUPLICATE.value)
_LATEST = (
    (lead.c.source == delivery.c.source)
    & (lead.c.source_id == delivery.c.source_id)
    & (lead.c.attempt == delivery.c.attempt)
)
_MADE = (
    (decision.c.source == delivery.c.source)
    & (decision.c.source_id == delivery.c.source_id)
    & (decision.c.attempt == delivery.c.attempt)
)
_REFUSED = (
    select(*_COLUMNS)
    .join_from(delivery, lead, _LATEST)
    .join(decision, _MADE)
    .where(
        delivery.c.crm == bindparam("crm"),
        delivery.c.state == DeliveryState.REFUSED.value,
        delivery.c.owner != bindparam("but"),
        lead.c.state.in_(_DECIDED),
        # Where it was written to another CRM too, and taken there, it has an owner.
        decision.c.void_at.is_not(None),
        ~recalls.IS_MEANT,
    )
    .order_by(delivery.c.seq)
    .limit(bindparam("limit"))
)


def refused_leads(
    connection: Connection, crm: str, *, but: OwnerId, limit: int
) -> list[RefusedLead]:
    """List leads whose latest decision `crm` refused, oldest first; not those given to `but`."""
    return [
        RefusedLead(
            lead=codec.loads(row.document, Lead),
            owner=OwnerId(row.owner),
            reason=row.reason,
            owner_seen=row.owner_seen,
            first_seen=row.first_seen,
        )
        for row in connection.execute(_REFUSED, {"crm": crm, "but": but, "limit": limit})
    ]


def refused_since(connection: Connection, crms: Sequence[str], at: datetime) -> list[RefusedWrites]:
    """Count the writes that these CRMs refused since then, by reason, the most frequent first."""
    count = func.count().label("writes")
    # Of one attempt: the least of each of two columns might name a lead that is not there.
    example = func.min(delivery.c.seq).label("example")
    kinds = connection.execute(
        select(delivery.c.crm, delivery.c.reason, count, example)
        .where(delivery.c.crm.in_(crms), delivery.c.state == DeliveryState.REFUSED.value)
        .where(delivery.c.settled_at >= at)
        .group_by(delivery.c.crm, delivery.c.reason)
        .order_by(count.desc(), delivery.c.crm, delivery.c.reason)
    ).all()
    named = select(delivery.c.seq, delivery.c.source, delivery.c.source_id).where(
        delivery.c.seq.in_([kind.example for kind in kinds])
    )
    leads = {row.seq: LeadKey(row.source, row.source_id) for row in connection.execute(named)}
    return [
        RefusedWrites(
            crm=kind.crm, reason=kind.reason, writes=kind.writes, example=leads[kind.example]
        )
        for kind in kinds
    ]


def reopen(connection: Connection, keys: Sequence[LeadKey]) -> None:
    """Let these decided leads wait for their next decision."""
    if not keys:
        return
    opened = (
        update(lead)
        .where(lead.c.source == bindparam("at_source"))
        .where(lead.c.source_id == bindparam("at_id"))
        .values(
            state=LeadState.WAITING.value,
            attempt=lead.c.attempt + 1,
            duplicate_source=None,
            duplicate_id=None,
        )
    )
    connection.execute(opened, [{"at_source": k.source, "at_id": k.source_id} for k in keys])
