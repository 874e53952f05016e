"""What counts against owners' caps: the decisions that stand, and none but those."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, or_, select, true

from leads.decision import Method, Taken
from leads.keys import OwnerId, PoolName
from store.schema import decision
from store.upsert import chunks


def read_taken(connection: Connection, since: Mapping[OwnerId, datetime]) -> list[Taken]:
    """List each of these owners' leads from then on, but records that their CRM had already."""
    found: list[Taken] = []
    for owners in chunks(sorted(since)):
        wanted = select(
            decision.c.owner, decision.c.decided_at, decision.c.pool, decision.c.segments
        ).where(
            decision.c.owner.in_(owners),
            decision.c.decided_at >= min(since[owner] for owner in owners),
            decision.c.void_at.is_(None),
            or_(
                decision.c.fills == true(),
                decision.c.fills.is_(None) & (decision.c.method != Method.SAME_PERSON.value),
            ),
        )
        found += [
            Taken(
                owner=OwnerId(row.owner),
                at=row.decided_at,
                pool=None if row.pool is None else PoolName(row.pool),
                segments=tuple(row.segments or ()),
            )
            for row in connection.execute(wanted)
        ]
    return found
