"""Whether a SQLite store's files can be read by other users of the machine; and the cure."""

import stat
from pathlib import Path
from shlex import quote

_BESIDE = ("", "-wal", "-shm", "-journal")
_OTHERS = stat.S_IROTH | stat.S_IWOTH


def exposed(file: Path | None) -> str:
    """
    Say it in a sentence, with what to type; nothing where nobody else gets at it, nor of a server.

    A new file is made for its user alone. One that was there keeps its mode: somebody may have
    meant it. Nobody opens a file in a folder that they may not pass through.
    """
    if file is None or not all(folder.stat().st_mode & stat.S_IXOTH for folder in file.parents):
        return ""
    there = [path for path in (Path(f"{file}{end}") for end in _BESIDE) if path.exists()]
    modes = [path.stat().st_mode for path in there if path.stat().st_mode & _OTHERS]
    if not modes:
        return ""
    # SQLite makes what stands beside the file of the file's own mode, and deletes it at the end.
    return (
        "every user of this machine can read it, with people's addresses "
        f"(mode {modes[0] & 0o777:o}): chmod o-rwx {quote(str(file))}*"
    )
