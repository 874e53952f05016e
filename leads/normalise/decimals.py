"""Numbers as people write them: 1,234.56 · 1.234,56 · 1 234,50 · 1'234.50 · 1,00,000."""

import re
from decimal import Decimal
from typing import Final

_SPACES: Final = re.compile(r"(?<=\d)[\s'\u2019](?=\d{3}(?!\d))")
_GROUPED: Final = {
    ",": re.compile(r"[1-9]\d{0,2}(,\d{3})+|[1-9]\d?(,\d{2})*,\d{3}"),
    ".": re.compile(r"[1-9]\d{0,2}(\.\d{3})+"),
}
_PLAIN: Final = re.compile(r"\d+(\.\d+)?")
_SCIENTIFIC: Final = re.compile(r"\d(\.\d+)?[eE]\+?\d{1,2}")
_MOST: Final = Decimal("1e15")


def read_decimal(text: str) -> Decimal | None:
    """
    Answer the number, None when `text` is none, is negative, or is past a thousand million million.

    The later of comma and point is the decimal one. One alone groups thousands when exactly three
    digits follow (1.234 is 1234), for money and headcounts seldom have three decimals.
    """
    digits = _SPACES.sub("", text.strip())
    if not digits.isascii() or len(digits) > 24:  # noqa: PLR2004 - longer than any number kept
        return None
    if _SCIENTIFIC.fullmatch(digits):
        return _within_reason(Decimal(digits))
    plain = _with_decimal_point(digits)
    return _within_reason(Decimal(plain)) if _PLAIN.fullmatch(plain) else None


def _with_decimal_point(digits: str) -> str:
    comma, point = digits.rfind(","), digits.rfind(".")
    if comma >= 0 and point >= 0:
        grouping, mark = (",", ".") if point > comma else (".", ",")
        whole, _, rest = digits.rpartition(mark)
        return f"{_ungrouped(whole, grouping)}.{rest}"
    return _ungrouped(digits, "," if comma >= 0 else ".").replace(",", ".")


def _ungrouped(digits: str, mark: str) -> str:
    return digits.replace(mark, "") if _GROUPED[mark].fullmatch(digits) else digits


def _within_reason(number: Decimal) -> Decimal | None:
    """Whole numbers lose the zeros after the point: 50000.0 and 50000 are stored alike."""
    if number >= _MOST:
        return None
    whole = number.to_integral_value()
    return Decimal(int(whole)) if number == whole else number.normalize()
