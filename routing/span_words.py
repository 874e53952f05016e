"""Spans in words: between two numbers, days or times, open where an end is not stated."""

from datetime import date, time
from decimal import Decimal

from routing.figures import plain


def bounds(least: Decimal | None, most: Decimal | None, unit: str) -> str:
    """Say a range in words."""
    if least is not None and least == most:
        return f"exactly {plain(least)}{unit}"
    if least is not None and most is not None:
        return f"{plain(least)} to {plain(most)}{unit}"
    if least is not None:
        return f"at least {plain(least)}{unit}"
    return "a number" if most is None else f"at most {plain(most)}{unit}"


def days(first: date | None, last: date | None) -> str:
    """Say a stretch of days in words."""
    return _stretch(str(first) if first else "", str(last) if last else "", "a date")


def clock(first: time | None, last: time | None) -> str:
    """Say a stretch of the day in words."""
    begin, end = (f"{at:%H:%M}" if at else "" for at in (first, last))
    return _stretch(begin, end, "a time")


def _stretch(first: str, last: str, anything: str) -> str:
    if first and last:
        return first if first == last else f"{first} to {last}"
    if first:
        return f"{first} or later"
    return f"{last} or earlier" if last else anything
