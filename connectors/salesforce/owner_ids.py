"""What an owner's id looks like in Salesforce."""

import re
from typing import Final

_ID: Final = re.compile(r"[A-Za-z0-9]{15}([A-Z0-5]{3})?")
_USER, _QUEUE = "005", "00G"
_CHECKS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def odd_owner_id(text: str, *, is_queue: bool) -> str | None:
    """Say what is odd about an id, and what would be right; None when nothing is."""
    if not _ID.fullmatch(text):
        return "a Salesforce id has 15 or 18 letters and digits"
    prefix, kind = (_QUEUE, "queue (a group)") if is_queue else (_USER, "user")
    if is_queue and text.startswith(_USER):
        return None  # a user that stands for everybody, as an integration user does
    if not text.startswith(prefix):
        return f"the id of a Salesforce {kind} begins with {prefix}"
    if text[15:] and text[15:] != _check(text[:15]):
        return "its last three letters do not fit the others: one of them is misspelled"
    return None


def _check(text: str) -> str:
    """Which letters are capital, five at a time: what makes 18 letters safe from lost case."""
    fives = (text[n : n + 5] for n in (0, 5, 10))
    bits = (sum(letter.isupper() << n for n, letter in enumerate(five)) for five in fives)
    return "".join(_CHECKS[number] for number in bits)
