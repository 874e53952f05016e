"""The filter logic of a rule entry: `1 AND (2 OR NOT 3)`, over its numbered criteria."""

import re
from collections.abc import Sequence

from connectors.rule_sheet import Every, Opposite, Some, Statement

_TOKEN = re.compile(r"\s*(\d{1,4}|AND\b|OR\b|NOT\b|[()])", re.IGNORECASE)
_DEEPEST = 50


def combine(logic: str, criteria: Sequence[Statement]) -> Statement:
    """
    Answer the criteria as `logic` joins them: NOT binds closer than AND, and AND than OR.

    Raises ValueError with what is wrong with it, also when it leaves a criterion out.
    """
    reader = _Reader(_words(logic), criteria)
    whole = reader.either()
    reader.end()
    unused = [n for n in range(1, len(criteria) + 1) if n not in reader.used]
    if unused:
        raise ValueError(f"the filter logic leaves out criterion {unused[0]}")
    return whole


def _words(logic: str) -> list[str]:
    found: list[str] = []
    at, text = 0, logic.strip()
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise ValueError(f"the filter logic has {text[at : at + 20].strip()!r} in it")
        found.append(token[1].upper())
        at = token.end()
    return found


class _Reader:
    def __init__(self, tokens: Sequence[str], criteria: Sequence[Statement]) -> None:
        self._left = list(tokens)
        self._criteria = criteria
        self._depth = 0
        self.used: set[int] = set()

    def either(self) -> Statement:
        parts = [self._both()]
        while self._is_next("OR"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Some(parts=tuple(parts))

    def _both(self) -> Statement:
        parts = [self._one()]
        while self._is_next("AND"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else Every(parts=tuple(parts))

    def _one(self) -> Statement:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ValueError("the filter logic is nested too deep")
        try:
            if self._is_next("NOT"):
                return Opposite(part=self._one())
            if self._is_next("("):
                inner = self.either()
                if not self._is_next(")"):
                    raise ValueError("the filter logic lacks a closing parenthesis")
                return inner
            return self._criterion()
        finally:
            self._depth -= 1

    def _criterion(self) -> Statement:
        token = self._left.pop(0) if self._left else ""
        if not token.isdecimal():
            raise ValueError(f"the filter logic has {token or 'its end'} where a number should be")
        number = int(token)
        if not 1 <= number <= len(self._criteria):
            known = len(self._criteria)
            raise ValueError(f"the filter logic names criterion {number}, and there are {known}")
        self.used.add(number)
        return self._criteria[number - 1]

    def _is_next(self, word: str) -> bool:
        if self._left and self._left[0] == word:
            del self._left[0]
            return True
        return False

    def end(self) -> None:
        if self._left:
            raise ValueError(f"the filter logic has {self._left[0]} where it should end")
