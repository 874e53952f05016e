"""The ways a person may have typed a phone number into a CRM."""

import phonenumbers
from phonenumbers import PhoneNumberFormat as Form


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
    return tuple(dict.fromkeys((e164, international, national, digits, plain, f"00{plain}")))
