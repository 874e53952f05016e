"""The file of a Prefect server on SQLite: what was deleted in it makes it no smaller by itself."""

import sqlite3
from contextlib import closing
from pathlib import Path

import httpx

from flows.sizes import in_bytes

_LEAST_SHARE = 0.2
_WAIT_SECONDS = 15.0
_HERE = {"127.0.0.1", "localhost", "::1"}


def give_room_back(server: httpx.Client) -> str:
    """
    Rewrite the server's file if a fifth of it is empty; answer what came of it.

    Its server may be at work: what it writes meanwhile waits. Nothing is done where the server is
    another machine's, or keeps its runs in PostgreSQL, whose autovacuum uses room again.
    """
    file = _file_of(server)
    if file is None:
        return ""
    before = file.stat().st_size
    try:
        with closing(sqlite3.connect(file, timeout=_WAIT_SECONDS)) as database:
            if _empty_share(database) < _LEAST_SHARE:
                return ""
            database.execute("VACUUM")
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError as error:
        return f"{file} was not made smaller ({error}); tomorrow again"
    return f"{file.name}: {in_bytes(before)} became {in_bytes(file.stat().st_size)}"


def _empty_share(database: sqlite3.Connection) -> float:
    (free,) = database.execute("PRAGMA freelist_count").fetchone()
    (pages,) = database.execute("PRAGMA page_count").fetchone()
    return int(free) / max(1, int(pages))


def _file_of(server: httpx.Client) -> Path | None:
    """Find it where the server says its home is, if that is this machine."""
    if server.base_url.host not in _HERE:
        return None
    try:
        home = server.get("/admin/settings").raise_for_status().json()["home"]
    except (httpx.HTTPError, KeyError):
        return None
    file = Path(home) / "prefect.db"
    return file if file.is_file() else None
