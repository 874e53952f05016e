"""Methods compared on the same kinds of lead, so that who gets the easy ones does not decide."""

from dataclasses import dataclass
from math import sqrt

import pandas as pd

from reports.intervals import Interval, z_of

KINDS = "source, channel, size, country"
"""What makes two leads of one kind, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MixGap:
    """How much better `one` does than `other`; `leads` of the smaller of them in shared strata."""

    one: str
    other: str
    gap: Interval
    leads: int

    @property
    def is_sure(self) -> bool:
        return self.gap.excludes_zero


def strata_of(leads: pd.DataFrame) -> pd.DataFrame:
    """Return hits and number by method and stratum."""
    groups = leads.groupby(["method", "stratum"], observed=True)["hit"]
    return pd.DataFrame({"hits": groups.sum(), "n": groups.size()})


def standardised(leads: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """
    Return for each method its rate in the mix of all leads, and how much of that mix it had.

    Direct standardisation: its rate in each stratum, weighed by all leads of the stratum; strata
    that it had none of are left out.
    """
    cells = strata_of(leads)
    weights = leads.groupby("stratum").size() / len(leads)
    found = {}
    for method, part in cells.groupby(level="method", observed=True):
        own = part.droplevel("method")
        weight = weights.loc[own.index]
        covered = float(weight.sum())
        rate = float((own["hits"] / own["n"] * weight).sum() / covered)
        found[str(method)] = (rate, covered)
    return found


def gap_of(leads: pd.DataFrame, one: str, other: str, *, questions: int = 1) -> MixGap:
    """
    Return the Mantel-Haenszel difference of rates over the strata that both had.

    Its interval holds for all of `questions` asked at once (Bonferroni). The variance is that of
    Greenland and Robins, each stratum's rates drawn in a little, so that a stratum without any
    hit does not count as certain.
    """
    cells = strata_of(leads[leads["method"].isin([one, other])])
    hits = cells["hits"].unstack("method").reindex(columns=[one, other])  # noqa: PD010  (a series)
    number = cells["n"].unstack("method").reindex(columns=[one, other])  # noqa: PD010  (a series)
    both = number.notna().all(axis=1)
    hits, number = hits[both], number[both]
    a, b = number[one], number[other]
    if a.empty:
        return MixGap(one=one, other=other, gap=Interval(at=0.0, low=-1.0, high=1.0), leads=0)
    weight = a * b / (a + b)
    at = float(((hits[one] / a - hits[other] / b) * weight).sum() / weight.sum())
    p, q = (hits[one] + 0.5) / (a + 1), (hits[other] + 0.5) / (b + 1)
    spread = (weight**2 * (p * (1 - p) / a + q * (1 - q) / b)).sum()
    half = z_of(questions=questions) * sqrt(float(spread)) / float(weight.sum())
    interval = Interval(at=at, low=max(-1.0, at - half), high=min(1.0, at + half))
    return MixGap(one=one, other=other, gap=interval, leads=int(min(a.sum(), b.sum())))
