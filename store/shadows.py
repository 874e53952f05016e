"""What a second policy would have decided: read and kept beside the decisions in force."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, literal, select, update

from leads.decision import Decision, Taken, Tally
from leads.keys import LeadKey, OwnerId, PolicyHash, PoolName
from leads.lead import Lead
from store import codec
from store.rows import DecidedLead
from store.schema import decision, lead, rotation, shadow, shadow_decision, shadow_rotation
from store.shadow_rows import ShadowPair, ShadowRow, ShadowSide
from store.upsert import upsert

Rotation = Mapping[PoolName, Mapping[OwnerId, Tally]]
_CURRENT = select(shadow).where(shadow.c.until.is_(None))
_SIDE = ("owner", "pool", "rule", "method", "decided_at", "sla_due")


def current(connection: Connection) -> ShadowRow | None:
    """Answer the policy that follows now, if one does."""
    found = connection.execute(_CURRENT).mappings().first()
    return _row(found) if found else None


def latest(connection: Connection) -> ShadowRow | None:
    """Answer the one that follows, or followed last."""
    newest = select(shadow).order_by(shadow.c.id.desc()).limit(1)
    found = connection.execute(newest).mappings().first()
    return _row(found) if found else None


def start(
    connection: Connection, hash_: PolicyHash, document: Mapping[str, Any], now: datetime
) -> None:
    """
    Let this policy follow from now on, instead of any other.

    Its rotation begins where the one in force stands, as it would if it came in force now.
    """
    stop(connection, now)
    row = {"hash": hash_, "document": dict(document), "since": now}
    (number,) = connection.execute(insert(shadow).values(row)).inserted_primary_key or (None,)
    columns = ("pool", "owner", "entitled", "assigned")
    as_it_stands = select(literal(number), *(rotation.c[name] for name in columns))
    connection.execute(insert(shadow_rotation).from_select(("shadow", *columns), as_it_stands))


def stop(connection: Connection, now: datetime) -> bool:
    ended = update(shadow).where(shadow.c.until.is_(None)).values(until=now)
    return bool(connection.execute(ended).rowcount)


def to_follow(connection: Connection, of: ShadowRow, limit: int) -> list[tuple[int, DecidedLead]]:
    """List decisions since it began that it has not followed, oldest first, with their numbers."""
    of_lead = (lead.c.source == decision.c.source) & (lead.c.source_id == decision.c.source_id)
    # Decisions are made one transaction at a time, so their numbers grow in the order they count.
    followed = select(func.coalesce(func.max(shadow_decision.c.decision), 0)).where(
        shadow_decision.c.shadow == of.id
    )
    wanted = (
        select(decision.c.id, decision.c.document, lead.c.document.label("lead"))
        .join(lead, of_lead)
        .where(decision.c.decided_at >= of.since, decision.c.attempt == 1)
        .where(lead.c.document.is_not(None), decision.c.id > followed.scalar_subquery())
        .order_by(decision.c.id)
        .limit(limit)
    )
    return [
        (
            row.id,
            DecidedLead(
                lead=codec.loads(row.lead, Lead), decision=codec.loads(row.document, Decision)
            ),
        )
        for row in connection.execute(wanted)
    ]


def rotation_of(connection: Connection, of: ShadowRow) -> dict[PoolName, dict[OwnerId, Tally]]:
    found: dict[PoolName, dict[OwnerId, Tally]] = {}
    for row in connection.execute(select(shadow_rotation).where(shadow_rotation.c.shadow == of.id)):
        tally = Tally(entitled=row.entitled, assigned=row.assigned)
        found.setdefault(PoolName(row.pool), {})[OwnerId(row.owner)] = tally
    return found


def taken_of(
    connection: Connection, of: ShadowRow, since: Mapping[OwnerId, datetime]
) -> list[Taken]:
    """List what these owners would have to work from then on: what counts for their caps."""
    if not since:
        return []
    wanted = select(shadow_decision).where(
        shadow_decision.c.shadow == of.id,
        func.coalesce(shadow_decision.c.worked_from, shadow_decision.c.decided_at)
        >= min(since.values()),
        shadow_decision.c.fills.is_not(False),
    )
    return [
        Taken(
            owner=OwnerId(row.owner),
            at=row.worked_from or row.decided_at,
            pool=None if row.pool is None else PoolName(row.pool),
            segments=tuple(row.segments or ()),
        )
        for row in connection.execute(wanted)
    ]


def record(
    connection: Connection,
    of: ShadowRow,
    made: Sequence[tuple[int, Decision]],
    rotation: Rotation,
) -> None:
    rows = [
        {
            "shadow": of.id,
            "decision": number,
            "owner": each.owner,
            "pool": each.pool,
            "rule": each.rule,
            "method": each.method.value,
            "decided_at": each.decided_at,
            "sla_due": each.sla_due,
            "segments": list(each.segments) or None,
            "fills": each.fills,
            "worked_from": each.worked_from,
        }
        for number, each in made
    ]
    if rows:
        connection.execute(insert(shadow_decision), rows)
    upsert(
        connection,
        shadow_rotation,
        [
            {
                "shadow": of.id,
                "pool": pool,
                "owner": owner,
                "entitled": tally.entitled,
                "assigned": tally.assigned,
            }
            for pool, members in rotation.items()
            for owner, tally in members.items()
        ],
    )


def pairs(
    connection: Connection, of: ShadowRow, since: datetime, until: datetime
) -> list[ShadowPair]:
    """List what was decided within the time by both, in order."""
    live = [decision.c[name].label(f"live_{name}") for name in _SIDE]
    wanted = (
        select(shadow_decision, decision.c.source, decision.c.source_id, *live)
        .join(decision, decision.c.id == shadow_decision.c.decision)
        .where(shadow_decision.c.shadow == of.id)
        .where(decision.c.decided_at >= since, decision.c.decided_at < until)
        .order_by(decision.c.id)
    )
    return [
        ShadowPair(
            lead=LeadKey(row["source"], row["source_id"]),
            live=ShadowSide(**{name: row[f"live_{name}"] for name in _SIDE}),
            shadow=ShadowSide(**{name: row[name] for name in _SIDE}),
        )
        for row in connection.execute(wanted).mappings()
    ]


def _row(found: RowMapping) -> ShadowRow:
    return ShadowRow(**found)
