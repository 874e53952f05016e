"""Which crashes are tried: some in each run of the suite, every one by `make soak`."""

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

POINTS = os.environ.get("FIRSTTOUCH_CRASH_POINTS", "12")
"""Of the crash matrix, how many steps; `all` is every one, there and of the crashes listed."""

IS_WHOLE = POINTS == "all"


def whole_or(whole: Sequence[T], some: Sequence[T]) -> Sequence[T]:
    """Answer `whole` where all are asked for, else `some` of it."""
    assert set(some) < set(whole)
    return whole if IS_WHOLE else some
