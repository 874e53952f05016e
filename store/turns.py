"""One pace for processes of several machines: turns at a vendor are rows of a PostgreSQL store."""

import threading
from collections.abc import Callable
from typing import Self

from sqlalchemy import Connection, inspect, text, update

from store.database import Database
from store.engine import folder_of
from store.schema import turn, turn_rest
from store.server_time import ServerTime
from store.upsert import upsert

_LONGEST_QUEUE = 300.0
"""Seconds. A turn further ahead was given out before the server's clock was set back."""
# Any fixed number: apart from the store's other advisory locks. A turn that a crash of the server
# forgets is none that a vendor would miss, so nobody waits for its disk.
_LOCK = text(
    "SELECT set_config('synchronous_commit', 'off', true), "
    "pg_advisory_xact_lock(1179927634, hashtext(:pace))"
)
# One statement, because everybody else waits while it goes to and fro. What the DELETE removes is
# still seen beside it: each part therefore has the same bounds.
_TAKE = text("""
WITH clock AS (SELECT CAST(extract(epoch FROM clock_timestamp()) AS float8) AS now),
over AS (
    DELETE FROM turn USING clock
    WHERE pace = :pace AND (at <= now - :seconds OR at > now + :longest)
),
full_at AS (
    SELECT at FROM turn, clock
    WHERE pace = :pace AND at > now - :seconds AND at <= now + :longest
    ORDER BY at DESC LIMIT 1 OFFSET :others
),
rest AS (SELECT until FROM turn_rest, clock WHERE pace = :pace AND until <= now + :longest)
INSERT INTO turn (pace, at)
SELECT :pace, greatest(now, (SELECT at + :seconds FROM full_at), (SELECT until FROM rest))
FROM clock
RETURNING id, at, (SELECT now FROM clock)
""")


class Turns:
    """
    Paces by their names, kept in a server's database.

    They have connections of their own: somebody who waits for a turn takes none from the store.
    """

    def __init__(self, database: Database) -> None:
        self._db = database

    @classmethod
    def at(cls, address: str) -> Self | None:
        """
        None for a file, which only one machine has, and for a database without our tables.

        Raises StoreError when the server cannot be reached.
        """
        if folder_of(address) is not None:
            return None
        database = Database.at(address)
        if database.read("looking for turns", lambda c: inspect(c).has_table(turn.name)):
            return cls(database)
        database.close()
        return None

    def slots(self, pace: str) -> "Slots":
        return Slots(self._db, pace)

    def close(self) -> None:
        self._db.close()


class Slots:
    """
    Turns of one pace, for whoever has the store open.

    The time is the server's: machines' clocks differ. Callers are answered, and believed, in their
    own clock's time.
    """

    def __init__(self, database: Database, pace: str) -> None:
        self._db, self._pace = database, pace
        self._lock = threading.Lock()
        self._time = ServerTime()

    def take(self, calls: int, seconds: float, clock: Callable[[], float]) -> tuple[int, float]:
        """
        Reserve the earliest instant with fewer than `calls` in the `seconds` before it.

        A process that is killed leaves nothing but turns it had taken, which end by themselves.
        """
        asked = {"seconds": seconds, "longest": _LONGEST_QUEUE, "others": calls - 1}

        def work(connection: Connection) -> tuple[int, float]:
            connection.execute(_LOCK, {"pace": self._pace})
            before = clock()
            row = connection.execute(_TAKE, {"pace": self._pace, **asked}).one()
            self._time.note(before, float(row[2]), clock())
            return int(row[0]), float(row[1])

        # One thread of a process at a time: those who wait need no connection each.
        with self._lock:
            number, at = self._db.write("taking a turn", work)
            return number, at - self._time.ahead

    def move(self, ticket: int, at: float) -> None:
        """Count a call as made at `at`, later than was thought."""
        with self._lock:
            counted = at + self._time.ahead
        moved = update(turn).where(turn.c.id == ticket).values(at=counted)
        self._db.write("moving a turn", lambda c: c.execute(moved))

    def close(self, until: float) -> None:
        """Give out nothing before `until`."""
        with self._lock:
            row = {"pace": self._pace, "until": until + self._time.ahead}
        self._db.write("resting", lambda c: upsert(c, turn_rest, [row]))
