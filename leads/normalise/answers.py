"""The smaller answers: score, postal code, custom fields."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from leads.normalise.decimals import read_decimal
from leads.normalise.moments import read_date
from leads.normalise.reading import UNREADABLE, Reading
from leads.normalise.sheet import Sheet
from leads.normalise.yes_no import read_yes_no

_SPREADSHEET_NUMBER: Final = re.compile(r"\d+\.0")
_PREFIX: Final = "custom."


def read_score(text: str) -> Reading[float]:
    """Answer the number; a sign for per cent is dropped, a minus is kept."""
    bare = text.removesuffix("%").strip()
    number = read_decimal(bare.removeprefix("-"))
    if number is None:
        return UNREADABLE
    return Reading(-float(number) if bare.startswith("-") else float(number))


def read_postal_code(text: str) -> Reading[str]:
    """Answer it in capitals; 94107.0 has been through a spreadsheet."""
    if not any(c.isalnum() for c in text):
        return UNREADABLE
    code = text.upper()
    return Reading(code.removesuffix(".0") if _SPREADSHEET_NUMBER.fullmatch(code) else code)


def custom_of(sheet: Sheet) -> dict[str, str]:
    """Answer each custom field as text of its declared type: 12.5, 2026-11-22, true."""
    kinds = sheet.vocabulary.custom
    found: dict[str, str] = {}
    for field in sheet.custom_fields():
        name = field.removeprefix(_PREFIX)
        reader = _READERS.get(kinds.get(name, "text"))
        value = sheet.read(field, reader) if reader else sheet.word(field)
        if value is not None:
            found[name] = value
    return found


def _number(text: str) -> Reading[str]:
    number = read_decimal(text.removeprefix("-"))
    if number is None:
        return UNREADABLE
    return Reading(f"{'-' if text.startswith('-') and number else ''}{number:f}")


def _date(text: str) -> Reading[str]:
    reading = read_date(text)
    return Reading(reading.value.isoformat() if reading.value else None, reading.flaw)


def _boolean(text: str) -> Reading[str]:
    reading = read_yes_no(text)
    return Reading(None if reading.value is None else str(reading.value).lower(), reading.flaw)


_READERS: Final[Mapping[str, Callable[[str], Reading[str]]]] = {
    "number": _number,
    "date": _date,
    "boolean": _boolean,
}
