"""A copy of a SQLite store, made while others write to it."""

import errno
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shlex import quote
from tempfile import mkstemp

from sqlalchemy import URL

from leads.errors import StoreError
from store.database import Database
from store.failures import remedy
from store.reading_file import open_to_copy

_PARTLY = ".firsttouch.part"
_BESIDE = ("", "-journal", "-wal", "-shm")
"""What SQLite may have beside a file; the file itself has no ending of its own."""
_FULL = {errno.ENOSPC: "SQLITE_FULL", errno.EDQUOT: "SQLITE_FULL"}


def back_up(database: Database, target: Path) -> list[Path]:
    """
    Copy a SQLite store, as it is at one moment, to a new file that is for this user alone.

    Nobody waits for it. Killed, it leaves a file that ends in .part and no backup; the next one
    into the same folder deletes it, and answers which it deleted. Of two at once each writes a file
    of its own, and the first to be through has the name. Raises StoreError.
    """
    doing = f"backing up the store to {target}"
    try:
        left = list(_clear(target.parent))
        with _own_file(target) as partly:
            _copy(database.engine.url.database or "", partly)
            _name(partly, target)
    except FileExistsError as error:
        problem = "it is there by now, by another backup at the same time; it is left as it is"
        raise StoreError(f"{doing}: {problem}") from error
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{doing}: {_problem(error)}") from error
    return left


def _clear(folder: Path) -> Iterator[Path]:
    """Delete what killed backups left: a file that is being written is locked by who writes it."""
    for partly in sorted(folder.glob(f"*{_PARTLY}")):
        with suppress(OSError), partly.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for ending in _BESIDE:
                Path(f"{partly}{ending}").unlink(missing_ok=True)
            yield partly


@contextmanager
def _own_file(target: Path) -> Iterator[Path]:
    """Make a file beside `target` that nobody else has, for this user alone; gone afterwards."""
    number, partly = _locked_file(target)
    try:
        yield partly
    finally:
        with suppress(OSError):
            partly.unlink(missing_ok=True)
        os.close(number)


def _locked_file(target: Path) -> tuple[int, Path]:
    """Make it, locked until it is closed, or its process is no more."""
    while True:
        number, name = mkstemp(prefix=f"{target.name}.", suffix=_PARTLY, dir=target.parent)
        fcntl.flock(number, fcntl.LOCK_EX)
        if os.fstat(number).st_nlink:
            return number, Path(name)
        os.close(number)  # between both steps somebody took it for a dead one's


def _name(partly: Path, target: Path) -> None:
    """Give it its name, over no other file's. Raises FileExistsError."""
    try:
        target.hardlink_to(partly)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if target.exists():
            raise FileExistsError(target) from None
        partly.rename(target)


def dump_command(url: URL, target: Path) -> str:
    """
    Answer the command that backs a PostgreSQL database up.

    Without the password: pg_dump asks for it, or finds it in PGPASSWORD or ~/.pgpass.
    """
    bare = url.difference_update_query(["password"])._replace(
        drivername="postgresql", password=None
    )
    address = bare.render_as_string(hide_password=True)
    return f"pg_dump --format=custom --file={quote(str(target))} {quote(address)}"


def _problem(error: OSError | sqlite3.Error) -> str:
    """Say what it was and what to change."""
    if isinstance(error, OSError):
        code, why = _FULL.get(error.errno or 0, ""), error.strerror
    else:
        code, why = str(getattr(error, "sqlite_errorname", "")), ""
    return remedy(code) or (
        f"{why or code or type(error).__name__}; name a file in a folder with room, that this user "
        "may write"
    )


def _copy(source: str, target: Path) -> None:
    origin, copy = open_to_copy(Path(source)), sqlite3.connect(target)
    try:
        # All pages in one step: with several, every write in between would start it over.
        origin.backup(copy, pages=-1)
        # One file, without a log beside it: what is carried away is all of it.
        copy.execute("PRAGMA journal_mode = DELETE")
        answer = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        if answer != "ok":
            raise sqlite3.DatabaseError(answer)
    finally:
        origin.close()
        copy.close()
    with target.open("rb") as file:
        os.fsync(file.fileno())
