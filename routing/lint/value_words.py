"""
Some values of a field in words, never more than is meant.

What a value stands for is told in whole: the words that no condition tells apart, the stretch
between two numbers. Where a part alone can be named, it is an example and says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from leads.lead import Headcount
from routing.fields import BLANK, FIGURES, PERSONAL
from routing.lint.day_words import stretches
from routing.lint.number_words import numbers_in
from routing.space.boxes import is_called
from routing.space.space import Dimension
from routing.space.values import OTHER, PLACE
from routing.wording import listed

HIDDEN = "a value not shown here"
REST = "any the rules do not name"
_CHOICES = frozenset({"source", "is_test", "consent"})
_FOR_EXAMPLE = "for example "
_SPELT_OUT = 8


def few(words: Sequence[str], joint: str = "or") -> str:
    """List some words; the rest is counted."""
    if len(words) > _SPELT_OUT:
        words = [*words[:_SPELT_OUT], f"{len(words) - _SPELT_OUT} more"]
    return listed(words, joint)


def plain_value(value: object) -> str:
    match value:
        case None:
            return ""
        case Headcount(least=least, most=None):
            return f"{least}+"
        case Headcount(least=least, most=most) if least == most:
            return str(least)
        case Headcount(least=least, most=most):
            return f"{least}-{most}"
        case _:
            return str(value)


def said_of(dimension: Dimension, mask: int, here: int) -> str:
    """Name the values of `mask`, or those left out when they are fewer; `here` is one of them."""
    name = dimension.fields[0]
    if name in PERSONAL:
        return _hidden(dimension, mask)
    if not dimension.is_complete:
        return f"{name} {_example(dimension, here)}"
    if name in FIGURES or dimension.ends:
        return f"{name} {few(numbers_in(dimension, mask))}"
    if dimension.has_days:
        return f"{name} {few(list(_days(dimension, mask)))}"
    return f"{name} {_in_words(dimension, mask, here)}"


def _hidden(dimension: Dimension, mask: int) -> str:
    """Say of what is personal only whether it is there."""
    name = " and ".join(dimension.fields)
    blanks = {field: bits for field, bits in dimension.blank.items() if bits}
    for field, bits in blanks.items():
        if mask == bits:
            return f"{field} {BLANK}"
        if mask == dimension.everything & ~bits:
            return f"{field} filled"
    return f"{name} {_FOR_EXAMPLE}{HIDDEN}"


def _example(dimension: Dimension, here: int) -> str:
    stated = [v for v in dimension.values[here].shown.values() if v is not None]
    return f"{_FOR_EXAMPLE}{' '.join(map(plain_value, stated))}" if stated else BLANK


def _in_words(dimension: Dimension, mask: int, here: int) -> str:
    inside = list(_words(dimension, mask, is_whole=False))
    outside = list(_words(dimension, dimension.everything & ~mask, is_whole=True))
    if len(outside) < len(inside) and len(outside) <= _SPELT_OUT:
        return f"anything but {few(outside)}"
    first = next(_words(dimension, 1 << here, is_whole=False))
    inside = [word for word in inside if word != first]
    return few([first, *inside])


def _words(dimension: Dimension, mask: int, *, is_whole: bool) -> Iterator[str]:
    """Name all that is alike; with `is_whole` rather more than is in `mask` than less."""
    settings = [
        each
        for number, value in enumerate(dimension.values)
        if mask >> number & 1
        for each in value.alike
    ]
    if dimension.fields == PLACE:
        return iter(dict.fromkeys(_places(dimension, settings)))
    texts = [next((v for v in each.values() if v is not None), None) for each in settings]
    found = (_word(dimension, text, mask, is_whole=is_whole) for text in texts)
    return iter(dict.fromkeys(found))


def _word(dimension: Dimension, value: object, mask: int, *, is_whole: bool) -> str:
    if value is None:
        return BLANK
    text = plain_value(value)
    if text.casefold() in dimension.stated or _is_a_choice(dimension, text):
        return text
    globs = [glob for glob in dimension.globs if is_called(text, glob)]
    if not globs:
        return REST
    said = (glob if is_whole else _all_but(dimension, glob, mask) for glob in globs)
    return next(filter(None, said), f"{_FOR_EXAMPLE}{text}")


def _all_but(dimension: Dimension, glob: str, mask: int) -> str:
    """Say what a pattern matches but for some words; nothing where more is left out."""
    left_out = [
        plain_value(each[dimension.fields[0]])
        for number, value in enumerate(dimension.values)
        if _called(dimension, glob) & ~mask & 1 << number
        for each in value.alike
    ]
    if len(left_out) > _SPELT_OUT or not dimension.stated.issuperset(map(str.casefold, left_out)):
        return ""
    return f"{glob} but {few(left_out)}" if left_out else glob


def _is_a_choice(dimension: Dimension, text: str) -> bool:
    """Tell whether it is one word of a few there are, though no condition names it."""
    return dimension.fields[0] in _CHOICES and not text.startswith(OTHER)


def _called(dimension: Dimension, glob: str) -> int:
    """Give the values of which some are called so."""
    field = dimension.fields[0]
    return sum(
        1 << number
        for number, value in enumerate(dimension.values)
        if any(
            each[field] is not None and is_called(str(each[field]), glob) for each in value.alike
        )
    )


def _places(dimension: Dimension, settings: Sequence[Mapping[str, object]]) -> Iterator[str]:
    """Say countries by their codes; regions go without saying where the country is meant."""
    whole = {each["country"] for each in settings if each["country"] and not each["region"]}
    unnamed = [c for c in sorted(map(str, whole)) if not _is_named(dimension, c)]
    rest = f"{REST} ({len(unnamed)} countries)" if len(unnamed) > _SPELT_OUT else ""
    for each in settings:
        country, region = each["country"], each["region"]
        if country is None:
            yield BLANK
        elif region is None:
            yield rest if rest and country in unnamed else str(country)
        elif country not in whole:
            is_named = _is_named(dimension, str(region))
            yield str(region) if is_named else f"{country} (regions the rules do not name)"


def _is_named(dimension: Dimension, code: str) -> bool:
    by_glob = any(is_called(code, glob) for glob in dimension.globs)
    return by_glob or code.casefold() in dimension.stated


def _days(dimension: Dimension, mask: int) -> Iterator[str]:
    """Say the days of a text of one's own."""
    texts = [
        (number, text)
        for number, value in enumerate(dimension.values)
        for each in value.alike
        for text in each.values()
    ]
    known = {_day(text): mask >> number & 1 for number, text in texts if _day(text)}
    here = {day for day, is_in in known.items() if is_in and day}
    if any(text is None and mask >> number & 1 for number, text in texts):
        yield BLANK
    if any(text is not None and not _day(text) and mask >> number & 1 for number, text in texts):
        yield "what is no date"
    yield from stretches(here, sorted(day for day in known if day))


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None
