"""Single values in conditions: checked, and written the way a normalised lead has them."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Final

import pycountry

from config.problems import echo
from config.time_words import read_date
from leads.normalise.country import read_country
from leads.normalise.language import read_language
from leads.normalise.placeholders import is_placeholder
from leads.normalise.region import full_region_code
from routing.fields import CLOCKS, DAYS, FIGURES, SWITCHES, WEEKDAYS

WILD: Final = re.compile(r"[*?]")
_KINDS: Final = {
    "number": FIGURES,
    "boolean": SWITCHES,
    "date": DAYS,
    "clock": CLOCKS,
    "weekday": WEEKDAYS,
}
_BOUND: Final = re.compile(
    r"(>=|<=|>|<)?\s*([0-9][0-9.,]*)\s*(\+|(?:-|\u2013|to)\s*([0-9][0-9.,]*))?"
)


def to_text(field: str, kind: str, value: object) -> str:
    """
    Answer a scalar as the text a lead's field is compared with.

    `kind` is text, number, date, clock or boolean. Raises ValueError with what to write instead.
    """
    match kind:
        case "number":
            return _number(value)
        case "date":
            return str(_day(value))
        case "clock":
            raise ValueError('a clock moves on; write {min: "09:00", max: "18:00"}')
        case "boolean":
            return _switch(value)
        case _:
            return _text(field, value)


def kind_of(field: str, custom: Mapping[str, str]) -> str:
    """Answer what a field holds: text, number, date, clock (a time of day), weekday or boolean."""
    for kind, fields in _KINDS.items():
        if field in fields:
            return kind
    return custom.get(field.removeprefix("custom."), "text")


def _number(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise ValueError(f"{echo(value)} is not a number; write {_bounds_meant(value)}")


def _switch(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    raise ValueError(f"{echo(value)} is neither true nor false (without quotes)")


def _text(field: str, value: object) -> str:
    if isinstance(value, bool | float):
        raise ValueError(f"{echo(value)} is not text; put it in quotes")  # noqa: TRY004 - as the others
    return str(value) if isinstance(value, int) else _word(field, str(value))


def _day(value: object) -> date:
    try:
        return read_date(value)
    except ValueError as error:
        raise ValueError(f"{echo(value)}: {error}") from None


def _word(field: str, text: str) -> str:
    text = text.strip()
    if not text:
        raise ValueError("an empty text matches nothing; for a blank field write {is: empty}")
    if WILD.search(text):
        if "[" in text:
            raise ValueError(f"{echo(text)}: in a pattern only * and ? are wild, not [ ]")
        return text
    reader = _READERS.get(field)
    return reader(text) if reader else text


def _bounds_meant(value: object) -> str:
    """Guess which bounds a text such as ">200" or "51-200" was meant to be."""
    parts = _BOUND.fullmatch(value.strip()) if isinstance(value, str) else None
    if parts is None:
        return "200, or {min: 51, max: 200}"
    sign, first, rest, last = parts.groups()
    first = re.sub(r"[.,](?=\d{3}\b)", "", first)
    if last:
        return f"{{min: {first}, max: {last}}}"
    if sign in (">", ">=") or rest == "+":
        return f"{{min: {first}}}"
    return f"{{max: {first}}}" if sign else f"{first} without quotes"


def _country(text: str) -> str:
    if is_placeholder(text, "country"):
        raise ValueError(f"{echo(text)} is no country; for a blank field write {{is: empty}}")
    reading = read_country(text)
    if reading.value and reading.flaw is None:
        return reading.value
    if reading.value:
        raise ValueError(f"unknown country {echo(text)}; did you mean {reading.value}?")
    raise ValueError(f"unknown country {echo(text)}; write the ISO 3166-1 code, such as ES")


def _region(text: str) -> str:
    code = full_region_code(text)
    if code:
        return code
    meant = _regions_by_word().get(text.casefold(), ())
    hint = f"write {meant[0]}" if len(meant) == 1 else "write the ISO 3166-2 code, such as US-CA"
    raise ValueError(f"unknown region {echo(text)}; {hint}")


@cache
def _regions_by_word() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for part in pycountry.subdivisions:
        for word in (part.name.casefold(), part.code.partition("-")[2].casefold()):
            found[word] = (*found.get(word, ()), part.code)
    return found


def _language(text: str) -> str:
    code = read_language(text).value
    if code:
        return code
    raise ValueError(f"unknown language {echo(text)}; write the ISO 639-1 code, such as es")


def read_currency_code(text: str) -> str:
    """Answer an ISO 4217 code. Raises ValueError."""
    if pycountry.currencies.get(alpha_3=text.upper()) is None:
        raise ValueError(f"unknown currency {echo(text)}; write the ISO 4217 code, such as EUR")
    return text.upper()


_READERS: Final[Mapping[str, Callable[[str], str]]] = {
    "country": _country,
    "region": _region,
    "language": _language,
    "currency": read_currency_code,
}
