"""
Rest.li 2.0 on the wire: parentheses, colons and commas are structure and stand as they are.

Inside a value they are encoded, once. A client whose library encodes the whole of a parameter
sends a text where a record is asked for, and is refused; so is one that encodes a URN twice.
"""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from sandbox.linkedin.errors import bad_query

Value = str | Mapping[str, "Value"] | list[str]
Asked = dict[str, "Asked"]
"""Fields in the order asked for; each with the sub-fields asked of it."""

_PLAIN = re.compile(r"[\w.\-~%]+")
_PROJECTION = re.compile(r"[\w]+|[(),:]")
_ENCODED_STRUCTURE = re.compile(r"%(?:25|28|29|2C|3A)", re.IGNORECASE)


def read_query(raw: str) -> dict[str, str]:
    """Answer each parameter as it stands in the address; nothing is decoded yet."""
    parts = (part.partition("=") for part in raw.split("&") if part)
    return {name: value for name, _, value in parts}


def read_value(name: str, raw: str) -> Value:
    """Read `(key:value,key:value)`, as deep as it goes, or a plain text."""
    value, rest = _value(name, raw)
    if rest:
        raise bad_query(name)
    return value


def _value(name: str, raw: str) -> tuple[Value, str]:
    if raw.startswith("("):
        return _record(name, raw[1:])
    if raw.startswith("List("):
        inside, end, rest = raw[5:].partition(")")
        if not end:
            raise bad_query(name)
        return inside.split(","), rest
    found = _PLAIN.match(raw)
    text = unquote(found[0]) if found else ""
    if not found or "%" in text:
        raise bad_query(name)
    return text, raw[found.end() :]


def _record(name: str, raw: str) -> tuple[Value, str]:
    record: dict[str, Value] = {}
    while True:
        key, colon, rest = raw.partition(":")
        if not colon or not key.isidentifier():
            raise bad_query(name)
        record[key], raw = _value(name, rest)
        mark, raw = raw[:1], raw[1:]
        if mark == ")":
            return record, raw
        if mark != ",":
            raise bad_query(name)


def read_fields(raw: str) -> Asked:
    """Read `id,form:(name,id)`."""
    tokens = _PROJECTION.findall(raw)
    if _ENCODED_STRUCTURE.search(raw) or "".join(tokens) != raw:
        raise bad_query("fields")
    asked, rest = _fields(tokens)
    if rest:
        raise bad_query("fields")
    return asked


def _fields(tokens: list[str]) -> tuple[Asked, list[str]]:
    asked: Asked = {}
    while tokens and tokens[0] not in "(),:":
        name, tokens = tokens[0], tokens[1:]
        asked[name] = {}
        if tokens[:2] == [":", "("]:
            asked[name], tokens = _fields(tokens[2:])
            if tokens[:1] != [")"]:
                raise bad_query("fields")
            tokens = tokens[1:]
        if tokens[:1] == [","]:
            tokens = tokens[1:]
    return asked, tokens
