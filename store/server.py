"""How a connection to a PostgreSQL server is made, and how long it is waited for."""

from psycopg.abc import ConnParam
from sqlalchemy import URL, Dialect, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from store.failures import place_of
from store.patient_line import PatientLine
from store.waits import Patience, Waits

_CONNECT_SECONDS = 10
_PATIENCE = {
    "application_name": "firsttouch",
    "connect_timeout": _CONNECT_SECONDS,
    # A server whose machine is gone closes nothing: without these it is waited for a quarter of an
    # hour, and one that took its place is not asked.
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
_LIMITS = """
SELECT set_config(name, most, false)
FROM (VALUES ('idle_in_transaction_session_timeout', '30s'), ('lock_timeout', '60s'))
AS stated (name, most)
WHERE current_setting(name) = '0'
"""
"""
A worker whose machine or line is gone in the middle of deciding keeps the lock from all others: the
server never hears that it is gone. They wait for a minute; half of that it may stand still. A table
that somebody rebuilds is waited for as long.
"""
_ANSWER_SECONDS = 120.0
"""Longer than a lock is waited for, at whose end the server speaks by itself."""


def server(url: URL, *, answer_seconds: float = _ANSWER_SECONDS) -> Engine:
    """Make the engine; a line is given up where a statement has no answer in so many seconds."""
    # What the URL itself says comes first.
    patience = {name: value for name, value in _PATIENCE.items() if name not in url.query}
    # pre_ping: a connection that a restarted server forgot is replaced before it is used.
    engine = create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=patience)
    waits, first_seconds = Waits(place_of(url)), _first_seconds(url)

    def call(
        _dialect: Dialect, _entry: object, args: tuple[str, ...], options: dict[str, ConnParam]
    ) -> PatientLine:
        with waits.said("no connection yet", first_seconds):
            line = PatientLine.connect(*args, **options)  # type: ignore[arg-type]
        line.patience = Patience(waits=waits, seconds=first_seconds)
        return line

    def lend(line: PatientLine, entry: ConnectionPoolEntry, _lent: PoolProxiedConnection) -> None:
        line.patience = Patience(waits=waits, seconds=answer_seconds)
        line.patience.keep(entry.info)

    def take_back(line: PatientLine | None, _entry: object) -> None:
        # The next who has it asks first whether anybody is there; that takes no thinking.
        if line is not None:
            line.patience = Patience(waits=waits, seconds=first_seconds)

    event.listen(engine, "do_connect", call)
    event.listen(engine, "connect", _state_limits)
    event.listen(engine, "checkout", lend)
    event.listen(engine, "checkin", take_back)
    return engine


def _first_seconds(url: URL) -> float:
    """Answer how long a line may take to its first answer: as long as to be there."""
    stated = url.query.get("connect_timeout")
    if isinstance(stated, str) and stated.isdecimal() and int(stated) > 0:
        return float(stated)
    return float(_CONNECT_SECONDS)


def _state_limits(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    """By a statement: what stands between us and the server may refuse it among the options."""
    del entry
    connection.cursor().execute(_LIMITS)
    connection.commit()
