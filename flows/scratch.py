"""A throw-away copy of the store, to decide on without leaving a trace."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from leads.errors import StoreError
from store.engine import is_there
from store.reading_file import open_to_copy

_SQLITE = "sqlite:///"


def scratch_copy(url: str, folder: Path) -> str:
    """
    Return the URL of a SQLite store in `folder` that starts as a copy of the one at `url`.

    Where there is nothing to copy (no file yet, or a PostgreSQL store) it starts empty: it then
    shows every lead of the intake, as on a first day. Raises StoreError when it cannot be read.
    """
    copy = folder / "scratch.db"
    if url.startswith(_SQLITE):
        _copy(Path(url.removeprefix(_SQLITE)), copy)
    return f"{_SQLITE}{copy}"


@contextmanager
def scratch_where_none(url: str) -> Iterator[str | None]:
    """Give a store to look into where there is none yet, for what makes nothing that stays."""
    if is_there(url):
        yield None
        return
    with TemporaryDirectory() as folder:
        yield f"{_SQLITE}{folder}/none.db"


def _copy(store: Path, copy: Path) -> None:
    try:
        if store.is_file():
            copy.touch(mode=0o600)  # people's addresses are in it, too
            with (
                closing(open_to_copy(store)) as live,
                closing(sqlite3.connect(copy)) as target,
            ):
                live.backup(target)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(
            f"copying the store: SQLite file {store}: {error}; name one that Firsttouch made"
        ) from error
