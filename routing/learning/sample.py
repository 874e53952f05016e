"""Closed leads as arrays: what the model learns from."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from routing.learning.logistic import FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """
    One row a closed lead, in any order: all that closed within a span of time.

    Take leads by when they closed, not by when they came. Of those that came in the last weeks only
    the quick ones have closed; if deals are lost faster than won, they look worse than they are.

    `owner` and `segment` point into `owners` and `segments`. `features` are what the caller made of
    a lead's fields: centred, on a scale of about one, or one-hot. `at` and `open_days` are days:
    when the lead was assigned, and how long it then stayed open. `value` is zero where no money
    is known.
    """

    won: FloatArray
    owner: IntArray
    segment: IntArray
    features: FloatArray
    at: FloatArray
    weight: FloatArray
    value: FloatArray
    open_days: FloatArray
    owners: tuple[str, ...]
    segments: tuple[str, ...]
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        rows = len(self.won)
        columns = (self.owner, self.segment, self.at, self.weight, self.value, self.open_days)
        if any(column.shape != (rows,) for column in columns):
            raise ValueError(f"a sample of {rows} leads has a column of another length")
        if self.features.shape != (rows, len(self.names)):
            raise ValueError(
                f"features are {self.features.shape}, {(rows, len(self.names))} were named"
            )
        for index, names in ((self.owner, self.owners), (self.segment, self.segments)):
            if rows and not (index.min() >= 0 and index.max() < len(names)):
                raise ValueError("a sample points outside the owners or segments it names")

    def __len__(self) -> int:
        return len(self.won)

    @property
    def months(self) -> float:
        """How long a time the leads span, in months of 30.4 days."""
        return float(np.ptp(self.at)) / 30.4 if len(self) else 0.0

    @property
    def is_undated(self) -> bool:
        """Whether all came at one instant: a past without dates has its leads at that of today."""
        return len(self) > 1 and not float(np.ptp(self.at))

    def rows(self, chosen: IntArray) -> Self:
        """Return the same owners, segments and features, of only the `chosen` rows."""
        return type(self)(
            won=self.won[chosen],
            owner=self.owner[chosen],
            segment=self.segment[chosen],
            features=self.features[chosen],
            at=self.at[chosen],
            weight=self.weight[chosen],
            value=self.value[chosen],
            open_days=self.open_days[chosen],
            owners=self.owners,
            segments=self.segments,
            names=self.names,
        )

    def earlier_and_later(self, later_share: float) -> tuple[Self, Self]:
        """
        Split by when leads closed: the later ones judge what was learnt from the earlier ones.

        By when they came, the later ones would be only those that closed quickly.
        """
        order = np.argsort(self.at + self.open_days, kind="stable")
        cut = len(order) - round(len(order) * later_share)
        return self.rows(order[:cut]), self.rows(order[cut:])
