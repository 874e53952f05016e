"""Which records of a CRM we gave to whom, and when: what came of them is the CRM's to tell."""

from collections.abc import Sequence

from sqlalchemy import Connection, and_, select

from leads.keys import CrmOwnerId, OwnerId, PoolName
from store.rows import DeliveryState, GivenRow
from store.schema import decision, delivery
from store.upsert import chunks

_OURS = (DeliveryState.WRITTEN.value, DeliveryState.UNCHANGED.value)


def given(connection: Connection, crm: str, records: Sequence[str]) -> list[GivenRow]:
    """List the latest decision that stands for each of these records, in no order."""
    made = and_(
        decision.c.source == delivery.c.source,
        decision.c.source_id == delivery.c.source_id,
        decision.c.attempt == delivery.c.attempt,
    )
    found: dict[str, GivenRow] = {}
    for some in chunks(records):
        wanted = (
            select(
                delivery.c.record_id,
                delivery.c.owner,
                delivery.c.crm_owner,
                decision.c.pool,
                decision.c.decided_at,
            )
            .join(decision, made)
            .where(
                delivery.c.crm == crm,
                delivery.c.record_id.in_(some),
                delivery.c.state.in_(_OURS),
                decision.c.void_at.is_(None),
            )
            .order_by(delivery.c.seq)
        )
        for row in connection.execute(wanted):
            found[row.record_id] = GivenRow(
                record_id=row.record_id,
                owner=OwnerId(row.owner),
                crm_owner=CrmOwnerId(row.crm_owner),
                pool=None if row.pool is None else PoolName(row.pool),
                at=row.decided_at,
            )
    return list(found.values())
