"""What counts against owners' caps: the decisions that stand, and none but those."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, or_, select, true

from leads.decision import Method, Taken
from leads.keys import OwnerId, PoolName
from store.schema import decision
from store.upsert import chunks


def read_taken(
    connection: Connection, since: Mapping[OwnerId, datetime], *, before: datetime | None = None
) -> list[Taken]:
    """
    List the leads each of these owners has to work from then on, but records their CRM had already.

    With `before` only those decided before it.
    """
    found: list[Taken] = []
    for owners in chunks(sorted(since)):
        wanted = select(
            decision.c.owner,
            decision.c.decided_at,
            decision.c.worked_from,
            decision.c.pool,
            decision.c.segments,
        ).where(
            decision.c.owner.in_(owners),
            _is_worked_since(min(since[owner] for owner in owners)),
            true() if before is None else decision.c.decided_at < before,
            decision.c.void_at.is_(None),
            or_(
                decision.c.fills == true(),
                decision.c.fills.is_(None) & (decision.c.method != Method.SAME_PERSON.value),
            ),
        )
        found += [
            Taken(
                owner=OwnerId(row.owner),
                at=row.worked_from or row.decided_at,
                pool=None if row.pool is None else PoolName(row.pool),
                segments=tuple(row.segments or ()),
            )
            for row in connection.execute(wanted)
        ]
    return found


def _is_worked_since(begin: datetime) -> ColumnElement[bool]:
    """Each alternative has its own index; what is decided now may be worked on Monday."""
    later = decision.c.worked_from.is_not(None) & (decision.c.worked_from >= begin)
    return or_(decision.c.decided_at >= begin, later)
