"""A fault of Firsttouch itself, told without the values it was met with: they may be somebody's."""

import traceback
from collections.abc import Iterator
from pathlib import Path


def in_words(fault: BaseException) -> str:
    """Say what it was and where, to follow the name of what was being done."""
    place = traceback.extract_tb(fault.__traceback__)[-1]
    where = f"{Path(place.filename).name}:{place.lineno}"
    return f"a fault of Firsttouch itself: {type(fault).__name__} in {where}; report it"


def steps_to(fault: BaseException) -> Iterator[str]:
    """Yield the lines of code that led to it, for a report; no text of the exceptions."""
    for line in traceback.format_tb(fault.__traceback__):
        yield from line.rstrip().splitlines()
