"""What an owner's id looks like in Salesforce."""

import re
from typing import Final

from connectors.salesforce.key_prefixes import QUEUE, USER
from connectors.salesforce_ids import whole_id

_ID: Final = re.compile(r"[A-Za-z0-9]{15}([A-Z0-5]{3})?")


def odd_owner_id(text: str, *, is_queue: bool) -> str | None:
    """Say what is odd about an id, and what would be right; None when nothing is."""
    if not _ID.fullmatch(text):
        return "a Salesforce id has 15 or 18 letters and digits"
    prefix, kind = (QUEUE, "queue (a group)") if is_queue else (USER, "user")
    if is_queue and text.startswith(USER):
        return None  # a user that stands for everybody, as an integration user does
    if not text.startswith(prefix):
        return f"the id of a Salesforce {kind} begins with {prefix}"
    if whole_id(text) is None:
        return "its last three letters do not fit the others: one of them is misspelled"
    return None
