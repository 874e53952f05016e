"""In which order tests run on several workers: long ones first, a share of them on each worker."""

from collections.abc import Callable, Sequence
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def spread(tests: Sequence[T], is_long: Callable[[T], bool], workers: int) -> list[T]:
    """
    Return the tests in an order whose equal parts begin with a share of the long ones each.

    xdist's `worksteal` gives each worker one such part; the rest of it stays together, as tests
    of one file share what is costly to set up.
    """
    long = [test for test in tests if is_long(test)]
    rest = iter([test for test in tests if not is_long(test)])
    ordered: list[T] = []
    for number, size in enumerate(_parts(len(tests), workers)):
        first = long[number::workers]
        ordered += first
        ordered += islice(rest, max(0, size - len(first)))
    return [*ordered, *rest]


def _parts(number: int, workers: int) -> list[int]:
    """How many of so many tests xdist gives to each worker, one after the other."""
    parts: list[int] = []
    for left in range(workers, 0, -1):
        parts.append((number - sum(parts)) // left)
    return parts
