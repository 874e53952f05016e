"""Read a query's text. What the sandbox does not speak is refused, never guessed at."""

from collections.abc import Callable
from typing import TypeVar

from sandbox.salesforce.errors import Refusal
from sandbox.salesforce.soql.lexer import tokens
from sandbox.salesforce.soql.tree import (
    Aggregate,
    All,
    Comparison,
    Condition,
    Fields,
    Kind,
    Not,
    Ordering,
    Path,
    Query,
    Some,
    Token,
    fault_at,
)

_T = TypeVar("_T")

MAX_OFFSET = 2000
AGGREGATES = frozenset({"COUNT", "COUNT_DISTINCT", "MIN", "MAX", "SUM", "AVG"})
FIELD_GROUPS = frozenset({"ALL", "CUSTOM", "STANDARD"})
_COMPARERS = frozenset({"=", "!=", "<>", "<", "<=", ">", ">="})
_LITERALS = frozenset(
    {Kind.STRING, Kind.NUMBER, Kind.DATETIME, Kind.DATE, Kind.RANGE, Kind.BOOLEAN, Kind.NULL}
)
_RESERVED_WORDS = (
    "AND ASC DESC EXCLUDES FIRST FROM GROUP HAVING IN INCLUDES LAST LIKE LIMIT NOT NULL NULLS OR "
    "SELECT USING WHERE WITH"
)
_RESERVED = frozenset(_RESERVED_WORDS.split())
_CLAUSES = "WHERE GROUP ORDER LIMIT OFFSET USING WITH FOR ALL UPDATE HAVING"
_NO_ALIAS = frozenset(_CLAUSES.split())
_AFTER_FIELDS = frozenset({"FROM", "WHERE", "GROUP", "ORDER", "LIMIT", "OFFSET"})


