"""A SQLite file that this user may only read: how it is read, and why it cannot be written."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from store.waits import TRY_SECONDS

_EFFECTIVE = os.access in os.supports_effective_ids


def open_to_read(file: Path) -> sqlite3.Connection:
    """Open what is there, writing nothing into it. Raises sqlite3.Error."""
    options = "mode=ro"
    if not _may_write(file.parent) and not log_of(file).exists():
        # SQLite would put a log beside it to read by. Without one nobody is writing: who writes
        # has one there for as long as the file is open.
        options += "&immutable=1"
    address = f"file:{quote(str(file.absolute()))}?{options}"
    return sqlite3.connect(address, uri=True, timeout=TRY_SECONDS, check_same_thread=False)


def open_to_copy(file: Path) -> sqlite3.Connection:
    """Open what is there as this user may. Raises sqlite3.Error."""
    return open_to_read(file) if why_unwritable(file) else sqlite3.connect(file)


def why_unwritable(file: Path, *, of_file: bool = True) -> str:
    """
    Say what keeps this user from writing a file that is there, and the cure; else nothing.

    Without `of_file`, only what is wrong with its folder.
    """
    if of_file and not _may_write(file):
        return f"this user may read it and not write it{_whose(file)}"
    if not _may_write(file.parent):
        return (
            "this user may not write in its folder, where SQLite keeps a log beside it"
            f"{_whose(file.parent)}"
        )
    return ""


def log_of(file: Path) -> Path:
    return file.with_name(f"{file.name}-wal")


def _whose(path: Path) -> str:
    found = path.stat()
    owner = str(found.st_uid)
    with suppress(KeyError, OSError):
        owner = path.owner()
    mode = f"mode {found.st_mode & 0o777:o}, of user {owner}"
    return f" ({path}: {mode}): run as that user, or give this one write permission on it"


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=_EFFECTIVE)
