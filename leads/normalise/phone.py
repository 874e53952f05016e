"""Phone numbers as E.164."""

import re
from dataclasses import dataclass
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

from leads.lead import FlawKind, Written
from leads.normalise.reading import PLACEHOLDER, UNREADABLE, Reading
from leads.shapes import shape

_PREFIX: Final = re.compile(r"(?:p|tel|phone|mobile|whatsapp)\s*:\s*|'+", re.IGNORECASE)
# 00 is how the + is dialled nearly everywhere, and no national number begins with it; left alone,
# "00 49 30 ..." read in the US becomes +1 0049 30 ...
_DIALLED_PLUS: Final = re.compile(r"^\(?00\)?[\s./-]*(?=[^\D0])")
_SEPARATORS: Final = re.compile(r"\s*[;,|/]\s*|\s+(?:or|oder|und|and|o|y|ou|et)\s+|\s+(?=\+)")
_E164: Final = re.compile(r"\+[1-9]\d{6,14}")
_COUNTING: Final = ("1234567890", "0123456789")
# +1 (US, Canada, ...) and +7 (Russia, Kazakhstan) are shared by countries of like size. Every other
# shared code belongs nearly wholly to its first country: +44 is the UK, then Jersey, Guernsey, Man.
_SHARED_CODES: Final = frozenset({1, 7})
_OF_SAINT_HELENA: Final = frozenset({"AC", "TA"})  # no ISO 3166-1 code of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """`country` is the one the number itself names, None when it had to be read by another's."""

    number: str
    country: str | None
    written: Written


def read_phone(
    text: str, country: str | None, default_country: str | None = None
) -> Reading[Phone]:
    """
    Read a number: a national one by the record's `country`, else by the default (ASSUMED).

    A number of a possible length that the numbering plan does not list is kept (ASSUMED): plans
    lag behind, and leave out the fictional ranges. Of several numbers, the first that reads
    (ASSUMED). Extensions are dropped. Without + and without a country nothing is guessed.
    """
    region = country or default_country
    whole = _read_one(text, region, assumed=not country)
    if whole:
        return whole
    for part in _SEPARATORS.split(text):
        reading = _read_one(part, region, assumed=True)
        if reading and reading.value:
            return Reading(reading.value, FlawKind.ASSUMED)
    return UNREADABLE


def _read_one(text: str, region: str | None, *, assumed: bool) -> Reading[Phone] | None:
    bare = _DIALLED_PLUS.sub("+", _PREFIX.sub("", text, count=1).strip())
    is_international = bare.lstrip("( ").startswith("+")
    parsed = _parse(bare, None if is_international else region)
    if parsed is None:
        return None
    if _is_dummy(parsed):
        return PLACEHOLDER
    number = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    if not _E164.fullmatch(number):
        return None
    planned_for = phonenumbers.region_code_for_number(parsed)
    named = _country(planned_for, parsed.country_code) if is_international else None
    written = _written(bare, parsed, is_international=is_international)
    phone = Phone(number=number, country=named, written=written)
    is_sure = _is_listed(parsed, planned_for) and (is_international or not assumed)
    return Reading(phone, None if is_sure else FlawKind.ASSUMED)


def _parse(bare: str, region: str | None) -> PhoneNumber | None:
    try:
        parsed = phonenumbers.parse(bare, region)
    except NumberParseException:
        return None
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    return parsed if reason == ValidationResult.IS_POSSIBLE else None


def _written(bare: str, parsed: PhoneNumber, *, is_international: bool) -> Written:
    """A code without its + is one, where the digits are those of the whole number."""
    national = phonenumbers.national_significant_number(parsed)
    digits = phonenumbers.normalize_digits_only(bare)
    if is_international or digits.startswith(f"{parsed.country_code}{national}"):
        return Written()
    return Written(has_code=False, shape=shape(bare))


def _is_listed(parsed: PhoneNumber, region: str | None) -> bool:
    return region is not None and phonenumbers.is_valid_number_for_region(parsed, region)


def _is_dummy(parsed: PhoneNumber) -> bool:
    """Tell 0000000, 5555555555 and 1234567: typed to get past a required field."""
    digits = phonenumbers.national_significant_number(parsed)
    return len(set(digits)) == 1 or any(run.startswith(digits) for run in _COUNTING)


def _country(planned_for: str | None, code: int | None) -> str | None:
    country = planned_for
    if country is None and code is not None and code not in _SHARED_CODES:
        country = phonenumbers.region_code_for_country_code(code)
    if country in _OF_SAINT_HELENA:
        return "SH"
    return country if country and country.isalpha() else None
