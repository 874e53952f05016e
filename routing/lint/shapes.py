"""Words and patterns for e-mail, phone and website that no lead has, as those are kept one way."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

_State = int
_LONGEST_NUMBER: Final = 16
_SHORTEST_NUMBER: Final = 8
_NOT_IN_ADDRESSES: Final = frozenset(' \t\n,;:<>()[]"/\\')
_LOCAL_BEGINS, _LOCAL, _DOMAIN_BEGINS, _FIRST_LABEL, _LABEL_BEGINS, _LABEL = range(6)
_PUNCTUATION: Final = re.compile(r"\(0\)|[\s()./-]")
_DIALLED_PLUS: Final = re.compile(r"^00(?=\d)")
_SCHEME: Final = re.compile(r"^(?:https?:)?//")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """
    What a field's values look like once they are read.

    `step` reads one character; None: no value goes on so. `alphabet` has one of each kind that
    makes a difference. What begins with `left_out` is none either. `mends` are what was perhaps
    meant by a word that no lead has.
    """

    kept: str
    example: str
    start: _State
    ends: frozenset[_State]
    alphabet: str
    step: Callable[[_State, str], _State | None]
    mends: Callable[[str], Iterator[str]]
    left_out: re.Pattern[str] | None = None

    def may_be(self, word: str) -> bool:
        """Tell whether any value is this word, or matches it; * and ? are wild."""
        if self.left_out and self.left_out.match(word.casefold()):
            return False
        states = {self.start}
        for char in word.casefold():
            if char == "*":
                states = self._on_and_on(states)
            else:
                states = self._next(states, self.alphabet if char == "?" else char)
        return not states.isdisjoint(self.ends)

    def meant(self, word: str) -> str | None:
        """Give how the word would be written so that a lead may have it."""
        return next((each for each in self.mends(word.casefold()) if self.may_be(each)), None)

    def _next(self, states: set[_State], chars: str) -> set[_State]:
        found = (self.step(state, char) for state in states for char in chars)
        return {state for state in found if state is not None}

    def _on_and_on(self, states: set[_State]) -> set[_State]:
        known: set[_State] = set()
        while states:
            known |= states
            states = self._next(states, self.alphabet) - known
        return known


def _phone_step(read: _State, char: str) -> _State | None:
    """+ and the digits of the country code, which begins with no 0, and of the number."""
    if read == 0:
        return 1 if char == "+" else None
    is_digit = char.isdecimal() and (read > 1 or char != "0")
    return read + 1 if is_digit and read < _LONGEST_NUMBER else None


def _phone_mends(word: str) -> Iterator[str]:
    yield _DIALLED_PLUS.sub("+", _PUNCTUATION.sub("", word))
    digits = _PUNCTUATION.sub("", word).removeprefix("+")
    yield f"+{digits}"
    yield f"+{digits}*"


def _email_step(state: _State, char: str) -> _State | None:
    if state > _LOCAL:
        return _host_step(state, char)
    if char == "@":
        return _DOMAIN_BEGINS if state == _LOCAL else None
    return None if char in _NOT_IN_ADDRESSES else _LOCAL


def _email_mends(word: str) -> Iterator[str]:
    yield word.removeprefix("mailto:")
    if word.count("@") <= 1 and not word.startswith("*"):
        yield f"*@{word.removeprefix('@')}"
    yield f"{word}.*"


def _host_step(state: _State, char: str) -> _State | None:
    if char == "@" or char in _NOT_IN_ADDRESSES:
        return None
    if char != ".":
        return _FIRST_LABEL if state in {_DOMAIN_BEGINS, _FIRST_LABEL} else _LABEL
    return _LABEL_BEGINS if state in {_FIRST_LABEL, _LABEL} else None


def _website_mends(word: str) -> Iterator[str]:
    host = _SCHEME.sub("", word).partition("/")[0].removeprefix("www.")
    yield host
    yield f"{host}.*"


SHAPES: Final = {
    "phone": Shape(
        kept="numbers are kept as + and digits, the country code first",
        example="+49171*",
        start=0,
        ends=frozenset(range(_SHORTEST_NUMBER, _LONGEST_NUMBER + 1)),
        alphabet="+01",
        step=_phone_step,
        mends=_phone_mends,
    ),
    "email": Shape(
        kept="addresses have one @, and a dot in their domain",
        example="*@acme.example",
        start=_LOCAL_BEGINS,
        ends=frozenset({_LABEL}),
        alphabet="a@.",
        step=_email_step,
        mends=_email_mends,
    ),
    "website": Shape(
        kept="websites are kept as the host alone, without https://, www. and pages",
        example="acme.example",
        start=_DOMAIN_BEGINS,
        ends=frozenset({_LABEL}),
        alphabet="a.",
        step=_host_step,
        mends=_website_mends,
        left_out=re.compile(r"www\..*\."),
    ),
}
