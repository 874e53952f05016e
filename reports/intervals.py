"""How far a rate can be trusted: intervals of shares, and of differences between them."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

SURE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An estimate with the bounds between which it lies, as sure as was asked."""

    at: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        return self.low > 0 or self.high < 0


def z_of(sure: float = SURE, questions: int = 1) -> float:
    """Return the quantile; of several questions asked at once, each must be the surer."""
    return NormalDist().inv_cdf(1 - (1 - sure) / (2 * max(1, questions)))


def wilson(hits: int, number: int, z: float | None = None) -> Interval:
    """Return a share with Wilson's interval, which holds for few and for extreme ones."""
    if number == 0:
        return Interval(at=float("nan"), low=0.0, high=1.0)
    z = z_of() if z is None else z
    p, n = hits / number, number
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return Interval(at=p, low=max(0.0, middle - half), high=min(1.0, middle + half))


def difference(now: tuple[int, int], before: tuple[int, int]) -> Interval:
    """Return how two shares, of hits and number, differ: Newcombe's interval of Wilson's."""
    a, b = wilson(*now), wilson(*before)
    low = sqrt((a.at - a.low) ** 2 + (b.high - b.at) ** 2)
    high = sqrt((a.high - a.at) ** 2 + (b.at - b.low) ** 2)
    at = a.at - b.at
    return Interval(at=at, low=at - low, high=at + high)
