"""Which program this is: its version, and the commit of its checkout where that can be read."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parent.parent
_SHOWN = 10


@cache
def program() -> str:
    """Answer it as it is kept with a decision: 0.2.0+g1a2b3c4d5e; once for the process."""
    try:
        number = version("firsttouch")
    except PackageNotFoundError:  # run from its folder, without `make install`
        number = "0"
    commit = commit_of(_CHECKOUT)
    return f"{number}+g{commit[:_SHOWN]}" if commit else number


def commit_of(checkout: Path) -> str:
    """
    Read the commit that a checkout is at; "" where it is none, as in an image, or is unreadable.

    From git's own files: no other program need be there, or be waited for.
    """
    try:
        folder = _git_folder(checkout)
        head = (folder / "HEAD").read_text(encoding="ascii").strip()
        ref = head.removeprefix("ref: ")
        return _of_ref(folder, ref) if ref != head else head
    except (OSError, ValueError):
        return ""


def _git_folder(checkout: Path) -> Path:
    """Find it; a checkout beside another one has a file there that names it."""
    place = checkout / ".git"
    if place.is_dir():
        return place
    return checkout / place.read_text(encoding="utf-8").removeprefix("gitdir: ").strip()


def _of_ref(folder: Path, ref: str) -> str:
    shared = folder / "commondir"
    common = folder / shared.read_text(encoding="utf-8").strip() if shared.is_file() else folder
    for place in (folder / ref, common / ref):
        if place.is_file():
            return place.read_text(encoding="ascii").strip()
    packed = (common / "packed-refs").read_text(encoding="utf-8").splitlines()
    return next((line.split()[0] for line in packed if line.endswith(f" {ref}")), "")
