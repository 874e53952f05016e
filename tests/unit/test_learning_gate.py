"""The gate refuses a history that says nothing, and passes one that does."""

import csv
import gzip
import io
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from routing.learning.gate import GateSettings, examine, owner_p_value, owner_segment_p_value
from routing.learning.sample import Sample
from tests.unit.closed_leads import team

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
DATA = Path(os.environ.get("FIRSTTOUCH_DATA", BESIDE))
QUICK = GateSettings(shuffles=199)
Row = dict[str, str]


def rows(name: str) -> list[Row]:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} is not here: it may not be redistributed (set FIRSTTOUCH_DATA)")
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
    return list(csv.DictReader(io.StringIO(text)))


def sample(
    rows: Sequence[Row], won: Callable[[Row], bool], columns: tuple[str, str], at: Sequence[int]
) -> Sample:
    """Of rows without features: `columns` are the owner's and the segment's."""
    (owners, owner), (segments, segment) = (
        np.unique([row[column] for row in rows], return_inverse=True) for column in columns
    )
    count = len(rows)
    return Sample(
        won=np.array([float(won(row)) for row in rows]),
        owner=owner,
        segment=segment,
        features=np.empty((count, 0)),
        at=np.array(at, dtype=np.float64),
        weight=np.ones(count),
        value=np.zeros(count),
        open_days=np.full(count, 30.0),
        owners=tuple(owners.tolist()),
        segments=tuple(segments.tolist()),
        names=(),
    )


def test_real_agents_who_are_alike_are_left_to_the_rules():
    deals = [row for row in rows("maven/sales_pipeline.csv.gz") if row["close_date"]]
    days = [date.fromisoformat(row["engage_date"]).toordinal() for row in deals]
    report = examine(
        sample(deals, lambda row: row["deal_stage"] == "Won", ("sales_agent", "product"), days),
        QUICK,
    )
    assert report.closed == 6_711
    assert not report.passes
    assert report.owner_p > 0.05
    assert report.owner_segment_p > 0.05
    assert report.verdict.startswith("Stays on rules: whose a lead was says nothing")
    assert "\n" not in report.verdict


@pytest.mark.parametrize("segment", ["Product", "Client", "Comp_size"])
def test_real_sellers_differ_and_no_more_so_in_one_segment_than_in_another(segment):
    deals = rows("salvirt/B2B_dataset.csv")
    # The file has no dates: its order stands for them.
    history = sample(
        deals, lambda row: row["Status"] == "Won", ("Seller", segment), range(len(deals))
    )
    report = examine(history, replace(QUICK, closed=400))
    assert report.passes
    assert report.owner_p <= 0.01
    assert report.owner_segment_p > 0.05
    assert report.losses["owners"] < report.losses["pooled"]
    assert report.verdict.startswith("May route: 448 closed leads")
    assert "no owner is seen to be better in one segment than in another" in report.verdict


def test_owners_who_differ_pass():
    report = examine(team(3, leads=1_500).sample, QUICK)
    assert report.passes
    assert report.owner_p <= 0.01
    assert report.ranking["full"] > report.ranking["pooled"] + 0.02
    assert report.calibration_error < 0.1


def test_owners_who_differ_by_segment_only_pass_for_that():
    report = examine(team(2, leads=4_000, spread=0.0, interaction=0.6).sample, QUICK)
    assert report.owner_segment_p <= 0.01
    assert report.passes
    assert "who does depends on the segment" in report.verdict


def test_noise_is_refused_about_as_often_as_is_asked():
    dice, low = np.random.default_rng(0), 0
    for seed in range(30):
        noise = team(seed, leads=400, owners=8, spread=0.0).sample
        low += owner_p_value(noise, 49, dice) <= 0.1
        low += owner_segment_p_value(noise, 49, dice) <= 0.1
    assert low <= 13  # 6 of 60 are expected


def test_an_easier_mix_is_no_owners_merit():
    history = team(3, leads=2_000, owners=4, spread=0.0).sample
    # The first owner is mostly given the segment that is won most, others the rest.
    dice = np.random.default_rng(1)
    easy = dice.random(len(history)) < 0.7
    own = np.where(easy & (history.segment == 3), 0, history.owner)
    assert owner_p_value(replace(history, owner=own), 199, dice) > 0.05


def test_a_better_season_is_no_owners_merit():
    history = team(5, leads=3_000, owners=10, spread=0.0).sample
    dice = np.random.default_rng(1)
    late = history.at > 182
    won = np.where(late & (dice.random(len(history)) < 0.4), 1.0, history.won)
    # Half of the owners joined when the season began.
    owner = np.where(late, history.owner, history.owner % 5)
    assert owner_p_value(replace(history, won=won, owner=owner), 199, dice) > 0.05


def test_too_short_and_too_small_a_history_is_refused_with_what_is_missing():
    history = team(1, leads=450).sample
    report = examine(replace(history, at=history.at / 3), QUICK)
    assert not report.passes
    assert "closed leads of 4.0 months, 6 are asked for" in report.verdict
    assert "450 closed leads, 500 are asked for" in report.verdict


@pytest.mark.parametrize("closed", [0, 3, 100])
def test_a_history_without_a_win_is_refused(closed):
    history = team(1, leads=100).sample.rows(np.arange(closed))
    report = examine(replace(history, won=np.zeros(closed)), QUICK)
    assert not report.passes
    assert (report.won, report.owner_p) == (0, 1.0)


def test_the_same_history_is_judged_alike():
    history = team(9, leads=600).sample
    assert examine(history, QUICK) == examine(history, QUICK)
