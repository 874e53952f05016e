"""Pasts of other people's: what may be learnt from them, read from their files as they are."""

import gzip
import os
from pathlib import Path

import pytest

from config.load import load
from flows.modelling.past_file import read_past
from flows.wiring import DEFAULT_CONFIG, utc_now
from routing.learning.gate import GateSettings, examine
from routing.learning.history import ripe
from routing.learning.leakage import leaks
from routing.learning.recipe import recipe_of
from routing.learning.training import sample_of
from routing.model_settings import ModelSettings

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
DATA = Path(os.environ.get("FIRSTTOUCH_DATA", BESIDE))
CONFIGURATION = load(DEFAULT_CONFIG)
MONEY = CONFIGURATION.policy.money
FEW = GateSettings(shuffles=99)
ENOUGH = 3_000


def read(
    name: str,
    folder: Path,
    columns: dict[str, str],
    settings: ModelSettings,
    lines_at_most: int = 100_000,
):
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"{name} is not here: it may not be redistributed (set FIRSTTOUCH_DATA)")
    if path.suffix == ".gz":
        plain = folder / path.stem
        lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
        plain.write_bytes(b"".join(lines[: lines_at_most + 1]))
        path = plain
    return read_past(path, CONFIGURATION, settings, columns, utc_now())


def told(past, settings):
    return ripe(past.past, past.as_of, settings.horizon)


def judged(found, features, segment):
    recipe = recipe_of([each.past.lead for each in found.told], features, segment, MONEY)
    return examine(sample_of(found.told, recipe), FEW)


def test_maven_is_refused_though_its_agents_leave_deals_open_unalike(tmp_path):
    settings = ModelSettings(features=(), segment="product")
    columns = {
        "owner": "sales_agent",
        "outcome": "deal_stage",
        "created_at": "engage_date",
        "closed_at": "close_date",
        "amount": "close_value",
    }
    past = read("maven/sales_pipeline.csv.gz", tmp_path, columns, settings)
    found = told(past, settings)
    assert (found.closed, found.young + found.silent) == (6_711, 1_589)
    assert not found.silence_is_loss
    assert any("500 rows without a date" in note for note in past.notes)
    report = judged(found, (), "product")
    assert not report.passes
    assert report.verdict.startswith("Stays on rules: ")


def test_salvirt_has_an_owner_effect_and_no_interaction_and_is_too_small(tmp_path):
    settings = ModelSettings(features=(), segment="product")
    columns = {"owner": "Seller", "outcome": "Status", "product": "Product"}
    past = read("salvirt/B2B_dataset.csv", tmp_path, columns, settings)
    assert not past.has_dates
    report = judged(told(past, settings), (), "product")
    assert report.owner_p <= 0.02 < report.owner_segment_p
    assert "nothing says when its leads came and closed, and closed leads of 6" in report.verdict
    assert (
        "448 closed leads, 500 are asked for. What there is says that some owners close more"
        in (report.verdict)
    )
    assert "no owner is seen to be better in one segment than in another" in report.verdict


def test_tags_of_x_education_know_the_outcome_and_what_is_honest_does_not(tmp_path):
    columns = {
        "owner": "Lead Origin",  # it names no rep
        "outcome": "Converted",
        "lead_source": "Lead Source",
        "custom.tags": "Tags",
        "custom.minutes": "Total Time Spent on Website",
        "custom.occupation": "What is your current occupation",
    }
    features = ("lead_source", "custom.tags", "custom.minutes", "custom.occupation")
    settings = ModelSettings(features=features, segment="lead_source")
    past = read("xeducation/leads_9240.csv.gz", tmp_path, columns, settings, ENOUGH)
    found = told(past, settings)
    assert found.closed == ENOUGH
    (refused,) = leaks(found.told, features, MONEY)
    assert refused.field == "custom.tags"
    assert "it alone ranks a won lead before a lost one 9" in refused.why
