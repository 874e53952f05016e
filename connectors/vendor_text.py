"""Vendor JSON as text: the form every field has before it is normalised."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

_NOT_WORD = re.compile(r"[^\w]+")
_SORTED = json.JSONEncoder(sort_keys=True, default=str)


def as_text(value: Any) -> str | None:
    """Text of one JSON value; None for null, and for "" which every vendor uses for the same."""
    match value:
        case None | "":
            return None
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case list():
            return "; ".join(t for t in map(as_text, value) if t) or None
        case _:
            return str(value)


def digest(body: Mapping[str, Any]) -> str:
    """
    A short fingerprint of a record.

    Change stamps alone are too coarse to be a version: Salesforce's are whole seconds, so that two
    edits within one second bear the same.
    """
    return hashlib.sha256(_SORTED.encode(body).encode()).hexdigest()[:12]


def slug(name: str) -> str:
    """A question as a name: "¿Cuál es tu cargo?*" and "¿cuál_es_tu_cargo?_" are one."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"_+", "_", _NOT_WORD.sub("_", folded)).strip("_")
