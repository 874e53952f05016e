"""What may be shown of a value: the text without what steers a terminal, or its format alone."""

import re

PERSONAL = frozenset(
    {
        "email",
        "work_email",
        "phone",
        "mobile_phone",
        "work_phone",
        "whatsapp",
        "full_name",
        "first_name",
        "last_name",
        "street",
        "website",
        "click_id",
    }
)
"""Fields whose values are never shown: their shapes say enough."""

_LONG_RUN = 6  # longer runs of one shape sign say no more than this many


def visible(text: str) -> str:
    """Without what is not to be seen: a value must not steer the terminal that shows it."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text.strip())


def shape(text: str) -> str:
    """
    Return the format of `text`: digits as 9, capitals A, small letters a, others as they are.

    Runs are cut at six, so that "+34 600 000 000" and "+34 611 222 333" are one shape and no value
    can be read back.
    """
    signs = "".join(_sign(character) for character in text)
    return re.sub(rf"(.)\1{{{_LONG_RUN},}}", lambda run: run[1] * _LONG_RUN + "…", signs)


def _sign(character: str) -> str:
    if character.isdigit():
        return "9"
    if character.isalpha():
        return "A" if character.isupper() else "a"
    return character
