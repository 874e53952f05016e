"""Numbers in words: the stretches between those that conditions begin and end at."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from itertools import groupby

from leads.lead import Headcount
from routing.fields import BLANK
from routing.figures import plain
from routing.space.space import Dimension

Saying = Callable[[int, int], str]
"""Says a stretch, given the places of its first and last number among all that are known."""


def numbers_in(dimension: Dimension, mask: int) -> list[str]:
    """Say which numbers `mask` has, and whether it has what is none."""
    return list(_headcounts(dimension, mask) if _counts(dimension) else _amounts(dimension, mask))


def _counts(dimension: Dimension) -> bool:
    return dimension.fields[0] == "employees"


def _settings(dimension: Dimension, mask: int) -> Iterator[tuple[tuple[object, ...], bool]]:
    """Give every setting, and whether it is in `mask`."""
    for number, value in enumerate(dimension.values):
        for each in value.alike:
            yield tuple(each[field] for field in dimension.fields), bool(mask >> number & 1)


def _headcounts(dimension: Dimension, mask: int) -> Iterator[str]:
    """A number stands for all up to the next one; a range for others that begin and end alike."""
    found = [(value, is_in) for (value,), is_in in _settings(dimension, mask)]
    if any(is_in for value, is_in in found if value is None):
        yield BLANK
    counts = [(value, is_in) for value, is_in in found if isinstance(value, Headcount)]
    exact = sorted((c.least, is_in) for c, is_in in counts if c.least == c.most)
    numbers = [n for n, _ in exact]

    def said(first: int, last: int) -> str:
        least = numbers[first]
        if last + 1 == len(numbers):
            return f"{least} or more" if first else "any number"
        most = numbers[last + 1] - 1
        return str(least) if least == most else f"{least} to {most}"

    yield from _runs([is_in for _, is_in in exact], said)
    ranges = [(c, is_in) for c, is_in in counts if c.least != c.most]
    inside = [c for c, is_in in ranges if is_in]
    if inside:
        first = min(inside, key=lambda c: (c.least, c.most or 0))
        end = "+" if first.most is None else f"-{first.most}"
        is_every = len(inside) == len(ranges)
        yield "any range" if is_every else f"ranges such as {first.least}{end}"


def _amounts(dimension: Dimension, mask: int) -> Iterator[str]:
    """A number that no condition states stands for all between its neighbours."""
    found = list(_settings(dimension, mask))
    if any(is_in for values, is_in in found if values[0] is None):
        yield BLANK
    read = [(_number(values[0]), values, is_in) for values, is_in in found]
    if any(is_in for number, values, is_in in read if number is None and values[0] is not None):
        yield "what is no number"
    # An amount without a currency is no number that could be compared.
    has_unit = len(dimension.fields) > 1
    if has_unit and any(is_in for n, values, is_in in read if n is not None and not values[1]):
        yield "without a currency"
    known = sorted(
        {
            n: (values[-1], is_in) for n, values, is_in in read if n is not None and values[-1]
        }.items()
    )
    numbers = [n for n, _ in known]
    unit = f" {known[0][1][0]}" if has_unit and known else ""

    def said(first: int, last: int) -> str:
        return _between(numbers, first, last, dimension.ends) + unit

    yield from _runs([is_in for _, (_, is_in) in known], said)


def _between(numbers: Sequence[Decimal], first: int, last: int, ends: Sequence[Decimal]) -> str:
    """Say a stretch: an end that is stated belongs to it, another one is short of its neighbour."""
    least, most = numbers[first], numbers[last]
    if first == last and least in ends:
        return plain(least)
    parts = []
    if least in ends:
        parts.append(f"{plain(least)} or more")
    elif first:
        parts.append(f"more than {plain(numbers[first - 1])}")
    if most in ends:
        parts.append(f"{plain(most)} or less")
    elif last + 1 < len(numbers):
        parts.append(f"less than {plain(numbers[last + 1])}")
    return " and ".join(parts) or "any number"


def _runs(marks: Sequence[bool], said: Saying) -> Iterator[str]:
    """Say each stretch of neighbours that are in."""
    for is_in, run in groupby(range(len(marks)), key=lambda n: marks[n]):
        if is_in:
            places = list(run)
            yield said(places[0], places[-1])


def _number(value: object) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
