"""Fields that nearly tell what must not drive routing: leaving that out is not enough then."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from leads.lead import Lead
from routing.learning.recipe import BLANK, word_of
from routing.policy import Money

TELLS = 0.5
"""A field by which so much of the guessing at an excluded one is saved is named (lambda)."""
_FEW = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """By `field`, `share` of the mistakes in guessing `of` are avoided."""

    field: str
    of: str
    share: float


def proxies(
    leads: Sequence[Lead], features: Sequence[str], excluded: Sequence[str], money: Money
) -> list[Proxy]:
    """Answer which features nearly tell an excluded field, the closest first."""
    found = []
    for of in excluded:
        hidden = [word_of(lead, of, money) for lead in leads]
        for field in features:
            seen = [word_of(lead, field, money) for lead in leads]
            share = _saved(seen, hidden)
            if share >= TELLS:
                found.append(Proxy(field=field, of=of, share=share))
    return sorted(found, key=lambda each: (-each.share, each.field))


def _saved(seen: Sequence[str], hidden: Sequence[str]) -> float:
    """Goodman and Kruskal's lambda, of leads that have both; rare values prove nothing."""
    pairs = [pair for pair in zip(seen, hidden, strict=True) if BLANK not in pair]
    rows = Counter(word for word, _ in pairs)
    pairs = [pair for pair in pairs if rows[pair[0]] >= _FEW]
    usual = Counter(word for _, word in pairs)
    if len(usual) < 2:  # noqa: PLR2004 - of one value there is nothing to guess
        return 0.0
    by_guess = max(usual.values())
    best: dict[str, int] = {}
    for (word, _), count in Counter(pairs).items():
        best[word] = max(best.get(word, 0), count)
    return (sum(best.values()) - by_guess) / (len(pairs) - by_guess)
