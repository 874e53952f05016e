"""Transactions: reading, writing, and writing alone; collisions are repeated here, unseen above."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from enum import Enum
from typing import Self, TypeVar

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from store.engine import connect, connect_to_read, may_write
from store.failures import explained, is_collision, place_of
from store.same_file import SameFile
from store.waits import TRY_SECONDS, OwnWork, Waits, await_long, patience_of

T = TypeVar("T")

BUSY_SECONDS = 60.0
"""For a SQLite file that another process writes. Tried anew each 1.5 s, so that it can be told."""

_REWRITE_SECONDS = 15.0
_TRIES = 4
_PAUSE_SECONDS = 0.05
_WRITTEN = "another process is writing, or keeps it locked"
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

    def __init__(self, engine: Engine, *, patience: float = BUSY_SECONDS) -> None:
        self.engine = engine
        self.patience = patience
        self.place = place_of(engine.url)
        self._waits, self._own = Waits(self.place), OwnWork()
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
        with self._told(doing), ExitStack() as stack:
            connection = self._again(lambda: stack.enter_context(self._connected()))
            self._again(lambda: _begin(connection, _Kind.ALONE))
            with self._own.going_on():
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
                with _trying(connection, _REWRITE_SECONDS):
                    is_busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
                return not is_busy
            await_long(connection)
            connection.exec_driver_sql(f"VACUUM {', '.join(sorted(tables))}")
            return True

        return self.outside(doing, vacuum)

    def outside(self, doing: str, work: Callable[[Connection], T]) -> T:
        """Do what no transaction may be around: each of its statements is one, and repeatable."""

        def once() -> T:
            with self._connected() as connection:
                return work(connection.execution_options(isolation_level="AUTOCOMMIT"))

        with self._told(doing):
            return self._again(once)

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
                with nullcontext() if kind is _Kind.READ else self._own.going_on():
                    answer = work(connection)
                    connection.commit()
                return answer

        with self._told(doing):
            return self._again(once, patience)

    def _again(self, attempt: Callable[[], T], patience: float | None = None) -> T:
        """Repeat what collides. Whoever states a `patience` tells by itself that it waits."""
        began, tried = time.monotonic(), 1
        until = began + (self.patience if patience is None else patience)
        while True:
            try:
                return attempt()
            except DBAPIError as error:
                is_last = self._file is None and tried >= _TRIES
                if is_last or not is_collision(error) or time.monotonic() >= until:
                    raise
            if patience is None and self._own.idle(since=began) >= TRY_SECONDS:
                self._waits.say(_WRITTEN, self.patience)
            time.sleep(_PAUSE_SECONDS if self._file else _PAUSE_SECONDS * 2**tried)
            tried += 1

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


@contextmanager
def _waiting(connection: Connection, patience: float | None) -> Iterator[None]:
    """Wait so many seconds for a lock; as long as ever after it, and where there is no limit."""
    if patience is None:
        yield
    elif connection.dialect.name == "sqlite":
        with _trying(connection, patience):
            yield
    else:
        if (line := patience_of(connection)) is not None:
            line.is_quiet = True
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {round(patience * 1_000)}")
        yield


@contextmanager
def _trying(connection: Connection, seconds: float) -> Iterator[None]:
    """Have SQLite itself wait so long; where the body fails, the connection is not used again."""
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {round(seconds * 1_000)}").all()
    yield
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {round(TRY_SECONDS * 1_000)}").all()


def _begin(connection: Connection, kind: _Kind) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN" if kind is _Kind.READ else "BEGIN IMMEDIATE")
    elif kind is _Kind.READ:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    elif kind is _Kind.ALONE:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'")
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
