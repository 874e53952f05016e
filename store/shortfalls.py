"""What records were written without, kept with their deliveries, and counted."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from leads.ownership import LeftOut, WriteOutcome
from store import codec
from store.rows import Shortfall
from store.schema import delivery


def left_out_text(outcome: WriteOutcome) -> str | None:
    """Write what is to be kept of `outcome`: equal shortfalls in equal texts."""
    if not outcome.left_out:
        return None
    return codec.dumps(WriteOutcome(status=outcome.status, left_out=outcome.left_out))


def left_out_of(text: str | None) -> tuple[LeftOut, ...]:
    return codec.loads(text, WriteOutcome).left_out if text else ()


def shortfalls(connection: Connection, since: datetime) -> list[Shortfall]:
    """Count what records settled since then went without, most frequent first."""
    wanted = (
        select(delivery.c.crm, delivery.c.left_out, func.count())
        .where(delivery.c.left_out.is_not(None), delivery.c.settled_at >= since)
        .group_by(delivery.c.crm, delivery.c.left_out)
    )
    counts: dict[tuple[str, LeftOut], int] = {}
    for crm, text, count in connection.execute(wanted):
        for each in left_out_of(text):
            counts[crm, each] = counts.get((crm, each), 0) + count
    found = [Shortfall(crm=crm, left_out=each, records=n) for (crm, each), n in counts.items()]
    return sorted(found, key=lambda each: (-each.records, each.crm, each.left_out.name))
