"""The Google Ads Query Language, as far as leads need it: text to a checked query."""

import re
from dataclasses import dataclass

from sandbox.google.errors import AdsError, query_error
from sandbox.google.ranges import SPANS
from sandbox.google.schema import FIELDS, SELECTABLE_WITH, Field, Kind

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?P<sign>[<>!]=|[=<>(),])"""
    r"""|(?P<word>[\w.-]+))""",
)
_PAIRED = {"NOT": frozenset({"IN", "LIKE"}), "IS": frozenset({"NULL", "NOT"})}
_PARAMETERS = frozenset({"include_drafts", "omit_unselected_resource_names"})
_OPEN_TEXT = re.compile(r"\s*['\"]")
_SIGNS = frozenset({"=", "!=", ">", ">=", "<", "<="})


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """`values` has one value, or for IN all of them, for BETWEEN two, for IS NULL none."""

    field: Field
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    select: tuple[Field, ...]
    resource: str
    where: tuple[Condition, ...]
    order_by: tuple[tuple[Field, bool], ...]
    limit: int | None
    omits_names: bool = False


def parse(text: str) -> Query:
    """Answer the query; every refusal is an AdsError with Google's QueryError code."""
    return _Reader(_tokens(text)).query()


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    rest = text.rstrip()
    while at < len(rest):
        found = _TOKEN.match(rest, at)
        if not found and _OPEN_TEXT.match(rest, at):
            raise query_error("STRING_NOT_TERMINATED", f"the text at character {at} has no end.")
        if not found:
            raise query_error("BAD_SYMBOL", f"invalid symbol near character {at}.")
        tokens.append(found.group().strip())
        at = found.end()
    return tokens


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens

    def query(self) -> Query:
        self._expect("SELECT", "EXPECTED_SELECT")
        names = self._names()
        self._expect("FROM", "EXPECTED_FROM")
        resource = self._next()
        if resource not in SELECTABLE_WITH:
            told = f"'{resource}' is not a valid resource name."
            raise query_error("BAD_RESOURCE_TYPE_IN_FROM_CLAUSE", told)
        select = tuple(_field(name, resource) for name in names)
        where = tuple(self._conditions(resource))
        order_by = tuple(self._order(resource, select))
        limit, parameters = self._limit(), self._parameters()
        if self._tokens:
            raise query_error("UNEXPECTED_INPUT", f"unexpected input '{self._tokens[0]}'.")
        return Query(
            select=select,
            resource=resource,
            where=where,
            order_by=order_by,
            limit=limit,
            omits_names=parameters.get("omit_unselected_resource_names") == "true",
        )

    def _parameters(self) -> dict[str, str]:
        found: dict[str, str] = {}
        while self._takes("," if found else "PARAMETERS"):
            name = self._next()
            if name not in _PARAMETERS:
                raise query_error("BAD_PARAMETER_NAME", f"'{name}' is not a known parameter.")
            self._expect("=", "UNEXPECTED_INPUT")
            found[name] = self._next().lower()
            if found[name] not in {"true", "false"}:
                told = f"'{found[name]}' is not a value of '{name}'."
                raise query_error("BAD_PARAMETER_VALUE", told)
        return found

    def _names(self) -> list[str]:
        names = [self._next()]
        while self._takes(","):
            names.append(self._next())
        return names

    def _conditions(self, resource: str) -> list[Condition]:
        if not self._takes("WHERE"):
            return []
        found = [self._condition(resource)]
        while self._takes("AND"):
            found.append(self._condition(resource))
        return found

    def _condition(self, resource: str) -> Condition:
        field = _field(self._next(), resource)
        operator = self._operator()
        if not field.filterable:
            told = f"'{field.name}' cannot be used in the WHERE clause."
            raise query_error("PROHIBITED_FIELD_IN_WHERE_CLAUSE", told)
        return Condition(field=field, operator=operator, values=self._values(field, operator))

    def _operator(self) -> str:
        """One to three words of it: IS NOT NULL."""
        found = self._next().upper()
        while self._tokens and self._tokens[0].upper() in _PAIRED.get(found.split()[-1], ()):
            found = f"{found} {self._next().upper()}"
        if found == "IS NOT" and self._takes("NULL"):
            return "IS NOT NULL"
        return found

    def _values(self, field: Field, operator: str) -> tuple[str, ...]:
        match operator:
            case "BETWEEN":
                first = self._value()
                self._expect("AND", "EXPECTED_AND")
                return first, self._value()
            case "IN" | "NOT IN":
                return self._list()
            case "IS NULL" | "IS NOT NULL":
                return ()
            case "LIKE" | "NOT LIKE":
                return (self._like(field),)
            case "DURING":
                return (self._range(field),)
            case _ if operator in _SIGNS:
                return (self._value(),)
            case _:
                raise query_error("BAD_OPERATOR", f"'{operator}' is not a valid operator.")

    def _like(self, field: Field) -> str:
        if field.kind is not Kind.TEXT:
            raise _mismatch("LIKE", field)
        if self._tokens and self._tokens[0][0] not in "'\"":
            told = f"'{self._tokens[0]}' is not a text in quotes."
            raise query_error("INVALID_VALUE_WITH_LIKE_OPERATOR", told)
        return self._value()

    def _range(self, field: Field) -> str:
        if field.kind is not Kind.MOMENT:
            raise _mismatch("DURING", field)
        word = self._next().upper()
        if word not in SPANS:
            told = f"'{word}' is not a valid date range."
            raise query_error("INVALID_VALUE_WITH_DURING_OPERATOR", told)
        return word

    def _list(self) -> tuple[str, ...]:
        self._expect("(", "EXPECTED_LIST")
        if self._takes(")"):
            raise query_error("PROHIBITED_EMPTY_LIST_IN_CONDITION", "the list is empty.")
        values = [self._value()]
        while self._takes(","):
            values.append(self._value())
        self._expect(")", "EXPECTED_LIST")
        return tuple(values)

    def _order(self, resource: str, select: tuple[Field, ...]) -> list[tuple[Field, bool]]:
        if not self._takes("ORDER"):
            return []
        self._expect("BY", "EXPECTED_BY")
        found = []
        while True:
            field = _field(self._next(), resource)
            if not field.sortable:
                told = f"cannot sort by '{field.name}'."
                raise query_error("PROHIBITED_FIELD_IN_ORDER_BY_CLAUSE", told)
            if field not in select:
                told = f"'{field.name}' must be in the SELECT clause."
                raise query_error("EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE", told)
            falls = self._takes("DESC")
            if not falls:
                self._takes("ASC")
            found.append((field, falls))
            if not self._takes(","):
                return found

    def _limit(self) -> int | None:
        if not self._takes("LIMIT"):
            return None
        text = self._next()
        if not text.isdecimal():
            raise query_error("BAD_LIMIT_VALUE", f"'{text}' is not a number.")
        if not int(text):
            raise query_error("LIMIT_VALUE_TOO_LOW", "the limit is too low.")
        return int(text)

    def _value(self) -> str:
        text = self._next()
        if text[0] in "'\"":
            return re.sub(r"\\(.)", r"\1", text[1:-1])
        if not re.fullmatch(r"-?\d+(\.\d+)?|[A-Z_]+|true|false", text):
            raise query_error("BAD_VALUE", f"'{text}' is not a valid value.")
        return text

    def _next(self) -> str:
        if not self._tokens:
            raise query_error("UNEXPECTED_END_OF_QUERY", "the query ends too early.")
        return self._tokens.pop(0)

    def _takes(self, word: str) -> bool:
        if self._tokens and self._tokens[0].upper() == word:
            self._tokens.pop(0)
            return True
        return False

    def _expect(self, word: str, code: str) -> None:
        if not self._takes(word):
            found = self._tokens[0] if self._tokens else "the end"
            raise query_error(code, f"expected {word}, found '{found}'.")


def _field(name: str, resource: str) -> Field:
    found = FIELDS.get(name)
    if found is None:
        raise _unrecognized(name)
    if name.partition(".")[0] not in SELECTABLE_WITH[resource]:
        told = f"Cannot select or filter on '{name}' with '{resource}'."
        raise query_error("PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE", told)
    return found


def _mismatch(operator: str, field: Field) -> AdsError:
    told = f"operator '{operator}' cannot be used with '{field.name}'."
    return query_error("OPERATOR_FIELD_MISMATCH", told)


def _unrecognized(name: str) -> AdsError:
    return query_error("UNRECOGNIZED_FIELD", f"Unrecognized field in the query: '{name}'.")
