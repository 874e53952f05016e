"""E-mail addresses. Syntax only: nothing is ever looked up in the DNS."""

import re
from typing import Final

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from leads.lead import FlawKind
from leads.normalise.reading import UNREADABLE, Reading

_PREFIX: Final = re.compile(r"(?:mailto:|e-?mail:)\s*", re.IGNORECASE)
_IN_ANGLES: Final = re.compile(r"<([^<>]*@[^<>]*)>")
_SEPARATORS: Final = re.compile(r"\s*[;,|/]\s*|\s+(?:or|and|oder|und|o|y|ou|et)\s+")
_AROUND: Final = " <>()[]\"'.,;:!?"
_ORDINARY: Final = re.compile(
    r"(?=.{3,254}$)(?=[^@]{1,64}@)[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*"
    r"@(?:(?!..--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63})"
)
_RESERVED: Final = frozenset(
    {name.rpartition(".")[2] for name in SPECIAL_USE_DOMAIN_NAMES} - {"test"}
)


def read_email(text: str) -> Reading[str]:
    """
    Answer the address with its domain in lower case; of several, the first valid one (ASSUMED).

    The part before the @ keeps its case; people are compared by `matching.identity_keys`.
    """
    address = _address(text)
    if address:
        return Reading(address)
    for part in _parts(_from_angles(text)):
        if address := _address(part):
            return Reading(address, FlawKind.ASSUMED)
    return UNREADABLE


def _parts(text: str) -> list[str]:
    """Spaces part addresses only when each word is one: "ana ruiz@example.com" is not ruiz@."""
    parts: list[str] = []
    for part in _SEPARATORS.split(text):
        words = part.split()
        parts += words if all("@" in word for word in words) else [part]
    return parts


def _from_angles(text: str) -> str:
    """`Ana Ruiz <ana@example.com>` names its address between angle brackets."""
    found = _IN_ANGLES.findall(text)
    return "; ".join(found) if found else text


def _address(text: str) -> str | None:
    if _is_ordinary(text):
        return text
    bare = _PREFIX.sub("", _from_angles(text).strip(_AROUND), count=1).strip(_AROUND)
    try:
        # test_environment admits .test, where the people of fixtures and sandboxes live.
        valid = validate_email(bare, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    return f"{valid.local_part}@{valid.domain.lower()}"


def _is_ordinary(text: str) -> bool:
    """
    Tell an address that is right as it stands, and which the validator would give back unchanged.

    Nearly every address is one, and the validator is what takes longest in reading a lead.
    """
    found = _ORDINARY.fullmatch(text)
    return found is not None and found[1] not in _RESERVED
