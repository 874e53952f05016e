"""What a person switches over the configuration: sources paused, owners away."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from leads.keys import OwnerId
from store.schema import away, pause
from store.upsert import insert_missing, upsert

EVERY_SOURCE = "*"
"""In `paused`: all of them."""

_PAUSED = select(pause.c.source)
_AWAY = select(away.c.owner, away.c.until).where(away.c.until > bindparam("now"))


def set_pause(connection: Connection, source: str | None, now: datetime) -> None:
    insert_missing(connection, pause, [{"source": source or EVERY_SOURCE, "since": now}])


def lift_pause(connection: Connection, source: str | None) -> None:
    """Resume one source; None: everything that was paused."""
    lifted = delete(pause)
    connection.execute(lifted if source is None else lifted.where(pause.c.source == source))


def paused_sources(connection: Connection) -> set[str]:
    return set(connection.execute(_PAUSED).scalars())


def set_away(connection: Connection, owner: OwnerId, until: datetime | None, now: datetime) -> None:
    """Switch an owner off until then; None: on again."""
    if until is None:
        connection.execute(delete(away).where(away.c.owner == owner))
    else:
        upsert(connection, away, [{"owner": owner, "until": until, "set_at": now}])


def owners_away(connection: Connection, now: datetime) -> dict[OwnerId, datetime]:
    return {OwnerId(owner): until for owner, until in connection.execute(_AWAY, {"now": now})}
