"""Differences with the mix taken out: against plain loops, and as often right as they say."""

from math import sqrt
from random import Random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.intervals import z_of
from reports.mix import gap_of
from reports.model_trial import model_section
from reports.section import Tone
from tests.unit.report_rows import NOW, facts, row
from tests.unit.test_report_numbers import _DAY

OLD = NOW - 40 * _DAY


def lead(number: int, arm: str | None, channel: str, *, converts: bool) -> dict[str, object]:
    won = OLD + 2 * _DAY if converts else None
    return row(number, created_at=OLD, arm=arm, channel=channel, converted_at=won)


def many(counts: dict[tuple[str, str], tuple[int, int]]) -> list[dict[str, object]]:
    """Give so many hits of so many leads by arm and channel."""
    told = [
        (arm, channel, n < hits)
        for (arm, channel), (hits, number) in counts.items()
        for n in range(number)
    ]
    return [lead(n, arm, channel, converts=hit) for n, (arm, channel, hit) in enumerate(told)]


def of_kinds(counts: dict[tuple[str, str], tuple[int, int]]) -> pd.DataFrame:
    """Give them as they are compared, without a report around them."""
    told = [
        (arm, kind, n < hits)
        for (arm, kind), (hits, number) in counts.items()
        for n in range(number)
    ]
    return pd.DataFrame(told, columns=["method", "stratum", "hit"])


def by_hand(counts: dict[tuple[str, str], tuple[int, int]]) -> tuple[float, float, float] | None:
    """Mantel and Haenszel's difference, Greenland and Robins' spread: one kind after the other."""
    above = below = spread = 0.0
    for kind in {kind for _, kind in counts}:
        if ("model", kind) not in counts or ("control", kind) not in counts:
            continue
        (won, a), (lost, b) = counts["model", kind], counts["control", kind]
        weight = a * b / (a + b)
        above += weight * (won / a - lost / b)
        below += weight
        for hits, number in ((won, a), (lost, b)):
            drawn = (hits + 0.5) / (number + 1)
            spread += weight**2 * drawn * (1 - drawn) / number
    if not below:
        return None
    at, half = above / below, z_of() * sqrt(spread) / below
    return at, max(-1.0, at - half), min(1.0, at + half)


_COUNTS = st.dictionaries(
    st.tuples(st.sampled_from(["model", "control"]), st.sampled_from(["web", "paid", "partner"])),
    st.integers(1, 25).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=2,
)


@settings(max_examples=60, deadline=None)
@given(counts=_COUNTS)
def test_the_difference_is_what_loops_find(counts):
    gap = gap_of(of_kinds(counts), "model", "control").gap
    found = by_hand(counts)
    if found is None:
        assert (gap.low, gap.high) == (-1.0, 1.0)
    else:
        assert (gap.at, gap.low, gap.high) == pytest.approx(found)


def test_who_drew_the_easy_leads_does_not_win_by_that():
    """Both convert 40 % from the web and 5 % of what was paid for; the model drew more of those."""
    drawn = {
        ("model", "web"): (80, 200),
        ("model", "paid"): (5, 100),
        ("control", "web"): (40, 100),
        ("control", "paid"): (10, 200),
    }
    (section,) = model_section(facts(many(drawn)))
    assert section.figures["difference"] == pytest.approx(0)
    assert section.figures["difference_unadjusted"] == pytest.approx(85 / 300 - 50 / 300)
    assert section.tone is Tone.PLAIN
    assert any("whatever the arms got, +11.7" in said for said in section.said)
    (arms,) = section.tables
    adjusted = [cells[arms.columns.index(_column(arms, "adjusted"))] for cells in arms.rows]
    assert adjusted == [pytest.approx(0.225)] * 2


def _column(one, key):
    return next(each for each in one.columns if each.key == key)


def test_arms_without_a_kind_in_common_are_compared_as_they_are():
    drawn = {("model", "web"): (20, 50), ("control", "paid"): (5, 50)}
    (section,) = model_section(facts(many(drawn)))
    assert section.figures["is_adjusted"] is False
    assert section.figures["difference"] == pytest.approx(0.3)
    assert any("too few leads of the same kind" in said for said in section.said)


def test_the_interval_holds_the_truth_as_often_as_it_says():
    """Of 100 trials with known chances; the kinds come as they come, four in five to the model."""
    dice, held, trials = Random(5), 0, 100
    chances = {"web": (0.30, 0.22), "paid": (0.06, 0.02), "partner": (0.5, 0.5)}
    for _ in range(trials):
        counts: dict[tuple[str, str], tuple[int, int]] = {}
        for _ in range(240):
            kind, is_control = dice.choice(list(chances)), dice.random() >= 0.8
            cell = ("control" if is_control else "model", kind)
            hits, number = counts.get(cell, (0, 0))
            counts[cell] = (hits + (dice.random() < chances[kind][is_control]), number + 1)
        gap = gap_of(of_kinds(counts), "model", "control").gap
        held += gap.low <= _truth(counts, chances) <= gap.high
    assert 0.90 <= held / trials <= 0.995


def _truth(
    counts: dict[tuple[str, str], tuple[int, int]], chances: dict[str, tuple[float, float]]
) -> float:
    """What the difference is of, in the mix that these leads happened to have."""
    sizes = {kind: (counts["model", kind][1], counts["control", kind][1]) for kind in chances}
    weights = {kind: a * b / (a + b) for kind, (a, b) in sizes.items()}
    above = sum((chances[kind][0] - chances[kind][1]) * w for kind, w in weights.items())
    return above / sum(weights.values())
