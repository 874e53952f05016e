"""Which sources fail, since when, and until when they are left alone."""

from collections.abc import Mapping

from sqlalchemy import Connection, select

from store.running_rows import BreakerRow, BreakerState
from store.schema import breaker
from store.upsert import upsert

_ALL = select(breaker)


def save(connection: Connection, row: BreakerRow) -> None:
    upsert(
        connection,
        breaker,
        [
            {
                "source": row.source,
                "state": row.state.value,
                "failures": row.failures,
                "until": row.until,
                "changed_at": row.changed_at,
                "reason": row.reason,
            }
        ],
    )


def read(connection: Connection) -> Mapping[str, BreakerRow]:
    return {
        row.source: BreakerRow(
            source=row.source,
            state=BreakerState(row.state),
            failures=row.failures,
            until=row.until,
            changed_at=row.changed_at,
            reason=row.reason,
        )
        for row in connection.execute(_ALL)
    }
