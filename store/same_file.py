"""Whether a SQLite file is still the one that was opened; who has it open does not notice."""

from pathlib import Path
from typing import Self

from sqlalchemy import URL

from leads.errors import StoreError

_GONE = (
    "the file was deleted, moved or replaced while this process had it open, so that what is "
    "written now would be lost: put it back, or restart with the store that is to be used"
)


class SameFile:
    """
    Remembers which file it was.

    A process that has a file open goes on reading and writing it after it was deleted, and hears of
    nothing: a webhook would be answered as kept, and the lead be gone with the process.
    """

    __slots__ = ("_path", "_place", "_was")

    def __init__(self, path: Path, place: str) -> None:
        self._path, self._place = path.absolute(), place  # the process may change its folder
        self._was = _which(self._path)

    @classmethod
    def of(cls, url: URL, place: str) -> Self | None:
        """Answer None for a server, and for a database that is no file."""
        is_file = url.get_backend_name() == "sqlite" and url.database
        return cls(Path(url.database or ""), place) if is_file else None

    def expect(self, doing: str) -> None:
        """Raise StoreError where another file, or none, is there now."""
        if _which(self._path) != self._was:
            raise StoreError(f"{doing}: {self._place}: {_GONE}")


def _which(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
