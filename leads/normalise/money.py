"""Amounts of money, with whatever currency is written beside them."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from leads.normalise.currency import take_marks
from leads.normalise.decimals import read_decimal
from leads.normalise.reading import AMBIGUOUS, UNREADABLE, Reading
from leads.normalise.text import fold

_AMOUNT: Final = re.compile(
    r"(\d[\d.,'\u2019\s]*?(?:e\+?\d{1,2})?)\s?(k|tsd|thousand|m|mn|mio|mln|million|bn|b|lakh|lac|cr|crore)?\.?"
)
_UNITS: Final = {
    "k": 10**3, "tsd": 10**3, "thousand": 10**3, "lakh": 10**5, "lac": 10**5, "cr": 10**7,
    "crore": 10**7, "m": 10**6, "mn": 10**6, "mio": 10**6, "mln": 10**6, "million": 10**6,
    "b": 10**9, "bn": 10**9,
}  # fmt: skip
_TWO_AMOUNTS: Final = re.compile(
    r"\d\s*[a-z]*\s*(?:[-\u2010-\u2015\u2212~/]|\b(?:to|a|à|bis|and|y|und|et)\b)\s*\d"
)
_BOUND: Final = re.compile(
    r"[<>≤≥~+]|"
    r"\b(?:under|less than|up to|more than|over|above|at least|from|about|approx|circa|ca)\b"
)
_NEGATIVE: Final = re.compile(r"[-\u2010-\u2015\u2212(]\s*\d")
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """`currencies`: what the marks beside the amount allow; None without marks."""

    amount: Decimal
    currencies: frozenset[str] | None


def read_money(text: str) -> Reading[Money]:
    """Answer one amount; a range or a bound ("$50-150K", "10k+") has no one value: AMBIGUOUS."""
    rest, currencies = take_marks(fold(text[:_LONGEST]))
    found = _AMOUNT.fullmatch(rest)
    if not found:
        if _TWO_AMOUNTS.search(rest) or (_BOUND.search(rest) and not _NEGATIVE.match(rest)):
            return AMBIGUOUS
        return UNREADABLE
    number = read_decimal(found[1])
    if number is None:
        return UNREADABLE
    amount = number * _UNITS.get(found[2] or "", 1)
    if amount == amount.to_integral_value():
        amount = Decimal(int(amount))
    return Reading(Money(amount=amount, currencies=currencies))
