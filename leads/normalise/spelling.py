"""A misspelt name and the known names it can be, by a strict rule."""

from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

_SHORTEST = 5
_LONG = 9


def nearest(word: str, known: Iterable[str]) -> frozenset[str]:
    """
    Answer the known names nearest to `word`: one slip away, two when it has nine letters or more.

    A slip is a letter added, dropped, changed, or two neighbours swapped. Short words are never
    guessed at: Iran and Iraq are one slip apart.
    """
    if len(word) < _SHORTEST:
        return frozenset()
    slips = 2 if len(word) >= _LONG else 1
    candidates = [name for name in known if len(name) >= _SHORTEST]
    found = process.extract(word, candidates, scorer=OSA.distance, score_cutoff=slips, limit=None)
    best = min((distance for _, distance, _ in found), default=0)
    return frozenset(name for name, distance, _ in found if distance == best)
