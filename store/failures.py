"""What a database's error means for the person who runs us. Sorted by code, never by message."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
    StatementError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from leads.errors import StoreError

# SQLite: the primary name of its error; PostgreSQL: SQLSTATE, or its first two characters.
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED", "40001", "40P01")

_UNREACHED = "unreached"
"""In the place of a code: who is not let in, or finds nobody, is told in words alone."""

_UNREADABLE = "unreadable"
"""In the place of a code: the driver cannot read the address, and has asked nobody."""

_REMEDIES = {
    "SQLITE_BUSY": "another process keeps it locked: end that one, or use PostgreSQL",
    "SQLITE_LOCKED": "another process keeps it locked: end that one, or use PostgreSQL",
    "SQLITE_READONLY": "it cannot be written: give this user write permission on file and folder",
    "SQLITE_CANTOPEN": "it cannot be opened: the folder must exist and this user may write there",
    "SQLITE_PERM": "it cannot be opened: give this user read and write permission",
    "SQLITE_FULL": "the disk is full: free some space and start again; nothing is lost",
    "SQLITE_IOERR": "the disk failed to read or write: check the disk and its free space",
    "SQLITE_CORRUPT": "it is damaged: restore the last backup",
    "SQLITE_NOTADB": "this file is not a database: name another file, or move this one away",
    "NOANSWER": "no answer in time: it, or a pooler before it, takes connections and says nothing: "
    "look at both, then do the same again",
    "08": "no connection: check that the server runs and that host and port are right",
    _UNREACHED: "no connection{why}: check host, port, user, password and database in the URL",
    _UNREADABLE: "the URL cannot be used{why}: mend it; after ? stand options of PostgreSQL",
    "28": "the server refused user or password: check them in the URL",
    "3D000": "the server has no such database: create it (createdb NAME)",
    "42501": "this user lacks a permission: grant it, or make the user owner of the database",
    "25P03": "this process stood still so long that the server gave up on it; nothing was changed",
    "25006": "the server only lets us read: connect to the primary, not to a replica",
    "53100": "the server's disk is full: free some space and start again; nothing is lost",
    "53300": "the server has no connection to spare: raise max_connections or run fewer workers",
    "55P03": "another worker kept the lock too long: look for one that hangs, end it",
    "57P": "the server is shutting down or starting: try again when it is up",
    "SQLITE_CONSTRAINT": "two entries claim one key: a fault of Firsttouch; nothing was changed",
    "23": "two entries claim one key: a fault of Firsttouch; nothing was changed",
    "40": "transactions kept colliding: run fewer workers at once",
}


def is_collision(error: DBAPIError) -> bool:
    """Whether another transaction was in the way, so that the same one may pass now."""
    return _code(error).startswith(_BUSY)


@contextmanager
def explained(doing: str, place: str) -> Iterator[None]:
    """Turn whatever the database raises inside into a StoreError that says what to do."""
    try:
        yield
    except (IntegrityError, DataError) as error:
        # Unchained: the driver's text would quote the values of the row.
        raise _store_error(doing, place, error) from None
    except DBAPIError as error:
        raise _store_error(doing, place, error) from error
    except StatementError as error:
        # A value that never reached the database: a moment without a zone, most likely.
        problem = f"{doing}: {place}: a value cannot be stored ({type(error.orig).__name__})"
        raise StoreError(problem) from error
    except PoolTimeout as error:
        problem = f"{doing}: {place}: every connection is in use; run fewer threads at once"
        raise StoreError(problem) from error


def _store_error(doing: str, place: str, error: DBAPIError) -> StoreError:
    code = _code(error)
    told = remedy(code) or f"the database answered {code or type(error.orig).__name__}"
    return StoreError(f"{doing}: {place}: {told.replace('{why}', _words(error))}")


def remedy(code: str) -> str:
    """Say what a SQLite name or SQLSTATE means and what to change; nothing of an unknown one."""
    matching = (text for start, text in _REMEDIES.items() if code.startswith(start))
    return next(matching, "")


def _words(error: DBAPIError) -> str:
    """Quote the driver's first line: server, user and database, as it knows them; no password."""
    lines = str(error.orig).splitlines() or [""]
    said = lines[0].removeprefix("connection failed: ").removeprefix("connection is bad: ")
    return f" ({said.strip()})" if said.strip() and "password=" not in said else ""


def _code(error: DBAPIError) -> str:
    sqlite_name = getattr(error.orig, "sqlite_errorname", None)
    if isinstance(sqlite_name, str):
        return sqlite_name
    sqlstate = getattr(error.orig, "sqlstate", None)
    if isinstance(sqlstate, str):
        return sqlstate
    # Before there is a connection, and when it breaks, there is no SQLSTATE.
    match error:
        case OperationalError():
            return _UNREACHED
        case ProgrammingError():
            return _UNREADABLE
        case _:
            return ""


def place_of(url: URL) -> str:
    """Name a database without its password."""
    if url.get_backend_name() == "sqlite":
        return f"SQLite file {url.database}"
    where = url.host or url.query.get("host") or "localhost"
    return f"PostgreSQL database {url.database or '(none)'} at {where}:{url.port or 5432}"
