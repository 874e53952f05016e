"""Conditions and leads in the words of the person who wrote the rules."""

from collections.abc import Iterator, Mapping

from leads.lead import Lead
from routing.conditions import Leaf
from routing.fields import BLANK, PERSONAL, read_text
from routing.lint.day_words import DAYS, day_words
from routing.lint.value_words import HIDDEN, few, plain_value, said_of
from routing.space.space import Dimension, Point, Space
from routing.space.values import TODAY
from routing.span_words import bounds, clock, days
from routing.when import AllOf, AnyOf, Between, Condition, During, Not, OnClock, OneOf, Presence
from routing.wording import listed

_NOT_SHOWN = frozenset({"is_test", TODAY})


def said(condition: Condition) -> str:
    """Say a condition: `country ES or PT`."""
    match condition:
        case AllOf(parts=parts):
            return listed([said(part) for part in parts], "and") or "any lead"
        case AnyOf(parts=parts):
            return f"({' or '.join(said(part) for part in parts)})"
        case Not(part=part):
            return f"not {said(part)}"
        case leaf:
            return f"{'active' if leaf.field == TODAY else leaf.field} {_wanted(leaf)}"


def _wanted(leaf: Leaf) -> str:
    match leaf:
        case OneOf(field=field, values=values):
            return HIDDEN if field in PERSONAL else few(list(values))
        case Between(least=least, most=most):
            return bounds(least, most, "")
        case During(first=first, last=last):
            return days(first, last)
        case OnClock(first=begin, last=end):
            return clock(begin, end)
        case Presence(empty=empty):
            return BLANK if empty else "filled"


def shown(lead: Lead, space: Space) -> dict[str, str]:
    """Give those fields of an example that conditions look at and that are not blank."""
    fields = [field for dimension in space.dimensions for field in dimension.fields]
    texts = {field: _text(lead, field) for field in fields if field not in _NOT_SHOWN}
    return {field: text for field, text in sorted(texts.items()) if text}


def example_at(
    space: Space, point: Point, masks: Mapping[int, int] | None = None
) -> dict[str, str]:
    """
    Show the lead at a point; and on which day it is decided, where rules hang on that.

    With `masks` only where these leave some days out.
    """
    fields = shown(space.lead(point), space)
    numbers = range(len(space.dimensions)) if masks is None else masks
    if any(TODAY in space.dimensions[number].fields for number in numbers):
        fields["decided"] = f"{space.moment(point):%Y-%m-%d}"
    return fields


def example(lead: Mapping[str, str]) -> str:
    """Say an example lead in one line."""
    told = ", ".join(f"{field} {text}" for field, text in lead.items())
    return told or "a lead of which nothing is known"


def told(space: Space, point: Point, masks: Mapping[int, int]) -> str:
    """Say a box: what its leads have in common, dimension by dimension, `point` among them."""
    parts = [
        part
        for number, mask in sorted(masks.items())
        if mask != space.dimensions[number].everything
        for part in _values(space.dimensions[number], mask, point[number])
    ]
    return "; ".join(parts) or "every lead"


def _values(dimension: Dimension, mask: int, here: int) -> Iterator[str]:
    if dimension.fields[0] in DAYS:
        yield from (f"{name} {few(words)}" for name, words in day_words(dimension, mask))
    else:
        yield said_of(dimension, mask, here)


def _text(lead: Lead, field: str) -> str:
    if field in PERSONAL:
        return HIDDEN if read_text(lead, field) else ""
    if field == "created_at":
        return f"{lead.created_at:%Y-%m-%d}"
    return plain_value(lead.employees) if field == "employees" else read_text(lead, field) or ""
