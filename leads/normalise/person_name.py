"""People's names: the parts a form asked for, or a full name taken apart."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from leads.normalise.name_case import PARTICLES, mend_case
from leads.normalise.reading import UNREADABLE, Reading
from leads.normalise.text import fold, word_set

_HONORIFICS: Final = word_set(
    "mr mrs ms miss mx dr prof professor sir dame rev hon herr frau hr fr sr sra srta dña mme mlle "
    "mlles sig sigra sigr dott dottssa ing eng dipl-ing dr-ing shri smt mister madame monsieur"
)
# Only what is no surname: "Jack Ma" keeps his name, and "MD" goes after a comma alone.
_DEGREES: Final = word_set("phd mba cpa esq msc bsc dds llm llb dphil pmp cfa")
_DEGREES_AFTER_A_COMMA: Final = _DEGREES | word_set("md ma ba bs ms jd rn pe do edd meng")
_GENERATIONS: Final = word_set("jr sr ii iii iv")
_SAINTS: Final = word_set("san santa santo saint")
# Given names and surnames too (Ben, Do, St): particles only where they are written small.
_SMALL_PARTICLES: Final = word_set("ben do te e y st den mac")
_NO_NAME: Final = re.compile(r"@|://|www\.", re.IGNORECASE)
_EDGES: Final = " ,.;:/\\|*#_-()[]{}\"'"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonName:
    """Given name and surname; a name of one word is a surname."""

    first: str | None
    last: str | None


def read_name(text: str) -> Reading[str]:
    """Read one part of a name, or a whole one: no emoji or symbols, case mended."""
    if _NO_NAME.search(text):
        return UNREADABLE
    kept = "".join(c for c in text if unicodedata.category(c)[0] not in "SC" or c == "`")
    name = " ".join(kept.split()).strip(_EDGES)
    if not any(c.isalpha() for c in name):
        return UNREADABLE
    return Reading(mend_case(name))


def split_name(full: str) -> PersonName:
    """
    Take a name apart that `read_name` has read: the last word, with its particles, is the surname.

    `Ruiz, Ana` is turned round. Titles and degrees are dropped; Jr., III stay with the surname.
    Scripts written without spaces stay whole: which part is which cannot be seen.
    """
    parts = [part.strip() for part in full.split(",") if part.strip()]
    generation = ""
    while len(parts) > 1 and _bare(parts[-1]) in _GENERATIONS | _DEGREES_AFTER_A_COMMA:
        suffix = parts.pop()
        generation = suffix if _bare(suffix) in _GENERATIONS else generation
    if len(parts) == 2:  # noqa: PLR2004 - surname, given name
        given, surname = " ".join(_without_titles(parts[1].split())), parts[0]
    else:
        given, surname = _split_words(_without_titles(" ".join(parts).split()))
    return PersonName(first=given or None, last=f"{surname} {generation}".strip() or None)


def _split_words(words: list[str]) -> tuple[str, str]:
    if not words or (_is_particle(words[0]) and words[0].islower()):
        return "", " ".join(words)
    cut = len(words) - 1
    if cut > 1 and _bare(words[cut]) in _GENERATIONS:
        cut -= 1
    # The first word is a given name, whatever it looks like: Van Morrison, Al Gore.
    while cut > 1 and _is_particle(words[cut - 1]):
        cut -= 1
    return " ".join(words[:cut]), " ".join(words[cut:])


def _without_titles(words: list[str]) -> list[str]:
    start, end = 0, len(words)
    while start < end - 1 and _bare(words[start]) in _HONORIFICS:
        start += 1
    while end > start + 1 and _bare(words[end - 1]) in _DEGREES:
        end -= 1
    return words[start:end]


def _is_particle(word: str) -> bool:
    return fold(word) in PARTICLES | _SAINTS or word in _SMALL_PARTICLES


def _bare(word: str) -> str:
    return fold(word).replace(".", "").strip(" ,")
