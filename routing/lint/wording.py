"""Conditions and leads in the words of the person who wrote the rules."""

from collections.abc import Iterator, Mapping

from leads.lead import Headcount, Lead
from routing.checks import bounds, clock, days
from routing.conditions import Leaf
from routing.facts import BLANK, FIGURES, PERSONAL, read_text
from routing.lint.day_words import DAYS, day_words
from routing.policy import (
    AllOf,
    AnyOf,
    Between,
    Condition,
    During,
    Not,
    OnClock,
    OneOf,
    Presence,
)
from routing.space.boxes import is_called
from routing.space.space import Dimension, Point, Space, Value
from routing.space.values import OTHER, PLACE, TODAY
from routing.wording import listed

_SPELT_OUT = 8
_NOT_SHOWN = frozenset({"is_test", TODAY})
_HIDDEN = "a value not shown here"


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
            return _HIDDEN if field in PERSONAL else few(list(values))
        case Between(least=least, most=most):
            return bounds(least, most, "")
        case During(first=first, last=last):
            return days(first, last)
        case OnClock(first=begin, last=end):
            return clock(begin, end)
        case Presence(empty=empty):
            return BLANK if empty else "filled"


def few(words: list[str], joint: str = "or") -> str:
    """List some words; the rest is counted."""
    if len(words) > _SPELT_OUT:
        words = [*words[:_SPELT_OUT], f"{len(words) - _SPELT_OUT} more"]
    return listed(words, joint)


def shown(lead: Lead, space: Space) -> dict[str, str]:
    """Give those fields of an example that conditions look at and that are not blank."""
    fields = [field for dimension in space.dimensions for field in dimension.fields]
    texts = {field: _text(lead, field) for field in fields if field not in _NOT_SHOWN}
    return {field: text for field, text in sorted(texts.items()) if text}


def example_at(space: Space, point: Point) -> dict[str, str]:
    """Show the lead at a point; and where rules hang on the day, on which one it is decided."""
    fields = shown(space.lead(point), space)
    if any(TODAY in dimension.fields for dimension in space.dimensions):
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
    """Name the values there are, or those left out when they are fewer."""
    if dimension.fields[0] in DAYS:
        yield from (f"{name} {few(words)}" for name, words in day_words(dimension, mask))
    else:
        yield _words_for(dimension, mask, here)


def _words_for(dimension: Dimension, mask: int, here: int) -> str:
    name = dimension.fields[0]
    inside = _words(dimension, mask)
    outside = _words(dimension, dimension.everything & ~mask)
    if len(outside) < len(inside) and len(outside) <= _SPELT_OUT:
        return f"{name} anything but {few(outside)}"
    first = _word(dimension, here)
    if first in inside:
        inside = [first, *(word for word in inside if word != first)]
    if name in FIGURES:
        inside = [word if word == BLANK else f"such as {word}" for word in inside]
    return f"{name} {few(inside)}"


def _words(dimension: Dimension, mask: int) -> list[str]:
    numbers = [n for n in range(len(dimension.values)) if mask >> n & 1]
    whole = {code for n in numbers for code in _countries_alone(dimension.values[n])}
    # A region goes without saying where its whole country is meant.
    said_by = [n for n in numbers if not _regions_of(dimension.values[n]) & whole]
    return list(dict.fromkeys(_word(dimension, n) for n in said_by))


def _countries_alone(value: Value) -> set[object]:
    return {each["country"] for each in value.alike if each.get("country") and not each["region"]}


def _regions_of(value: Value) -> set[object]:
    return {each["country"] for each in value.alike if each.get("region")}


def _word(dimension: Dimension, number: int) -> str:
    value = dimension.values[number]
    stated = [_value(each) for each in value.shown.values() if each is not None]
    if not stated:
        return BLANK
    if dimension.fields[0] in PERSONAL:
        return _HIDDEN
    if dimension.fields == PLACE and len(value.alike) > _SPELT_OUT:
        return f"any the rules do not name ({len(value.alike)} countries)"
    if stated[0].startswith(OTHER):
        return "any the rules do not name"
    if dimension.fields[0] == "deal_value":  # an amount goes with its currency
        return " ".join(stated)
    glob = next((glob for glob in dimension.globs if is_called(stated[-1], glob)), None)
    return glob or stated[-1]


def _text(lead: Lead, field: str) -> str:
    if field in PERSONAL:
        return _HIDDEN if read_text(lead, field) else ""
    if field == "created_at":
        return f"{lead.created_at:%Y-%m-%d}"
    return _value(lead.employees) if field == "employees" else read_text(lead, field) or ""


def _value(value: object) -> str:
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
