"""Read a query's text. What the sandbox does not speak is refused, never guessed at."""

from sandbox.salesforce.errors import Refusal
from sandbox.salesforce.soql.functions import DATE_FUNCTIONS
from sandbox.salesforce.soql.reader import TokenReader
from sandbox.salesforce.soql.tree import (
    Aggregate,
    All,
    Children,
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
_AFTER_FIELDS = frozenset({"FROM", "WHERE", "GROUP", "ORDER", "LIMIT", "OFFSET"})


def parse(text: str) -> Query:
    """Raises Refusal: MALFORMED_QUERY, pointing at the token it could not use."""
    if not text.strip():
        raise Refusal("MALFORMED_QUERY", "SOQL statements cannot be empty or null")
    return _Parser(text).query()


class _Parser(TokenReader):
    _alias = ""
    _is_grouped = False

    def query(self) -> Query:
        query = self._select()
        if self._peek().kind is not Kind.END:
            raise self._unexpected()
        return query

    def _inner(self) -> Query:
        """A query in parentheses; what it calls its object is its own."""
        outer = self._alias, self._is_grouped
        self._sign("(")
        query = self._select()
        self._sign(")")
        self._alias, self._is_grouped = outer
        return query

    def _select(self) -> Query:
        self._expect("SELECT")
        self._alias, self._is_grouped = self._alias_ahead(), False
        selected = self._list(self._selected)
        self._expect("FROM")
        entity = self._take(Kind.WORD)
        if self._alias:
            self._take(Kind.WORD)
        where = self._condition() if self._accept("WHERE") else None
        group_by = self._list(self._field) if self._accept("GROUP", "BY") else ()
        self._is_grouped = bool(group_by)
        return Query(
            text=self._text,
            selected=selected,
            entity=entity,
            where=where,
            group_by=group_by,
            having=self._condition() if group_by and self._accept("HAVING") else None,
            order_by=self._list(self._ordering) if self._accept("ORDER", "BY") else (),
            limit=self._whole() if self._accept("LIMIT") else None,
            offset=self._offset() if self._accept("OFFSET") else 0,
        )

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

    def _selected(self) -> Path | Aggregate | Children:
        if self._peek().text == "(":
            at = self._peek().at
            return Children(query=self._inner(), at=at)
        chosen = self._path_or_aggregate()
        follows = self._peek()
        if follows.kind is not Kind.WORD or follows.text.upper() in _AFTER_FIELDS:
            return chosen
        alias = self._take(Kind.WORD).text
        if isinstance(chosen, Aggregate):
            return Aggregate(function=chosen.function, path=chosen.path, at=chosen.at, alias=alias)
        return Path(parts=chosen.parts, at=chosen.at, alias=alias, function=chosen.function)

    def _path_or_aggregate(self) -> Path | Aggregate:
        if not self._is_call() or self._peek().text.upper() in DATE_FUNCTIONS:
            return self._field()
        return self._fields() if self._is("FIELDS") else self._aggregate()

    def _is_call(self) -> bool:
        return self._peek().kind is Kind.WORD and self._tokens[self._next + 1].text == "("

    def _field(self) -> Path:
        """A field, or a function of a date."""
        name = self._peek()
        if not self._is_call() or name.text.upper() not in DATE_FUNCTIONS:
            return self._path()
        self._next += 1
        self._sign("(")
        parts = self._path().parts
        self._sign(")")
        return Path(parts=parts, at=name.at, function=name.text.upper())

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
        path = self._path_or_aggregate() if self._is_grouped else self._field()
        for operator in ("IN", "NOT IN"):
            if self._accept(*operator.split()):
                return self._among(path, operator)
        if self._accept("LIKE"):
            return Comparison(path=path, operator="LIKE", values=(self._take(Kind.STRING),))
        given = self._take(Kind.SIGN)
        if given.text not in _COMPARERS:
            self._next -= 1
            raise self._unexpected()
        sign = "!=" if given.text == "<>" else given.text
        return Comparison(path=path, operator=sign, values=(self._literal(),))

    def _among(self, path: Path | Aggregate, operator: str) -> Comparison:
        follows = self._tokens[self._next + 1 : self._next + 2]
        if any(token.text.upper() == "SELECT" for token in follows):
            return Comparison(path=path, operator=operator, values=(), inner=self._inner())
        return Comparison(path=path, operator=operator, values=self._values())

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
