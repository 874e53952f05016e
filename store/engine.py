"""How a connection to each database is made, and what it is told first."""

import os
from contextlib import suppress
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from leads.errors import StoreError
from store.exposed import exposed
from store.reading_file import log_of, open_to_read, why_unwritable
from store.waits import TRY_SECONDS

_KNOWN = "sqlite:///var/firsttouch.db or postgresql+psycopg://USER:PASSWORD@HOST/DATABASE"


def connect(address: str) -> Engine:
    """Make the engine for a database URL, and the folder of a file. Raises StoreError."""
    url = _read(address)
    return _sqlite(url) if url.get_backend_name() == "sqlite" else _server(url)


def connect_to_read(address: str) -> Engine:
    """Make an engine that writes nothing, for a file that is there. Raises StoreError."""
    url = _read(address)
    if url.get_backend_name() != "sqlite":
        return _server(url)
    engine = create_engine(
        url, hide_parameters=True, creator=lambda: open_to_read(Path(url.database or ""))
    )
    event.listen(engine, "connect", _say_begin_ourselves)
    return engine


def may_write(address: str) -> bool:
    """Tell whether a file, and what SQLite keeps beside it, can be written. A server says later."""
    url = _read(address)
    file = Path(url.database or "")
    return url.get_backend_name() != "sqlite" or not why_unwritable(file)


def _server(url: URL) -> Engine:
    # Here, because whoever keeps a file has no use for the driver, which takes a while to load.
    from store.server import server  # noqa: PLC0415

    return server(url)


def folder_of(address: str) -> Path | None:
    """Answer where a store's file lies; None for a server. Raises StoreError."""
    file = file_of(_read(address))
    return file and file.parent


def exposure(address: str) -> str:
    """Say that other users of the machine can read a store's file, if so. Raises StoreError."""
    return exposed(file_of(_read(address)))


def file_of(url: URL) -> Path | None:
    is_file = url.get_backend_name() == "sqlite" and url.database
    return Path(url.database or "").resolve() if is_file else None


def is_there(address: str) -> bool:
    """Tell whether a file holds anything; a server's database is always there. Makes nothing."""
    url = _read(address)
    if url.get_backend_name() != "sqlite":
        return True
    file = _expected(url)
    return file.is_file() and file.stat().st_size > 0


def expect_there(address: str) -> None:
    """Raise StoreError where there is no file: before one is made by looking for it."""
    if not is_there(address):
        raise none_yet(in_words(address))


def none_yet(where: str) -> StoreError:
    """Say that there is no store; `where` follows the words "opening the store"."""
    problem = (
        "there is no store yet: `firsttouch sync` makes it, and so does `firsttouch store "
        "migrate`; or name the right one with --store or FIRSTTOUCH_STORE"
    )
    return StoreError(f"opening the store{where}: {problem}")


def in_words(address: str) -> str:
    """Name a store's file, to follow a phrase; nothing of a server, whose URL holds a password."""
    url = _read(address)
    return f" in {url.database}" if url.get_backend_name() == "sqlite" else ""


def _read(address: str) -> URL:
    try:
        url = make_url(address)
    except ArgumentError:
        # The address is not repeated: it may hold a password.
        raise StoreError(f"the store's URL cannot be read: write {_KNOWN}") from None
    if url.drivername in {"postgresql", "postgres"}:
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in {"sqlite", "sqlite+pysqlite", "postgresql+psycopg"}:
        raise StoreError(f"the store cannot be kept in {url.drivername!r}: write {_KNOWN}")
    if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
        raise StoreError(
            f"the store must survive a restart, so SQLite needs a file: write {_KNOWN}"
        )
    if url.get_backend_name() == "sqlite" and url.query:
        named = ", ".join(sorted(url.query))
        raise StoreError(
            f"the store's URL: a SQLite file takes no options, and after ? stands {named}: leave "
            "that away (to look only, run as a user who may read the file and not write it)"
        )
    return url


def _expected(url: URL) -> Path:
    """Answer where a SQLite store is, or would be. Raises StoreError where a folder is."""
    path = Path(url.database or "")
    if path.is_dir():
        problem = f"it is a folder: name a file in it, as in sqlite:///{path / 'firsttouch.db'}"
        raise StoreError(f"opening the store: SQLite file {path}: {problem}")
    return path


def _sqlite(url: URL) -> Engine:
    _make_file(_expected(url))
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": TRY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _make_file(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # It will hold people's addresses: for this user's eyes only.
        path.touch(mode=0o600)
        _close_to_others(path)
        why = "" if log_of(path).exists() else why_unwritable(path, of_file=False)
    except OSError as error:
        why = why_unwritable(path) if path.exists() else ""
        why = why or (
            f"{error.filename}: {error.strerror}; name a file in a folder that this user may write"
        )
    if why:
        raise StoreError(f"opening the store: SQLite file {path}: {why}")


def _close_to_others(path: Path) -> None:
    """Do the same to an empty file that somebody put there; one that holds anything is as it is."""
    found = path.stat()
    if not found.st_size and found.st_uid == os.geteuid() and found.st_mode & 0o077:
        # A file system without such rights refuses: what it gives to all is its own setting.
        with suppress(OSError):
            path.chmod(0o600)


def _say_begin_ourselves(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    """Leave BEGIN to store/database.py: the driver's own comes too late, after reading."""
    del entry
    connection.isolation_level = None


def _prepare_sqlite(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    _say_begin_ourselves(connection, entry)
    cursor = connection.cursor()
    if cursor.execute("PRAGMA page_count").fetchone() == (0,):
        # Before anything is in the file, or it counts for nothing: free room can be given back.
        cursor.execute("PRAGMA auto_vacuum = INCREMENTAL")
    cursor.execute("PRAGMA journal_mode = WAL")
    # FULL: after a power cut a decision that was delivered must still be there.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # Most builds do so anyway: what is deleted is overwritten, as an erased person must be.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()
