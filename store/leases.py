"""Leases: one holder at a time, and none for ever."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete

from store.schema import lease
from store.upsert import insert_for


def take_lease(
    connection: Connection, name: str, holder: str, seconds: float, now: datetime
) -> bool:
    """
    Take it when it is free, one's own, or over. One conditional statement decides.

    One that ends later than a lease taken now would was taken before the clock was set back; its
    holder is not believed, or a dead one would keep the name for as long as the clock moved.
    """
    insert = insert_for(connection, lease).values(
        name=name, holder=holder, until=(end := now + timedelta(seconds=seconds))
    )
    taken = insert.on_conflict_do_update(
        index_elements=["name"],
        set_={"holder": insert.excluded.holder, "until": insert.excluded.until},
        where=(lease.c.holder == holder) | (lease.c.until <= now) | (lease.c.until > end),
    )
    return connection.execute(taken.returning(lease.c.name)).first() is not None


def release_lease(connection: Connection, name: str, holder: str) -> None:
    """Give it back; somebody else's stays."""
    connection.execute(delete(lease).where(lease.c.name == name, lease.c.holder == holder))
