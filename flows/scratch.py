"""A throw-away copy of the store, to decide on without leaving a trace."""

import sqlite3
from contextlib import closing
from pathlib import Path

_SQLITE = "sqlite:///"


def scratch_copy(url: str, folder: Path) -> str:
    """
    Return the URL of a SQLite store in `folder` that starts as a copy of the one at `url`.

    Where there is nothing to copy (no file yet, or a PostgreSQL store) it starts empty: it then
    shows every lead of the intake, as on a first day.
    """
    copy = folder / "scratch.db"
    if url.startswith(_SQLITE) and Path(url.removeprefix(_SQLITE)).is_file():
        with (
            closing(sqlite3.connect(url.removeprefix(_SQLITE))) as live,
            closing(sqlite3.connect(copy)) as target,
        ):
            live.backup(target)
    return f"{_SQLITE}{copy}"
