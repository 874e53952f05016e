"""Who is likeliest to close a lead: the coefficients, what they say of one, and as JSON."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Self

import numpy as np

from routing.learning.logistic import FloatArray, IntArray
from routing.learning.spread import Shape

FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Logits are read as slope x logit + offset; the slope is positive, so order is kept."""

    slope: float
    offset: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDays:
    """For how long a lead stays open with its owner, by how it ends."""

    won: float
    lost: float

    def expected(self, chances: FloatArray) -> FloatArray:
        return self.lost + (self.won - self.lost) * chances


# No slots: the cached properties are kept in the instance.
@dataclass(frozen=True, kw_only=True, eq=False)
class LikelihoodModel:
    """
    Coefficients: a fixed part for everybody and each owner's deviation from it.

    Columns: one, a column a segment, a column a feature. An owner or a segment that was never seen
    scores by the fixed part alone (the prior). `losses` are of leads later than those learnt from.
    """

    owners: tuple[str, ...]
    segments: tuple[str, ...]
    names: tuple[str, ...]
    shape: Shape
    spreads: tuple[float, float, float]  # of owners, owners in a segment, owners by a feature
    fixed: FloatArray
    effects: FloatArray
    calibration: Calibration
    open_days: OpenDays
    typical_value: float  # of a won deal, in money; 0 where none was known
    leads: int
    losses: Mapping[str, float]

    @cached_property
    def coefficients(self) -> FloatArray:
        """Calibrated coefficients, a row an owner, and a last one for an owner never seen."""
        rows = np.vstack([self.fixed + self.effects, self.fixed]) * self.calibration.slope
        rows[:, 0] += self.calibration.offset
        return rows

    @cached_property
    def _places(self) -> tuple[Mapping[str, int], Mapping[str, int]]:
        owners, segments = enumerate(self.owners), enumerate(self.segments)
        return {name: n for n, name in owners}, {name: n for n, name in segments}

    @cached_property
    def _stacked(self) -> tuple[FloatArray, FloatArray]:
        """For each segment, and last for an unknown one, everybody's start; and their slopes."""
        rows, first = self.coefficients, 1 + len(self.segments)
        known = rows[:, 1:first] + rows[:, :1]
        return np.vstack([known.T, rows[:, 0]]), np.ascontiguousarray(rows[:, first:])

    @cached_property
    def _deviations(self) -> FloatArray:
        return np.asarray(self.coefficients - self.coefficients[-1])

    def rows_of(self, owners: Iterable[str]) -> IntArray:
        """Answer each owner's row of `coefficients`; an unknown one has the last, the prior."""
        places, unknown = self._places[0], len(self.owners)
        return np.array([places.get(owner, unknown) for owner in owners], dtype=np.int64)

    def logits(self, segment: str, features: FloatArray) -> FloatArray:
        """Answer the logit of winning this lead for each owner, and last for an unknown one."""
        starts, slopes = self._stacked
        place = self._places[1].get(segment, len(self.segments))
        return np.asarray(slopes @ features + starts[place])

    def own_logits(self, row: int, segment: str, features: FloatArray) -> FloatArray:
        """
        Answer an owner's own parts of a logit: in general, in the segment, by each feature.

        With the logit of an unknown owner they add up to theirs; `row` is that of `coefficients`.
        """
        own, first = self._deviations[row], 1 + len(self.segments)
        place = self._places[1].get(segment)
        parts = np.empty(2 + len(self.names))
        parts[0] = own[0]
        parts[1] = 0.0 if place is None else own[1 + place]
        np.multiply(own[first:], features, out=parts[2:])
        return parts

    def to_json(self) -> str:
        """Write every number so that it is read back to the last bit."""
        return json.dumps(
            {
                "format": FORMAT,
                "owners": self.owners,
                "segments": self.segments,
                "names": self.names,
                "shape": self.shape,
                "spreads": self.spreads,
                "fixed": self.fixed.tolist(),
                "effects": self.effects.tolist(),
                "calibration": asdict(self.calibration),
                "open_days": asdict(self.open_days),
                "typical_value": self.typical_value,
                "leads": self.leads,
                "losses": dict(self.losses),
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote; raises ValueError for another format."""
        read = json.loads(text)
        if read.get("format") != FORMAT:
            raise ValueError(f"the stored model is not of format {FORMAT}: train it again")
        owners, columns = len(read["owners"]), len(read["fixed"])
        return cls(
            owners=tuple(read["owners"]),
            segments=tuple(read["segments"]),
            names=tuple(read["names"]),
            fixed=_array(read["fixed"], (columns,)),
            effects=_array(read["effects"], (owners, columns)),
            shape=Shape(read["shape"]),
            spreads=tuple(read["spreads"]),
            calibration=Calibration(**read["calibration"]),
            open_days=OpenDays(**read["open_days"]),
            typical_value=read["typical_value"],
            leads=read["leads"],
            losses=read["losses"],
        )


def _array(rows: Sequence[object], shape: tuple[int, ...]) -> FloatArray:
    return np.array(rows, dtype=np.float64).reshape(shape)
