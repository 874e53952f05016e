"""Split a query into tokens; read what is inside a string."""

import re
from collections.abc import Iterator

from sandbox.salesforce.soql.tree import Kind, Token, fault_at

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<string>'(?:[^'\\]|\\.)*')
  | (?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))
  | (?P<date>\d{4}-\d\d-\d\d(?![\dT]))
  | (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?![\w.]))
  | (?P<range>[A-Za-z]\w*:\d+)
  | (?P<word>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)
  | (?P<sign><=|>=|!=|<>|=|<|>|\(|\)|,)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_ESCAPED = {
    "n": "\n",
    "N": "\n",
    "r": "\r",
    "R": "\r",
    "t": "\t",
    "T": "\t",
    "b": "\b",
    "B": "\b",
    "f": "\f",
    "F": "\f",
    '"': '"',
    "'": "'",
    "\\": "\\",
}
_ONLY_IN_LIKE = frozenset("_%")


def tokens(text: str) -> Iterator[Token]:
    """Yield every token, and END at last. Raises Refusal at the first thing that is none."""
    at = 0
    while at < len(text):
        matched = _TOKEN.match(text, at)
        if not matched:
            message = f"line {text.count(chr(10), 0, at) + 1}:{at} no viable alternative at"
            raise fault_at(text, at, "MALFORMED_QUERY", f"{message} character '{text[at]}'")
        if matched.lastgroup != "space":
            yield Token(kind=_kind(matched), text=matched[0], at=at)
        at = matched.end()
    yield Token(kind=Kind.END, text="<EOF>", at=len(text))


def string_value(query: str, token: Token, *, in_like: bool = False) -> str:
    """Answer what a quoted string says; escaped wildcards stay escaped in LIKE."""

    def read(matched: re.Match[str]) -> str:
        mark = matched[1]
        if mark[0] == "u" and len(mark) > 1:
            return chr(int(mark[1:], 16))
        if mark in _ONLY_IN_LIKE and in_like:
            return matched[0]
        if mark == "\\" and in_like:
            return r"\\"
        if mark not in _ESCAPED:
            message = f"Illegal string literal '{token.text[1:-1]}'"
            raise fault_at(query, token.at, "MALFORMED_QUERY", message)
        return _ESCAPED[mark]

    return _ESCAPE.sub(read, token.text[1:-1])


def _kind(matched: re.Match[str]) -> Kind:
    kind = Kind(matched.lastgroup or "")
    if kind is Kind.WORD:
        return {"true": Kind.BOOLEAN, "false": Kind.BOOLEAN, "null": Kind.NULL}.get(
            matched[0].lower(), kind
        )
    return kind
