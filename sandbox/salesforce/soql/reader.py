"""Step through a query's tokens, and point at the one that does not fit."""

from collections.abc import Callable
from typing import TypeVar

from sandbox.salesforce.errors import Refusal
from sandbox.salesforce.soql.lexer import tokens
from sandbox.salesforce.soql.tree import Kind, Token, fault_at

_T = TypeVar("_T")
_CLAUSES = "WHERE GROUP ORDER LIMIT OFFSET USING WITH FOR ALL UPDATE HAVING"
_NO_ALIAS = frozenset(_CLAUSES.split())


class TokenReader:
    """What every rule of the grammar is made of."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(tokens(text))
        self._next = 0

    def _alias_ahead(self) -> str:
        """The object's other name, in capitals: it is used before it is given."""
        depth = 0
        for at, token in enumerate(self._tokens[self._next :], self._next):
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            if depth < 0:
                break
            if depth == 0 and token.kind is Kind.WORD and token.text.upper() == "FROM":
                given = self._tokens[at + 2 : at + 3]
                words = [each.text.upper() for each in given if each.kind is Kind.WORD]
                return "".join(word for word in words if word not in _NO_ALIAS)
        return ""

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
