"""Transactions: reading, writing, and writing alone; collisions are repeated here, unseen above."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import Enum
from math import inf
from typing import Self, TypeVar

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from store.engine import BUSY_SECONDS, connect, connect_to_read, may_write
from store.failures import explained, is_collision, place_of
from store.same_file import SameFile

T = TypeVar("T")

_TRIES = 4
_PAUSE_SECONDS = 0.05
# Any fixed number: the name of the one lock that everybody who changes a lead's state takes.
_LOCK = 0x46544C45
_LOCK_SECONDS = 60


class _Kind(Enum):
    """
    READ sees one snapshot. WRITE may run beside others. ALONE excludes every other ALONE.

    On SQLite every writer is alone anyway (BEGIN IMMEDIATE); on PostgreSQL an advisory lock, freed
    with the transaction, makes those alone that decide, or change what is decided from.
    """

    READ = "read"
    WRITE = "write"
    ALONE = "alone"


class Database:
    """One engine, and the three kinds of transaction on it. Raises StoreError only."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.place = place_of(engine.url)
        self._file = SameFile.of(engine.url, self.place)

    @classmethod
    def at(cls, address: str) -> Self:
        return cls(connect(address))

    @classmethod
    def to_read(cls, address: str) -> Self:
        """Open what is there, as somebody may who must not write it."""
        return cls(connect(address) if may_write(address) else connect_to_read(address))

    def close(self) -> None:
        self.engine.dispose()

    def read(self, doing: str, work: Callable[[Connection], T]) -> T:
        return self._run(doing, _Kind.READ, work)

    def write(
        self, doing: str, work: Callable[[Connection], T], *, patience: float | None = None
    ) -> T:
        """With `patience`, wait no longer than so many seconds for what others keep locked."""
        return self._run(doing, _Kind.WRITE, work, patience)

    def write_alone(self, doing: str, work: Callable[[Connection], T]) -> T:
        return self._run(doing, _Kind.ALONE, work)

    @contextmanager
    def alone(self, doing: str) -> Iterator[Connection]:
        """Hold the lock for a body that cannot be repeated: only taking the lock is."""
        with self._told(doing), self._connected() as connection:
            _again_on_collision(lambda: _begin(connection, _Kind.ALONE))
            yield connection
            connection.commit()

    def overwrite_deleted(self, doing: str, tables: Iterable[str]) -> bool:
        """
        Rewrite the tables, so that nothing deleted can be read from the database's files.

        False while others read older pages, which must stay for them until then. What backups and
        a server's own log of changes hold is beyond this.
        """

        def vacuum(connection: Connection) -> bool:
            if connection.dialect.name == "sqlite":
                # Of a file from before it was made so: the next VACUUM is what changes it.
                connection.exec_driver_sql("PRAGMA auto_vacuum = INCREMENTAL")
                connection.exec_driver_sql("VACUUM")
                is_busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
                return not is_busy
            connection.exec_driver_sql(f"VACUUM {', '.join(sorted(tables))}")
            return True

        return self.outside(doing, vacuum)

    def outside(self, doing: str, work: Callable[[Connection], T]) -> T:
        """Do what no transaction may be around: each of its statements is one."""
        with self._told(doing), self._connected() as connection:
            return work(connection.execution_options(isolation_level="AUTOCOMMIT"))

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            try:
                yield connection
            except BaseException:
                # Closed, not handed back: after a COMMIT that failed (a full disk) the transaction
                # is still open, and SQLAlchemy takes it for over and keeps the connection.
                connection.invalidate()
                raise

    def _run(
        self,
        doing: str,
        kind: _Kind,
        work: Callable[[Connection], T],
        patience: float | None = None,
    ) -> T:
        def once() -> T:
            with self._connected() as connection, _waiting(connection, patience):
                _begin(connection, kind)
                answer = work(connection)
                connection.commit()
                return answer

        with self._told(doing):
            return _again_on_collision(once, patience)

    @contextmanager
    def _told(self, doing: str) -> Iterator[None]:
        """Turn what goes wrong into words; the file must be the same before and after."""
        self._expect_same(doing)
        with explained(doing, self.place):
            yield
        self._expect_same(doing)

    def _expect_same(self, doing: str) -> None:
        if self._file is not None:
            self._file.expect(doing)


def _again_on_collision(attempt: Callable[[], T], patience: float | None = None) -> T:
    until = inf if patience is None else time.monotonic() + patience
    for tried in range(1, _TRIES):
        try:
            return attempt()
        except DBAPIError as error:
            if not is_collision(error) or time.monotonic() >= until:
                raise
            time.sleep(_PAUSE_SECONDS * 2**tried)
    return attempt()


@contextmanager
def _waiting(connection: Connection, patience: float | None) -> Iterator[None]:
    """Wait so many seconds for a lock; as long as ever after it, and where there is no limit."""
    if patience is None:
        yield
    elif connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {round(patience * 1_000)}").all()
        yield
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1_000}").all()
    else:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {round(patience * 1_000)}")
        yield


def _begin(connection: Connection, kind: _Kind) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN" if kind is _Kind.READ else "BEGIN IMMEDIATE")
    elif kind is _Kind.READ:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    elif kind is _Kind.ALONE:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'")
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
