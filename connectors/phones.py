"""The ways a person may have typed a phone number into a CRM."""

from collections.abc import Iterator

import phonenumbers
from phonenumbers import PhoneNumberFormat as Form

_TEN = 10


def spellings(e164: str) -> tuple[str, ...]:
    """
    The number in the forms CRMs hold, the given one first.

    A CRM compares phone numbers as text, so each form has to be asked for.
    """
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return (e164,)
    international = phonenumbers.format_number(number, Form.INTERNATIONAL)
    national = phonenumbers.format_number(number, Form.NATIONAL)
    digits = "".join(c for c in national if c.isdigit())
    plain = e164.removeprefix("+")
    forms = (e164, international, national, digits, plain, f"00{plain}")
    return tuple(dict.fromkeys((*forms, *_as_said(number, digits))))


def _as_said(number: phonenumbers.PhoneNumber, digits: str) -> Iterator[str]:
    """Ten digits by three, three and four, as most people group them whatever their country."""
    own = phonenumbers.national_significant_number(number)
    if len(own) == _TEN:
        for mark in " -":
            grouped = mark.join((own[:3], own[3:6], own[6:]))
            yield f"+{number.country_code}{mark}{grouped}"
            yield digits.removesuffix(own) + grouped
