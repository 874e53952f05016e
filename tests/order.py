"""In which order tests run on several workers: long ones first, quick ones last."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds(Generic[T]):
    """What matters of a test for when it runs; the tests of one file follow each other."""

    is_long: Callable[[T], bool]
    is_quick: Callable[[T], bool] = lambda _: False
    needs_server: Callable[[T], bool] = lambda _: False
    file_of: Callable[[T], object] = lambda _: None


def spread(tests: Sequence[T], workers: int, kinds: Kinds[T]) -> list[T]:
    """
    Return the tests in an order whose equal parts begin with a share of the long ones each.

    The last part begins with all that need the one server, which is costly to start. Files are
    dealt out whole where they fit, as their tests share what is costly to set up. xdist's
    `worksteal` gives each worker one such part and then lets those that are done take of the end
    of another's, but for its last two tests: so every part ends with quick ones.
    """
    of_server = [test for test in tests if kinds.needs_server(test)]
    others = [test for test in tests if not kinds.needs_server(test)]
    long = [test for test in others if kinds.is_long(test)]
    short = [test for test in others if not kinds.is_long(test)]
    parts = [long[number::workers] for number in range(workers)]
    parts[-1] = [*of_server, *parts[-1]]
    sizes = _parts(len(tests), workers)
    files = groupby((test for test in short if not kinds.is_quick(test)), kinds.file_of)
    left = _dealt(parts, sizes, ([*file] for _, file in files))
    rest = chain(left, (test for test in short if kinds.is_quick(test)))
    for part, size in zip(parts, sizes, strict=True):
        part.extend(islice(rest, max(0, size - len(part))))
    return [*chain.from_iterable(parts), *rest]


def _dealt(parts: list[list[T]], sizes: Sequence[int], files: Iterable[list[T]]) -> list[T]:
    """Give each file to the part that has fewest tests yet; answer what had no room whole."""
    left: list[T] = []
    for file in files:
        part, size = min(zip(parts, sizes, strict=True), key=lambda each: len(each[0]))
        if len(part) + len(file) <= size:
            part.extend(file)
        else:
            left.extend(file)
    return left


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
