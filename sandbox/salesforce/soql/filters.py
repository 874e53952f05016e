"""Make a test of a row out of a WHERE clause."""

import operator
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sandbox.salesforce.errors import Refusal
from sandbox.salesforce.ids import long_id
from sandbox.salesforce.schema import ID_TYPES, NUMBER_TYPES, TEXT_TYPES, Column
from sandbox.salesforce.soql.dates import read_datetime, span, wire_datetime
from sandbox.salesforce.soql.lexer import string_value
from sandbox.salesforce.soql.reading import Found, Read, Row
from sandbox.salesforce.soql.tree import (
    All,
    Comparison,
    Condition,
    Kind,
    Not,
    Path,
    Some,
    Token,
    fault_at,
)

Test = Callable[[Row], bool]
Locate = Callable[[Comparison], Found]
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_KINDS = {
    "boolean": Kind.BOOLEAN,
    "datetime": Kind.DATETIME,
    "date": Kind.DATE,
    **dict.fromkeys(NUMBER_TYPES, Kind.NUMBER),
}
_WORDED = {"datetime": "dateTime", "currency": "double", "percent": "double"}
_WILD = {"%": ".*", "_": "."}
_UNORDERED = frozenset({"boolean"})


def compile_condition(text: str, condition: Condition, locate: Locate, now: datetime) -> Test:
    """
    Make the test; `locate` finds what a comparison compares.

    Raises Refusal for a field or a value that cannot be filtered by.
    """
    match condition:
        case Comparison():
            return _Maker(text, condition, locate(condition), now).test()
        case Not(part=part):
            inside = compile_condition(text, part, locate, now)
            return lambda row: not inside(row)
        case All(parts=parts):
            every = [compile_condition(text, part, locate, now) for part in parts]
            return lambda row: all(test(row) for test in every)
        case Some(parts=parts):
            some = [compile_condition(text, part, locate, now) for part in parts]
            return lambda row: any(test(row) for test in some)


class _Maker:
    def __init__(self, text: str, comparison: Comparison, found: Found, now: datetime) -> None:
        self._text, self._comparison, self._now = text, comparison, now
        self._found = found
        self._column: Column = found.column
        if not self._column.filterable or self._column.type == "address":
            message = f"field '{self._column.name}' can not be filtered in a query call"
            raise self._refusal("INVALID_FIELD", message)

    def test(self) -> Test:
        read = comparable(self._found)
        match self._comparison.operator:
            case "LIKE":
                return self._like()
            case "IN":
                wanted = self._wanted()
                return lambda row: read(row) in wanted
            case "NOT IN":
                unwanted = self._wanted()
                return lambda row: read(row) not in unwanted
            case sign:
                return self._single(read, sign)

    def _single(self, read: Read, sign: str) -> Test:
        (token,) = self._comparison.values
        if token.kind is Kind.RANGE:
            return self._within(read, sign, token)
        value = self._value(token)
        if sign == "=":
            return lambda row: read(row) == value
        if sign == "!=":
            return lambda row: read(row) != value
        if self._column.type in _UNORDERED:
            message = f"invalid operator on {self._column.type} field"
            raise self._refusal("INVALID_QUERY_FILTER_OPERATOR", message)
        if value is None:
            return lambda _: False
        return _ordered(read, _ORDER[sign], value)

    def _within(self, read: Read, sign: str, token: Token) -> Test:
        start, end = self._span(token)
        match sign:
            case "=":
                return lambda row: (value := read(row)) is not None and start <= value < end
            case "!=":
                return lambda row: not ((value := read(row)) is not None and start <= value < end)
            case "<":
                return _ordered(read, operator.lt, start)
            case "<=":
                return _ordered(read, operator.lt, end)
            case ">":
                return _ordered(read, operator.ge, end)
            case _:
                return _ordered(read, operator.ge, start)

    def _span(self, token: Token) -> tuple[str, str]:
        days = span(token.text, self._now.date())
        path = self._comparison.path
        is_function = isinstance(path, Path) and path.function is not None
        if days is None or is_function or self._column.type not in {"date", "datetime"}:
            message = f"unexpected token: '{token.text}'"
            raise fault_at(self._text, token.at, "MALFORMED_QUERY", message)
        if self._column.type == "date":
            return days[0].isoformat(), days[1].isoformat()
        return _midnight(days[0]), _midnight(days[1])

    def _wanted(self) -> frozenset[Any]:
        return frozenset(self._value(token) for token in self._comparison.values)

    def _value(self, token: Token) -> Any:
        kind = self._column.type
        if token.kind is Kind.NULL:
            return None
        if kind in ID_TYPES:
            return self._id(token)
        if kind in TEXT_TYPES:
            if token.kind is not Kind.STRING:
                raise self._mistyped("string", "should be enclosed in quotes")
            return string_value(self._text, token).lower() or None
        if token.kind is not _KINDS.get(kind):
            raise self._mistyped(_WORDED.get(kind, kind), "should not be enclosed in quotes")
        try:
            return _literal(token)
        except ValueError:
            message = f"Invalid {kind}: {token.text}"
            raise fault_at(self._text, token.at, "MALFORMED_QUERY", message) from None

    def _id(self, token: Token) -> str | None:
        text = string_value(self._text, token) if token.kind is Kind.STRING else token.text
        if not text:
            return None
        whole = long_id(text)
        if whole is None:
            raise self._refusal("INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {text}")
        return whole

    def _like(self) -> Test:
        if self._column.type not in TEXT_TYPES:
            message = f"invalid operator on {self._column.type} field"
            raise self._refusal("INVALID_QUERY_FILTER_OPERATOR", message)
        like = string_value(self._text, self._comparison.values[0], in_like=True)
        pattern = re.compile(_as_regex(like), re.IGNORECASE | re.DOTALL)
        read = self._found.read

        def test(row: Row) -> bool:
            value = read(row)
            return value is not None and pattern.fullmatch(value) is not None

        return test

    def _mistyped(self, wanted: str, how: str) -> Refusal:
        name = self._column.name
        message = f"value of filter criterion for field '{name}' must be of type {wanted} and {how}"
        return self._refusal("INVALID_FIELD", message)

    def _refusal(self, code: str, message: str) -> Refusal:
        return fault_at(self._text, self._comparison.path.at, code, message)


def comparable(found: Found) -> Read:
    """Read a value the way it compares and sorts: text without case, the rest as it is."""
    read = found.read
    if found.column.type not in TEXT_TYPES:
        return read

    def lowered(row: Row) -> Any:
        value = read(row)
        return value.lower() if value is not None else None

    return lowered


def _ordered(read: Read, compare: Callable[[Any, Any], bool], bound: Any) -> Test:
    def test(row: Row) -> bool:
        value = read(row)
        return value is not None and compare(value, bound)

    return test


def _literal(token: Token) -> Any:
    match token.kind:
        case Kind.BOOLEAN:
            return token.text.lower() == "true"
        case Kind.DATETIME:
            return wire_datetime(read_datetime(token.text))
        case Kind.NUMBER:
            return float(token.text)
        case _:
            return date.fromisoformat(token.text).isoformat()


def _midnight(day: date) -> str:
    return wire_datetime(datetime.fromisoformat(f"{day.isoformat()}T00:00:00+00:00"))


def _as_regex(like: str) -> str:
    pieces = re.findall(r"\\.|.", like, re.DOTALL)
    # An escaped character stands for itself.
    return "".join(_WILD.get(piece) or re.escape(piece[-1]) for piece in pieces)
