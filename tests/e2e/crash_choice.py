"""Which crashes are tried: some in each run of the suite, others each day, all by `make soak`."""

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

POINTS = os.environ.get("FIRSTTOUCH_CRASH_POINTS", "12")
"""Of the crash matrix, how many steps; `all` is every one, there and of the crashes listed."""

IS_WHOLE = POINTS == "all"
TODAY = int(os.environ["FIRSTTOUCH_TEST_DAY"])
"""The day's number, which all workers are told, as they must agree on what there is to run."""


def one_in(days: int, whole: Sequence[T]) -> Sequence[T]:
    """
    Answer `whole` where all are asked for, else what is today's turn: all of it in so many days.

    Neighbours in a list are of one kind: each day has some from everywhere.
    """
    assert len(whole) >= days
    return whole if IS_WHOLE else whole[TODAY % days :: days]
