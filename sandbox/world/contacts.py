"""The e-mail addresses and telephone numbers in a vendor's record."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_PHONE_FIELDS = frozenset(
    {"Phone", "MobilePhone", "phone", "mobilephone", "PHONE_NUMBER", "WORK_PHONE"}
)
_PHONE_QUESTION = re.compile("phone|teléfono|whatsapp|telefon|téléphone", re.IGNORECASE)
_TAIL = 8  # the shortest numbers have no more, and no trunk 0 before them


def contact_texts(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Answer ("email", text) and ("phone", text) for every one that is filled in."""
    for name, value in _fields(values):
        if not isinstance(value, str) or not value:
            continue
        if name.lower() == "email" or "@" in value[1:]:
            yield "email", value
        elif name in _PHONE_FIELDS or ("field_data" in values and _PHONE_QUESTION.search(name)):
            yield "phone", value


def contact_keys(values: Mapping[str, Any]) -> frozenset[str]:
    """What two records of one person share: addresses in lower case, the ends of numbers."""
    keys = (
        text.strip().lower() if kind == "email" else phone_tail(text)
        for kind, text in contact_texts(values)
    )
    return frozenset(filter(None, keys))


def phone_tail(text: str) -> str:
    """Answer the last digits, which are the same however the number is written."""
    return re.sub(r"\D", "", text)[-_TAIL:]


def _fields(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for answer in values.get("field_data", ()):
        for text in answer["values"]:
            yield answer["name"], text
    yield from values.get("fields", ())
    yield from values.get("answers", {}).items()
    yield from values.items()
