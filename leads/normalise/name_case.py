"""The case of a person's name that was typed all in capitals or all in small letters."""

import re
from typing import Final

from leads.normalise.text import fold, word_set

PARTICLES: Final = word_set(
    "de del della di da das dos du van von vom zu zum der den ter la le lo al el bin ibn bint abu "
    "af av dal degli dello ten zur"
)
_PIECES: Final = re.compile(r"([-'\u2019\s]+)")
_MC: Final = re.compile(r"mc(?=[a-z]{3})")
_INITIALS: Final = 3
_VOWELS: Final = frozenset("aeiouyàáâãäåæèéêëìíîïòóôõöøœùúûü")


def mend_case(name: str) -> str:
    """Answer `name` as it is if it has both cases, else mended: McDonald, O'Brien, de Vries."""
    if not (name.isupper() or name.islower()):
        return name
    was_capitals = name.isupper()
    pieces = _PIECES.split(name)
    return "".join(
        piece if place % 2 else _mend(piece, was_capitals=was_capitals, is_first=place == 0)
        for place, piece in enumerate(pieces)
    )


def _mend(word: str, *, was_capitals: bool, is_first: bool) -> str:
    small = fold(word)
    if small in PARTICLES and not is_first:
        return small
    if was_capitals and len(word) <= _INITIALS and not _VOWELS.intersection(small):
        return word  # JT, DJ: initials
    if _MC.match(small):
        return f"Mc{_capital(word[2:])}"
    return _capital(word)


def _capital(word: str) -> str:
    # Python makes two characters of a small \u0130 (Turkish capital I with its dot).
    return word.capitalize().replace("i\u0307", "i")
