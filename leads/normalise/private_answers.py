"""Answers that are no one's to keep, whatever was asked: numbers of payment cards, and IBANs."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import phonenumbers

_CARD: Final = re.compile(
    r"4\d{12}(?:\d{3}){0,2}"  # Visa
    r"|(?:5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|3(?:0[0-5]|[689]\d)\d{11}(?:\d{2})?"  # Diners
    r"|(?:6011|64[4-9]\d|65\d{2}|62\d{2}|35(?:2[89]|[3-8]\d))\d{12,15}"  # Discover, UnionPay, JCB
    r"|(?:5018|5020|5038|6304|6759|676[1-3])\d{9,15}"  # Maestro
)
_DIGITS: Final = re.compile(
    r"(?<![\w+/=#.-])"
    r"(?:\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -])\d{6}\2\d{4,5})(?![\w-])"
)
"""As they are written on cards, and never the middle of an address or of a longer number."""

_ALL_DIGITS: Final = re.compile(r"\d(?:[ .-]?\d){12,18}")
_IBAN: Final = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}", re.IGNORECASE)
_LENGTHS: Final = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU YE",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}
_PHONE_LENGTH: Final = 13


@lru_cache(maxsize=4096)  # a record is read more than once
def is_private_answer(text: str) -> bool:
    """Whether it has the number of a payment card or a bank account in it, and no phone's."""
    told = unicodedata.normalize("NFKC", text)
    return any(map(_is_card, _card_like(told))) or any(map(_is_iban, _iban_like(told)))


def _card_like(text: str) -> Iterator[str]:
    if _ALL_DIGITS.fullmatch(text.strip()):
        yield _bare(text)
    yield from (_bare(found[0]) for found in _DIGITS.finditer(text))


def _bare(text: str) -> str:
    return "".join(str(int(c)) if c.isdecimal() else c for c in text if c.isalnum()).upper()


def _is_card(number: str) -> bool:
    return bool(_CARD.fullmatch(number)) and _checks(number) and not _is_phone(number)


def _checks(number: str) -> bool:
    """Luhn: every second digit from the right counts twice, its own digits added."""
    twice = (sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2])
    return (sum(map(int, number[-1::-2])) + sum(twice)) % 10 == 0


def _is_phone(number: str) -> bool:
    """A number from abroad without its plus may be as long as the shortest card's."""
    if len(number) > _PHONE_LENGTH:
        return False
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(f"+{number}"))
    except phonenumbers.NumberParseException:
        return False


def _iban_like(text: str) -> Iterator[str]:
    """As many characters as the country's have: the sentence may go on behind it."""
    for found in _IBAN.finditer(text):
        bare = _bare(found[0])
        if length := _LENGTHS.get(bare[:2]):
            yield bare[:length]


def _is_iban(iban: str) -> bool:
    if len(iban) != _LENGTHS[iban[:2]] or not iban.isascii():
        return False
    return int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97 == 1
