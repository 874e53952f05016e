"""What Salesforce checks of the fields it is sent, in its order."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sandbox.salesforce.errors import (
    Refusal,
    broken_json,
    missing,
    read_only,
    unknown_column_in_body,
)
from sandbox.salesforce.schema import ID_TYPES, NUMBER_TYPES, TEXT_TYPES, Column, Entity
from sandbox.salesforce.soql.dates import read_datetime, wire_datetime

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_NOT_FIELDS = frozenset({"attributes", "id"})
_JSON_NAMES: Mapping[type, str] = {
    str: "VALUE_STRING",
    bool: "VALUE_BOOLEAN",
    int: "VALUE_NUMBER_INT",
    float: "VALUE_NUMBER_FLOAT",
    dict: "START_OBJECT",
    list: "START_ARRAY",
}


def check_types(entity: Entity, body: Mapping[str, Any], raw: str) -> None:
    """
    Raises Refusal: JSON_PARSER_ERROR for a value its column cannot hold.

    This happens while the request is read: in a collection the whole request fails, not the row.
    """
    for name, value in body.items():
        column = entity.by_lower.get(name.lower())
        if column is None or name.lower() in _NOT_FIELDS or value is None:
            continue
        try:
            _READERS[_reader_of(column)](value)
        except (TypeError, ValueError, OverflowError):
            kind = "string" if column.type in TEXT_TYPES | ID_TYPES else column.type
            found = f"{_JSON_NAMES.get(type(value), 'VALUE')} value {value}"
            message = f"Cannot deserialize instance of {kind} from {found}"
            at = max(raw.find(f'"{value}"' if isinstance(value, str) else str(value)), 0) + 1
            raise broken_json(f"{message} or request may be missing a required field", at) from None


def clean(entity: Entity, body: Mapping[str, Any], *, creating: bool) -> dict[str, Any]:
    """Answer the values to store, by column name; an empty text is null. Raises Refusal."""
    columns = _columns(entity, body)
    refused = [
        column.name
        for column in columns.values()
        if not (column.createable if creating else column.updateable)
    ]
    if refused:
        raise read_only(refused)
    values = {
        column.name: None if body[name] is None else _READERS[_reader_of(column)](body[name])
        for name, column in columns.items()
    }
    values = {name: None if value == "" else value for name, value in values.items()}
    empty = [
        column.name
        for column in entity.columns.values()
        if column.is_required
        and (column.name in values or creating)
        and values.get(column.name) is None
    ]
    if empty:
        raise missing(empty)
    for name, value in values.items():
        _check_value(entity.columns[name], value)
    return values


def _columns(entity: Entity, body: Mapping[str, Any]) -> dict[str, Column]:
    columns: dict[str, Column] = {}
    for name in body:
        if name.lower() in _NOT_FIELDS:
            continue
        column = entity.by_lower.get(name.lower())
        if column is None:
            raise unknown_column_in_body(name, entity.name)
        columns[name] = column
    return columns


def _check_value(column: Column, value: Any) -> None:
    if column.type in NUMBER_TYPES and value is not None:
        if abs(value) >= 10 ** (column.precision - column.scale):
            message = f"{column.label}: value outside of valid range on numeric field: {value}"
            raise Refusal("NUMBER_OUTSIDE_VALID_RANGE", message, fields=[column.name])
        return
    if not isinstance(value, str):
        return
    if column.type in TEXT_TYPES and column.length and len(value) > column.length:
        message = f"{column.label}: data value too large: {value} (max length={column.length})"
        raise Refusal("STRING_TOO_LONG", message, fields=[column.name])
    if column.type == "email" and not _EMAIL.fullmatch(value):
        message = f"{column.label}: invalid email address: {value}"
        raise Refusal("INVALID_EMAIL_ADDRESS", message, fields=[column.name])
    if column.labels and value not in column.labels:
        told = (
            f"There's a problem with this {column.name.lower()}, even though it may appear correct"
        )
        message = f"{told}. Please choose another from the list of valid ones.: {column.label}"
        raise Refusal("FIELD_INTEGRITY_EXCEPTION", message, fields=[column.name])
    if column.restricted and value not in column.choices:
        message = f"{column.label}: bad value for restricted picklist field: {value}"
        raise Refusal("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, fields=[column.name])


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value.strip()


def _boolean(value: Any) -> bool:
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise TypeError
    return value


def _whole(value: Any) -> int | None:
    number = _number(value)
    if number is not None and number != int(number):
        raise ValueError
    return None if number is None else int(number)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError
    return None if value == "" else float(value)


def _date(value: Any) -> str:
    text = _text(value)
    return text and date.fromisoformat(text[:10]).isoformat()


def _datetime(value: Any) -> str:
    text = _text(value)
    return text and wire_datetime(read_datetime(text))


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "text": _text,
    "boolean": _boolean,
    "int": _whole,
    "number": _number,
    "date": _date,
    "datetime": _datetime,
    "other": lambda value: value,
}


def _reader_of(column: Column) -> str:
    if column.type in TEXT_TYPES | ID_TYPES:
        return "text"
    if column.type in _READERS:
        return column.type
    return "number" if column.type in NUMBER_TYPES else "other"
