"""Whether a vendor's raw words name a person, by address or number. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Self

from leads.matching import email_key

_ADDRESS: Final = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")
_FEWEST_DIGITS: Final = 8
"""What fewer digits say, too many numbers end in."""

_EMAIL, _PHONE = "email:", "phone:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """A person's addresses (as `email_key` answers them) and the digits of E.164 numbers."""

    emails: frozenset[str]
    numbers: frozenset[str]

    @classmethod
    def of(cls, identity: frozenset[str]) -> Self:
        """Take them from what `leads.matching.identity_keys` answered."""
        phones = (k.removeprefix(_PHONE).partition("|")[0] for k in identity if _is(k, _PHONE))
        return cls(
            emails=frozenset(k.removeprefix(_EMAIL) for k in identity if _is(k, _EMAIL)),
            numbers=frozenset(phone.removeprefix("+") for phone in phones),
        )

    def are_in(self, body: object) -> bool:
        return any(self._is_named(text) for text in _texts(body))

    def _is_named(self, text: str) -> bool:
        return self._has_address(text) or self._has_number(text)

    def _has_address(self, text: str) -> bool:
        found = _ADDRESS.findall(text) if self.emails and "@" in text else ()
        return any(email_key(each.rstrip(".")) in self.emails for each in found)

    def _has_number(self, text: str) -> bool:
        """National forms have no country code, and often a 0 in its place."""
        digits = "".join(c for c in text if c.isdecimal() and c.isascii()).lstrip("0")
        if len(digits) < _FEWEST_DIGITS:
            return False
        return any(number.endswith(digits) for number in self.numbers)


def _is(key: str, kind: str) -> bool:
    return key.startswith(kind)


def _texts(body: object) -> Iterator[str]:
    """Every text and number in it, however deep; keys too, as a vendor may key by address."""
    left = [body]
    while left:
        match left.pop():
            case str() as text:
                yield text
            case int() as number:
                yield str(number)
            case Mapping() as mapping:
                left += [*mapping.keys(), *mapping.values()]
            case list() | tuple() as parts:
                left += parts
            case _:
                pass
