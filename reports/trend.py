"""Where a weekly number is going: the last full week against those before it."""

from dataclasses import dataclass

import pandas as pd

from reports.facts import Facts

_BEFORE = 4
_FEWEST = 5
_WEEK = pd.Timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A week's number, and that of up to four weeks before it."""

    latest: float
    before: float


def whole_weeks(by_week: "pd.Series[float]", facts: Facts) -> "pd.Series[float]":
    """Leave out the week that is not over."""
    local = pd.Timestamp(facts.now).tz_convert(facts.zone).tz_localize(None)
    return by_week[[at + _WEEK <= local for at in by_week.index]]


def move_of(means: "pd.Series[float]", numbers: "pd.Series[float]") -> Move | None:
    """Compare averages, each weighed by what it is of; None where there is too little of either."""
    if len(means) < 2:  # noqa: PLR2004  (one to compare with)
        return None
    means = means.fillna(0.0)
    earlier, weights = means.iloc[-1 - _BEFORE : -1], numbers.iloc[-1 - _BEFORE : -1]
    if numbers.iloc[-1] < _FEWEST or weights.sum() < _FEWEST:
        return None
    before = float((earlier * weights).sum() / weights.sum())
    return Move(latest=float(means.iloc[-1]), before=before)


def counts_of(
    hits: "pd.Series[float]", numbers: "pd.Series[float]"
) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Return hits and number of the last week, and of those before it; None for too little."""
    if len(numbers) < 2:  # noqa: PLR2004
        return None
    latest = int(hits.iloc[-1]), int(numbers.iloc[-1])
    before = int(hits.iloc[-1 - _BEFORE : -1].sum()), int(numbers.iloc[-1 - _BEFORE : -1].sum())
    return (latest, before) if min(latest[1], before[1]) >= _FEWEST else None
