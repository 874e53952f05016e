"""How many people work at a company, from the many ways in which forms ask it."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from leads.lead import FlawKind, Headcount
from leads.normalise.employee_words import (
    ALONE,
    AT_LEAST,
    AT_MOST,
    FEWER_THAN,
    MONTHS,
    MORE_THAN,
    RANGE_WORDS,
    UNIT_WORDS,
    UNITS,
)
from leads.normalise.reading import PLACEHOLDER, UNREADABLE, Reading
from leads.normalise.text import fold

_DASHES: Final = re.compile(r"\s*[-\u2010-\u2015\u2212~\u301c]\s*")
_GROUPING: Final = re.compile(r"(?<=\d)[.,\s'\u2019](?=\d{3}(?!\d))")
_DIGITS: Final = re.compile(r"\d+(?:[.,]\d+)?")
_NUMBER: Final = re.compile(r"(\d+(?:[.,]\d+)?)\s?(k|tsd|mio|m)?\.?(?![a-z\d])")
_WORD: Final = re.compile(r"[^\W\d_]+")
_DASHED: Final = re.compile(r"\d[a-z]{0,3}-\d")
_SPREADSHEET_DATE: Final = re.compile(r"(?:(\d{1,2})-([a-z]{3})|([a-z]{3})-(\d{1,2}))")
_LONGEST: Final = 80
_MOST: Final = 5_000_000  # more than any employer has


@dataclass(frozen=True, slots=True)
class _Number:
    digits: Decimal
    unit: str

    def whole(self, unit: str = "") -> int | None:
        """None for one and a half employees."""
        count = self.digits * UNITS.get(self.unit or unit, 1)
        return int(count) if count == count.to_integral_value() else None


@lru_cache(2048)
def read_employees(text: str) -> Reading[Headcount]:
    """
    Answer one number, a range, or one end of a range; "more than 50" begins at 51.

    "1-5k" is read as thousands at both ends and "Nov-50" as 11-50, which a spreadsheet took for a
    date (both ASSUMED). Nobody works at a company of 0: a placeholder.
    """
    folded = _GROUPING.sub("", _DASHES.sub("-", fold(text[:_LONGEST]).replace("_", " ")))
    if folded in ALONE:
        return Reading(Headcount(least=1, most=1))
    if dated := _undo_spreadsheet_date(folded):
        return Reading(dated, FlawKind.ASSUMED)
    numbers = [
        _Number(Decimal(found[1].replace(",", ".")), found[2] or "")
        for found in _NUMBER.finditer(folded)
    ]
    if len(numbers) != len(_DIGITS.findall(folded)):
        return UNREADABLE
    match numbers:
        case [only]:
            return _one_number(folded, only.whole())
        case [least, most]:
            return _range(folded, least, most)
        case _:
            return UNREADABLE


def read_bounds(least: str | None, most: str | None) -> Reading[Headcount]:
    """Answer the range whose ends came in two fields, either of which may be blank."""
    low, high = (_end(text) for text in (least, most))
    if (least and low is None) or (most and high is None) or (low is None and high is None):
        return UNREADABLE
    return _between(low or 0, high)


def _end(text: str | None) -> int | None:
    reading = read_employees(text) if text else None
    count = reading.value if reading else None
    return count.least if count and count.least == count.most else 0 if text == "0" else None


def _one_number(folded: str, number: int | None) -> Reading[Headcount]:
    if number is None:
        return UNREADABLE
    if MORE_THAN.search(folded):
        return _between(number + 1, None)
    if AT_LEAST.search(folded):
        return _between(number, None)
    if FEWER_THAN.search(folded):
        return _between(0, number - 1)
    if AT_MOST.search(folded):
        return _between(0, number)
    rest = _NUMBER.sub(" ", folded)
    # One number among words we do not know can be anything: a year, a street.
    if "-" in rest or not UNIT_WORDS.issuperset(_WORD.findall(rest)):
        return UNREADABLE
    return _between(number, number) if number else PLACEHOLDER


def _range(folded: str, least: _Number, most: _Number) -> Reading[Headcount]:
    if not _says_range(folded):
        return UNREADABLE
    shared = most.unit if not least.unit and least.digits < most.digits else ""
    low, high = least.whole(shared), most.whole()
    if high is None:
        return UNREADABLE
    reading = _between(low, high)
    return Reading(reading.value, FlawKind.ASSUMED) if shared and reading.value else reading


def _says_range(folded: str) -> bool:
    """With a dash between the numbers any word may follow: forms speak every language."""
    words = frozenset(_WORD.findall(_NUMBER.sub(" ", folded)))
    joined = bool(words & RANGE_WORDS) and words <= RANGE_WORDS | UNIT_WORDS
    return joined or bool(_DASHED.search(folded))


def _between(least: int | None, most: int | None) -> Reading[Headcount]:
    if least is None or least > _MOST or (most is not None and not least <= most <= _MOST):
        return UNREADABLE
    return Reading(Headcount(least=least, most=most))


def _undo_spreadsheet_date(folded: str) -> Headcount | None:
    """Spreadsheets store 2-10 as `2-Oct` or `Feb-10`, and 11-50 as `Nov-50`."""
    found = _SPREADSHEET_DATE.fullmatch(folded)
    if not found:
        return None
    day, month = found[1] or found[4], MONTHS.get(found[2] or found[3])
    if month is None:
        return None
    ends = sorted((int(day), month))
    return Headcount(least=ends[0], most=ends[1])
