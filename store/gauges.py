"""Counts of how it stands, for whoever watches from outside: cheap enough to ask often."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from store import turned_away as refusals
from store.outbox import PENDING
from store.running_rows import Speed
from store.schema import alert, assignment, cursor, delivery, lead, pace

_LATEST = 1_000
_A_DAY = timedelta(days=1)
_A_WEEK = timedelta(days=7)


def leads_by_state(connection: Connection) -> dict[tuple[str, str], int]:
    """Count the leads by source and state."""
    groups = (lead.c.source, lead.c.state)
    wanted = select(*groups, func.count().label("leads")).group_by(*groups)
    return {(row.source, row.state): row.leads for row in connection.execute(wanted)}


def outbox(connection: Connection) -> dict[str, tuple[int, datetime]]:
    """Count by CRM the owners that are to be written, and since when the oldest of them is."""
    wanted = (
        select(delivery.c.crm, func.count(), func.min(delivery.c.created_at))
        .where(PENDING)
        .group_by(delivery.c.crm)
    )
    return {crm: (count, oldest) for crm, count, oldest in connection.execute(wanted)}


def last_read(connection: Connection) -> dict[str, datetime]:
    """Answer by source when something of it was last read to a cursor."""
    wanted = (
        select(cursor.c.source, func.max(cursor.c.saved_at).label("at"))
        .where(cursor.c.source != "")  # the clocks' own place is no source's
        .group_by(cursor.c.source)
    )
    return {row.source: row.at for row in connection.execute(wanted)}


def open_alerts(connection: Connection) -> dict[tuple[str, str], int]:
    """Count the open alerts by kind and source."""
    groups = (alert.c.kind, alert.c.source)
    wanted = (
        select(*groups, func.count().label("alerts"))
        .where(alert.c.closed_at.is_(None))
        .group_by(*groups)
    )
    return {(row.kind, row.source): row.alerts for row in connection.execute(wanted)}


def turned_away(connection: Connection, now: datetime) -> dict[tuple[str, str], int]:
    """Count the requests refused in the last week, by door and status."""
    found: Counter[tuple[str, str]] = Counter()
    for row in refusals.since(connection, now - _A_WEEK):
        found[row.door, str(row.status)] += row.count
    return dict(found)


def calls_left(connection: Connection, now: datetime) -> dict[tuple[str, str], float]:
    """Answer by source and part which share of its vendor's day is left; not of one long unread."""
    wanted = select(pace.c.source, pace.c.part, pace.c.share_left).where(
        # What was told before is of a day that is over.
        pace.c.share_left.is_not(None) & (pace.c.next_at > now - _A_DAY)
    )
    return {(row.source, row.part): row.share_left for row in connection.execute(wanted)}


def speeds(connection: Connection, since: datetime) -> list[Speed]:
    """List of the latest owners written since then how long each lead had waited, in seconds."""
    of_lead = (lead.c.source == delivery.c.source) & (lead.c.source_id == delivery.c.source_id)
    wanted = (
        select(delivery.c.source, assignment.c.written_at, lead.c.created_at)
        .join(delivery, delivery.c.id == assignment.c.delivery)
        .join(lead, of_lead)
        .where(lead.c.created_at.is_not(None))
        .order_by(assignment.c.id.desc())
        .limit(_LATEST)
    )
    return [
        Speed(source=row.source, seconds=(row.written_at - row.created_at).total_seconds())
        for row in connection.execute(wanted)
        if row.written_at >= since
    ]
