"""Room on the disk: how much a store takes, and giving back what is free in its file."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from store.database import Database

_INCREMENTAL = 2
_PAGES_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """
    In bytes: all of it, what of it is free for new rows, and the write-ahead log beside it.

    `can_shrink`: free room is given back without rewriting the file. A server sees to its own.
    """

    size: int
    free: int = 0
    log: int = 0
    can_shrink: bool = True


def measure(database: Database) -> Space:
    if database.engine.dialect.name == "sqlite":
        return database.read(
            "measuring the store", lambda c: _of_file(c, database.engine.url.database or "")
        )
    return database.read("measuring the store", _of_server)


def give_back(database: Database, *, may_rewrite: bool) -> Space:
    """Shrink a SQLite file, a few pages at a time; nothing to do for a server."""
    found = measure(database)
    if database.engine.dialect.name != "sqlite" or not found.free:
        return found
    if found.can_shrink:
        _shrink(database)
    elif may_rewrite:
        database.overwrite_deleted("rewriting the store", ())
    return measure(database)


def _shrink(database: Database) -> None:
    """In small steps, each a transaction of its own: whoever wants to write gets in between."""
    while database.outside("giving back room", _free_some):
        pass
    database.outside("giving back room", _empty_log)


def _free_some(connection: Connection) -> bool:
    """Answer whether there is more to free; not where somebody reads the pages that would move."""
    before = _pragma(connection, "freelist_count")
    # Not `execute`, which takes one step of a statement without rows: one page.
    cursor = connection.connection.cursor()
    cursor.executescript(f"PRAGMA incremental_vacuum({_PAGES_AT_ONCE})")
    cursor.close()
    return 0 < _pragma(connection, "freelist_count") < before


def _empty_log(connection: Connection) -> None:
    # Busy while somebody reads: the log is emptied later, by itself.
    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()


def _of_file(connection: Connection, file: str) -> Space:
    page = _pragma(connection, "page_size")
    return Space(
        size=_pragma(connection, "page_count") * page,
        free=_pragma(connection, "freelist_count") * page,
        log=_length(Path(f"{file}-wal")),
        can_shrink=_pragma(connection, "auto_vacuum") == _INCREMENTAL,
    )


def _of_server(connection: Connection) -> Space:
    size = connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
    return Space(size=int(size))


def _pragma(connection: Connection, name: str) -> int:
    return int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())


def _length(file: Path) -> int:
    with suppress(FileNotFoundError):
        return file.stat().st_size
    return 0
