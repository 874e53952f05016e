"""The text of `fields`, read: `name,leads.limit(3){id,field_data}`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.meta.errors import GraphError

_NAME = re.compile(r"[A-Za-z0-9_]+")
_PAIRS = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked of one field: `inner` fields, also as `text`, and what `.limit(3)` gives."""

    inner: "Asked" = field(default_factory=dict)
    text: str = ""
    given: Mapping[str, str] = field(default_factory=dict)


Asked = dict[str, Wanted]
"""Field names in the order asked for; each with what is asked of it."""


def asked_fields(text: str) -> Asked:
    """Raises GraphError: 2500, for what is no list of fields."""
    reader = _Reader(re.sub(r"\s", "", text))
    asked = reader.fields()
    if reader.rest:
        raise reader.fault()
    return asked


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    @property
    def rest(self) -> str:
        return self._text[self._at :]

    def fields(self) -> Asked:
        asked: Asked = {}
        while self.rest and not self.rest.startswith("}"):
            name = self._name()
            asked[name] = self._wanted()
            self._skip(",")
        return asked

    def fault(self) -> GraphError:
        told = f'Syntax error "Expected name." at character {self._at}: {self._text}'
        return GraphError(2500, told)

    def _wanted(self) -> Wanted:
        given: dict[str, str] = {}
        while self._skip("."):
            name = self._name()
            given[name] = self._argument()
        if not self._skip("{"):
            return Wanted(given=given)
        start = self._at
        inner = self.fields()
        text = self._text[start : self._at]
        if not self._skip("}"):
            raise self.fault()
        return Wanted(inner=inner, text=text, given=given)

    def _argument(self) -> str:
        """What stands in parentheses; it may hold some of its own."""
        if not self._skip("("):
            raise self.fault()
        start, open_ones = self._at, [")"]
        while open_ones and self.rest:
            sign = self.rest[0]
            if sign == open_ones[-1]:
                open_ones.pop()
            elif sign in _PAIRS:
                open_ones.append(_PAIRS[sign])
            self._at += 1
        if open_ones:
            raise self.fault()
        return self._text[start : self._at - 1]

    def _name(self) -> str:
        matched = _NAME.match(self._text, self._at)
        if not matched:
            raise self.fault()
        self._at = matched.end()
        return matched[0]

    def _skip(self, sign: str) -> bool:
        found = self.rest.startswith(sign)
        self._at += found
        return found
