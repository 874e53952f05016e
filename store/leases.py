"""Leases: one holder at a time, and none for ever."""

from datetime import datetime, timedelta

import sqlalchemy
from sqlalchemy import Connection, bindparam, delete

from store.schema import lease
from store.upsert import Insert, kept

_NAMES = ("name", "holder", "until")
_RELEASE = delete(lease).where(
    lease.c.name == bindparam("the_name"), lease.c.holder == bindparam("its_holder")
)


def take_lease(
    connection: Connection, name: str, holder: str, seconds: float, now: datetime
) -> bool:
    """
    Take it when it is free, one's own, or over. One conditional statement decides.

    One that ends later than a lease taken now would was taken before the clock was set back; its
    holder is not believed, or a dead one would keep the name for as long as the clock moved.
    """
    taken = kept(connection, lease, _NAMES, _where_it_may_be_taken)
    until = now + timedelta(seconds=seconds)
    row = {"name": name, "holder": holder, "until": until, "now": now}
    return connection.execute(taken, row).first() is not None


def release_lease(connection: Connection, name: str, holder: str) -> None:
    """Give it back; somebody else's stays."""
    connection.execute(_RELEASE, {"the_name": name, "its_holder": holder})


def _where_it_may_be_taken(insert: Insert) -> sqlalchemy.Insert:
    new, is_over = insert.excluded, lease.c.until <= bindparam("now", type_=lease.c.until.type)
    taken = insert.on_conflict_do_update(
        index_elements=["name"],
        set_={"holder": new.holder, "until": new.until},
        where=(lease.c.holder == new.holder) | is_over | (lease.c.until > new.until),
    )
    return taken.returning(lease.c.name)
