"""How a lead becomes numbers: one column for each common value of a field, and for each figure."""

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from leads.lead import Lead
from routing.fields import FIGURES, read_text
from routing.figures import read_figure
from routing.learning.logistic import FloatArray
from routing.policy import Money

_MOST_VALUES = 12
_COMMON_SHARE, _COMMON_LEADS = 0.01, 10
_MANY = 10
_MOSTLY = 0.9
OTHER = "other"
BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Scale:
    """A figure's logarithm, less its mean, in units of its spread."""

    mean: float
    spread: float

    def of(self, number: float) -> float:
        return (_log(number) - self.mean) / self.spread


# No slots: the cached property is kept in the instance.
@dataclass(frozen=True, kw_only=True)
class Recipe:
    """
    `values` of each field that has a column each, in the order of the columns; then the figures,
    `scales`, 0 where blank. `segment` is a field, or empty, and `segments` its common values.
    """

    values: Mapping[str, tuple[str, ...]]
    scales: Mapping[str, Scale]
    segment: str
    segments: tuple[str, ...]
    money: Money

    @property
    def names(self) -> tuple[str, ...]:
        listed = [f"{field} {value}" for field, known in self.values.items() for value in known]
        return (*listed, *self.scales)

    @cached_property
    def _places(self) -> Mapping[str, Mapping[str, int]]:
        found: dict[str, Mapping[str, int]] = {}
        first = 0
        for field, known in self.values.items():
            found[field] = {value: first + n for n, value in enumerate(known)}
            first += len(known)
        return found

    def features(self, lead: Lead) -> FloatArray:
        """Answer a lead's columns."""
        places = self._places
        row = np.zeros(sum(map(len, places.values())) + len(self.scales))
        for field, known in places.items():
            place = known.get(_word(lead, field))
            if place is not None:
                row[place] = 1.0
        for n, (field, scale) in enumerate(self.scales.items(), start=-len(self.scales)):
            number = number_of(lead, field, self.money)
            if number is not None:
                row[n] = scale.of(number)
        return row

    def segment_of(self, lead: Lead) -> str:
        """Answer the common value it has of the segment's field; all others are one more."""
        if not self.segment:
            return OTHER
        word = _word(lead, self.segment)
        return word if word in self.segments else OTHER

    def to_json(self) -> str:
        return json.dumps(
            {
                "values": self.values,
                "scales": {field: [s.mean, s.spread] for field, s in self.scales.items()},
                "segment": self.segment,
                "segments": self.segments,
            }
        )

    @classmethod
    def from_json(cls, text: str, money: Money) -> Self:
        read = json.loads(text)
        return cls(
            values={field: tuple(known) for field, known in read["values"].items()},
            scales={field: Scale(*scale) for field, scale in read["scales"].items()},
            segment=read["segment"],
            segments=tuple(read["segments"]),
            money=money,
        )


def recipe_of(leads: Sequence[Lead], features: Sequence[str], segment: str, money: Money) -> Recipe:
    """Find the columns by what these leads have; a field that says nothing of them has none."""
    values: dict[str, tuple[str, ...]] = {}
    scales: dict[str, Scale] = {}
    for field in dict.fromkeys(features):
        scale = _scale(leads, field, money)
        if scale is not None:
            scales[field] = scale
        elif field != segment:  # that has its own part of the model
            known = _common(leads, field)
            if len(known) > 1:
                values[field] = known[1:]  # the commonest is what the others are compared with
    segments = _common(leads, segment) if segment else ()
    return Recipe(
        values=values, scales=scales, segment=segment, segments=(*segments, OTHER), money=money
    )


def number_of(lead: Lead, field: str, money: Money) -> float | None:
    figure = read_figure(lead, field, money)
    return None if figure.least is None else float(figure.least)


def word_of(lead: Lead, field: str, money: Money) -> str:
    """Answer a field as a word, as columns and checks compare it; a figure by its magnitude."""
    if field in FIGURES:
        number = number_of(lead, field, money)
        return BLANK if number is None else f"about {2 ** round(_log(number) / math.log(2)):g}"
    return _word(lead, field)


def _word(lead: Lead, field: str) -> str:
    if field in FIGURES:
        return BLANK
    text = read_text(lead, field)
    return " ".join(text.split()).casefold() if text and text.strip() else BLANK


def _common(leads: Sequence[Lead], field: str) -> tuple[str, ...]:
    counts = Counter(_word(lead, field) for lead in leads)
    least = max(_COMMON_LEADS, _COMMON_SHARE * len(leads))
    ranked = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return tuple(word for word, count in ranked[:_MOST_VALUES] if count >= least)


def _scale(leads: Sequence[Lead], field: str, money: Money) -> Scale | None:
    """Answer how to scale a field of numbers; None where it is of words, or all alike."""
    if field not in FIGURES and not field.startswith("custom."):
        return None
    read = (number_of(lead, field, money) for lead in leads)
    numbers = [number for number in read if number is not None]
    filled = sum(read_text(lead, field) is not None for lead in leads)
    if field not in FIGURES and (len(set(numbers)) <= _MANY or len(numbers) < _MOSTLY * filled):
        return None
    logs = np.array([_log(number) for number in numbers])
    if len(logs) < _COMMON_LEADS or float(logs.std()) == 0:
        return None
    return Scale(float(logs.mean()), float(logs.std()))


def _log(number: float) -> float:
    return math.copysign(math.log1p(abs(number)), number)
