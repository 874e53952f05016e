"""Leads that a pool holds: since when, until when, and what they wait for."""

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, and_, bindparam, delete, select, update

from leads.decision import Held, HeldBy, HoldKind
from leads.keys import LeadKey, PoolName
from leads.lead import Lead
from store import codec
from store.rows import Holding, LeadState, WaitingLead
from store.schema import hold, lead
from store.upsert import upsert

# A lead that was nobody's to route for a while begins anew: only a hold has an end.
STILL_HELD = and_(
    hold.c.source == lead.c.source, hold.c.source_id == lead.c.source_id, lead.c.until.is_not(None)
)
# Leads of one instant, as rows of a file often are, in the order in which they came.
BY_AGE = (lead.c.created_at, lead.c.source, lead.c.first_seen, lead.c.place, lead.c.source_id)

_HOLDING = (hold.c.since, hold.c.pool, hold.c.kind, hold.c.rule)
_WAITING = (
    select(lead, *_HOLDING)
    .outerjoin_from(lead, hold, STILL_HELD)
    .where(lead.c.state == LeadState.WAITING.value)
    .order_by(*BY_AGE)
    .limit(bindparam("limit"))
)
_WAITING_OF_SOURCE = _WAITING.where(lead.c.source == bindparam("of"))
_HELD = (
    select(lead, *_HOLDING)
    .join_from(hold, lead, STILL_HELD)
    .where(lead.c.state == LeadState.HELD.value)
    .where(hold.c.kind.in_(bindparam("kinds", expanding=True)))
    .order_by(hold.c.sla_due, *BY_AGE)
    .limit(bindparam("limit"))
)
_HELD_BY_POOL = _HELD.where(hold.c.pool == bindparam("of_pool"))
_THESE_LEADS = (
    update(lead)
    .where(lead.c.source == bindparam("at_source"))
    .where(lead.c.source_id == bindparam("at_id"))
)
_END = delete(hold).where(
    hold.c.source == bindparam("at_source"), hold.c.source_id == bindparam("at_id")
)


def save_holds(connection: Connection, holds: Sequence[Held]) -> None:
    """Hold these leads; one that is held already keeps its place."""
    if not holds:
        return
    rows = [
        {
            "source": each.lead.source,
            "source_id": each.lead.source_id,
            "pool": each.pool,
            "kind": each.kind.value,
            "rule": each.rule,
            "since": each.since,
            "sla_due": each.sla_due,
        }
        for each in holds
    ]
    upsert(connection, hold, rows)
    marks = [
        {
            **_at(each.lead),
            "state": LeadState.HELD.value,
            "reason": each.reason,
            "until": each.until,
        }
        for each in holds
    ]
    connection.execute(_THESE_LEADS, marks)


def waiting_leads(connection: Connection, source: str | None, limit: int) -> list[WaitingLead]:
    """List what waits to be decided, oldest first."""
    if source is None:
        found = connection.execute(_WAITING, {"limit": limit})
    else:
        found = connection.execute(_WAITING_OF_SOURCE, {"limit": limit, "of": source})
    return [waiting_lead(row) for row in found.mappings()]


def held_leads(
    connection: Connection, kinds: Sequence[HoldKind], limit: int, pool: PoolName | None = None
) -> list[WaitingLead]:
    """List what pools hold, most urgent first: by SLA deadline, then by age."""
    asked = {"kinds": [kind.value for kind in kinds], "limit": limit}
    if pool is None:
        found = connection.execute(_HELD, asked)
    else:
        found = connection.execute(_HELD_BY_POOL, {**asked, "of_pool": pool})
    return [waiting_lead(row) for row in found.mappings()]


def one_waiting(connection: Connection, key: LeadKey) -> WaitingLead:
    """Answer a lead that waits to be decided and that no pool holds."""
    row = connection.execute(
        select(lead).where(lead.c.source == key.source, lead.c.source_id == key.source_id)
    ).one()
    return WaitingLead(
        lead=codec.loads(row.document, Lead),
        owner_seen=row.owner_seen,
        first_seen=row.first_seen,
        attempt=row.attempt,
    )


def waiting_lead(row: RowMapping) -> WaitingLead:
    return WaitingLead(
        lead=codec.loads(row["document"], Lead),
        owner_seen=row["owner_seen"],
        first_seen=row["first_seen"],
        held_since=row["since"],
        held_by=HeldBy(pool=PoolName(row["pool"]), rule=row["rule"]) if row["since"] else None,
        holding=_holding(row) if row["since"] and row["state"] == LeadState.HELD else None,
        attempt=row["attempt"],
    )


def _holding(row: RowMapping) -> Holding:
    return Holding(PoolName(row["pool"]), HoldKind(row["kind"]), row["until"], row["rule"])


def end_hold(connection: Connection, keys: Sequence[LeadKey]) -> None:
    """Let these leads wait to be decided, which they are about to be."""
    if keys:
        places = [_at(key) for key in keys]
        connection.execute(_END, places)
        marks = [{**place, "state": LeadState.WAITING.value} for place in places]
        connection.execute(_THESE_LEADS, marks)


def _at(key: LeadKey) -> dict[str, object]:
    return {"at_source": key.source, "at_id": key.source_id}
