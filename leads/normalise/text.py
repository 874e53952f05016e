"""Text as it is kept, and the two shapes in which it is compared."""

import re
import unicodedata
from typing import Final

MOST_CHARACTERS: Final = 255
_NOT_TEXT: Final = frozenset({"Cc", "Cf", "Cs"})  # control, zero-width and bidi, lone surrogates
_DIACRITICS: Final = re.compile("[\u0300-\u036f]")
_LETTERS: Final = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "\u0131": "i",
        "&": " and ",
    }
)
_INSIDE_A_WORD: Final = re.compile("['`.\u2019\u02bc\u00b4]")
_BETWEEN_WORDS: Final = re.compile(r"[\W_]+")


def clean(raw: str, most: int = MOST_CHARACTERS) -> str:
    """Answer NFKC without invisible characters, white space collapsed, at most `most` long."""
    if not (raw.isascii() and raw.isprintable()):
        seen = (
            c for c in raw[: 4 * most] if c.isspace() or unicodedata.category(c) not in _NOT_TEXT
        )
        raw = unicodedata.normalize("NFKC", "".join(seen))
    return " ".join(raw[: 4 * most].split())[:most].rstrip()


def fold(text: str) -> str:
    """Answer the shape in which two spellings of a word are equal, whatever case and spaces."""
    if text.isascii():
        return " ".join(text.lower().split())
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.split())


def plain(text: str) -> str:
    """
    Answer the shape in which names are compared: folded, no accents, letters and digits only.

    Accents go from Latin, Greek and Cyrillic letters only: elsewhere the mark is half the letter.
    """
    folded = unicodedata.normalize("NFKD", fold(text).translate(_LETTERS))
    bare = unicodedata.normalize("NFC", _DIACRITICS.sub("", folded))
    return _BETWEEN_WORDS.sub(" ", _INSIDE_A_WORD.sub("", bare)).strip()


def storable(raw: str) -> str:
    """Answer `raw` as far as a database takes it: no NUL, no lone surrogate, not endless."""
    short = raw[:MOST_CHARACTERS].replace("\0", "")
    return short.encode("utf-8", "ignore").decode()


def word_set(listed: str, separator: str | None = None) -> frozenset[str]:
    """Answer the words of a written-out list."""
    return frozenset(listed.split(separator))
