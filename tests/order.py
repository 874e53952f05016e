"""In which order tests run on several workers: long ones first, those of one server on one."""

from collections.abc import Callable, Sequence
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def spread(
    tests: Sequence[T],
    is_long: Callable[[T], bool],
    workers: int,
    needs_server: Callable[[T], bool] = lambda _: False,
) -> list[T]:
    """
    Return the tests in an order whose equal parts begin with a share of the long ones each.

    The last part begins with all that need the one server, which is costly to start. xdist's
    `worksteal` gives each worker one such part; the rest of it stays together, as tests of one
    file share what is costly to set up.
    """
    of_server = [test for test in tests if needs_server(test)]
    others = [test for test in tests if not needs_server(test)]
    long = [test for test in others if is_long(test)]
    rest = iter([test for test in others if not is_long(test)])
    ordered: list[T] = []
    for number, size in enumerate(_parts(len(tests), workers)):
        first = long[number::workers]
        if number == workers - 1:
            first = [*of_server, *first]
        ordered += first
        ordered += islice(rest, max(0, size - len(first)))
    return [*ordered, *rest]


def begun_at(files: Sequence[T], number: int, workers: int) -> list[T]:
    """All of them, from the part on that a worker of that number begins with."""
    begin = sum(_parts(len(files), workers)[:number])
    return [*files[begin:], *files[:begin]]


def _parts(number: int, workers: int) -> list[int]:
    """How many of so many tests xdist gives to each worker, one after the other."""
    parts: list[int] = []
    for left in range(workers, 0, -1):
        parts.append((number - sum(parts)) // left)
    return parts