def parse(text: str) -> Query:
    """Raises Refusal: MALFORMED_QUERY, pointing at the token it could not use."""
    if not text.strip():
        raise Refusal("MALFORMED_QUERY", "SOQL statements cannot be empty or null")
    return _Parser(text).query()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(tokens(text))
        self._next = 0
        self._alias = self._find_alias()

    def query(self) -> Query:
        self._expect("SELECT")
        selected = self._list(self._selected)
        self._expect("FROM")
        entity = self._take(Kind.WORD)
        if self._alias:
            self._take(Kind.WORD)
        where = self._condition() if self._accept("WHERE") else None
        group_by = self._list(self._path) if self._accept("GROUP", "BY") else ()
        order_by = self._list(self._ordering) if self._accept("ORDER", "BY") else ()
        limit = self._whole() if self._accept("LIMIT") else None
        offset = self._offset() if self._accept("OFFSET") else 0
        if self._peek().kind is not Kind.END:
            raise self._unexpected()
        return Query(
            text=self._text,
            selected=selected,
            entity=entity,
            where=where,
            group_by=group_by,
            order_by=order_by,
            limit=limit,
            offset=offset,
        )

    def _find_alias(self) -> str:
        """The object's other name, in capitals: it is used before it is given."""
        words = [token.text.upper() if token.kind is Kind.WORD else "" for token in self._tokens]
        start = words.index("FROM") if "FROM" in words else len(words)
        given = "".join(words[start + 2 : start + 3])
        return "" if given in _NO_ALIAS else given

    def _offset(self) -> int:
        at, offset = self._peek().at, self._whole()
        if offset > MAX_OFFSET:
            message = f"Maximum SOQL offset allowed is {MAX_OFFSET}"
            raise fault_at(self._text, at, "NUMBER_OUTSIDE_VALID_RANGE", message)
        return offset

    def _whole(self) -> int:
        if not self._peek().text.isdecimal():
            raise self._unexpected()
        return int(self._take(Kind.NUMBER).text)

    def _selected(self) -> Path | Aggregate:
        chosen = self._path_or_aggregate()
        follows = self._peek()
        if follows.kind is not Kind.WORD or follows.text.upper() in _AFTER_FIELDS:
            return chosen
        alias = self._take(Kind.WORD).text
        if isinstance(chosen, Aggregate):
            return Aggregate(function=chosen.function, path=chosen.path, at=chosen.at, alias=alias)
        return Path(parts=chosen.parts, at=chosen.at, alias=alias)

    def _path_or_aggregate(self) -> Path | Aggregate:
        is_word = self._peek().kind is Kind.WORD
        if is_word and self._tokens[self._next + 1].text == "(":
            return self._fields() if self._is("FIELDS") else self._aggregate()
        return self._path()

    def _fields(self) -> Fields:
        at = self._take(Kind.WORD).at
        self._sign("(")
        if self._peek().text.upper() not in FIELD_GROUPS:
            raise self._unexpected()
        group = self._take(Kind.WORD).text.upper()
        self._sign(")")
        return Fields(parts=(group,), at=at)

    def _aggregate(self) -> Aggregate:
        name = self._peek()
        if name.text.upper() not in AGGREGATES:
            raise self._unexpected()
        self._next += 1
        self._sign("(")
        path = None if self._peek().text == ")" else self._path()
        if path is None and name.text.upper() != "COUNT":
            raise self._unexpected()
        self._sign(")")
        return Aggregate(function=name.text.upper(), path=path, at=name.at)

    def _path(self) -> Path:
        if self._peek().text.upper() in _RESERVED:
            raise self._unexpected()
        token = self._take(Kind.WORD)
        parts = token.text.split(".")
        if self._alias and parts[0].upper() == self._alias and len(parts) > 1:
            parts = parts[1:]
        return Path(parts=tuple(parts), at=token.at)

    def _condition(self) -> Condition:
        parts = [self._term()]
        # AND and OR side by side need parentheses: Salesforce does not guess, nor do we.
        joiner = next((word for word in ("AND", "OR") if self._is(word)), None)
        while joiner and self._accept(joiner):
            parts.append(self._term())
        if len(parts) == 1:
            return parts[0]
        return All(parts=tuple(parts)) if joiner == "AND" else Some(parts=tuple(parts))

    def _term(self) -> Condition:
        if self._accept("NOT"):
            return Not(part=self._term())
        if self._peek().text == "(":
            self._sign("(")
            inside = self._condition()
            self._sign(")")
            return inside
        return self._comparison()

    def _comparison(self) -> Comparison:
        path = self._path()
        if self._accept("IN"):
            return Comparison(path=path, operator="IN", values=self._values())
        if self._accept("NOT", "IN"):
            return Comparison(path=path, operator="NOT IN", values=self._values())
        if self._accept("LIKE"):
            return Comparison(path=path, operator="LIKE", values=(self._take(Kind.STRING),))
        operator = self._take(Kind.SIGN)
        if operator.text not in _COMPARERS:
            self._next -= 1
            raise self._unexpected()
        sign = "!=" if operator.text == "<>" else operator.text
        return Comparison(path=path, operator=sign, values=(self._literal(),))

    def _values(self) -> tuple[Token, ...]:
        self._sign("(")
        values = self._list(self._literal)
        self._sign(")")
        return values

    def _literal(self) -> Token:
        token = self._peek()
        if token.kind is Kind.WORD and "." not in token.text:
            token = Token(kind=Kind.RANGE, text=token.text, at=token.at)
        if token.kind not in _LITERALS:
            raise self._unexpected()
        self._next += 1
        return token

    def _ordering(self) -> Ordering:
        by = self._path_or_aggregate()
        descending = self._accept("DESC")
        if not descending:
            self._accept("ASC")
        nulls_last = False
        if self._accept("NULLS"):
            nulls_last = self._accept("LAST")
            if not nulls_last:
                self._expect("FIRST")
        return Ordering(by=by, descending=descending, nulls_last=nulls_last)

    def _list(self, read: Callable[[], _T]) -> tuple[_T, ...]:
        found = [read()]
        while self._peek().text == ",":
            self._next += 1
            found.append(read())
        return tuple(found)

    def _peek(self) -> Token:
        return self._tokens[self._next]

    def _is(self, *words: str) -> bool:
        ahead = self._tokens[self._next : self._next + len(words)]
        return [t.text.upper() for t in ahead if t.kind is Kind.WORD] == list(words)

    def _accept(self, *words: str) -> bool:
        found = self._is(*words)
        if found:
            self._next += len(words)
        return found

    def _expect(self, word: str) -> None:
        if not self._accept(word):
            raise self._unexpected()

    def _take(self, kind: Kind) -> Token:
        token = self._peek()
        if token.kind is not kind:
            raise self._unexpected()
        self._next += 1
        return token

    def _sign(self, text: str) -> None:
        if self._peek().text != text:
            raise self._unexpected()
        self._next += 1

    def _unexpected(self) -> Refusal:
        token = self._peek()
        message = f"unexpected token: '{token.text}'"
        return fault_at(self._text, token.at, "MALFORMED_QUERY", message)
