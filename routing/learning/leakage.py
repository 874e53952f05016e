"""Fields that know the outcome: written after it, and so blank or otherwise when a lead comes."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from leads.lead import Lead
from routing.learning.history import Told
from routing.learning.logistic import ranking
from routing.learning.recipe import BLANK, word_of
from routing.policy import Money

TOO_WELL = 0.85
"""
A field that by itself ranks won before lost so often is no knowledge of a lead that has just come.

The best honest one in the data at hand reaches .75 (time spent on a web site); X Education's
`Tags`, which people fill in while they work a lead, .92.
"""
_FOLDS = 5
_PRIOR = 4.0
_ENOUGH = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A field that is not used, and why: a clause that follows its name."""

    field: str
    why: str


Word = Callable[[Lead], str]


def leaks(told: Sequence[Told], features: Sequence[str], money: Money) -> list[Refusal]:
    """Answer the fields that tell the outcome too well to be known before it."""
    found: list[Refusal] = []
    won = np.array([each.won for each in told], dtype=np.float64)
    if len(told) < _ENOUGH or not 0 < won.mean() < 1:
        return found
    folds = [_fold(each.past.lead) for each in told]
    for field in dict.fromkeys(features):
        words = [word_of(each.past.lead, field, money) for each in told]
        filled = ["" if word == BLANK else "filled" for word in words]
        by_presence = _held_out(filled, won, folds)
        by_value = _held_out(words, won, folds)
        if by_presence >= TOO_WELL:
            found.append(Refusal(field=field, why=_presence(filled, won)))
        elif by_value >= TOO_WELL:
            found.append(Refusal(field=field, why=_values(words, won, by_value)))
    return found


def _held_out(words: Sequence[str], won: np.ndarray, folds: Sequence[int]) -> float:
    """Rank leads by how those of the other folds with the same word came out."""
    usual = float(won.mean())
    counted = Counter(zip(words, folds, strict=True))
    wins: Counter[tuple[str, int]] = Counter()
    for key, outcome in zip(zip(words, folds, strict=True), won, strict=True):
        wins[key] += int(outcome)
    all_counts, all_wins = Counter(words), Counter[str]()
    for (word, _), count in wins.items():
        all_wins[word] += count
    rates = [
        (all_wins[word] - wins[word, fold] + _PRIOR * usual)
        / (all_counts[word] - counted[word, fold] + _PRIOR)
        for word, fold in zip(words, folds, strict=True)
    ]
    return ranking(won, np.array(rates))


def _fold(lead: Lead) -> int:
    """Draw by the lead, so that the same past is judged alike in whatever order it comes."""
    return blake2b(str(lead.key).encode(), digest_size=4).digest()[0] % _FOLDS


def _presence(filled: Sequence[str], won: np.ndarray) -> str:
    is_filled = np.array([bool(each) for each in filled])
    return (
        f"filled in for {is_filled[won == 1].mean():.0%} of the won and "
        f"{is_filled[won == 0].mean():.0%} of the lost: it is written when the outcome is known"
    )


def _values(words: Sequence[str], won: np.ndarray, by_value: float) -> str:
    rates = _extremes(words, won)
    shown = " and ".join(f"{word!r} {rate:.0%}" for word, rate in rates.items())
    return (
        f"it alone ranks a won lead before a lost one {by_value:.0%} of the time (won: {shown}); "
        "nothing that is known when a lead comes does: it is written while the lead is worked"
    )


def _extremes(words: Sequence[str], won: np.ndarray) -> Mapping[str, float]:
    """Answer the two common values that are furthest apart, and their shares won."""
    counts = Counter(words)
    common = [word for word, count in counts.items() if count >= max(5, len(words) // 50)]
    array = np.array(words)
    rates = {word: float(won[array == word].mean()) for word in common}
    ranked = sorted(rates, key=lambda word: (rates[word], word))
    return {word: rates[word] for word in dict.fromkeys([*ranked[-1:], *ranked[:1]])}
